"""What each kind of figure rests on: from a row of a mart to the rows and cells below it.

A way is followed to its end: a ratio to its ledger lines, a node of the indicator tree to its inputs, all of
them to cells. What belongs here: which rows follow from which. What does not: how they are printed.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

from orchestration.trace.rows import Marts, Row, place_of

# A row may rest on rows of the same kind (nodes of a tree, pooled ratios); a release has no cycle, and is not
# trusted not to have one.
_DEEPEST = 12


@dataclass
class Step:
    """One row on the way, or one cell.

    Attributes:
        role: what it is to the row above; key of a text.
        mart: the mart it is a row of; '' for a group of rows and for a bare cell.
        row: the row; of a group its sum.
        place: submission, sheet and cell it names.
        filed: what was read there.
        children: what it rests on.
    """

    role: str
    mart: str
    row: Row
    place: tuple[str, str, str] | None = None
    filed: Row | None = None
    children: list[Step] = field(default_factory=list)

    def walk(self, level: int = 0) -> Iterator[tuple[int, Step]]:
        """The step and all below it, each with its level."""
        yield level, self
        for child in self.children:
            yield from child.walk(level + 1)


def trace(marts: Marts, mart: str, row: Row) -> Step:
    """The whole way of one row, with what was read in each cell."""
    root = _step(marts, "figure", mart, row, 0)
    steps = [step for _, step in root.walk()]
    filed = marts.filed(step.place for step in steps if step.place)
    for step in steps:
        if step.place:
            step.filed = filed.get(step.place)
    return root


def _step(marts: Marts, role: str, mart: str, row: Row, depth: int) -> Step:
    step = Step(role, mart, row, place_of(row))
    way = _WAYS.get(mart)
    if way is not None and depth < _DEEPEST:
        step.children = [
            child if isinstance(child, Step) else _step(marts, *child, depth + 1)
            for child in way(marts, row, depth)
        ]
    return step


_OF_PEERS = "band_mean"
_JUDGEMENT = "node"
_NUMBERS = (
    *("measure", "band_number", "peer_year", "peer_count", "band_mean", "band_min", "band_max", "difference"),
    *("window_min", "window_max", "interval_points", "peer_deviation", "subjects_below", "point_share"),
    *("stated_max_points", "max_points", "points", "estimated_points", "missing_points"),
)
Below = Step | tuple[str, str, Row]
"""A step that is ready, or role, mart and row of one still to be followed."""


def _coverage_board(marts: Marts, row: Row, _: int) -> Iterator[Below]:
    for ratio in marts.matching(
        "fct_coverage_ratios",
        coverage_code=row["coverage_code"],
        subject_type="level",
        subject_code=row["level_code"],
        fiscal_year=row["fiscal_year"],
    ):
        yield "ratio", "fct_coverage_ratios", ratio


def _coverage_ratio(marts: Marts, row: Row, depth: int) -> Iterator[Below]:
    """A subject's own ledger; of a pooled ratio, the ratios pooled."""
    key = {name: row[name] for name in ("coverage_code", "subject_type", "subject_code", "fiscal_year")}
    lines = marts.matching("fct_coverage_ledger", "line_no", **key)
    if not lines:
        for member in _pooled(marts, row):
            yield "pooled", "fct_coverage_ratios", member
        return
    for role, is_covered in (("numerator", True), ("rest_of_denominator", False)):
        own = [line for line in lines if (line["coverage_status"] == "covered") == is_covered]
        if own:
            amounts = [line["amount_cny"] for line in own if line["amount_cny"] is not None]
            units = [line["unit_count"] for line in own if line["unit_count"] is not None]
            total = {
                "lines": len(own),
                "amount_cny": sum(amounts) if amounts else None,
                "unit_count": sum(units) if units else None,
            }
            steps = [_step(marts, "ledger_line", "fct_coverage_ledger", line, depth + 2) for line in own]
            yield Step(role, "", total, children=steps)


def _pooled(marts: Marts, row: Row) -> list[Row]:
    of_year = marts.matching(
        "fct_coverage_ratios",
        "subject_code",
        coverage_code=row["coverage_code"],
        fiscal_year=row["fiscal_year"],
    )
    kinds = {one["subject_type"] for one in of_year}
    smallest = "department" if "department" in kinds else "region"
    if row["subject_type"] == smallest:
        return []
    place = "region_code" if row["subject_type"] == "region" else "subject_level_code"
    return [one for one in of_year if one["subject_type"] == smallest and one[place] == row["subject_code"]]


def _ledger_line(_: Marts, row: Row, __: int) -> Iterator[Below]:
    amount, evidence = place_of(row), place_of(row, "evidence_")
    if amount:
        yield Step("amount_cell", "", {}, amount)
    if evidence and evidence != amount:
        yield Step("evidence_cell", "", {}, evidence)


def _scorecard(marts: Marts, row: Row, _: int) -> Iterator[Below]:
    for node in marts.of_subject("fct_scores", "node_order", **_subject(row)):
        if node["parent_node_code"] is None:
            yield "node", "fct_scores", node


