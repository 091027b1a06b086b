from __future__ import annotations

import pytest

from expectations.runner import CheckOutcome
from tests.support.tiny_registers import register
from tests.support.tiny_warehouse import TinyWarehouse, found

ACCOUNT = "department_final_account"


def cells_of(outcome: CheckOutcome, code: str) -> list[str]:
    return [finding.cell for finding in found(outcome, code)]


def test_a_sound_register(tiny: TinyWarehouse) -> None:
    register(tiny)
    assert tiny.raw().findings == []


def test_codes_are_unique_and_parents_exist(tiny: TinyWarehouse) -> None:
    register(tiny, ("301002", "又一个单位", "301"), ("399001", "孤儿单位", "399"))
    outcome = tiny.raw()
    assert cells_of(outcome, "register.duplicate_unit") == ["A5"]
    assert [(f.cell, f.given) for f in found(outcome, "register.orphan_unit")] == [("D6", "399")]


def test_units_named_elsewhere_are_in_the_register(tiny: TinyWarehouse) -> None:
    register(tiny)
    tiny.submit("p", "project_list")
    more = {"function_code": "2050205", "budget_amount": "1", "executed_amount": "1", "project_name": "甲"}
    tiny.row("project_list", "p", project_code="p1", unit_code="301001", **more)
    tiny.row("project_list", "p", project_code="p2", unit_code="301999", **more)
    assert [(f.cell, f.given) for f in found(tiny.raw(), "register.unknown_unit")] == [("C2", "301999")]


def test_without_a_register_units_are_not_judged(tiny: TinyWarehouse) -> None:
    tiny.submit("p", "project_list")
    tiny.row(
        "project_list", "p", project_code="p1", unit_code="301999", budget_amount="1", executed_amount="1"
    )
    outcome = tiny.raw()
    assert "register.unknown_unit" not in {result.check_code for result in outcome.results}


@pytest.mark.parametrize(
    ("label", "is_known"),
    [("示例省教育厅", True), ("示例省 教育厅", True), ("示例省教育局", False), ("示例省考试院", True)],
)
def test_reporting_units_are_in_the_register(tiny: TinyWarehouse, label: str, is_known: bool) -> None:
    register(tiny)
    tiny.submit("a", ACCOUNT)
    tiny.cell(ACCOUNT, "a", "revenue.201.total", "1.00", label=label)
    findings = found(tiny.raw(), "register.unknown_reporting_unit")
    assert [(finding.given, finding.sheet, finding.cell, finding.severity) for finding in findings] == (
        [] if is_known else [(label, "revenue", "A2", "block")]
    )


def test_without_a_register_of_the_year_a_form_stands_for_its_submitter(tiny: TinyWarehouse) -> None:
    register(tiny, year=2012)
    tiny.submit("a", ACCOUNT)
    tiny.cell(ACCOUNT, "a", "revenue.201.total", "1.00", label="不在名录的单位")
    assert tiny.raw().findings == []


def test_a_unit_of_somebody_else_is_held_back(tiny: TinyWarehouse) -> None:
    register(tiny)
    tiny.submit("x", ACCOUNT, submitter="302")
    tiny.cell(ACCOUNT, "x", "revenue.201.total", "1.00", label="示例省考试院")
    tiny.submit("g", "county_base_data", submitter="990101")
    tiny.cell("county_base_data", "g", "base_data.carry_over.value", "1.00", label="示例省")
    findings = found(tiny.raw(), "register.foreign_reporting_unit")
    assert [(f.submission_id, f.expected, f.severity) for f in findings] == [
        ("g", "990000", "block"),
        ("x", "301002", "block"),
    ]


