"""Targets, monitoring, self-evaluations, lists and evaluations: each check right, wrong, and at its edge."""

from __future__ import annotations

from dataclasses import dataclass, field

import pytest

from expectations.runner import CheckOutcome
from tests.support.tiny_warehouse import TinyWarehouse

TARGET = "project_performance_target"
EVALUATION = "project_self_evaluation"
MONITORING = "project_performance_monitoring"
LIST = "project_list"
REGISTER = "evaluation_register"

GOOD_TARGET = {
    "project_code": "P1",
    "project_name": "农村公路养护",
    "project_period": "2012年1月—2014年12月",
    "requested_amount": "100.00",
    "project_overview": "全省农村公路日常养护",
    "project_basis": "省政府2012年第3号文",
    "long_term_target": "三年内完成一万公里农村公路养护",
    "annual_target": "2013年完成3000公里农村公路日常养护",
}
GOOD_INDICATORS = (
    {"level1": "产出指标", "indicator": "养护里程", "target_value": "≥3000公里"},
    {"level1": "效益指标", "indicator": "好路率", "target_value": "≥85%"},
    {"level1": "满意度指标", "indicator": "群众满意度", "target_value": "≥90%"},
)
GOOD_EVALUATION = {
    "project_code": "P1",
    "expected_target": "完成3000公里",
    "actual_attainment": "完成养护2400公里，其余受汛期影响",
    "total_score": "85.00",
}
# Execution 8 + output 40 + outcome 28 + satisfaction 9.
GOOD_POINTS = (
    {
        "fund_source": "年度资金总额",
        "annual_budget": "100.00",
        "executed_amount": "80.00",
        "execution_rate": "80%",
    }
    | {"initial_budget": "90.00", "max_points": "10", "score": "8.00", "part": "funds"},
    {
        "fund_source": "其中：当年财政拨款",
        "annual_budget": "70.00",
        "executed_amount": "60.00",
        "part": "funds",
    }
    | {"initial_budget": "60.00"},
    {"fund_source": "其他资金", "annual_budget": "30.00", "executed_amount": "20.00", "part": "funds"}
    | {"initial_budget": "30.00"},
    {
        "level1": "产出指标（50分）",
        "level3": "养护里程",
        "target_value": "≥3000公里",
        "actual_value": "2400公里",
    }
    | {"max_points": "50", "score": "40.00", "deviation_reason": "汛期", "part": "indicators"},
    {"level1": "效益指标（30分）", "level3": "好路率", "target_value": "≥85%", "actual_value": "86%"}
    | {"max_points": "30", "score": "28.00", "deviation_reason": "部分路段未达标", "part": "indicators"},
    {"level1": "满意度指标（10分）", "level3": "群众满意度", "target_value": "≥90%", "actual_value": "91%"}
    | {"max_points": "10", "score": "9.00", "deviation_reason": "样本少", "part": "indicators"},
)
GOOD_PROJECT = {
    "project_code": "P1",
    "project_name": "农村公路养护",
    "unit_code": "301",
    "function_code": "2140106",
    "budget_amount": "90.00",
    "adjusted_budget_amount": "100.00",
    "executed_amount": "80.00",
    "project_nature": "延续",
}
GOOD_MONITORING = {
    "project_code": "P1",
    "monitoring_date": "2013-07-31",
    "measures_taken": "加快招标",
}
GOOD_FUNDS = {
    "part": "funds",
    "fund_source": "年度资金总额",
    "initial_budget": "100.00",
    "executed_to_date": "40.00",
    "execution_rate": "40%",
    "expected_execution": "90.00",
}
GOOD_ROW = {
    "evaluation_code": "E1",
    "object_type": "项目支出",
    "object_code": "P1",
    "object_name": "农村公路养护",
    "unit_code": "301",
    "function_code": "2140106",
    "expenditure_year": "2013",
    "evaluated_amount": "80.00",
    "evaluator_kind": "第三方评价",
    "evaluator_name": "示例会计师事务所",
    "evaluation_date": "2014-05-06",
    "score": "85",
    "grade": "良",
}


