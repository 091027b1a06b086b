"""Why a score moved between two years, editions or releases: parts that add up to the change exactly.

The way from one score to the other is walked in a fixed order: first the corrections of the first year (same
year and edition in the other release), then year by year under the first edition (own data, peers, limits, as
fct_score_changes has them), then the other edition. What belongs here: that walk. What does not: computing
scores, and showing this.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import duckdb

from orchestration.methods.scheme_folders import Scheme
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.scoring.comparison import COMPUTED, PUBLISHED
from orchestration.scoring.replay import ReplayError, replayed
from orchestration.texts import text

# What fct_score_changes takes a change apart into: our kind of part by its column there.
_PARTS = {
    "own": "own",
    "peers": "peer",
    "undivided": "undivided",
    "unmatched": "unmatched",
    "limits": "other",
}


@dataclass(frozen=True)
class State:
    """One score: where it stands.

    Attributes:
        release: folder of the release.
        scheme: the edition.
        year: fiscal year.
    """

    release: Path
    scheme: Scheme
    year: int


@dataclass(frozen=True)
class NodePart:
    """What one indicator did to one part of a change, in points."""

    name_zh: str
    name_en: str
    points: Decimal


@dataclass(frozen=True)
class Part:
    """One part of a change.

    Attributes:
        kind: `corrections`, `own`, `peers`, `undivided` (own data and peers cannot be told apart),
            `unmatched` (items with points in one of the years only), `limits`, or `edition`.
        year: the fiscal year it is about.
        points: unrounded.
        nodes: indicators that made it, the largest first; none for parts that are not told by indicator, as
            those of an index.
    """

    kind: str
    year: int
    points: Decimal
    nodes: tuple[NodePart, ...] = ()


@dataclass(frozen=True)
class Movement:
    """A change with its parts, which add up to it.

    Attributes:
        subject_name: of the subject.
        before: points in the first state.
        after: points in the second state.
        is_complete_before: whether every item of the first state has points; those without are in none of
            the numbers but `unmatched`.
        is_complete_after: the same of the second state.
        parts: in the order of the walk, those that are nothing left out.
    """

    subject_name: str
    before: Decimal
    after: Decimal
    is_complete_before: bool
    is_complete_after: bool
    parts: tuple[Part, ...]


def movement(workspace: Any, subject: str, start: State, end: State) -> Movement:
    """Take a change apart.

    Args:
        workspace: the bureau's folder, for scores that were not published and are computed.
        subject: code of the subject.
        start: the earlier score; its year is not after the later one's.
        end: the later score.

    Raises:
        ReplayError: years in the wrong order, or a score on the way that is not there.
    """
    if start.year > end.year:
        raise ReplayError.about("years_reversed", first=start.year, last=end.year)
    with ExitStack() as stack:
        sources = _Sources(workspace, stack)
        first = sources.total(start, subject, {start.year})
        last = sources.total(end, subject, {end.year})
        years = {start.year, end.year}
        carried = State(end.release, start.scheme, start.year)
        parts = []
        if start.release != end.release:
            parts.append(_between(sources, "corrections", start, carried, subject, ({start.year}, years)))
        for year in range(start.year + 1, end.year + 1):
            parts += _of_year(sources, State(end.release, start.scheme, year), subject, years)
        if start.scheme.key != end.scheme.key:
            under_first = State(end.release, start.scheme, end.year)
            parts.append(_between(sources, "edition", under_first, end, subject, (years, {end.year})))
    if sum((part.points for part in parts), Decimal(0)) != last.points - first.points:
        raise AssertionError(f"the parts of {subject} do not add up to its change")
    kept = tuple(part for part in parts if part.points)
    return Movement(last.name, first.points, last.points, first.is_complete, last.is_complete, kept)


@dataclass(frozen=True)
class _Total:
    name: str
    points: Decimal
    is_complete: bool


class _Sources:
    """Connections to published or computed scores, each opened once."""

    def __init__(self, workspace: Any, stack: ExitStack) -> None:
        self._workspace, self._stack = workspace, stack
        self._open: dict[tuple[Path, tuple[str, str], bool], duckdb.DuckDBPyConnection] = {}

    def total(self, state: State, subject: str, years: set[int]) -> _Total:
        """A total; `years` are those the walk needs of the same edition in the same release."""
        connection, source = self.of(state, subject, years)
        row = _total(connection, source, state, subject)
        if row is None:
            raise ReplayError.about(
                "no_total", subject=subject, year=state.year, edition=state.scheme.key[1],
                release=state.release.name,
            )  # fmt: skip
        return row

    def of(self, state: State, subject: str, years: set[int]) -> tuple[duckdb.DuckDBPyConnection, str]:
        """Where the scores of a state stand: as published, if those of all years are, else computed."""
        published = self._connection(state, False)
        span = range(min(years), max(years) + 1)
        if all(
            _total(published, PUBLISHED, State(state.release, state.scheme, year), subject) for year in span
        ):
            return published, PUBLISHED
        return self._connection(state, True), COMPUTED

    def _connection(self, state: State, is_computed: bool) -> duckdb.DuckDBPyConnection:
        key = (state.release, state.scheme.key, is_computed)
        if key not in self._open:
            opened: Any = (
                replayed(self._workspace, state.release, [state.scheme], everybody=True)
                if is_computed
                else duckdb.connect(str(state.release / DATABASE_NAME), read_only=True)
            )
            self._open[key] = self._stack.enter_context(opened)
        return self._open[key]


def _between(
    sources: _Sources, kind: str, before: State, after: State, subject: str, years: tuple[set[int], set[int]]
) -> Part:
    """What one step of the walk did that is none of the subject's years, with the indicators that made it."""
    old, new = (
        sources.total(state, subject, of_walk) for state, of_walk in zip((before, after), years, strict=True)
    )
    sides = [
        _items(sources.of(state, subject, of_walk)[0], state, subject)
        for state, of_walk in zip((before, after), years, strict=True)
    ]
    nodes = []
    for node in dict.fromkeys((*sides[1], *sides[0])):
        zh, en, _ = sides[1].get(node) or sides[0][node]
        earlier, later = (side[node][2] if node in side else Decimal(0) for side in sides)
        nodes.append(NodePart(zh, en, later - earlier))
    change = new.points - old.points
    rest = change - sum((node.points for node in nodes), Decimal(0))
    if nodes:
        nodes.append(NodePart(text("replay.node_limits", "zh"), text("replay.node_limits", "en"), rest))
    return Part(kind, after.year, change, _largest_first(nodes))


