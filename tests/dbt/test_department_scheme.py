"""The department scheme against the methodology's own table (U20, U21, U24), typed here, read from no seed.

The oracle shares the seeds with the models, so a wrong seed shows only against a table written a second time.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.support.mini_province import MiniProvince
from tests.support.oracle import seed
from tests.support.planted_departments import PLANTED

DEPARTMENT = "department_expenditure_management"
F = "department_management_facts.management_facts."


BLOCKS = {
    "foundation": 15,
    "targets": 25,
    "monitoring": 10,
    "evaluation": 25,
    "application": 25,
    "innovation": 5,
    "supervision": 5,
}

# node: block, points, rule, full at, when it does not apply, weighted numerator, weighted denominator.
INDICATORS: dict[str, tuple[str, str, str, str, str, dict[str, str], dict[str, str]]] = {
    "lead_body": (
        "foundation",
        "4",
        "proportion_capped",
        "1",
        "incomplete",
        {"has_lead_body": "0.5", "has_named_staff": "0.5"},
        {},
    ),
    "rules": (
        "foundation",
        "5",
        "proportion_capped",
        "5",
        "incomplete",
        {
            "rule_targets": "1",
            "rule_monitoring": "1",
            "rule_evaluation": "1",
            "rule_application": "1",
            "rule_operating": "1",
        },
        {},
    ),
    "indicator_sets": (
        "foundation",
        "3",
        "proportion_capped",
        "3",
        "zero",
        {"indicator_sets_three_level": "3", "indicator_sets_two_level": "2"},
        {"indicator_sets_three_level": "1", "indicator_sets_two_level": "1"},
    ),
    "data_system": (
        "foundation",
        "1.5",
        "proportion_capped",
        "1",
        "incomplete",
        {"has_data_system": "1"},
        {},
    ),
    "training": (
        "foundation",
        "1.5",
        "proportion_capped",
        "1",
        "rescale",
        {"persons_trained": "1"},
        {"persons_due_training": "1"},
    ),
    "project_targets": (
        "targets",
        "10",
        "proportion_capped",
        "0.5",
        "rescale",
        {"coverage.C5.department.ratio": "1"},
        {},
    ),
    "department_target": (
        "targets",
        "5",
        "proportion_capped",
        "1",
        "incomplete",
        {"coverage.C3.unit.filed": "1"},
        {},
    ),
    "target_quality": (
        "targets",
        "6",
        "proportion_capped",
        "1",
        "rescale",
        {"targets_passed_first_review": "1"},
        {"targets_filed": "1"},
    ),
    "targets_passed_on": (
        "targets",
        "4",
        "proportion_capped",
        "1",
        "rescale",
        {"targets_approved_to_units": "1"},
        {"targets_due_to_units": "1"},
    ),
    "monitoring_coverage": (
        "monitoring",
        "4",
        "proportion_capped",
        "1",
        "rescale",
        {"monitored_funds": "1"},
        {"targeted_funds": "1"},
    ),
    "deviations": (
        "monitoring",
        "4",
        "proportion_capped",
        "1",
        "rescale",
        {"deviations_handled": "1"},
        {"deviations_found": "1"},
    ),
    "monitoring_on_time": (
        "monitoring",
        "2",
        "proportion_capped",
        "1",
        "rescale",
        {"monitoring_reports_on_time": "1"},
        {"monitoring_reports_due": "1"},
    ),
    "evaluated_funds": (
        "evaluation",
        "10",
        "proportion_capped",
        "0.1",
        "rescale",
        {"coverage.C1.department.ratio": "1"},
        {},
    ),
    "self_evaluation": (
        "evaluation",
        "5",
        "proportion_capped",
        "1",
        "rescale",
        {"self_evaluations_done": "1"},
        {"self_evaluations_due": "1"},
    ),
    "report_quality": (
        "evaluation",
        "6",
        "proportion_capped",
        "100",
        "rescale",
        {"report_review_score": "1"},
        {},
    ),
    "honesty": ("evaluation", "4", "deviation_floor", "10", "rescale", {"recheck_gap": "1"}, {}),
    "feedback": (
        "application",
        "5",
        "proportion_capped",
        "1",
        "rescale",
        {"results_fed_back": "1"},
        {"results_finished": "1"},
    ),
    "correction": (
        "application",
        "7",
        "proportion_capped",
        "1",
        "rescale",
        {"issues_closed_in_time": "1"},
        {"issues_due": "1"},
    ),
    "budget_link": (
        "application",
        "8",
        "proportion_capped",
        "1",
        "rescale",
        {"budget_follows_grade": "1"},
        {"graded_items": "1"},
    ),
    "open_inside": (
        "application",
        "3",
        "proportion_capped",
        "1",
        "rescale",
        {"results_open_inside": "1"},
        {"results_finished": "1"},
    ),
    "open_public": (
        "application",
        "2",
        "proportion_capped",
        "1",
        "rescale",
        {"results_open_public": "1"},
        {"results_finished": "1"},
    ),
    "innovation": ("total", "5", "bonus", "", "incomplete", {"innovations": "1"}, {}),
    "supervision": ("total", "5", "penalty", "", "incomplete", {"upheld_problems": "1"}, {}),
}


def nodes() -> dict[str, dict[str, str]]:
    return {n["node_code"]: n for n in seed("nodes") if n["scheme_code"] == DEPARTMENT}


def inputs(node: str) -> dict[str, str]:
    return {
        i["input_role"]: i["metric_code"]
        for i in seed("inputs")
        if i["scheme_code"] == DEPARTMENT and i["node_code"] == node
    }


def terms(metric: str, role: str) -> dict[str, Decimal]:
    found = {}
    for term in seed("metric_terms"):
        if term["scheme_code"] == DEPARTMENT and term["metric_code"] == metric and term["term_role"] == role:
            assert term["year_offset"] == "0"
            code = term["figure_code"]
            found[code.removeprefix(F).removesuffix(".value") if code.startswith(F) else code] = Decimal(
                term["coefficient"]
            )
    return found


def test_blocks_have_the_points_of_the_methodology() -> None:
    top = {code: int(n["max_points"]) for code, n in nodes().items() if n["parent_node_code"] == "total"}
    assert top == BLOCKS
    assert nodes()["total"]["max_points"] == "100"


def test_the_indicators_are_those_of_the_methodology() -> None:
    assert {code for code, node in nodes().items() if node["rule_code"]} == INDICATORS.keys()


@pytest.mark.parametrize("code", INDICATORS)
def test_an_indicator_is_the_one_of_the_methodology(code: str) -> None:
    block, points, rule, full_at, policy, numerator, denominator = INDICATORS[code]
    node = nodes()[code]
    stated = (
        node["parent_node_code"],
        Decimal(node["max_points"]),
        node["rule_code"],
        node.get("full_at") or node.get("nothing_at", ""),
        node["not_applicable_policy"],
        node["node_status"],
    )
    assert stated == (block, Decimal(points), rule, full_at, policy, "default")
    metric = inputs(code)["value"]
    assert terms(metric, "numerator") == {item: Decimal(weight) for item, weight in numerator.items()}
    assert terms(metric, "denominator") == {item: Decimal(weight) for item, weight in denominator.items()}


def test_bonus_and_deduction_are_one_point_each() -> None:
    adjustments = {c: n["step_points"] for c, n in nodes().items() if n["rule_code"] in ("bonus", "penalty")}
    assert adjustments == {"innovation": "1", "supervision": "1"}


def test_only_deviations_have_another_measure_where_none_were_found() -> None:
    others = {code: inputs(code) for code in INDICATORS if set(inputs(code)) != {"value"}}
    assert {code: roles["fallback"] for code, roles in others.items()} == {
        "deviations": inputs("monitoring_coverage")["value"]
    }
    assert {code: node["combination"] for code, node in nodes().items() if node["rule_code"]} == {
        code: "fallback" if code == "deviations" else "single" for code in INDICATORS
    }


@pytest.fixture
def planted_scores(
    marts: duckdb.DuckDBPyConnection, mini_province: MiniProvince
) -> dict[str, dict[str, Any]]:
    """node → (state, points) by case."""
    cases = {case.code: name for name, case in PLANTED.items()}
    scores: dict[str, dict[str, Any]] = {name: {} for name in PLANTED}
    for subject, node, status, points in marts.execute(
        "select subject_code, node_code, value_status, points from marts.fct_scores "
        "where scheme_code = ? and fiscal_year = ?",
        [DEPARTMENT, max(mini_province.years)],
    ).fetchall():
        if subject in cases:
            scores[cases[subject]][node] = None if points is None else round(points, 9)
            if status != "reported":
                scores[cases[subject]][node] = status
    return scores


@pytest.fixture
def planted_cards(marts: duckdb.DuckDBPyConnection, mini_province: MiniProvince) -> dict[str, dict[str, Any]]:
    cursor = marts.execute(
        "select * from marts.rpt_department_scorecard where fiscal_year = ?", [max(mini_province.years)]
    )
    names = [column[0] for column in cursor.description]
    rows = {row["subject_code"]: row for row in (dict(zip(names, r, strict=True)) for r in cursor.fetchall())}
    return {name: rows[case.code] for name, case in PLANTED.items()}


NA = "not_applicable"
# Points by hand. Thirds are cut to nine decimals.
EXPECTED: list[tuple[str, dict[str, str]]] = [
    ("flawless", {**{block: str(points) for block, points in list(BLOCKS.items())[:5]}, "total": "100"}),
    # 6 of the 8 points that apply: coverage 2, deviations 4; (2 + 4) ÷ 8 × 10.
    (
        "no report due",
        {
            "monitoring_on_time": NA,
            "monitoring_coverage": "2.5",
            "deviations": "5",
            "monitoring": "7.5",
            "total": "97.5",
        },
    ),
    ("no deviation found", {"monitoring_coverage": "2", "deviations": "2", "monitoring": "6", "total": "96"}),
    ("no indicator set", {"indicator_sets": "0", "lead_body": "4", "foundation": "12", "total": "97"}),
    # 70 of the 75 points that apply.
    (
        "nothing finished",
        {
            "application": NA,
            "feedback": NA,
            "foundation": "13.333333333",
            "targets": "33.333333333",
            "total": "93.333333333",
        },
    ),
    ("nothing finished, else flawless", {"application": NA, "foundation": "20", "total": "100"}),
    # 88.5 of the 90 points that apply.
    (
        "nothing targeted",
        {"monitoring": NA, "deviations": NA, "monitoring_coverage": NA, "total": "98.333333333"},
    ),
    ("blank cell", {"training": "missing", "lead_body": "4", "foundation": "13.5", "total": "98.5"}),
    ("blank number of sets", {"indicator_sets": "missing", "total": "97"}),
    ("part not applicable of a whole", {"monitoring_on_time": "missing", "monitoring": "8", "total": "98"}),
    (
        "every zero denominator",
        {
            "training": NA,
            "target_quality": NA,
            "targets_passed_on": NA,
            "self_evaluation": NA,
            "report_quality": NA,
            "honesty": NA,
            "evaluated_funds": "25",
            "total": "100",
        },
    ),
    ("more innovations than count", {"innovation": "5", "total": "100"}),
    (
        "claimed without a record",
        {"training": "0", "data_system": "0", "lead_body": "4", "foundation": "12", "total": "97"},
    ),
    ("gap to the other side", {"honesty": "2.8", "total": "98.8"}),
    ("just good", {"department_target": "0", "rules": "0", "total": "90"}),
]


@pytest.mark.parametrize(("case", "expected"), EXPECTED, ids=[case for case, _ in EXPECTED])
def test_points_by_hand(
    case: str, expected: dict[str, str], planted_scores: dict[str, dict[str, Any]]
) -> None:
    got = {node: planted_scores[case][node] for node in expected}
    states = (NA, "missing")
    assert got == {node: v if v in states else Decimal(v) for node, v in expected.items()}


@pytest.mark.parametrize("case", sorted(PLANTED))
def test_only_a_gap_in_what_was_filed_makes_a_total_incomplete(
    case: str, planted_cards: dict[str, dict[str, Any]]
) -> None:
    missing = {
        "blank cell": "training",
        "blank number of sets": "indicator_sets",
        "part not applicable of a whole": "monitoring_on_time",
    }.get(case)
    card = planted_cards[case]
    assert card["missing_node_codes"] == missing
    assert card["is_complete"] == (missing is None)
    assert (card["rank_overall"] is None) == (card["grade_code"] is None) == (missing is not None)


def test_what_cannot_be_shown_earns_nothing_and_is_told(
    marts: duckdb.DuckDBPyConnection, planted_cards: dict[str, dict[str, Any]]
) -> None:
    card = planted_cards["claimed without a record"]
    assert (card["is_complete"], card["not_demonstrable_points"]) == (True, 3)
    assert "无法证实的分值为3分" in card["explanation_zh"]
    found = marts.execute(
        "select distinct input_role, value_text, value_status from marts.fct_indicator_inputs "
        "where subject_code = ? and value_status <> 'reported'",
        [PLANTED["claimed without a record"].code],
    ).fetchall()
    assert found == [("numerator", "无法证实", "not_demonstrable")]
    assert all(
        other["not_demonstrable_points"] == 0
        for name, other in planted_cards.items()
        if name != "claimed without a record"
    )


def test_ranks_and_grades_are_of_the_unrounded_points(planted_cards: dict[str, dict[str, Any]]) -> None:
    cards = [
        planted_cards[case] for case in ("just good", "just below good, first", "just below good, second")
    ]
    assert [card["total_points_with_defaults"] for card in cards] == [Decimal(90)] * 3
    ranks = [card["rank_overall"] for card in cards]
    assert ranks == [ranks[0], ranks[0] + 1, ranks[0] + 2]
    assert [card["grade_code"] for card in cards] == ["excellent", "good", "good"]


def test_equal_by_rule_is_equal_in_rank_whatever_thirds_leave_behind(
    planted_cards: dict[str, dict[str, Any]],
) -> None:
    flawless, stretched = planted_cards["flawless"], planted_cards["nothing finished, else flawless"]
    assert stretched["total_points_with_defaults_unrounded"] < 100
    assert flawless["rank_overall"] == stretched["rank_overall"]
    assert flawless["grade_code"] == stretched["grade_code"] == "excellent"