@dataclass
class Province:
    """Forms of one department, all of them in order; a test changes one thing."""

    target: dict[str, str] = field(default_factory=lambda: dict(GOOD_TARGET))
    indicators: list[dict[str, str]] = field(default_factory=lambda: [dict(row) for row in GOOD_INDICATORS])
    evaluation: dict[str, str] = field(default_factory=lambda: dict(GOOD_EVALUATION))
    points: list[dict[str, str]] = field(default_factory=lambda: [dict(row) for row in GOOD_POINTS])
    project: dict[str, str] = field(default_factory=lambda: dict(GOOD_PROJECT))
    before: dict[str, str] | None = field(default_factory=lambda: dict(GOOD_PROJECT))
    monitoring: dict[str, str] = field(default_factory=lambda: dict(GOOD_MONITORING))
    funds: dict[str, str] = field(default_factory=lambda: dict(GOOD_FUNDS))
    likelihood: str = "有可能"
    row: dict[str, str] = field(default_factory=lambda: dict(GOOD_ROW))
    others: list[tuple[str, dict[str, str]]] = field(default_factory=list)
    """Further rows: form, fields."""

    def judged(self, tiny: TinyWarehouse) -> CheckOutcome:
        for form in (TARGET, EVALUATION, LIST, MONITORING):
            tiny.submit(form, form)
        tiny.submit(REGISTER, REGISTER, submitter="990000")
        tiny.row(TARGET, TARGET, sheet="P1", **self.target)
        code = self.target["project_code"]
        for row in self.indicators:
            tiny.row(f"{TARGET}_indicators", TARGET, sheet="P1", project_code=code, horizon="annual", **row)
        tiny.row(EVALUATION, EVALUATION, sheet="P1", **self.evaluation)
        code = self.evaluation["project_code"]
        for row in self.points:
            tiny.row(f"{EVALUATION}_indicators", EVALUATION, sheet="P1", project_code=code, **row)
        tiny.row(LIST, LIST, **self.project)
        tiny.row(MONITORING, MONITORING, sheet="P1", **self.monitoring)
        code = self.monitoring["project_code"]
        tiny.row(f"{MONITORING}_indicators", MONITORING, sheet="P1", project_code=code, **self.funds)
        tiny.row(
            f"{MONITORING}_indicators", MONITORING, sheet="P1", project_code=code, part="indicators",
            likelihood=self.likelihood,
        )  # fmt: skip
        tiny.row(REGISTER, REGISTER, **self.row)
        if self.before is not None:
            tiny.submit("before", LIST, year=2012)
            tiny.row(LIST, "before", **self.before)
        for form, row in self.others:
            tiny.row(form, form.removesuffix("_indicators"), **{"sheet": "P2", **row})
        return tiny.raw()


AREAS = (
    *("target.", "self_evaluation.", "monitoring.", "stage.", "cross_form.", "cross_year.", "plausibility."),
    *("code.", "content.e", "content.budget", "register.eval"),
)


def told(outcome: CheckOutcome) -> dict[str, list[str]]:
    """Codes of the areas under test with the cells they name."""
    found: dict[str, list[str]] = {}
    for finding in outcome.findings:
        if finding.check_code.startswith(AREAS):
            assert finding.sheet and finding.cell, finding
            assert finding.message_zh and finding.message_en
            found.setdefault(finding.check_code, []).append(finding.cell)
    return found


def test_forms_in_order_say_nothing(tiny: TinyWarehouse) -> None:
    outcome = Province().judged(tiny)
    assert told(outcome) == {}
    asked = {result.check_code for result in outcome.results if result.check_code.startswith(AREAS)}
    assert len(asked) > 50


def target(**change: str) -> Province:
    return Province(target=GOOD_TARGET | change)


def indicator(number: int, **change: str) -> Province:
    rows = [dict(row) for row in GOOD_INDICATORS]
    rows[number] |= change
    return Province(indicators=rows)


def without_indicator(number: int) -> Province:
    return Province(
        indicators=[dict(row) for at, row in enumerate(GOOD_INDICATORS) if at != number],
        points=[dict(row) for row in GOOD_POINTS],
    )


def points(number: int, **change: str) -> Province:
    rows = [dict(row) for row in GOOD_POINTS]
    rows[number] |= change
    return Province(points=rows)


def evaluation(**change: str) -> Province:
    return Province(evaluation=GOOD_EVALUATION | change)


def project(**change: str) -> Province:
    return Province(project=GOOD_PROJECT | change)


def monitoring(**change: str) -> Province:
    return Province(monitoring=GOOD_MONITORING | change)


