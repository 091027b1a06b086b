"""`bpw codes`: take published code lists in, tell what changed, and follow a code through the years."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path
from typing import NoReturn, TypeVar

import click
from rich.console import Console
from rich.table import Table

from orchestration.codes.compare import Change, changes
from orchestration.codes.held import (
    SUCCESSOR_SEPARATOR,
    HeldCode,
    advance,
    amend,
    closed_by,
    in_force,
    read_held,
    successor_of,
    take_back,
    write_held,
)
from orchestration.codes.kinds import CodeKind, kinds
from orchestration.codes.published import read_code_list
from orchestration.codes.successors import accepted, read_successors
from orchestration.codes.tables import CodeListError
from orchestration.codes.taken import TakenList, latest_year, read_taken, write_taken
from orchestration.fiscal_years import fiscal_years
from orchestration.ingest.filed import hash_file
from orchestration.voice import Voice

EXIT_REFUSED = 2
Row = TypeVar("Row")


class CodesCommand:
    """The commands over the code lists of one workspace.

    Attributes:
        folder: `<workspace>/codes`.
        console: where answers go.
        errors: where refusals go.
        voice: speaks the texts of `texts/codes.yml`.
    """

    def __init__(self, folder: Path, console: Console, errors: Console, voice: Voice) -> None:
        self.folder = folder
        self.console = console
        self.errors = errors
        self.voice = voice.about("codes")

    def take(
        self,
        kind: CodeKind,
        file: Path,
        year: int,
        successors: Path | None,
        *,
        accept: bool,
        accept_vanished: bool = False,
    ) -> None:
        """Take the list of a year in; of one that is held already, the successors stated now.

        Raises:
            Exit: the list, the successors or the year cannot be taken; nothing was written.
        """
        if year > fiscal_years()[-1]:
            self._refuse("year_unknown", year=year, last=fiscal_years()[-1])
        try:
            published = read_code_list(file, kind)
            held, taken = read_held(self._path(kind)), read_taken(self._taken_path)
            latest = latest_year(taken, kind.kind)
            if latest is not None and year <= latest:
                self._amend(kind, held, published, year, latest, successors, accept=accept)
                return
            before = in_force(held, year)
            found = changes(before, published, kind)
            vanished = {change.code: change.name for change in found if change.change == "vanished"}
            if len(vanished) > kind.most_vanished * len(before) and not accept_vanished:
                self._refuse("too_many_vanished", vanished=len(vanished), held=len(before))
            stated = accepted(found) if accept else {}
            if successors is not None:
                stated |= read_successors(successors, vanished, published)
        except CodeListError as error:
            self._refuse("unreadable", reason=error)
        write_held(self._path(kind), advance(held, published, year, file.name, stated))
        entry = TakenList(kind.kind, str(year), file.name, hash_file(file), str(len(published)))
        write_taken(self._taken_path, [*taken, entry])
        self._tell(kind, latest, published, year, found, stated)

    def follow(self, kind: CodeKind, code: str, year: int) -> None:
        """Print the codes of a year that hold what a code held.

        Raises:
            Exit: it is not known.
        """
        held = self._held(kind)
        codes = successor_of(held, code, year)
        if not codes:
            self._refuse("not_followed", code=code, year=year)
        names = in_force(held, year)
        said = ", ".join(f"{one} {names[one]}" for one in codes)
        self._say("followed", code=code, year=year, codes=said)

    def lists(self) -> None:
        """Print the lists held."""
        table = Table(title=self.voice.line("title_lists"), title_justify="left", box=None, pad_edge=False)
        for column in ("kind", "title", "years", "in_force", "open"):
            table.add_column(self.voice.line(f"column_{column}"))
        taken = self._read(read_taken, self._taken_path)
        for kind in kinds().values():
            held = self._held(kind)
            latest = latest_year(taken, kind.kind)
            if latest is None:
                continue
            names = in_force(held, latest)
            unstated = [
                one for one in held if one.valid_to and not one.succeeded_by and one.code not in names
            ]
            table.add_row(
                kind.kind,
                self.voice.pick({"title_zh": kind.title.zh, "title_en": kind.title.en}, "title"),
                f"{min(int(one.valid_from) for one in held)}-{latest}",
                str(len(names)),
                str(len(unstated)),
            )
        self.console.print(table, markup=False)

    def _path(self, kind: CodeKind) -> Path:
        return self.folder / f"{kind.kind}.csv"

    @property
    def _taken_path(self) -> Path:
        return self.folder / "lists.csv"

    def _held(self, kind: CodeKind) -> list[HeldCode]:
        return self._read(read_held, self._path(kind))

    def _read(self, reader: Callable[[Path], list[Row]], path: Path) -> list[Row]:
        try:
            return reader(path)
        except CodeListError as error:
            self._refuse("unreadable", reason=error)

    def _amend(
        self,
        kind: CodeKind,
        held: list[HeldCode],
        published: Mapping[str, str],
        year: int,
        latest: int,
        successors: Path | None,
        *,
        accept: bool,
    ) -> None:
        """Add the successors stated now to the list of a year that is held already."""
        if in_force(held, year) != published:
            self._refuse("year_passed", latest=latest, year=year)
        closed = closed_by(held, year, published)
        open_ones = {code for code, entry in closed.items() if not entry.succeeded_by}
        stated: dict[str, tuple[str, ...]] = {}
        if accept:
            proposed = accepted(changes(in_force(held, year - 1), published, kind))
            stated = {code: after for code, after in proposed.items() if code in open_ones}
        if successors is not None:
            names = {code: entry.name_zh for code, entry in closed.items()}
            stated |= read_successors(successors, names, published)
        amended = amend(held, year, stated)
        if amended == held:
            self._say("nothing_changed", year=year)
            return
        write_held(self._path(kind), amended)
        self._say("amended", year=year, count=len(open_ones & stated.keys()))

    def take_back(self, kind: CodeKind, year: int) -> None:
        """Take the newest list of a kind back, as if it had never been taken in.

        Raises:
            Exit: it is not the newest; nothing was written.
        """
        taken = self._read(read_taken, self._taken_path)
        latest = latest_year(taken, kind.kind)
        entry = next((one for one in taken if one.kind == kind.kind and int(one.year) == year), None)
        if entry is None or year != latest:
            self._refuse("not_newest", latest="-" if latest is None else latest, year=year)
        # The register of lists goes last: killed in between, the command can be given again.
        write_held(self._path(kind), take_back(self._held(kind), year))
        write_taken(self._taken_path, [one for one in taken if one != entry])
        self._say("taken_back", year=year, file=entry.file_name)

    def _tell(
        self,
        kind: CodeKind,
        before: int | None,
        published: Mapping[str, str],
        year: int,
        found: list[Change],
        stated: Mapping[str, tuple[str, ...]],
    ) -> None:
        title = self.voice.pick({"title_zh": kind.title.zh, "title_en": kind.title.en}, "title")
        if before is None:
            self._say("first_list", kind=title, year=year, count=len(published))
            return
        self.console.print(self._changes(title, before, year, found, stated), markup=False)
        counts = {name: sum(one.change == name for one in found) for name in ("new", "renamed", "vanished")}
        unstated = sum(one.change == "vanished" and one.code not in stated for one in found)
        self._say("taken", year=year, count=len(published), open=unstated, **counts)
        if unstated:
            self._say("state_successors", file=self._path(kind))

    def _changes(
        self, title: str, before: int, year: int, found: list[Change], stated: Mapping[str, tuple[str, ...]]
    ) -> Table:
        table = Table(
            title=self.voice.line("title_changes", kind=title, before=before, after=year),
            title_justify="left",
            box=None,
            pad_edge=False,
        )
        for column in ("change", "code", "name", "became"):
            table.add_column(self.voice.line(f"column_{column}"))
        for one in found:
            became = self._became(one, stated) if one.change == "vanished" else one.new_name
            table.add_row(self.voice.line(f"change_{one.change}"), one.code, one.name, became)
        return table

    def _became(self, change: Change, stated: Mapping[str, tuple[str, ...]]) -> str:
        if codes := stated.get(change.code):
            return SUCCESSOR_SEPARATOR.join(codes)
        if change.proposed:
            return self.voice.line("became_proposed", code=change.proposed, name=change.proposed_name)
        return self.voice.line("became_unknown")

    def _say(self, key: str, **values: object) -> None:
        self.console.print(self.voice.lines(key, **values), highlight=False, soft_wrap=True, markup=False)

    def _refuse(self, key: str, **values: object) -> NoReturn:
        self.errors.print(self.voice.lines(key, **values), highlight=False, soft_wrap=True, markup=False)
        raise click.exceptions.Exit(EXIT_REFUSED)
