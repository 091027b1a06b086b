"""`bpw why` and `bpw ripple`: what moved a score, and whom a correction would move."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import click
import duckdb
from rich.table import Table
from rich.text import Text

from orchestration.fingerprint import scan_workspace
from orchestration.methods.scheme_folders import Scheme
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.releases import current_release
from orchestration.run_lock import run_lock
from orchestration.scoring import shown
from orchestration.scoring.movement import Movement, Part, State, movement
from orchestration.scoring.replay import ReplayError, is_plain_name, release_folder, schemes_of
from orchestration.scoring.ripple import Filing, Mover, copy_workspace, discard, filings, movers
from orchestration.voice import Voice

EXIT_FAILED, EXIT_INTERRUPTED = 1, 130
_LOCK_SECONDS = 600
_NODES_SHOWN = 5
_SHOWN = 40


def run_why(
    session: Any,
    subject: str,
    years: tuple[int, int],
    editions: tuple[str | None, str | None],
    releases: tuple[str | None, str | None],
) -> None:
    """Say why a score moved.

    Args:
        session: the command's workspace, languages and consoles.
        subject: code of the subject.
        years: of the earlier and of the later score.
        editions: of both; the only one that scores the subject, or the same as the other's, if None.
        releases: of both; the current one if None.

    Raises:
        ReplayError: a release, edition or score that is not there.
    """
    folders = [release_folder(session.workspace, release) for release in releases]
    wanted = (editions[0] or editions[1], editions[1] or editions[0])
    states = [
        State(folder, _edition(folder, subject, said), year)
        for folder, said, year in zip(folders, wanted, years, strict=True)
    ]
    found = movement(session.workspace, subject, *states)
    _tell_movement(session, subject, states, found)


def run_ripple(session: Any, file: Path | None, submitter: str | None, year: int | None) -> None:
    """Run the job on a copy of the workspace and tell who moves; nothing of the workspace changes.

    Args:
        session: the command's workspace, languages and consoles.
        file: a corrected workbook; the inbox as it stands counts if None.
        submitter: who files it.
        year: the fiscal year it is filed for.

    Raises:
        ReplayError: nothing is published yet, a file without submitter or year, or a path for a submitter.
        click.exceptions.Exit: the run failed, or the workbook would be held back.
    """
    workspace = session.workspace
    release = release_folder(workspace, None)
    if file is not None and (submitter is None or year is None):
        raise ReplayError.about("whose_file", file=file)
    if submitter is not None and not is_plain_name(submitter):
        raise ReplayError.about("bad_name", name=submitter)
    corrections = [(file, year, submitter)] if file and year is not None and submitter else []
    # One copy at a time; runs wait only while it is made.
    with run_lock(workspace.work / "ripple.lock", "bpw ripple", _LOCK_SECONDS):
        with run_lock(workspace.run_lock, "bpw ripple", _LOCK_SECONDS):
            copy = copy_workspace(workspace, corrections)
        try:
            _run(session, copy)
            held = [one for one in filings(copy, corrections) if not one.is_accepted]
            for one in held:
                _tell_held(session, one)
            _tell_movers(session, movers(release, copy))
        except KeyboardInterrupt:
            session.print_plain(session.voice.about("replay").lines("ripple_interrupted"))
            raise click.exceptions.Exit(EXIT_INTERRUPTED) from None
        finally:
            discard(copy)
    if held:
        raise click.exceptions.Exit(EXIT_FAILED)


def _run(session: Any, copy: Any) -> None:
    from orchestration.run import execute, failure_reasons

    years = sorted({one.fiscal_year for one in scan_workspace(copy) if one.fiscal_year is not None})
    result = execute(copy, years)
    if not result.success or current_release(copy.marts) is None:
        session.print_plain(session.voice.about("replay").lines("ripple_refused"))
        for reason in failure_reasons(result):
            session.print_plain(reason)
        raise click.exceptions.Exit(EXIT_FAILED)


def _tell_held(session: Any, filing: Filing) -> None:
    voice = session.voice.about("replay")
    if not filing.status:
        session.print_plain(voice.lines("ripple_not_a_workbook", file=filing.relative_path))
        return
    status = session.voice.line(filing.status)
    session.print_plain(voice.lines("ripple_held", file=filing.relative_path, status=status))
    for zh, en in filing.findings[:_SHOWN]:
        told = {"zh": zh, "en": en}
        session.print_plain("  " + " ".join(told[language] for language in voice.languages))


def _edition(release: Path, subject: str, said: str | None) -> Scheme:
    known = schemes_of(release)
    with duckdb.connect(str(release / DATABASE_NAME), read_only=True) as connection:
        rows = connection.execute(
            "SELECT DISTINCT scheme_code, scheme_edition FROM marts.dim_scored_subjects "
            "WHERE subject_code = ?",
            [subject],
        ).fetchall()
    of_subject = [one for one in known if one.key in set(rows)]
    fitting = [one for one in of_subject if said is None or said in (one.key[1], "/".join(one.key))]
    if not of_subject:
        raise ReplayError.about("unknown_subject", subject=subject, place=release.name)
    names = ", ".join("/".join(one.key) for one in of_subject)
    if not fitting:
        raise ReplayError.about("unknown_edition", edition=said or "-", place=release.name, known=names)
    if len(fitting) > 1:
        raise ReplayError.about("which_edition", subject=subject, known=names)
    return fitting[0]


def _tell_movement(session: Any, subject: str, states: Sequence[State], found: Movement) -> None:
    voice = session.voice.about("replay")
    start, end = states
    session.print_plain(
        voice.lines(
            "moved",
            subject=f"{subject} {found.subject_name}",
            first=start.year,
            last=end.year,
            first_edition=start.scheme.key[1],
            last_edition=end.scheme.key[1],
            before=shown.points(found.before),
            after=shown.points(found.after),
            change=shown.signed(found.after - found.before),
        )
    )
    for part in found.parts:
        _tell_part(session, voice, part)
    for state, is_complete in zip(states, (found.is_complete_before, found.is_complete_after), strict=True):
        if not is_complete:
            session.print_plain(voice.lines("incomplete_total", year=state.year, edition=state.scheme.key[1]))


def _tell_part(session: Any, voice: Voice, part: Part) -> None:
    line = voice.line(f"part_{part.kind}", year=part.year, points=shown.signed(part.points))
    session.print_plain(f"  {line}")
    for node in part.nodes[:_NODES_SHOWN]:
        name = " ".join({"zh": node.name_zh, "en": node.name_en}[language] for language in voice.languages)
        session.print_plain(f"    {shown.signed(node.points)}  {name}")
    if len(part.nodes) > _NODES_SHOWN:
        rest = sum((node.points for node in part.nodes[_NODES_SHOWN:]), Decimal(0))
        others = voice.line("other_nodes", count=len(part.nodes) - _NODES_SHOWN)
        session.print_plain(f"    {shown.signed(rest)}  {others}")


def _tell_movers(session: Any, found: Sequence[Mover]) -> None:
    voice = session.voice.about("replay")
    if not found:
        session.print_plain(voice.lines("nobody_moves"))
        return
    for (edition, year), group in groupby(found, key=lambda one: (one.scheme_edition, one.fiscal_year)):
        members = list(group)
        table = Table(title=voice.line("ripple_title", edition=edition, year=year), title_justify="left")
        table.add_column(voice.short("column_subject"))
        for column in ("points", "change", "rank"):
            table.add_column(voice.short(f"column_{column}"), justify="right")
        table.add_column(voice.short("column_grade"))
        table.add_column(voice.short("column_cause"))
        for one in members[:_SHOWN]:
            language = 0 if voice.languages[0] == "zh" else 1
            table.add_row(
                Text(f"{one.subject_code} {one.name}"),
                shown.moved(shown.points(one.points_before), shown.points(one.points_after)),
                shown.signed(one.change),
                shown.moved(shown.rank(one.rank_before), shown.rank(one.rank_after)),
                Text(shown.moved(one.grade_before[language] or "-", one.grade_after[language] or "-")),
                voice.short("cause_own" if one.is_own else "cause_others"),
            )
        session.console.print(table)
        if len(members) > _SHOWN:
            session.print_plain(voice.lines("more_movers", count=len(members)))
    session.print_plain(
        voice.lines(
            "ripple_summary",
            subjects=len({one.subject_code for one in found}),
            others=len({one.subject_code for one in found if not one.is_own}),
            grades=sum(one.grade_before != one.grade_after for one in found),
        )
    )