def _node(marts: Marts, row: Row, _: int) -> Iterator[Below]:
    nodes = marts.of_subject("fct_scores", "node_order", **_subject(row))
    below = [node for node in nodes if node["parent_node_code"] == row["node_code"]]
    for node in below:
        yield "node", "fct_scores", node
    if not below:
        inputs = marts.of_subject("fct_score_trace", _FIGURES_FIRST, **_subject(row))
        for one in inputs:
            if one["node_code"] == row["node_code"]:
                for said in _said(one):
                    yield "input", "fct_score_trace", said


def _said(row: Row) -> Iterator[Row]:
    """A row of the trace; of a whole judgement a row for each number in it, as releases before had it."""
    if row.get("trace_part") != _JUDGEMENT:
        yield row
        return
    for role in (role for role in _NUMBERS if row[role] is not None):
        status = row["value_status"] if role == "points" else "reported"
        yield {**row, "input_role": role, "input_value": row[role], "value_status": status}


_FIGURES_FIRST = (
    "figure_code is null, metric_code is null, metric_code, input_role desc, figure_code, input_role"
)


def _input(marts: Marts, row: Row, _: int) -> Iterator[Below]:
    """A figure's ledger where it has one; of a statistic of the band, the measures of the peers."""
    code = row["ledger_coverage_code"]
    if code and row["figure_code"].endswith(".ratio"):
        for ratio in marts.matching(
            "fct_coverage_ratios",
            coverage_code=code,
            subject_type=row["subject_type"],
            subject_code=row["subject_code"],
            fiscal_year=row["fiscal_year_of_figure"],
        ):
            yield "ratio", "fct_coverage_ratios", ratio
    elif code:
        for line in marts.matching(
            "fct_coverage_ledger",
            coverage_code=code,
            object_code=row["subject_code"],
            fiscal_year=row["fiscal_year_of_figure"],
        ):
            yield "ledger_line", "fct_coverage_ledger", line
    elif row["input_role"] == _OF_PEERS:
        yield from _peers(marts, row)


def _peers(marts: Marts, row: Row) -> Iterator[Below]:
    """Measures of the subjects of the same band; they stand once, below the mean."""
    card = f"rpt_{row['subject_type']}_scorecard"
    own = marts.matching(card, **_subject(row, without="subject_type")) if card in marts.columns else []
    if not own:
        return
    is_wide = "trace_part" in marts.columns["fct_score_trace"]
    of_peers = "t.trace_part = 'node'" if is_wide else "t.input_role = 'measure'"
    peers = marts.rows(
        f'select t.* from fct_score_trace as t join "{card}" as c using (scheme_code, scheme_edition,'
        f" subject_code, fiscal_year) where c.band_code is not distinct from ? and {of_peers}"
        " and t.node_code = ? and t.scheme_code = ? and t.scheme_edition = ? and t.fiscal_year = ?"
        " order by t.subject_code",
        [
            own[0]["band_code"],
            row["node_code"],
            *(row[key] for key in ("scheme_code", "scheme_edition", "fiscal_year")),
        ],
    )
    for peer in peers:
        measure = peer["measure"] if is_wide else peer["input_value"]
        yield Step("peer", "fct_score_trace", {**peer, "input_role": "measure", "input_value": measure})


def _metric(marts: Marts, row: Row, _: int) -> Iterator[Below]:
    key = {**_subject(row), "metric_code": row["metric_code"]}
    for one in marts.matching("fct_indicator_inputs", _FIGURES_FIRST, **key):
        yield "input", "fct_indicator_inputs", one


def _record(marts: Marts, row: Row, _: int) -> Iterator[Below]:
    """A row of a list: all its cells."""
    place = place_of(row)
    found = marts.filed([place]) if place else {}
    for own in found.values():
        line = marts.matching(
            "fct_cells",
            "length(cell), cell",
            submission_id=own["submission_id"],
            sheet=own["sheet"],
            row_number=own["row_number"],
        )
        for cell in line:
            yield Step("field_cell", "", {"measure_code": cell["measure_code"]}, place_of(cell))


def _subject(row: Row, without: str = "") -> dict[str, Any]:
    names = ("scheme_code", "scheme_edition", "subject_type", "subject_code", "fiscal_year")
    return {name: row[name] for name in names if name != without}


def _scorecard_of(subject_type: str) -> Callable[[Marts, Row, int], Iterator[Below]]:
    return lambda marts, row, depth: _scorecard(marts, {**row, "subject_type": subject_type}, depth)


_WAYS: dict[str, Callable[[Marts, Row, int], Iterator[Below]]] = {
    "rpt_coverage_board": _coverage_board,
    "fct_coverage_ratios": _coverage_ratio,
    "fct_coverage_ledger": _ledger_line,
    "rpt_region_scorecard": _scorecard_of("region"),
    "rpt_department_scorecard": _scorecard_of("department"),
    "fct_scores": _node,
    "fct_score_trace": _input,
    "fct_indicator_values": _metric,
    "fct_indicator_inputs": _input,
    "dim_projects": _record,
    "dim_units": _record,
    "dim_regions": _record,
}