def _largest_first(nodes: Iterable[NodePart]) -> tuple[NodePart, ...]:
    return tuple(sorted((node for node in nodes if node.points), key=lambda node: -abs(node.points)))


def _items(
    connection: duckdb.DuckDBPyConnection, state: State, subject: str
) -> dict[str, tuple[str, str, Decimal]]:
    """Names and points of the scored items by code; an index is no sum of its items and has none here."""
    rows = connection.execute(
        "SELECT node_code, node_name_zh, node_name_en, points FROM marts.fct_scores "
        "WHERE scheme_code = ? AND scheme_edition = ? AND subject_code = ? AND fiscal_year = ? "
        "AND rule_code IS NOT NULL AND max_points IS NOT NULL AND points IS NOT NULL ORDER BY node_order",
        [*state.scheme.key, subject, state.year],
    ).fetchall()
    return {code: (zh, en, points) for code, zh, en, points in rows}


def _of_year(sources: _Sources, state: State, subject: str, years: set[int]) -> Iterator[Part]:
    """The parts of the change from the year before."""
    connection, _ = sources.of(state, subject, years)
    columns = ", ".join(f"{column}_change_points" for column in _PARTS.values())
    rows = connection.execute(
        f"SELECT is_total, node_name_zh, node_name_en, {columns} FROM marts.fct_score_changes "
        "WHERE scheme_code = ? AND scheme_edition = ? AND subject_code = ? AND fiscal_year = ? "
        "ORDER BY node_order",
        [*state.scheme.key, subject, state.year],
    ).fetchall()
    total = next((row for row in rows if row[0]), None)
    if total is None or total[3] is None:
        for year in (state.year - 1, state.year):
            sources.total(State(state.release, state.scheme, year), subject, years)  # tells which has none
        raise AssertionError(f"{subject} has totals for {state.year} and the year before, but no change")
    for column, kind in enumerate(_PARTS, start=3):
        nodes = (NodePart(row[1], row[2], row[column]) for row in rows if not row[0])
        yield Part(kind, state.year, total[column], _largest_first(nodes))


def _total(connection: duckdb.DuckDBPyConnection, source: str, state: State, subject: str) -> _Total | None:
    row = connection.execute(
        "SELECT coalesce(subject_name_zh, subject_code), total_points_with_defaults_unrounded, is_complete "
        f"FROM {source} "
        "WHERE scheme_code = ? AND scheme_edition = ? AND subject_code = ? AND fiscal_year = ?",
        [*state.scheme.key, subject, state.year],
    ).fetchone()
    return _Total(*row) if row and row[1] is not None else None