def test_a_name_of_several_units_is_held_back(tiny: TinyWarehouse) -> None:
    register(tiny, ("301003", "示例省考试院", "301"), ("302001", "示例省科技厅", "302"))
    for submission, submitter, label in (("a", "301", "示例省考试院"), ("b", "302", "示例省科技厅")):
        tiny.submit(submission, ACCOUNT, submitter=submitter)
        tiny.cell(ACCOUNT, submission, "revenue.201.total", "1.00", label=label)
    findings = found(tiny.raw(), "register.ambiguous_reporting_unit")
    assert [(f.submission_id, f.expected) for f in findings] == [("a", "301002, 301003")]


def test_a_table_without_a_name_is_that_of_the_unit_beside_it(tiny: TinyWarehouse) -> None:
    register(tiny)
    for submission, labels in (
        ("a", ("示例省考试院", "")),
        ("b", ("示例省教育厅", "示例省教育厅本级", "")),
    ):
        tiny.submit(submission, ACCOUNT)
        for number, label in enumerate(labels):
            tiny.cell(ACCOUNT, submission, f"revenue.20{number}.total", "1.00", label=label)
    outcome = tiny.raw()
    assert [f.submission_id for f in found(outcome, "register.ambiguous_reporting_unit")] == ["b"]
    about = tiny.connection.execute("select subject_code from check_submissions where submission_id = 'a'")
    assert about.fetchall() == [("301002",)]


def test_an_account_without_a_name_is_nobodys_where_several_units_may_file(tiny: TinyWarehouse) -> None:
    register(tiny)
    tiny.submit("a", ACCOUNT)
    tiny.cell(ACCOUNT, "a", "revenue.201.total", "1.00", label="")
    tiny.submit("b", ACCOUNT, submitter="302")
    tiny.cell(ACCOUNT, "b", "revenue.201.total", "1.00", label="")
    (finding,) = found(tiny.raw(), "register.missing_reporting_unit")
    assert (finding.submission_id, finding.expected) == ("a", "301, 301001, 301002")


def test_a_project_without_its_code_holds_the_list(tiny: TinyWarehouse) -> None:
    tiny.submit("p", "project_list")
    more = {"function_code": "2050205", "budget_amount": "1", "executed_amount": "1", "project_name": "甲"}
    tiny.row("project_list", "p", project_code="p1", unit_code="301", **more)
    tiny.row("project_list", "p", project_code="", unit_code="301", **more)
    findings = found(tiny.raw(), "content.missing_key")
    assert [(one.cell, one.is_blocking) for one in findings] == [("A2", True)]


def test_a_unit_of_a_bureaus_own_form_is_known(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "county_base_data", submitter="990101")
    tiny.cell("county_base_data", "a", "base_data.total_population.value", "5", unit="公里")
    assert found(tiny.raw(), "layout.raw_unit_unknown")
    assert found(tiny.raw(units=["公里"]), "layout.raw_unit_unknown") == []


def test_a_replaced_register_says_nothing(tiny: TinyWarehouse) -> None:
    register(tiny, ("301003", "示例省图书馆", "301"))
    tiny.submit("r2", "unit_register", submitter="990000", modified="2014-02-01")
    tiny.row(
        "unit_register", "r2", label="示例省", unit_code="301", unit_name="示例省教育厅", unit_level="一级"
    )
    tiny.submit("a", ACCOUNT)
    tiny.cell(ACCOUNT, "a", "revenue.201.total", "1.00", label="示例省图书馆")
    assert [f.given for f in found(tiny.raw(), "register.unknown_reporting_unit")] == ["示例省图书馆"]


def test_a_finance_bureau_files_for_its_place(tiny: TinyWarehouse) -> None:
    register(tiny)
    tiny.submit("g", "government_final_account", submitter="990101")
    tiny.cell(
        "government_final_account", "g", "expenditure_by_function.201.final", "1.00", label="禾岭县财政局"
    )
    assert tiny.raw().findings == []


