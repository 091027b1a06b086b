"""What a person wants to see after a run, read from the release.

What belongs here: the closing page of `bpw run`. What does not: computing anything; every figure is a column
of a mart.
"""

from __future__ import annotations

import shutil
import sys
from collections.abc import Iterable, Iterator, Sequence
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from rich.console import Console
from rich.table import Table

from expectations.findings import OPEN
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.site.figures import count, percent, points, wan, whole_percent
from orchestration.resources.paths import Workspace
from orchestration.voice import Voice

_SHOWN_AT_EACH_END = 3
_FATES = ("accepted", "quarantined", "partly_quarantined", "superseded", "unrecognised", "unreadable")
_COMMAND = "bpw"
_WITHDRAWN = "withdrawn"
_SEVERITIES = ("block", "error", "warning", "note")

Row = dict[str, Any]


def print_summary(console: Console, voice: Voice, workspace: Workspace, release: Path) -> None:
    """Print submissions, coverage, league tables, findings, and where to look next."""
    with duckdb.connect(str(release / DATABASE_NAME), read_only=True) as connection:
        console.print(_submissions_line(connection, voice), highlight=False, soft_wrap=True)
        for table in (
            _coverage_table(connection, voice),
            *_league_tables(connection, voice, "rpt_region_scorecard", "title_counties"),
            *_league_tables(connection, voice, "rpt_department_scorecard", "title_departments"),
            _findings_table(connection, voice),
        ):
            if table is not None:
                # A title of the table's own would be folded to the width of a narrow table.
                console.print(table.title, style="bold", highlight=False)
                table.title = None
                console.print(table)
    _print_next(console, voice, workspace, release)


def _rows(connection: duckdb.DuckDBPyConnection, sql: str, values: Sequence[object] = ()) -> list[Row]:
    cursor = connection.execute(sql, list(values))
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def _submissions_line(connection: duckdb.DuckDBPyConnection, voice: Voice) -> str:
    rows = _rows(connection, "select status, count(*) as n from marts.fct_submissions group by status")
    numbers = {row["status"]: row["n"] for row in rows if row["status"] != _WITHDRAWN}
    parts = [f"{voice.line('received')} {sum(numbers.values())}"]
    parts += [f"{voice.line(status)} {numbers[status]}" for status in _FATES if status in numbers]
    return f"[bold]{voice.line('title_submissions')}[/bold]  " + " · ".join(parts)


def _coverage_table(connection: duckdb.DuckDBPyConnection, voice: Voice) -> Table | None:
    rows = _rows(
        connection,
        "select * from marts.rpt_coverage_board where is_headline"
        " and fiscal_year = (select max(fiscal_year) from marts.rpt_coverage_board)"
        " order by coverage_code, level_code",
    )
    if not rows:
        return None
    table = _table(voice.line("title_coverage", year=rows[0]["fiscal_year"]))
    table.add_column("")
    for column in ("column_ratio", "column_target", "column_gap", "column_subjects"):
        table.add_column(voice.line(column), justify="right", no_wrap=True)
    table.add_column(voice.line("column_name"), overflow="fold")
    for row in rows:
        table.add_row(
            row["coverage_code"],
            percent(row["coverage_ratio"]),
            whole_percent(row["target_ratio"]),
            _gap(row, voice),
            f"{count(row['subjects_reached'])} / {count(row['subjects_total'])}",
            voice.short_of(row, "coverage_name"),
        )
    return table


def _gap(row: Row, voice: Voice) -> str:
    if row["coverage_ratio"] is None:
        return voice.short("withheld", reason=row["status_reason_zh"] or row["value_status"])
    if row["coverage_ratio"] >= row["target_ratio"]:
        return voice.short("gap_none")
    if row["gap_cny"] is not None:
        return voice.short("gap_wan", amount=wan(row["gap_cny"]))
    return voice.short("gap_units", count=count(row["gap_count"]))


