"""Departments whose score is known by hand: each differs from a flawless one in what its case is about."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tests.support.mini_province import Department, MiniProvince, Project
from tests.support.oracle import NOT_APPLICABLE, NOT_DEMONSTRABLE, Figure

FACTS = "department_management_facts.management_facts.{}.value"
ITEM = "2050101"
FUNDS = Decimal("1000.00")

FLAWLESS: Mapping[str, Figure] = {
    "has_lead_body": Decimal(1),
    "has_named_staff": Decimal(1),
    "rule_targets": Decimal(1),
    "rule_monitoring": Decimal(1),
    "rule_evaluation": Decimal(1),
    "rule_application": Decimal(1),
    "rule_operating": Decimal(1),
    "indicator_sets_three_level": Decimal(2),
    "indicator_sets_two_level": Decimal(0),
    "has_data_system": Decimal(1),
    "persons_trained": Decimal(4),
    "persons_due_training": Decimal(4),
    "targets_filed": Decimal(4),
    "targeted_funds": Decimal("1000.00"),
    "targets_passed_first_review": Decimal(4),
    "targets_due_to_units": Decimal(4),
    "targets_approved_to_units": Decimal(4),
    "targets_monitored": Decimal(4),
    "monitored_funds": Decimal("1000.00"),
    "deviations_found": Decimal(4),
    "deviations_handled": Decimal(4),
    "monitoring_reports_due": Decimal(4),
    "monitoring_reports_on_time": Decimal(4),
    "self_evaluations_due": Decimal(4),
    "self_evaluations_done": Decimal(4),
    "report_review_score": Decimal(100),
    "recheck_gap": Decimal(0),
    "results_finished": Decimal(4),
    "results_fed_back": Decimal(4),
    "issues_due": Decimal(4),
    "issues_closed_in_time": Decimal(4),
    "graded_items": Decimal(4),
    "budget_follows_grade": Decimal(4),
    "results_open_inside": Decimal(4),
    "results_open_public": Decimal(4),
    "innovations": Decimal(0),
    "upheld_problems": Decimal(0),
}
APPLICATION = [
    "results_finished",
    "results_fed_back",
    "issues_due",
    "issues_closed_in_time",
    "graded_items",
    "budget_follows_grade",
    "results_open_inside",
    "results_open_public",
]
MONITORING = [
    "targeted_funds",
    "monitored_funds",
    "deviations_found",
    "deviations_handled",
    "monitoring_reports_due",
    "monitoring_reports_on_time",
]
RULES = [
    "rule_targets",
    "rule_monitoring",
    "rule_evaluation",
    "rule_application",
    "rule_operating",
]


def _all(items: list[str], value: Figure) -> dict[str, Figure]:
    return dict.fromkeys(items, value)


@dataclass(frozen=True)
class Planted:
    """What a department filed other than a flawless one."""

    code: str
    differs: Mapping[str, Figure] = field(default_factory=dict)
    has_whole_target: bool = True


ZERO, HALF_FUNDS = Decimal(0), Decimal("500.00")
PLANTED: dict[str, Planted] = {
    "flawless": Planted("370"),
    "no report due": Planted(
        "371",
        {"monitored_funds": HALF_FUNDS, "monitoring_reports_due": ZERO, "monitoring_reports_on_time": ZERO},
    ),
    "no deviation found": Planted(
        "372", {"monitored_funds": HALF_FUNDS, "deviations_found": ZERO, "deviations_handled": ZERO}
    ),
    "no indicator set": Planted("373", {"indicator_sets_three_level": ZERO}),
    "nothing finished": Planted("374", {**_all(APPLICATION, ZERO), **_all(RULES, ZERO)}),
    "nothing finished, else flawless": Planted("375", _all(APPLICATION, ZERO)),
    "nothing targeted": Planted("376", {**_all(MONITORING, ZERO), "has_data_system": ZERO}),
    "blank cell": Planted("377", {"persons_trained": None}),
    "blank number of sets": Planted("378", {"indicator_sets_two_level": None}),
    "part not applicable of a whole": Planted("379", {"monitoring_reports_on_time": NOT_APPLICABLE}),
    "every zero denominator": Planted(
        "380",
        {
            **_all(
                [
                    "persons_trained",
                    "persons_due_training",
                    "targets_filed",
                    "targets_passed_first_review",
                    "targets_due_to_units",
                    "targets_approved_to_units",
                    "self_evaluations_due",
                    "self_evaluations_done",
                ],
                ZERO,
            ),
            "report_review_score": NOT_APPLICABLE,
            "recheck_gap": NOT_APPLICABLE,
        },
    ),
    "more innovations than count": Planted("385", {"innovations": Decimal(7)}),
    "claimed without a record": Planted(
        "386", {"persons_trained": NOT_DEMONSTRABLE, "has_data_system": NOT_DEMONSTRABLE}
    ),
    "gap to the other side": Planted("381", {"recheck_gap": Decimal(-3)}),
    "just below good, first": Planted(
        "382", {**_all(RULES, ZERO), "report_review_score": Decimal("99.99")}, has_whole_target=False
    ),
    "just below good, second": Planted(
        "383", {**_all(RULES, ZERO), "report_review_score": Decimal("99.95")}, has_whole_target=False
    ),
    "just good": Planted("384", _all(RULES, ZERO), has_whole_target=False),
}


def plant(province: MiniProvince) -> None:
    """Add the cases to the province's last year."""
    year = max(province.years)
    for case in PLANTED.values():
        project = Project(f"{case.code}-1", ITEM, FUNDS, FUNDS, [FUNDS], "filed")
        province.departments[case.code, year] = Department(case.code, {}, {ITEM: FUNDS}, [project])
        if case.has_whole_target:
            province.whole_targets.add((case.code, year))
        for item, value in {**FLAWLESS, **case.differs}.items():
            province.figures[case.code, year, FACTS.format(item)] = value