def test_project_codes_are_unique_over_the_year(tiny: TinyWarehouse) -> None:
    more = {"function_code": "2050205", "budget_amount": "1", "executed_amount": "1", "project_name": "甲"}
    for submission, submitter, codes in (("a", "301", ("p1", "p1")), ("b", "302", ("p1", "p2"))):
        tiny.submit(submission, "project_list", submitter=submitter)
        for code in codes:
            tiny.row("project_list", submission, project_code=code, unit_code=submitter, **more)
    findings = found(tiny.raw(), "register.duplicate_project")
    assert [(finding.submission_id, finding.cell) for finding in findings] == [("a", "A2"), ("b", "A1")]


def test_targets_belong_to_listed_projects(tiny: TinyWarehouse) -> None:
    tiny.submit("l", "project_list")
    tiny.row(
        *("project_list", "l"),
        project_code="p1",
        project_name="甲",
        unit_code="301",
        function_code="2050205",
        budget_amount="1",
        executed_amount="1",
    )
    tiny.submit("t", "project_performance_target")
    for code in ("p1", "p9", "p9"):
        tiny.row(
            "project_performance_target", "t", project_code=code, requested_amount="1", annual_target="建成"
        )
    outcome = tiny.raw()
    assert cells_of(outcome, "register.target_for_unknown_project") == ["A2", "A3"]
    assert cells_of(outcome, "register.duplicate_target") == ["A3"]


def test_targets_without_a_project_list_are_not_judged(tiny: TinyWarehouse) -> None:
    tiny.submit("t", "project_performance_target")
    tiny.row("project_performance_target", "t", project_code="p1", requested_amount="1", annual_target="建成")
    assert "register.target_for_unknown_project" not in {result.check_code for result in tiny.raw().results}


def evaluations(tiny: TinyWarehouse, *rows: dict[str, str]) -> CheckOutcome:
    tiny.submit("l", "project_list", year=2012)
    more = {"function_code": "2050205", "unit_code": "301", "project_name": "甲"}
    tiny.row("project_list", "l", project_code="p1", budget_amount="90", executed_amount="100.00", **more)
    tiny.submit("e", "evaluation_register", submitter="990000")
    good = {
        "object_type": "项目支出",
        "object_code": "p1",
        "unit_code": "301",
        "expenditure_year": "2012",
        "evaluated_amount": "100.00",
        "score": "85",
        "grade": "良",
    }
    for number, row in enumerate(rows):
        tiny.row("evaluation_register", "e", **{"evaluation_code": f"e{number}", **good, **row})
    return tiny.raw()


def test_evaluations_of_listed_projects(tiny: TinyWarehouse) -> None:
    """A project is looked up in the year it was spent; who filed no list is left alone."""
    outcome = evaluations(
        tiny,
        {},
        {"object_code": "p9"},
        {"object_code": "p9", "unit_code": "302"},
        {"object_code": "301", "object_type": "部门整体支出"},
    )
    assert [(f.cell, f.given) for f in found(outcome, "register.evaluation_of_unknown_project")] == [
        ("C2", "p9")
    ]


def test_evaluation_codes_are_unique(tiny: TinyWarehouse) -> None:
    outcome = evaluations(tiny, {"evaluation_code": "x"}, {"evaluation_code": "x"})
    assert [(f.cell, f.expected) for f in found(outcome, "register.duplicate_evaluation")] == [("A2", "A1")]


@pytest.mark.parametrize(("amount", "is_violated"), [("100.00", False), ("100.01", False), ("100.02", True)])
def test_evaluated_amounts_stay_within_the_project(
    tiny: TinyWarehouse, amount: str, is_violated: bool
) -> None:
    outcome = evaluations(tiny, {"evaluated_amount": amount})
    assert cells_of(outcome, "content.evaluated_above_spending") == (["H1"] if is_violated else [])


