"""The code lists of a workspace as tables of the dbt project: codes by year, and which code holds what.

What belongs here: turning lists taken in into rows. What does not: taking them in (`orchestration.codes`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from functools import partial
from itertools import groupby
from pathlib import Path

from orchestration.codes.held import SUCCESSOR_SEPARATOR, HeldCode, in_force, read_held, successors_of
from orchestration.codes.kinds import kinds
from orchestration.codes.tables import CodeListError
from orchestration.codes.taken import read_taken

CODE_LISTS = "code_lists"
CODE_SUCCESSIONS = "code_successions"
LISTS_TAKEN = "lists"

Row = dict[str, str]


def code_list_names() -> frozenset[str]:
    """Names of the files in `<workspace>/codes` that hold lists taken in."""
    return frozenset({LISTS_TAKEN, *kinds()})


def code_rows(folder: Path) -> dict[str, list[Row]]:
    """Name of a table → its rows, from all lists held in a folder.

    Raises:
        CodeListError: a list was edited into something that cannot be read, or a successor was not in force.
    """
    taken = read_taken(folder / f"{LISTS_TAKEN}.csv")
    lists: list[Row] = []
    successions: list[Row] = []
    for kind in sorted(kinds()):
        path = folder / f"{kind}.csv"
        held = read_held(path)
        years = sorted({int(entry.year) for entry in taken if entry.kind == kind})
        first = min((entry.valid_from for entry in held), key=int, default="")
        lists += [_code_row(kind, entry, first) for entry in held]
        successions += [{"code_kind": kind, **row} for row in _successions(held, years, path)]
    return {CODE_LISTS: lists, CODE_SUCCESSIONS: successions}


def listed_codes(folder: Path) -> Iterator[dict[str, object]]:
    """For each list held in a folder the codes in it, and the earlier ones it lacks: code_kind, fiscal_year,
    code, is_listed, and the codes that hold it in that year, joined by a comma ('' where nobody said).

    Raises:
        CodeListError: a list was edited into something that cannot be read.
    """
    taken = read_taken(folder / f"{LISTS_TAKEN}.csv")
    held_by_kind = {kind: read_held(folder / f"{kind}.csv") for kind in {entry.kind for entry in taken}}
    for entry in taken:
        held, year = held_by_kind[entry.kind], int(entry.year)
        names = in_force(held, year)
        codes = sorted({one.code for one in held if int(one.valid_from) <= year})
        for code, now in successors_of(held, codes, year).items():
            yield {
                "code_kind": entry.kind,
                "fiscal_year": year,
                "code": code,
                "is_listed": code in names,
                "current_codes": "" if code in names else ", ".join(now),
            }


def _code_row(kind: str, entry: HeldCode, first: str) -> Row:
    return {
        "code_kind": kind,
        "code": entry.code,
        "name_zh": entry.name_zh,
        "valid_from": entry.valid_from,
        "valid_to": entry.valid_to,
        "is_in_first_list": str(entry.valid_from == first).lower(),
        "source": entry.source,
    }


@dataclass(frozen=True, slots=True)
class _Stretch:
    """Years without a gap in which a code was in force, whatever its names.

    Attributes:
        code: the code.
        first: first year.
        last: last year, None while it is in force.
        successors: the codes that took its place, () while it is in force or where none was stated.
    """

    code: str
    first: int
    last: int | None
    successors: tuple[str, ...]

    def covers(self, year: int) -> bool:
        return self.first <= year and (self.last is None or year <= self.last)


def _successions(held: Iterable[HeldCode], years: Iterable[int], path: Path) -> Iterator[Row]:
    """A row for each code that went out of force, each code that then held it, and the years it did."""
    stretches = _stretches(held)
    first_year = min((one.first for entries in stretches.values() for one in entries), default=0)
    for ended in (one for code in sorted(stretches) for one in stretches[code] if one.last is not None):
        last = int(ended.last or 0)
        later = (year for year in years if year > last)
        holders = [
            (successors, next(iter(group)))
            for successors, group in groupby(later, partial(_holders, stretches, ended, path))
        ]
        ends = [year - 1 for _, year in holders[1:]]
        for number, (successors, year) in enumerate(holders):
            for successor in successors or ("",):
                yield {
                    "code": ended.code,
                    "valid_from": "" if ended.first == first_year else str(ended.first),
                    "valid_to": str(last),
                    "successor_code": successor,
                    "holds_from": str(year if number else last + 1),
                    "holds_to": str(ends[number]) if number < len(ends) else "",
                    "successor_count": str(len(successors)),
                }


def _holders(
    stretches: Mapping[str, list[_Stretch]], ended: _Stretch, path: Path, year: int
) -> tuple[str, ...]:
    """The codes that hold in a year what a stretch held; () where a successor is not stated on the way."""
    next_year = int(ended.last or 0) + 1
    found: list[str] = []
    for code in ended.successors:
        after = next((one for one in stretches.get(code, []) if one.covers(next_year)), None)
        if after is None:
            raise CodeListError(
                f"{path.name}: {code} is stated to succeed {ended.code}, but is not in force in {next_year}. "
                f"{code} 被指为 {ended.code} 的后继，但 {next_year} 年并不有效。"
            )
        onward = (code,) if after.covers(year) else _holders(stretches, after, path, year)
        if not onward:
            return ()
        found += onward
    return tuple(dict.fromkeys(found))


def _stretches(held: Iterable[HeldCode]) -> dict[str, list[_Stretch]]:
    """Code → its stretches in order; a mere change of name neither ends nor begins one."""
    found: dict[str, list[_Stretch]] = {}
    for entry in sorted(held, key=lambda one: (one.code, int(one.valid_from))):
        last = int(entry.valid_to) if entry.valid_to else None
        successors = tuple(one for one in entry.succeeded_by.split(SUCCESSOR_SEPARATOR) if one)
        stretch = _Stretch(entry.code, int(entry.valid_from), last, successors)
        before = found.setdefault(entry.code, [])
        if before and before[-1].last == stretch.first - 1:
            stretch = replace(stretch, first=before.pop().first)
        before.append(stretch)
    return found
