"""Each kind of rule at its boundaries: a scheme with a node a rule, subjects at, below and above each bound.

Expected points are typed by hand; nothing here computes what the SQL computes.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from orchestration.methods.scheme_rules import rule_catalogue
from orchestration.resources.paths import DBT_PROJECT
from tests.dbt.test_score_trace import compare, rows_of
from tests.support.explanations import explain_all
from tests.support.from_trace import REPORTED, Trace
from tests.support.scheme_folders import SchemeWriter, scored_folder, write_table

NA, UNSHOWN = "不适用", "无法证实"
# node → (rule, parameters, {subject: (value, points out of 10)}); every node has ten points.
CASES: dict[str, tuple[str, dict[str, str], dict[str, tuple[str, str]]]] = {
    "proportion": (
        "proportion_capped",
        {"full_at": "0.8"},
        {"a": ("0.8", "10"), "b": ("0.9", "10"), "c": ("0.4", "5"), "d": ("0", "0"), "e": ("-1", "0")},
    ),
    # Tax share of revenue as in 湘财绩〔2013〕30号: nothing at 60 %, everything at 85 %.
    "between": (
        "proportion_capped",
        {"full_at": "0.85", "nothing_at": "0.6"},
        {
            "a": ("0.85", "10"),
            "b": ("0.6", "0"),
            "c": ("0.725", "5"),
            "d": ("0.5", "0"),
            "e": ("0.601", "0.04"),
        },
    ),
    "less_is_better": (
        "proportion_capped",
        {"full_at": "1", "nothing_at": "5"},
        {"a": ("1", "10"), "b": ("5", "0"), "c": ("3", "5"), "d": ("0.5", "10"), "e": ("6", "0")},
    ),
    "threshold_more": (
        "threshold",
        {"threshold": "0.9"},
        {
            "a": ("0.9", "10"),
            "b": ("0.899999999999", "0"),
            "c": ("1", "10"),
            "d": ("0", "0"),
            "e": ("-5", "0"),
        },
    ),
    "threshold_less": (
        "threshold",
        {"threshold": "0"},
        {"a": ("0", "10"), "b": ("0.000000000001", "0"), "c": ("-1", "10"), "d": ("7", "0"), "e": ("1", "0")},
    ),
    # Half a point off for each point above 100 %, as in the sheet of 岳阳 (methodology 2.2).
    "steps_in_proportion": (
        "step_deduction",
        {"start": "1", "step_size": "0.01", "step_points": "0.5"},
        {"a": ("1", "10"), "b": ("0.9", "10"), "c": ("1.015", "9.25"), "d": ("1.2", "0"), "e": ("1.21", "0")},
    ),
    "steps_completed": (
        "step_deduction_completed",
        {"start": "1", "step_size": "0.01", "step_points": "0.5"},
        {
            "a": ("1", "10"),
            "b": ("1.009", "10"),
            "c": ("1.01", "9.5"),
            "d": ("1.019", "9.5"),
            "e": ("1.3", "0"),
        },
    ),
    "steps_begun": (
        "step_deduction_begun",
        {"start": "1", "step_size": "0.01", "step_points": "0.5", "floor_points": "2"},
        {
            "a": ("1", "10"),
            "b": ("1.001", "9.5"),
            "c": ("1.01", "9.5"),
            "d": ("1.011", "9"),
            "e": ("1.3", "2"),
        },
    ),
    "steps_upward": (
        "step_deduction",
        {"start": "0.85", "step_size": "0.001", "step_points": "0.04"},
        {
            "a": ("0.85", "10"),
            "b": ("0.86", "10"),
            "c": ("0.849", "9.96"),
            "d": ("0.6", "0"),
            "e": ("0.1", "0"),
        },
    ),
    "intervals": (
        "interval_table",
        {},
        {
            "a": ("0.9", "10"),
            "b": ("0.899999999999", "8"),
            "c": ("0.8", "8"),
            "d": ("0.6", "4"),
            "e": ("0.59", "0"),
        },
    ),
    "window": (
        "band_window_minmax",
        {"window_half_width": "0.1"},
        # The annex's example: shares 58, 52, 47, 44, 34 %, mean 47.
        {
            "a": ("0.58", "10"),
            "b": ("0.52", "10"),
            "c": ("0.47", "3.75"),
            "d": ("0.44", "0"),
            "e": ("0.34", "0"),
        },
    ),
    "window_less": (
        "band_window_minmax",
        {"window_half_width": "0.1"},
        {
            "a": ("0.58", "0"),
            "b": ("0.52", "0"),
            "c": ("0.47", "6.25"),
            "d": ("0.44", "10"),
            "e": ("0.34", "10"),
        },
    ),
    "minmax": (
        "band_minmax",
        {},
        {"a": ("5", "10"), "b": ("4", "7.5"), "c": ("3", "5"), "d": ("1", "0"), "e": ("2", "2.5")},
    ),
    "minmax_less": (
        "band_minmax",
        {},
        {"a": ("5", "0"), "b": ("4", "2.5"), "c": ("3", "5"), "d": ("1", "10"), "e": ("2", "7.5")},
    ),
    "minmax_equal": ("band_minmax", {}, dict.fromkeys("abcde", ("3", "5"))),
    "standard": (
        "ratio_to_standard",
        {"full_at": "1"},
        {"a": ("1", "10"), "b": ("1.5", "10"), "c": ("0.9", "5"), "d": ("0.8", "0"), "e": ("0.95", "7.5")},
    ),
    "standard_less": (
        "ratio_to_standard",
        {"full_at": "1"},
        {"a": ("1", "10"), "b": ("0.5", "10"), "c": ("2", "5"), "d": ("3", "0"), "e": ("1.5", "7.5")},
    ),
    "no_growth": (
        "growth_not_above_zero",
        {},
        {"a": ("0", "10"), "b": ("-0.1", "10"), "c": ("0.2", "0"), "d": ("0.1", "5"), "e": ("0.05", "7.5")},
    ),
    # Mean 0.5.
    "average": (
        "mean_reached",
        {},
        {"a": ("0.5", "10"), "b": ("0.9", "10"), "c": ("0.25", "5"), "d": ("0.1", "2"), "e": ("0.75", "10")},
    ),
    "target": (
        "target_over_actual",
        {"target": "0.09"},
        {"a": ("0.09", "10"), "b": ("0", "10"), "c": ("0.18", "5"), "d": ("0.9", "1"), "e": ("-0.1", "10")},
    ),
    "deviation": (
        "deviation_floor",
        {"nothing_at": "10"},
        {"a": ("0", "10"), "b": ("-5", "5"), "c": ("5", "5"), "d": ("10", "0"), "e": ("-11", "0")},
    ),
}
LESS = {
    "threshold_less",
    "window_less",
    "minmax_less",
    "standard_less",
    "steps_in_proportion",
    "steps_completed",
    "steps_begun",
}


def zoo() -> SchemeWriter:
    scheme = SchemeWriter("rule_kinds")
    scheme.inner("total", max_points=10 * len(CASES) + 100, aggregation="sum_of_points")
    for code, (rule, parameters, _) in CASES.items():
        scheme.leaf(code, "total", rule, parameters, max_points=10, direction="less" if code in LESS else "")
    for low, high, points in (
        ("", "0.6", 0),
        ("0.6", "0.7", 4),
        ("0.7", "0.8", 6),
        ("0.8", "0.9", 8),
        ("0.9", "", 10),
    ):
        scheme.add("intervals", node_code="intervals", value_from=low, value_below=high, points=points)
    # Ten blocks of ten points for what takes several inputs, or follows from several nodes.
    scheme.leaf(
        "improvement", "total", "improvement_on_last_year", {"full_at": "1", "window_half_width": "0.1"},
        max_points=10, combination="difference", inputs=[("value", "now"), ("previous", "before")],
    )  # fmt: skip
    scheme.leaf(
        "best", "total", "proportion_capped", {"full_at": "10", "best_count": "2"}, max_points=10,
        combination="best_of", inputs=[("value", "best_1"), ("value", "best_2"), ("value", "best_3")],
    )  # fmt: skip
    # S13 (methodology 2.2): 1 each, at most 4, then 0.25 each, at most 1; and two points for another thing.
    scheme.leaf(
        "checklist", "total", "sum_of_items", max_points=10, combination="checklist",
        inputs=[
            ("value", "sets", {"item_points": "1", "most_item_points": "4"}),
            ("value", "more_sets", {"item_points": "0.25", "counted_from": "4", "most_item_points": "1"}),
            ("value", "system", {"item_points": "2"}),
        ],
    )  # fmt: skip
    scheme.leaf(
        "panel", "total", "proportion_capped", {"full_at": "5", "minimum_sample": "30"}, max_points=10,
        combination="panel_mean", inputs=[("value", "rating"), ("sample", "answers")],
        not_demonstrable_policy="incomplete",
    )  # fmt: skip
    scheme.leaf(
        "gap", "total", "deviation_floor", {"nothing_at": "0.2"}, max_points=10,
        combination="mean_absolute_gap",
        inputs=[("value", "quarter_1", {"reference_value": "0.25"}), ("value", "quarter_2",
        {"reference_value": "0.5"})],
    )  # fmt: skip
    scheme.leaf(
        "instead", "total", "proportion_capped", {"full_at": "1"}, max_points=10, combination="fallback",
        inputs=[("value", "handled"), ("fallback", "covered")],
    )  # fmt: skip
    scheme.inner("vetoed", "total", max_points=10, aggregation="sum_of_points")
    scheme.leaf("work", "vetoed", "proportion_capped", {"full_at": "1"}, max_points=10)
    scheme.leaf("violations", "vetoed", "veto", {"veto_at": "1"})
    scheme.inner("capped", "total", max_points=10, aggregation="sum_of_points")
    scheme.leaf("result", "capped", "proportion_capped", {"full_at": "1"}, max_points=10)
    scheme.leaf("execution", "capped", "cap_by_variable", {"full_at": "1"})
    scheme.inner("weakest", "total", max_points=10, aggregation="minimum_share")
    scheme.leaf("left", "weakest", "proportion_capped", {"full_at": "1"}, max_points=6)
    scheme.leaf("right", "weakest", "proportion_capped", {"full_at": "1"}, max_points=4)
    scheme.inner("shared", "total", max_points=10, aggregation="sum_of_points")
    scheme.leaf(
        "first",
        "shared",
        "proportion_capped",
        {"full_at": "1"},
        max_points=6,
        not_applicable_policy="rescale",
    )
    scheme.leaf(
        "second", "shared", "proportion_capped", {"full_at": "1"}, max_points=4,
        not_applicable_policy="rescale",
        missing_policy="zero", not_demonstrable_policy="zero",
    )  # fmt: skip
    scheme.leaf("bonus", "total", "bonus", {"step_points": "1"}, max_points=5)
    scheme.leaf("penalty", "total", "penalty", {"step_points": "2"}, max_points=5, direction="less")
    return scheme


# What several inputs come to, subject by subject: {input: value}, {node: (state, points)}.
SEVERAL: dict[str, tuple[dict[str, str], dict[str, tuple[str, str | None]]]] = {
    "a": (
        {
            "now": "1", "before": "1", "best_1": "4", "best_2": "8", "best_3": "6", "sets": "3",
            "more_sets": "3",
            "system": "1", "rating": "4", "answers": "30", "quarter_1": "0.25", "quarter_2": "0.5",
            "handled": "0.5",
            "covered": "1", "work": "0.8", "violations": "0", "result": "0.9", "execution": "1",
            "left": "0.5",
            "right": "1", "first": "0.5", "second": "0.5", "bonus": "3", "penalty": "1",
        },
        {
            "improvement": ("reported", "10"), "best": ("reported", "7"), "checklist": ("reported", "5"),
            "panel": ("reported", "8"), "gap": ("reported", "10"), "instead": ("reported", "5"),
            "vetoed": ("reported", "8"), "capped": ("reported", "9"), "weakest": ("reported", "5"),
            "shared": ("reported", "5"), "bonus": ("reported", "3"), "penalty": ("reported", "-2"),
        },
    ),
    "b": (
        {
            "now": "1.02", "before": "0.9", "best_1": "4", "best_2": NA, "best_3": "6", "sets": "9",
            "more_sets": "9",
            "system": "1", "rating": "4", "answers": "29", "quarter_1": "0.15", "quarter_2": "0.6",
            "handled": NA,
            "covered": "0.7", "work": "0.8", "violations": "1", "result": "0.9", "execution": "0.6",
            "left": "1",
            "right": "0.25", "first": NA, "second": "0.5", "bonus": "9", "penalty": "9",
        },
        {
            # Changes: 0, 0.12, 0, 0, 0; mean 0.024; b is 0.096 above it, the highest inside the window.
            "improvement": ("reported", "10"), "best": ("reported", "5"), "checklist": ("reported", "7"),
            "panel": ("missing", None), "gap": ("reported", "5"), "instead": ("reported", "7"),
            "vetoed": ("reported", "0"), "capped": ("reported", "6"), "weakest": ("reported", "2.5"),
            # The first does not apply: its six points go to the second.
            "shared": ("reported", "5"), "bonus": ("reported", "5"), "penalty": ("reported", "-5"),
        },
    ),
    "c": (
        {
            "now": "0.9", "before": "0.9", "best_1": "4", "best_2": "", "best_3": "6", "sets": "5",
            "more_sets": "5",
            "system": "0", "rating": "6", "answers": "100", "quarter_1": "0.45", "quarter_2": "0.7",
            "handled": "",
            "covered": "0.7", "work": "", "violations": "0", "result": "0.5", "execution": "0", "left": NA,
            "right": "0.25", "first": NA, "second": "0", "bonus": "0", "penalty": "0",
        },
        {
            "improvement": ("reported", "0"), "best": ("missing", None), "checklist": ("reported", "4.25"),
            "panel": ("reported", "10"), "gap": ("reported", "0"), "instead": ("missing", None),
            "vetoed": ("missing", None), "capped": ("reported", "0"), "weakest": ("reported", "2.5"),
            "shared": ("reported", "0"), "bonus": ("reported", "0"), "penalty": ("reported", "0"),
        },
    ),
    "d": (
        {
            "now": "1", "before": "1", "best_1": NA, "best_2": NA, "best_3": "6", "sets": "0",
            "more_sets": "0",
            "system": UNSHOWN, "rating": "0", "answers": "30", "quarter_1": "0.25", "quarter_2": "0.7",
            "handled": UNSHOWN, "covered": "1", "work": "1", "violations": "2", "result": "1",
            "execution": "2",
            "left": "0", "right": "1", "first": "0.5", "second": UNSHOWN, "bonus": "1", "penalty": "",
        },
        {
            "improvement": ("reported", "10"), "best": ("missing", None), "checklist": ("missing", None),
            "panel": ("reported", "0"), "gap": ("reported", "5"), "instead": ("missing", None),
            "vetoed": ("reported", "0"), "capped": ("reported", "10"), "weakest": ("reported", "0"),
            "shared": ("reported", "3"), "bonus": ("reported", "1"), "penalty": ("missing", None),
        },
    ),
    "e": (
        {
            "now": "", "before": "1", "best_1": "20", "best_2": "20", "best_3": "20", "sets": "4",
            "more_sets": "4",
            "system": "1", "rating": "2.5", "answers": "31", "quarter_1": "0.25", "quarter_2": "0.5",
            "handled": "1",
            "covered": "", "work": "0", "violations": "0.5", "result": "0", "execution": "0.5", "left": "1",
            "right": "1", "first": "1", "second": "", "bonus": "0.5", "penalty": "0.5",
        },
        {
            "improvement": ("missing", None), "best": ("reported", "10"), "checklist": ("reported", "6"),
            "panel": ("reported", "5"), "gap": ("reported", "10"), "instead": ("reported", "10"),
            "vetoed": ("reported", "0"), "capped": ("reported", "0"), "weakest": ("reported", "10"),
            "shared": ("reported", "6"), "bonus": ("reported", "0.5"), "penalty": ("reported", "-1"),
        },
    ),
}  # fmt: skip


@pytest.fixture(scope="module")
def results(
    tmp_path_factory: pytest.TempPathFactory, scoring_work: Path
) -> Iterator[duckdb.DuckDBPyConnection]:
    folder = tmp_path_factory.mktemp("rule_kinds")
    rows = [
        {
            "subject_code": subject,
            **{code: case[2][subject][0] for code, case in CASES.items()},
            **SEVERAL[subject][0],
        }
        for subject in "abcde"
    ]
    values = write_table(folder / "values.csv", rows)
    with scored_folder(zoo().write(folder / "scheme"), values, scoring_work) as connection:
        yield connection


def points_of(results: duckdb.DuckDBPyConnection, node: str) -> dict[str, tuple[str, Decimal | None]]:
    rows = results.execute(
        "select subject_code, value_status, points from marts.fct_scores where node_code = ?", [node]
    ).fetchall()
    return {subject: (status, points) for subject, status, points in rows}


@pytest.mark.parametrize("code", CASES)
def test_a_rule_at_its_boundaries(code: str, results: duckdb.DuckDBPyConnection) -> None:
    expected = {subject: ("reported", Decimal(points)) for subject, (_, points) in CASES[code][2].items()}
    assert points_of(results, code) == expected


@pytest.mark.parametrize("code", SEVERAL["a"][1])
def test_rules_of_several_inputs_and_nodes(code: str, results: duckdb.DuckDBPyConnection) -> None:
    expected = {
        subject: (nodes[code][0], None if nodes[code][1] is None else Decimal(str(nodes[code][1])))
        for subject, (_, nodes) in SEVERAL.items()
    }
    assert points_of(results, code) == expected


def test_every_point_follows_from_the_trace_alone(results: duckdb.DuckDBPyConnection) -> None:
    assert compare(Trace(rows_of(results, "rule_kinds", "1")))[REPORTED] > 100


def test_what_is_left_out_or_not_shown_is_told_with_its_points(results: duckdb.DuckDBPyConnection) -> None:
    told = results.execute(
        "select subject_code, not_applicable_points, not_demonstrable_points, is_complete "
        "from marts.fct_scores where node_code = 'shared' order by subject_code"
    ).fetchall()
    assert told == [
        ("a", 0, 0, True), ("b", 6, 0, True), ("c", 6, 0, True), ("d", 0, 4, True), ("e", 0, 0, True),
    ]  # fmt: skip


def test_totals_that_lack_an_item_are_not_ranked(results: duckdb.DuckDBPyConnection) -> None:
    ranked = results.execute(
        "select subject_code, rank_overall, is_complete from intermediate.int_scorecards "
        "order by subject_code"
    ).fetchall()
    assert ranked == [("a", 1, True), *((subject, None, False) for subject in "bcde")]


def test_every_rule_is_told_without_a_gap(results: duckdb.DuckDBPyConnection) -> None:
    _, seen = explain_all(results)
    kinds = rule_catalogue(DBT_PROJECT).kinds.items()
    untold = {code for code, kind in kinds if kind["family"] != "index"} - {
        re.sub("^rule_|_(less|reached|kept|triggered)$", "", key) for key in seen
    }
    # Rules that compare with peers are told in the province of tests/dbt/test_explain.py.
    assert untold <= {
        "band_window_minmax",
        "band_minmax",
        "ratio_to_standard",
        "improvement_on_last_year",
        "growth_not_above_zero",
        "mean_reached",
        "target_over_actual",
        "deviation_floor",
    }, untold
    assert seen["total_incomplete"] and seen["node_bonus"] and seen["node_penalty"]