def funds(**change: str) -> Province:
    return Province(funds=GOOD_FUNDS | change)


def row(**change: str) -> Province:
    return Province(row=GOOD_ROW | change)


def other(form: str, **fields: str) -> Province:
    return Province(others=[(form, fields)])


WRONG = [
    ("target.no_basis", target(project_basis=" ")),
    ("target.no_overview", target(project_overview="")),
    ("target.text_too_short", target(annual_target="养护公路")),
    ("target.annual_is_long_term", target(long_term_target=GOOD_TARGET["annual_target"])),
    ("target.period_missing", target(project_period="长期")),
    ("target.period_reversed", target(project_period="2014年—2012年")),
    ("target.period_outside_year", target(project_period="2010年—2011年")),
    ("target.no_indicator", Province(indicators=[])),
    ("target.no_output", without_indicator(0)),
    ("target.no_outcome", without_indicator(1)),
    ("target.no_satisfaction", without_indicator(2)),
    ("target.value_missing", indicator(1, target_value="")),
    (
        "target.not_measurable",
        Province(indicators=[row | {"target_value": "明显改善"} for row in GOOD_INDICATORS]),
    ),
    (
        "target.repeated_indicator",
        Province(indicators=[dict(GOOD_INDICATORS[0]), *map(dict, GOOD_INDICATORS)]),
    ),
    (
        "target.copied_from_other",
        other(TARGET, **(GOOD_TARGET | {"project_code": "P2", "project_name": "乙"})),
    ),
    ("cross_form.target_amount", target(requested_amount="1000000.00")),
    ("cross_form.target_name", target(project_name="另一个项目")),
    ("self_evaluation.weights_total", points(3, max_points="40", score="32.00")),
    ("self_evaluation.execution_weight", points(0, max_points="20", score="16.00")),
    ("self_evaluation.level_weight", points(4, max_points="31")),
    ("self_evaluation.execution_rate", points(0, execution_rate="83%")),
    ("self_evaluation.execution_points", points(0, score="9.50")),
    ("self_evaluation.points_over_maximum", points(5, score="11.00")),
    ("self_evaluation.points_above_attainment", points(3, score="42.00")),
    ("self_evaluation.total_score", evaluation(total_score="95.00")),
    ("self_evaluation.total_out_of_range", evaluation(total_score="101.00")),
    ("self_evaluation.score_missing", points(4, score="")),
    ("self_evaluation.actual_missing", points(4, actual_value="")),
    ("self_evaluation.reason_missing", points(4, deviation_reason="")),
    ("self_evaluation.weak_target", points(4, actual_value="111%")),
    (
        "self_evaluation.no_points_lost",
        Province(
            points=[
                row | ({"score": row["max_points"]} if "max_points" in row else {}) for row in GOOD_POINTS
            ]
        ),
    ),
    ("self_evaluation.duplicate_card", other(EVALUATION, project_code="P1", actual_attainment="另一份")),
    ("self_evaluation.attainment_missing", evaluation(actual_attainment="")),
    ("self_evaluation.attainment_is_target", evaluation(actual_attainment="完成 3000公里")),
    (
        "self_evaluation.copied_attainment",
        other(EVALUATION, project_code="P2", actual_attainment=GOOD_EVALUATION["actual_attainment"]),
    ),
    ("self_evaluation.funds_total", points(1, annual_budget="50.00")),
    ("self_evaluation.zero_total", points(0, initial_budget="0.00")),
    ("self_evaluation.executed_above_budget", points(0, executed_amount="120.00")),
    ("self_evaluation.unknown_project", evaluation(project_code="P9")),
    ("stage.self_evaluation_without_target", evaluation(project_code="P9")),
    ("stage.target_value_changed", points(3, target_value="≥2400公里")),
    ("stage.indicator_dropped", points(3, level3="其他里程")),
    ("cross_form.self_evaluation_budget", points(0, annual_budget="90.00")),
    ("cross_form.self_evaluation_executed", points(0, executed_amount="70.00")),
    ("monitoring.execution_rate", funds(execution_rate="50%")),
    ("monitoring.executed_above_budget", funds(executed_to_date="140.00", expected_execution="150.00")),
    ("monitoring.expected_below_executed", funds(expected_execution="30.00")),
    ("monitoring.date_outside_year", monitoring(monitoring_date="2014-07-31")),
    (
        "monitoring.no_measures",
        Province(monitoring=GOOD_MONITORING | {"measures_taken": ""}, likelihood="不可能"),
    ),
    ("monitoring.unknown_project", monitoring(project_code="P9")),
    ("monitoring.duplicate_card", other(MONITORING, **GOOD_MONITORING)),
    ("stage.monitoring_without_target", monitoring(project_code="P9")),
    ("content.executed_above_budget", project(executed_amount="100.02")),
    ("content.budget_not_executed", project(executed_amount="0")),
    ("plausibility.row_scale", project(executed_amount="800000.00")),
    ("code.unclean_code", project(project_code="P　1")),
    ("code.function_code_length", project(function_code="2140")),
    ("cross_year.continued_project_unknown", project(project_code="P7")),
    ("cross_year.new_project_known", project(project_nature="新增")),
    ("cross_year.project_renamed", project(project_name="农村公路改造")),
    ("content.evaluation_without_score", row(score="", grade="")),
    ("content.evaluation_without_date", row(evaluation_date="")),
    ("content.evaluation_date_unreadable", row(evaluation_date="五月六日")),
    ("stage.evaluated_before_spending", row(evaluation_date="2012-05-06")),
    ("stage.evaluated_before_year_end", row(evaluation_date="2013/11/06")),
    ("content.expenditure_year_ahead", row(expenditure_year="2014")),
    ("content.expenditure_year_remote", row(expenditure_year="2007")),
    ("content.evaluator_missing", row(evaluator_name="")),
    ("content.evaluated_amount_zero", row(evaluated_amount="0.00")),
    ("register.evaluated_twice", other(REGISTER, **(GOOD_ROW | {"evaluation_code": "E2", "sheet": "表"}))),
    ("stage.evaluation_without_target", row(object_code="P8")),
    ("code.evaluation_function_code", row(function_code="21401061")),
]