@pytest.mark.parametrize(
    ("executed", "is_violated"), [("60.00", False), ("59.00", False), ("60.01", False), ("60.02", True)]
)
def test_projects_stay_within_their_item(tiny: TinyWarehouse, executed: str, is_violated: bool) -> None:
    register(tiny)
    tiny.submit("a", ACCOUNT)
    tiny.cell(ACCOUNT, "a", "general_public_expenditure.2050205.project", "1000000.00", unit="元")
    tiny.submit("l", "project_list")
    more = {"function_code": "2050205", "unit_code": "301", "project_name": "甲", "budget_amount": "1"}
    tiny.row("project_list", "l", project_code="p1", executed_amount="40.00", **more)
    tiny.row("project_list", "l", project_code="p2", executed_amount=executed, **more)
    findings = found(tiny.raw(), "identity.project_over_item")
    # Two numbers in 万元 (100 yuan of rounding) and one in 元 (half a fen).
    assert [(finding.cell, finding.given) for finding in findings] == (
        [("I2", executed)] if is_violated else []
    )


def consolidated(tiny: TinyWarehouse, total: str, *, office_files: bool = True) -> CheckOutcome:
    register(tiny)
    accounts = [("c", "示例省教育厅", total, "301"), ("u", "示例省考试院", "40.00", "301002")]
    if office_files:
        accounts.append(("o", "示例省教育厅本级", "60.00", "301"))
    for submission, label, value, submitter in accounts:
        tiny.submit(submission, ACCOUNT, submitter=submitter)
        tiny.cell(ACCOUNT, submission, "general_public_expenditure.TOTAL.total", value, label=label)
    return tiny.raw()


@pytest.mark.parametrize(
    ("total", "is_violated"), [("100.00", False), ("100.01", False), ("100.02", True), ("90.00", True)]
)
def test_a_department_is_the_sum_of_its_units(tiny: TinyWarehouse, total: str, is_violated: bool) -> None:
    findings = found(consolidated(tiny, total), "identity.consolidated_units")
    assert [finding.submission_id for finding in findings] == (["c"] if is_violated else [])
    assert all(finding.severity == "warning" for finding in findings)


def test_a_department_is_not_judged_while_a_unit_is_silent(tiny: TinyWarehouse) -> None:
    assert found(consolidated(tiny, "90.00", office_files=False), "identity.consolidated_units") == []


def test_a_stranger_does_not_count_for_the_unit(tiny: TinyWarehouse) -> None:
    register(tiny)
    for submission, label, value, submitter in (
        ("c", "示例省教育厅", "100.00", "301"),
        ("o", "示例省教育厅本级", "60.00", "301"),
        ("u", "示例省考试院", "40.00", "301"),
        ("x", "示例省考试院", "70.00", "302"),
    ):
        tiny.submit(submission, ACCOUNT, submitter=submitter)
        tiny.cell(ACCOUNT, submission, "general_public_expenditure.TOTAL.total", value, label=label)
    assert found(tiny.raw(), "identity.consolidated_units") == []


def test_a_registered_code_is_in_the_list_published_for_the_year(tiny: TinyWarehouse) -> None:
    """One that is out of force and one nobody ever published; years without a list are not judged."""
    register(tiny, ("303", "示例省旧委", ""), ("399", "示例省某局", ""))
    register(tiny, ("303", "示例省旧委", ""), year=2014)
    assert found(tiny.receipts(), "register.code_not_listed") == []
    tiny.connection.execute(
        "create table raw.code_lists as from (values ('unit', 2013, '301', true, ''),"
        " ('unit', 2013, '301001', true, ''), ('unit', 2013, '301002', true, ''),"
        " ('unit', 2013, '302', true, ''), ('unit', 2013, '303', false, '302'),"
        " ('economic', 2013, '1', true, ''))"
        " as t (code_kind, fiscal_year, code, is_listed, current_codes)"
    )
    findings = found(tiny.receipts(), "register.code_not_listed")
    assert {(f.given, f.expected, f.severity, f.sheet) for f in findings} == {
        ("303", "302", "error", "名录"),
        ("399", "", "error", "名录"),
    }
    assert {(f.fiscal_year, f.form_code) for f in findings} == {(2013, "unit_register")}
    assert all(f.cell for f in findings)
