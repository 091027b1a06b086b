"""`bpw replay`, `bpw compare-editions`, `bpw what-if`: releases computed again, and methods side by side."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from itertools import product
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.table import Table
from rich.text import Text

from orchestration.methods.scheme_folders import Scheme
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.manifest import MANIFEST_NAME, Manifest
from orchestration.scoring import shown
from orchestration.scoring.comparison import (
    COMPUTED,
    PUBLISHED,
    Card,
    Pair,
    Scored,
    cards_of,
    node_differences,
    pairs_of,
    summary_of,
)
from orchestration.scoring.replay import (
    EDITION_NAMES,
    REPLAYED,
    ReplayError,
    differences,
    release_folder,
    replayed,
    schemes_of,
    sound_scheme,
)
from orchestration.scoring.what_if import keep
from orchestration.voice import Voice

EXIT_DIFFERS = 1
_SHOWN = 30


def run_replay(session: Any, release_id: str | None, year: int | None, edition: str | None) -> None:
    """Compute a release's scores again and hold them against what was published, byte by byte.

    Ends the command with exit code 1 when they differ.

    Raises:
        ReplayError: no such release, or no scores of this edition and year in it.
    """
    release = release_folder(session.workspace, release_id)
    schemes = schemes_of(release)
    if edition is not None:
        _of_edition(edition, schemes, release.name)
    _require_published(release, year, edition)
    with replayed(session.workspace, release, schemes) as results:
        found = differences(release, results, year, edition)
    voice = session.voice.about("replay")
    for one in found:
        session.print_plain(
            voice.lines(
                "differs",
                release=release.name,
                table=one.table,
                published=one.published_only,
                replayed=one.replayed_only,
            )
        )
    if found:
        version = Manifest.read(release / MANIFEST_NAME).facts.product_version
        session.print_plain(voice.lines("other_version", version=version))
        raise click.exceptions.Exit(EXIT_DIFFERS)
    scope = _scope(voice, year, edition)
    session.print_plain(voice.lines("equal", release=release.name, scope=scope, tables=len(REPLAYED)))


def run_compare(
    session: Any, first: str, second: str, release_id: str | None, year: int | None, out: Path | None
) -> None:
    """Show what another edition makes of the same figures.

    Args:
        session: the command's workspace, languages and consoles.
        first: an edition of the release, `scheme/edition`, or a scheme's folder.
        second: another one.
        release_id: the release whose figures count; the current one if None.
        year: fiscal year; all that both score if None.
        out: a CSV file to be made.

    Raises:
        ReplayError: no such release or edition; nothing to compare.
    """
    if out is not None and out.exists():
        raise ReplayError.about("target_exists", target=out)
    if out is not None and not out.parent.is_dir():
        raise ReplayError.about("no_folder", folder=out.parent)
    release = release_folder(session.workspace, release_id)
    known = schemes_of(release)
    sides = _both(session, release, known, _chosen(first, second, known, release.name), year)
    _tell(session, *sides, year, out)


def run_what_if(
    session: Any, scheme: str, against: str | None, release_id: str | None, year: int | None, name: str | None
) -> None:
    """Score a release's figures by another scheme, keep the results apart, and show what would change.

    Args:
        session: the command's workspace, languages and consoles.
        scheme: a scheme's folder, or an edition of the release to apply to all years.
        against: the edition to compare with; if None, the one of the same scheme the release has.
        release_id: the release whose figures count; the current one if None.
        year: fiscal year to show; all if None.
        name: of the database the results are kept in; the folder's or edition's if None.

    Raises:
        ReplayError: no such release or edition; nothing to compare.
    """
    release = release_folder(session.workspace, release_id)
    known = schemes_of(release)
    tried = (
        sound_scheme(Path(scheme)) if Path(scheme).is_dir() else _of_edition(scheme, known, release.name)[0]
    )
    of_type = [one for one in known if one.about["subject_type"] == tried.about["subject_type"]]
    base = (
        _of_edition(against, of_type, release.name)[0]
        if against
        else next((one for one in of_type if one.key[0] == tried.key[0]), of_type[0] if of_type else tried)
    )
    before = _published(release, base)
    with replayed(session.workspace, release, [tried], everybody=True) as results:
        after = Scored(tried, cards_of(results, COMPUTED, tried))
        _shared(before, after, year)
        target = keep(session.workspace, name or Path(scheme).name, release, tried, results)
    _tell(session, before, after, year, None)
    session.print_plain(session.voice.about("replay").lines("what_if_kept", target=target))


def _of_edition(said: str, schemes: Sequence[Scheme], place: str) -> list[Scheme]:
    """The schemes of a release that `edition` or `scheme/edition` may mean."""
    found = [one for one in schemes if said in (one.key[1], "/".join(one.key))]
    if not found:
        known = ", ".join("/".join(one.key) for one in schemes)
        raise ReplayError.about("unknown_edition", edition=said, place=place, known=known)
    return found


def _chosen(first: str, second: str, known: Sequence[Scheme], place: str) -> tuple[Scheme, Scheme]:
    """The two schemes meant: of several of one name those that score the same type of subjects."""
    meant = [
        [sound_scheme(Path(said))] if Path(said).is_dir() else _of_edition(said, known, place)
        for said in (first, second)
    ]
    fitting = [pair for pair in product(*meant) if len({one.about["subject_type"] for one in pair}) == 1]
    if not fitting:
        raise ReplayError.about("other_subjects", first=first, second=second)
    if len(fitting) > 1:
        several = meant[0] if len(meant[0]) > 1 else meant[1]
        said = first if len(meant[0]) > 1 else second
        names = ", ".join("/".join(one.key) for one in several)
        raise ReplayError.about("ambiguous_edition", edition=said, known=names)
    return fitting[0][0], fitting[0][1]


def _require_published(release: Path, year: int | None, edition: str | None) -> None:
    """Make sure that there is something to hold against; nothing equals nothing."""
    with duckdb.connect(str(release / DATABASE_NAME), read_only=True) as connection:
        rows = connection.execute(
            "SELECT DISTINCT fiscal_year FROM marts.fct_scores "
            f"WHERE ? IS NULL OR ? IN ({EDITION_NAMES}) ORDER BY 1",
            [edition, edition],
        ).fetchall()
    years = [int(one) for (one,) in rows]
    if not years or year not in (None, *years):
        known = ", ".join(map(str, years)) or "-"
        raise ReplayError.about("unknown_year", year=year or "-", place=release.name, known=known)


def _published(release: Path, scheme: Scheme) -> Scored:
    with duckdb.connect(str(release / DATABASE_NAME), read_only=True) as connection:
        return Scored(scheme, cards_of(connection, PUBLISHED, scheme))


def _both(
    session: Any, release: Path, known: Sequence[Scheme], schemes: tuple[Scheme, Scheme], year: int | None
) -> tuple[Scored, Scored]:
    """Both editions as published; where one is not, for this year or at all, computed on the same figures."""
    # A folder may bear the name of an edition of the release and be another scheme.
    sides = [
        _published(release, one) if any(one is other for other in known) else Scored(one, {})
        for one in schemes
    ]
    shared = sides[0].years & sides[1].years
    if shared and (year is None or year in shared):
        return sides[0], sides[1]
    wanted = {year} if year is not None else sides[0].years | sides[1].years
    found = [
        side if side.years and wanted <= side.years else _computed(session, release, side.scheme)
        for side in sides
    ]
    return found[0], found[1]


def _computed(session: Any, release: Path, scheme: Scheme) -> Scored:
    with replayed(session.workspace, release, [scheme], everybody=True) as results:
        return Scored(scheme, cards_of(results, COMPUTED, scheme))


def _tell(session: Any, before: Scored, after: Scored, year: int | None, out: Path | None) -> None:
    voice = session.voice.about("replay")
    pairs = _shared(before, after, year)
    for one, of_year in pairs.items():
        session.console.print(_table(voice, one, of_year, before.label, after.label))
        if len(of_year) > _SHOWN:
            session.print_plain(voice.lines("more", count=len(of_year)))
        summary = summary_of(of_year)
        if not summary.subjects:
            session.print_plain(voice.lines("compare_incomplete", year=one))
            continue
        session.print_plain(
            voice.lines(
                "compare_summary",
                year=one,
                subjects=summary.subjects,
                mean=shown.points(summary.mean_change),
                ranks=summary.rank_changes,
                grades=summary.grade_changes,
            )
        )
    _tell_nodes(session, voice, before.scheme, after.scheme)
    if out is not None:
        _write(out, pairs)
        session.print_plain(voice.lines("written", target=out))


def _shared(before: Scored, after: Scored, year: int | None) -> dict[int, list[Pair]]:
    """Who is scored by both, by year; never nothing."""
    pairs = {one: of_year for one, of_year in pairs_of(before, after).items() if year in (None, one)}
    if not pairs:
        raise ReplayError.about("nothing_shared", first=before.label, second=after.label)
    return pairs


def _tell_nodes(session: Any, voice: Voice, before: Scheme, after: Scheme) -> None:
    found = list(node_differences(before, after))
    if found:
        session.print_plain(voice.line("nodes_title"))
    for one in found:
        node = voice.pick(one.node.values, "name")
        if one.only_in:
            points = one.node["max_points"] or one.node["weight"]
            line = voice.line("node_only", node=node, edition=one.only_in, points=points or "-")
        else:
            what = "; ".join(
                f"{voice.line(f'aspect_{aspect}')} {old or '-'} → {new or '-'}"
                for aspect, (old, new) in one.aspects.items()
            )
            line = voice.short("node_differs", node=node, what=what)
        session.print_plain(f"  {line}")


def _table(voice: Voice, year: int, pairs: Sequence[Pair], first: str, second: str) -> Table:
    table = Table(
        title=voice.line("compare_title", year=year, first=first, second=second), title_justify="left"
    )
    table.add_column(voice.short("column_subject"))
    for column in ("points", "change", "rank"):
        table.add_column(voice.short(f"column_{column}"), justify="right")
    table.add_column(voice.short("column_grade"))
    for pair in pairs[:_SHOWN]:
        old, new = pair.before, pair.after
        table.add_row(
            Text(f"{new.subject_code} {new.name}" if new.name != new.subject_code else new.name),
            shown.moved(shown.points(old.points), shown.points(new.points)),
            shown.signed(pair.change),
            shown.moved(shown.rank(old.rank), shown.rank(new.rank)),
            Text(shown.moved(_grade(voice, old), _grade(voice, new))),
        )
    return table


def _write(out: Path, pairs: dict[int, list[Pair]]) -> None:
    # With a byte order mark, so that Excel reads it as UTF-8.
    with out.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.writer(stream)
        sides = [
            f"{name}_{side}" for side in ("before", "after") for name in ("points", "rank", "grade_code")
        ]
        writer.writerow(["fiscal_year", "subject_code", "subject_name", *sides, "change_points"])
        for year, of_year in pairs.items():
            for pair in of_year:
                cards = (pair.before, pair.after)
                values = [value for card in cards for value in (card.points, card.rank, card.grade_code)]
                writer.writerow([year, pair.after.subject_code, pair.after.name, *values, pair.change])


def _grade(voice: Voice, card: Card) -> str:
    return (card.grade_zh if voice.languages[0] == "zh" else card.grade_en) or "-"


def _scope(voice: Voice, year: int | None, edition: str | None) -> str:
    parts = [voice.line("scope_year", year=year)] if year is not None else []
    if edition is not None:
        parts.append(voice.line("scope_edition", edition=edition))
    return " ".join(parts) or voice.line("scope_all")
