"""Two editions held against each other: who gains, who loses, and what in the method differs.

What belongs here: pairing scores and nodes. What does not: computing scores (`replay`), and showing this.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

import duckdb

from orchestration.methods.scheme_folders import Scheme
from orchestration.methods.table_files import TableRow

PUBLISHED = (
    "(select * from marts.rpt_region_scorecard "
    "union all by name select * from marts.rpt_department_scorecard)"
)
COMPUTED = "intermediate.int_scorecards"
_ASPECTS = {
    "max_points": ("max_points", "weight"),
    "rule": ("rule_code", "combination", "direction", "aggregation"),
    "peer_scope": ("peer_scope",),
    "missing_policy": ("missing_policy", "not_applicable_policy", "not_demonstrable_policy"),
}
_PARAMETERS = "parameters"
_TABLES_OF_NODES = ("node_parameters", "node_intervals", "node_inputs")


@dataclass(frozen=True)
class Card:
    """What one edition says of a subject in a year; rank and grade are None while it is incomplete.

    Attributes:
        subject_code: the subject.
        name: its name.
        year: fiscal year.
        points: unrounded total.
        rank: among all.
        grade_code: code of the grade.
        grade_zh: its Chinese name, '' without one.
        grade_en: its English name, '' without one.
    """

    subject_code: str
    name: str
    year: int
    points: Decimal | None
    rank: int | None
    grade_code: str | None
    grade_zh: str
    grade_en: str


@dataclass(frozen=True)
class Scored:
    """An edition with the scores it gives."""

    scheme: Scheme
    cards: Mapping[tuple[int, str], Card]

    @property
    def label(self) -> str:
        """The edition's name."""
        return self.scheme.key[1]

    @property
    def years(self) -> set[int]:
        """Years it scores."""
        return {year for year, _ in self.cards}


@dataclass(frozen=True)
class Pair:
    """One subject in one year under both editions."""

    before: Card
    after: Card

    @property
    def change(self) -> Decimal | None:
        """Points after minus points before, unrounded; None when one of them is not known."""
        if self.before.points is None or self.after.points is None:
            return None
        return self.after.points - self.before.points


@dataclass(frozen=True)
class Summary:
    """A year's pairs in four numbers.

    Attributes:
        subjects: in both editions, complete in both.
        mean_change: mean of the changes without their signs, in points; None without a subject.
        rank_changes: subjects whose rank is another.
        grade_changes: subjects whose grade is another.
    """

    subjects: int
    mean_change: Decimal | None
    rank_changes: int
    grade_changes: int


@dataclass(frozen=True)
class NodeDifference:
    """A node that only one edition has, or that both have differently.

    Attributes:
        node: its row in the edition that has it, the second one of two.
        only_in: name of the edition when it is the only one; '' otherwise.
        aspects: what differs → value before and after, as text.
    """

    node: TableRow
    only_in: str
    aspects: Mapping[str, tuple[str, str]]


def cards_of(
    connection: duckdb.DuckDBPyConnection, source: str, scheme: Scheme
) -> dict[tuple[int, str], Card]:
    """(year, subject) → what the edition says, from `PUBLISHED` or `COMPUTED` scorecards."""
    rows = connection.execute(
        "SELECT subject_code, coalesce(subject_name_zh, subject_code), fiscal_year, "
        "total_points_with_defaults_unrounded, rank_overall, grade_code, coalesce(grade_name_zh, ''), "
        f"coalesce(grade_name_en, '') FROM {source} WHERE scheme_code = ? AND scheme_edition = ?",
        list(scheme.key),
    ).fetchall()
    return {(row[2], row[0]): Card(*row) for row in rows}


def pairs_of(before: Scored, after: Scored) -> dict[int, list[Pair]]:
    """Year → subjects both editions score, in the order of the second edition's ranks."""
    found: dict[int, list[Pair]] = {}
    for key in sorted(before.cards.keys() & after.cards.keys()):
        found.setdefault(key[0], []).append(Pair(before.cards[key], after.cards[key]))
    for pairs in found.values():
        pairs.sort(key=lambda pair: (pair.after.rank is None, pair.after.rank or 0, pair.after.subject_code))
    return found


def summary_of(pairs: Sequence[Pair]) -> Summary:
    """The summary of a year."""
    complete = [pair for pair in pairs if pair.before.rank is not None and pair.after.rank is not None]
    changes = [abs(pair.change) for pair in complete if pair.change is not None]
    return Summary(
        subjects=len(complete),
        mean_change=sum(changes, Decimal(0)) / len(changes) if changes else None,
        rank_changes=sum(pair.before.rank != pair.after.rank for pair in complete),
        grade_changes=sum(pair.before.grade_code != pair.after.grade_code for pair in complete),
    )


def node_differences(before: Scheme, after: Scheme) -> Iterator[NodeDifference]:
    """Nodes that differ, in the order of the second edition, then those it no longer has."""
    for code, node in after.nodes.items():
        if code not in before.nodes:
            yield NodeDifference(node, after.key[1], {})
            continue
        aspects = dict(_aspects(before, after, code))
        if aspects:
            yield NodeDifference(node, "", aspects)
    for code, node in before.nodes.items():
        if code not in after.nodes:
            yield NodeDifference(node, before.key[1], {})


def _aspects(before: Scheme, after: Scheme, code: str) -> Iterator[tuple[str, tuple[str, str]]]:
    first, second = before.nodes[code], after.nodes[code]
    for aspect, columns in _ASPECTS.items():
        values = [
            " ".join(_plain(row[column]) for column in columns if row[column]) for row in (first, second)
        ]
        if values[0] != values[1]:
            yield aspect, (values[0], values[1])
    said = [_parameters(scheme, code) for scheme in (before, after)]
    if said[0] != said[1]:
        yield _PARAMETERS, (said[0], said[1])


def _parameters(scheme: Scheme, code: str) -> str:
    """Parameters, intervals and inputs of a node as text, in order."""
    found = []
    for table in _TABLES_OF_NODES:
        for row in scheme.tables[table]:
            if row["node_code"] == code:
                values = (_plain(value) for column, value in row.values.items() if column != "node_code")
                found.append(" ".join(value for value in values if value))
    return "; ".join(sorted(found))


def _plain(value: str) -> str:
    """A number without the zeros at its end, anything else as it is."""
    if "." not in value or not value.replace(".", "", 1).lstrip("-").isdecimal():
        return value
    return value.rstrip("0").rstrip(".")
