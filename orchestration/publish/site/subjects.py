"""Drill-down: one small data file per subject, with its points by node and the cells they came from.

Files are loaded by script tags when a reader opens a subject, because a page opened from the disk may not
fetch. Lists instead of objects keep them compact; `site.js` knows the order of their entries.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from typing import Any

import duckdb

from orchestration.publish.candidate import MARTS_SCHEMA
from orchestration.publish.site import figures
from orchestration.publish.site.contract import Row, stream

# Ledger lines shown per ratio; a subject with more is told how many, and that the mart has them all.
MOST_LEDGER_LINES = 200
_FIGURE, _JUDGEMENT, _REPORTED = "figure", "node", "reported"
_SHOWN_ROLES = (
    *("measure", "band_number", "peer_count", "band_mean", "band_min", "band_max"),
    *("difference", "window_min", "window_max"),
)


@dataclass(frozen=True)
class Subject:
    """Someone a ratio or a score is about; `key` names the data file."""

    key: str
    subject_type: str
    code: str
    name: str


def subject_index(tables: Sequence[tuple[str | None, Sequence[Row]]]) -> dict[tuple[str, str], Subject]:
    """Subjects of the given rows by (type, code).

    Args:
        tables: (subject type, rows) pairs; None when the rows carry their own type.
    """
    names: dict[tuple[str, str], str] = {}
    for kind, rows in tables:
        for row in rows:
            names[(kind or row["subject_type"], row["subject_code"])] = row["subject_name_zh"] or ""
    # Numbered and not named by code: a code is whatever a submitter wrote, a file name must be tame.
    return {
        (kind, code): Subject(f"{number:06d}", kind, code, names[(kind, code)])
        for number, (kind, code) in enumerate(sorted(names), start=1)
    }


def subject_documents(
    connection: duckdb.DuckDBPyConnection,
    index: dict[tuple[str, str], Subject],
    ratios: Sequence[Row],
    scorecards: Sequence[Row],
) -> Iterator[tuple[Subject, dict[str, Any]]]:
    """The data file of each subject, as plain lists, texts and numbers of years."""
    files = _file_names(connection)
    ratios_of = _by(ratios, "subject_type", "subject_code")
    cards_of = _by(scorecards, "subject_type", "subject_code")
    ledger = _Walk(
        stream(
            connection,
            "fct_coverage_ledger",
            "[t.subject_type, t.subject_code]",
            "t.coverage_code, t.fiscal_year, t.coverage_status DESC, t.amount_cny DESC NULLS LAST, t.line_no",
        )
    )
    scores = _Walk(
        stream(
            connection,
            "fct_scores",
            "[t.subject_type, t.subject_code]",
            "t.fiscal_year, t.scheme_code, t.scheme_edition, t.node_level, t.node_order, t.node_code",
        )
    )
    trace = _Walk(
        stream(
            connection,
            "fct_score_trace",
            "[t.subject_type, t.subject_code]",
            "t.fiscal_year, t.node_code, t.metric_code, t.input_role, t.fiscal_year_of_figure, "
            "t.figure_code, t.submission_id, t.sheet, t.cell",
        )
    )
    for key, subject in sorted(index.items()):
        lines, nodes, cells = ledger.take(key), scores.take(key), trace.take(key)
        used = _used_files(files, lines, cells)
        numbers = {submission: number for number, submission in enumerate(used)}
        lines_of = _by(lines, "coverage_code", "fiscal_year")
        nodes_of = _by(nodes, "fiscal_year", "scheme_code", "scheme_edition")
        cells_of = _by(cells, "fiscal_year", "scheme_code", "scheme_edition")
        yield (
            subject,
            {
                "type": subject.subject_type,
                "code": subject.code,
                "name": subject.name,
                "files": list(used.values()),
                "coverage": [
                    _coverage(row, lines_of.get((row["coverage_code"], row["fiscal_year"]), []), numbers)
                    for row in ratios_of.get(key, [])
                ],
                "scores": [
                    _score(card, nodes_of.get(_edition(card), []), cells_of.get(_edition(card), []), numbers)
                    for card in cards_of.get(key, [])
                ],
            },
        )


class _Walk:
    """Rows in the order of their subject, handed out subject by subject."""

    def __init__(self, rows: Iterator[tuple[Any, Row]]) -> None:
        self._groups = groupby(rows, key=lambda entry: tuple(entry[0]))
        self._waiting: tuple[tuple[Any, ...], list[Row]] | None = None
        self._advance()

    def take(self, key: tuple[str, str]) -> list[Row]:
        """Rows of `key`; keys must be asked for in ascending order."""
        while self._waiting and self._waiting[0] < key:
            self._advance()
        return self._waiting[1] if self._waiting and self._waiting[0] == key else []

    def _advance(self) -> None:
        group = next(self._groups, None)
        self._waiting = (group[0], [row for _, row in group[1]]) if group else None


def _coverage(ratio: Row, lines: Sequence[Row], numbers: Mapping[str, int]) -> dict[str, Any]:
    return {
        "year": ratio["fiscal_year"],
        "code": ratio["coverage_code"],
        "status": ratio["value_status"],
        "ratio": figures.percent(ratio["coverage_ratio"]),
        "gross": figures.wan(ratio["numerator_gross_cny"]),
        "net": figures.wan(ratio["numerator_net_cny"]),
        "overlap": figures.wan(ratio["overlap_cny"]),
        "unplaced": figures.wan(ratio["unplaced_cny"]),
        "total": figures.wan(ratio["denominator_cny"]),
        "more": max(len(lines) - MOST_LEDGER_LINES, 0),
        "lines": [
            [
                row["object_name_zh"] or row["object_code"] or row["function_code"] or "",
                row["function_code"] or "",
                figures.count(row["unit_count"])
                if row["amount_cny"] is None
                else figures.wan(row["amount_cny"]),
                row["coverage_status"],
                row["reason_zh"] or "",
                row["reason_en"] or "",
                *_place(row, numbers),
                *_place(row, numbers, "evidence_"),
            ]
            for row in lines[:MOST_LEDGER_LINES]
        ],
    }


def _score(
    card: Row, nodes: Sequence[Row], cells: Sequence[Row], numbers: Mapping[str, int]
) -> dict[str, Any]:
    trial = _trial_nodes(nodes)
    return {
        "year": card["fiscal_year"],
        "scheme": card["scheme_code"],
        "edition": card["scheme_edition"],
        "source": figures.points(card["total_points_from_source"]),
        "sourceMax": figures.max_points(card["max_points_from_source"]),
        "trial": figures.total(card["total_points_with_defaults"]),
        "isTrial": bool(card["is_trial"]),
        "isComplete": bool(card["is_complete"]),
        "rank": card["rank_overall"],
        "band": card["band_code"] or "" if (card["band_count"] or 1) > 1 else "",
        "bandRank": card["rank_in_band"],
        "grade": [card["grade_name_zh"] or "", card["grade_name_en"] or ""],
        "explanation": [card["explanation_zh"] or "", card["explanation_en"] or ""],
        "missing": [card["missing_items_zh"] or "", card["missing_items_en"] or ""],
        "nodes": [
            [
                row["node_code"],
                row["parent_node_code"] or "",
                row["node_name_zh"],
                row["node_name_en"],
                figures.plain(row["points"]) if row["max_points"] is None else figures.points(row["points"]),
                figures.max_points(row["max_points"]),
                figures.bar_share(row["points"], row["max_points"]),
                row["node_status"],
                row["value_status"],
                bool(row["is_complete"]),
                row["node_code"] in trial,
            ]
            for row in nodes
        ],
        "trace": [entry for row in cells for entry in _trace_entries(row, numbers)],
    }


def _trace_entries(row: Row, numbers: Mapping[str, int]) -> Iterator[list[object]]:
    """A figure with its cell, or the numbers a rule looked at; the mart has more than the page shows."""
    if row["trace_part"] == _FIGURE:
        yield [
            row["node_code"],
            row["figure_name_zh"] or "",
            row["figure_code"] or "",
            row["input_role"] or "",
            row["fiscal_year_of_figure"],
            figures.plain(row["input_value"]),
            row["value_text"] or "",
            row["value_status"],
            *_place(row, numbers),
        ]
    elif row["trace_part"] == _JUDGEMENT and row["rule_code"]:
        for role in _SHOWN_ROLES:
            if row[role] is not None:
                value = figures.plain(row[role])
                yield [row["node_code"], "", "", role, None, value, "", _REPORTED, -1, "", ""]


def _trial_nodes(nodes: Sequence[Row]) -> set[str]:
    """Nodes whose points hold a default anywhere below: the document may give a block's weight and not its
    content.
    """
    parents = {row["node_code"]: row["parent_node_code"] for row in nodes}
    trial: set[str] = set()
    for row in nodes:
        node = row["node_code"] if row["node_status"] == "default" else None
        while node and node not in trial:
            trial.add(node)
            node = parents.get(node)
    return trial


def _edition(row: Row) -> tuple[object, object, object]:
    return row["fiscal_year"], row["scheme_code"], row["scheme_edition"]


def _place(row: Row, numbers: Mapping[str, int], prefix: str = "") -> list[object]:
    """Number of the workbook in the document's `files` (-1: none), sheet, cell."""
    submission = row[f"{prefix}submission_id"]
    return [numbers.get(submission, -1), row[f"{prefix}sheet"] or "", row[f"{prefix}cell"] or ""]


def _by(rows: Sequence[Row], *columns: str) -> dict[tuple[Any, ...], list[Row]]:
    groups: dict[tuple[Any, ...], list[Row]] = {}
    for row in rows:
        groups.setdefault(tuple(row[column] for column in columns), []).append(row)
    return groups


def _file_names(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    rows = connection.execute(
        f"SELECT submission_id, file_name, relative_path FROM {MARTS_SCHEMA}.fct_submissions "
        "ORDER BY submission_id, relative_path DESC"
    ).fetchall()
    return {submission: [file_name or "", path or ""] for submission, file_name, path in rows}


def _used_files(files: dict[str, list[str]], *tables: Sequence[Row]) -> dict[str, list[str]]:
    named = ("submission_id", "evidence_submission_id")
    used = sorted({row[key] for rows in tables for row in rows for key in named if row.get(key)})
    return {submission: files.get(submission, [submission, ""]) for submission in used}