@pytest.mark.parametrize(("code", "province"), WRONG, ids=[code for code, _ in WRONG])
def test_what_is_wrong_is_told(tiny: TinyWarehouse, code: str, province: Province) -> None:
    found = told(province.judged(tiny))
    assert len(found.get(code, [])) == 1, sorted(found)


RIGHT = [
    ("self_evaluation.points_above_attainment", points(3, score="40.00")),
    ("self_evaluation.points_above_attainment", points(3, target_value="≤2000公里", score="41.66")),
    ("self_evaluation.execution_points", points(0, score="8")),
    ("self_evaluation.execution_rate", points(0, execution_rate="0.80")),
    ("self_evaluation.weak_target", points(4, actual_value="110%")),
    ("self_evaluation.total_score", evaluation(total_score="85")),
    ("self_evaluation.reason_missing", points(4, score="30", deviation_reason="")),
    ("content.executed_above_budget", project(executed_amount="100.00")),
    (
        "target.annual_is_long_term",
        target(project_period="2013年", long_term_target=GOOD_TARGET["annual_target"]),
    ),
    ("target.no_basis", target(annual_target="不适用", project_basis="")),
    ("monitoring.no_measures", Province(monitoring=GOOD_MONITORING | {"measures_taken": ""})),
    ("content.evaluator_missing", row(evaluator_name="", evaluator_kind="财政评价")),
    ("stage.evaluated_before_year_end", row(evaluation_date="2014年1月2日")),
    ("cross_year.continued_project_unknown", Province(before=None)),
]


@pytest.mark.parametrize(("code", "province"), RIGHT)
def test_what_is_right_at_the_edge_is_not_told(tiny: TinyWarehouse, code: str, province: Province) -> None:
    assert code not in told(province.judged(tiny))


def test_a_target_copied_from_the_year_before(tiny: TinyWarehouse) -> None:
    tiny.submit("old", TARGET, year=2012)
    tiny.row(TARGET, "old", sheet="P1", **GOOD_TARGET)
    assert "target.copied_from_last_year" in told(Province().judged(tiny))


def test_an_item_that_is_not_in_the_account(tiny: TinyWarehouse) -> None:
    tiny.submit("account", "department_final_account")
    tiny.cell("department_final_account", "account", "expenditure.2140199.total", "1.00")
    assert "code.function_code_not_in_account" in told(Province().judged(tiny))