def _league_tables(
    connection: duckdb.DuckDBPyConnection, voice: Voice, mart: str, title: str
) -> Iterator[Table]:
    """The best and the last of the latest year under each edition of a scheme, as the mart ranks them."""
    rows = _rows(
        connection,
        f"select * from marts.{mart} where fiscal_year = (select max(fiscal_year) from marts.{mart})"
        " and rank_overall is not null order by scheme_code, scheme_edition, rank_overall, subject_code",
    )
    editions = groupby(rows, key=lambda row: (row["scheme_code"], row["scheme_edition"]))
    tables = [(edition, list(ranked)) for (_, edition), ranked in editions]
    for edition, ranked in tables:
        heading = voice.line(title, year=ranked[0]["fiscal_year"])
        yield _league_table(ranked, voice, f"{heading} · {edition}" if len(tables) > 1 else heading)


def _league_table(rows: list[Row], voice: Voice, heading: str) -> Table:
    table = _table(heading)
    table.add_column(voice.line("column_rank"), justify="right")
    table.add_column(voice.line("column_name"))
    table.add_column(voice.line("column_points"), justify="right")
    table.add_column(voice.line("column_grade"))
    for row in _both_ends(rows):
        if row is None:
            table.add_row("…", "…", "…", "…")
            continue
        marks = [voice.short(mark) for mark, shown in _marks(row) if shown]
        table.add_row(
            str(row["rank_overall"]),
            row["subject_name_zh"],
            points(row["total_points_with_defaults"]),
            " ".join([voice.pick(row, "grade_name"), *(f"({mark})" for mark in marks)]),
        )
    return table


def _marks(row: Row) -> Iterable[tuple[str, bool]]:
    return (("trial", bool(row["is_trial"])), ("incomplete", not row["is_complete"]))


def _both_ends(rows: list[Row]) -> list[Row | None]:
    if len(rows) <= 2 * _SHOWN_AT_EACH_END:
        return list(rows)
    return [*rows[:_SHOWN_AT_EACH_END], None, *rows[-_SHOWN_AT_EACH_END:]]


def _findings_table(connection: duckdb.DuckDBPyConnection, voice: Voice) -> Table:
    counts = {
        row["severity"]: row["n"]
        for row in _rows(
            connection,
            f"select severity, count(*) as n from marts.fct_findings where disposition = '{OPEN}'"
            " group by severity",
        )
    }
    table = _table(voice.line("title_findings"))
    table.add_column(voice.line("column_severity"))
    table.add_column(voice.line("column_count"), justify="right")
    for severity in _SEVERITIES:
        table.add_row(voice.line(f"severity_{severity}"), count(counts.get(severity, 0)))
    return table


def _print_next(console: Console, voice: Voice, workspace: Workspace, release: Path) -> None:
    current = workspace.current
    bpw = _command()
    places = [
        ("next_page", str(current / "site" / "index.html")),
        ("next_findings", f"{bpw} findings --severity block"),
        ("next_returned", str(workspace.returned)),
        ("next_dictionary", str(_dictionary(current, release))),
        ("next_sql", f'{bpw} sql "select * from rpt_coverage_board"'),
        ("next_serve", f"{bpw} serve"),
    ]
    console.print(f"[bold]{voice.line('title_next')}[/bold]")
    for key, place in places:
        console.print(f"  {voice.line(key)}: {place}", soft_wrap=True, highlight=False)


def _command() -> str:
    """How to call the command from here: by its name, or by its path when it is not on the search path."""
    called = Path(sys.argv[0])
    return str(called) if called.name == _COMMAND and shutil.which(_COMMAND) is None else _COMMAND


def _dictionary(current: Path, release: Path) -> Path:
    found = sorted(release.glob("*ictionary*.*")) + sorted(release.glob("*DICTIONARY*"))
    return current / found[0].name if found else current


def _table(title: str) -> Table:
    return Table(title=title, box=None, pad_edge=False, padding=(0, 2, 0, 0))
