"""`bpw score`: league tables of a scheme on a table of values, on the screen and as files."""

from __future__ import annotations

import csv
from decimal import Decimal
from itertools import groupby
from pathlib import Path
from typing import Any

import duckdb
from rich.table import Table
from rich.text import Text

from orchestration.ingest.forms import load_vocabulary
from orchestration.methods.scheme_folders import Scheme, read_scheme
from orchestration.methods.scheme_rules import require_sound, rule_catalogue
from orchestration.methods.seed_tables import seed_tables
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.resources.paths import DBT_PROJECT
from orchestration.scoring.explained import explanation
from orchestration.scoring.scratch import figures_of, scored
from orchestration.scoring.values import ValuesError, read_values

_SHOWN = 50
_FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_FILES = {
    "scorecard": (
        "select subject_code, subject_name_zh as subject_name, fiscal_year, scheme_code, scheme_edition, "
        "band_code, total_points_with_defaults as score, total_points_with_defaults_unrounded as "
        "score_unrounded, rank_overall, ranked_overall, rank_overall_from, rank_overall_to, "
        "tied_group_overall, rank_interval_level, rank_in_band, ranked_in_band, grade_code, grade_name_zh, "
        "grade_name_en, is_complete, missing_items_zh, missing_items_en, missing_points, "
        "not_applicable_points, not_demonstrable_points, default_points, strengths_zh, strengths_en, "
        "weaknesses_zh, weaknesses_en, explanation_zh, explanation_en from intermediate.int_scorecards "
        "inner join intermediate.int_explanations "
        "using (scheme_code, scheme_edition, subject_code, fiscal_year) "
        "order by fiscal_year, rank_overall nulls last, subject_code"
    ),
    "scores": "select * from marts.fct_scores order by fiscal_year, subject_code, node_order",
    "score_changes": "select * from marts.fct_score_changes order by fiscal_year, subject_code, node_order",
    "indicator_weights": "select * from marts.rpt_indicator_weights order by all",
    "indicator_values": "select * from marts.fct_indicator_values order by all",
    "trace": "select * from marts.fct_score_trace order by all",
}


def run_score(session: Any, folder: Path, values_file: Path, year: int | None, out: Path | None) -> None:
    """Score and tell; with `out`, write everything there.

    Args:
        session: the command's workspace, languages and consoles.
        folder: the scheme's folder.
        values_file: the table of values.
        year: year of values that name none; else the first year the scheme is valid in.
        out: a folder to be made.

    Raises:
        WorkspaceFileError: the scheme or the table cannot be used.
    """
    if out is not None and out.exists():
        raise ValuesError.about("target_exists", target=out)
    scheme = read_scheme(folder, seed_tables(DBT_PROJECT).values())
    require_sound(scheme, rule_catalogue(DBT_PROJECT))
    vocabulary = load_vocabulary(session.workspace.form_folders())
    statements = {said: vocabulary.value_status[meaning] for said, meaning in vocabulary.statements.items()}
    table = read_values(values_file, figures_of(scheme), statements, year or int(scheme.about["valid_from"]))
    voice = session.voice.about("scoring")
    if table.unused:
        session.print_plain(voice.lines("unused", columns=", ".join(table.unused)))
    with scored(session.workspace, scheme, table) as results:
        if out is not None:
            _write(results, out)
        _show(session, scheme, results)
    if out is not None:
        session.print_plain(voice.lines("written", target=out, files=", ".join(sorted(_FILES))))


def run_explain(session: Any, subject: str, year: int, edition: str | None) -> None:
    """Explain a score of the current release on the screen.

    Raises:
        WorkspaceFileError: no such score, or several editions.
    """
    database = session.release() / DATABASE_NAME
    with duckdb.connect(str(database), read_only=True) as connection:
        found = explanation(connection, subject, year, edition)
    for language in session.voice.languages:
        for sentence in found.sentences:
            session.print_plain("  " * sentence.level + sentence.said(language))


def _show(session: Any, scheme: Scheme, results: duckdb.DuckDBPyConnection) -> None:
    voice = session.voice.about("scoring")
    cursor = results.execute(
        "select fiscal_year, rank_overall, subject_name_zh, subject_code, "
        "total_points_with_defaults as score, grade_name_zh as grade_zh, grade_name_en as grade_en, "
        "missing_items_zh as missing_zh, missing_items_en as missing_en from intermediate.int_scorecards "
        "order by fiscal_year, rank_overall nulls last, subject_code"
    )
    columns = [column[0] for column in cursor.description]
    rows = [dict(zip(columns, row, strict=True)) for row in cursor.fetchall()]
    for year, group in groupby(rows, key=lambda row: row["fiscal_year"]):
        members = list(group)
        name = voice.pick(scheme.about.values, "name")
        table = Table(
            title=voice.line("title", scheme=name, edition=scheme.key[1], year=year), title_justify="left"
        )
        for column in ("rank", "subject", "points", "grade", "missing"):
            table.add_column(
                voice.short(f"column_{column}"), justify="right" if column in ("rank", "points") else "left"
            )
        for row in members[:_SHOWN]:
            name = row["subject_name_zh"]
            table.add_row(
                _text(row["rank_overall"]),
                Text(name if name == row["subject_code"] else f"{row['subject_code']} {name}"),
                _text(row["score"]),
                Text(voice.short_of(row, "grade")),
                Text(voice.short_of(row, "missing")),
            )
        session.console.print(table)
        if len(members) > _SHOWN:
            session.print_plain(voice.lines("more", count=len(members)))


def _write(results: duckdb.DuckDBPyConnection, out: Path) -> None:
    out.mkdir(parents=True)
    for name, query in _FILES.items():
        cursor = results.execute(query)
        # With a byte order mark, so that Excel reads it as UTF-8.
        with (out / f"{name}.csv").open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow([column[0] for column in cursor.description])
            while batch := cursor.fetchmany(10_000):
                writer.writerows([_harmless(value) for value in row] for row in batch)


def _harmless(value: object) -> str:
    """A value as a spreadsheet shows it; a text that looks like a formula is quoted, so that none is run."""
    said = _text(value)
    return f"'{said}" if isinstance(value, str) and said.startswith(_FORMULA_SIGNS) else said


def _text(value: object) -> str:
    if value is None:
        return ""
    if not isinstance(value, Decimal):
        return str(value)
    plain = format(value, "f")
    return plain.rstrip("0").rstrip(".") if "." in plain else plain
