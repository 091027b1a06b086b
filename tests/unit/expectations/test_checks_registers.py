from __future__ import annotations

import pytest

from expectations.runner import CheckOutcome, rival_versions
from tests.support.tiny_warehouse import TinyWarehouse, found

ACCOUNT = "department_final_account"


def register(tiny: TinyWarehouse, *extra: tuple[str, str, str], year: int = 2013) -> None:
    """Province 990000 with departments 301, 302, county 990101, and units of 301."""
    tiny.submit(f"r{year}", "unit_register,region_register", year=year, submitter="990000")
    units = [
        ("301", "示例省教育厅", ""),
        ("301001", "示例省教育厅本级", "301"),
        ("301002", "示例省考试院", "301"),
        ("302", "示例省科技厅", ""),
        *extra,
    ]
    for code, name, parent in units:
        tiny.row(
            *("unit_register", f"r{year}"),
            label="示例省",
            unit="个",
            sheet="名录",
            unit_code=code,
            unit_name=name,
            unit_level="二级" if parent else "一级",
            parent_unit_code=parent,
            region_code="990000",
        )
    for code, name, kind, parent in (("990000", "示例省", "省", ""), ("990101", "禾岭县", "县", "990000")):
        tiny.row(
            *("region_register", f"r{year}"),
            label="示例省",
            unit="",
            sheet="区划",
            region_code=code,
            region_name=name,
            region_type=kind,
            parent_region_code=parent,
        )


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
    assert tiny.raw().findings == []


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


# Receipts


def test_copies_are_told(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "project_list", name="甲.xlsx")
    tiny.path("2013/301/甲（副本）.xlsx", "a", 2013, "301")
    tiny.path("2013/302/甲.xlsx", "a", 2013, "302")
    findings = found(tiny.receipts(), "receive.duplicate_submission")
    assert [(f.submitter_code, f.given, f.expected) for f in findings] == [
        ("301", "2013/301/甲（副本）.xlsx", "2013/301/甲.xlsx"),
        ("302", "2013/302/甲.xlsx", "2013/301/甲.xlsx"),
    ]


def test_files_outside_the_layout_are_told(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "project_list")
    tiny.path("stray.xlsx", "b", None, "")
    assert [f.given for f in found(tiny.receipts(), "receive.outside_layout")] == ["stray.xlsx"]


def account(tiny: TinyWarehouse, submission: str, label: str, **more: str) -> None:
    tiny.submit(submission, ACCOUNT, **more)  # type: ignore[arg-type]
    tiny.cell(ACCOUNT, submission, "revenue.201.total", "1.00", label=label)


def test_a_correction_replaces_what_came_before(tiny: TinyWarehouse) -> None:
    account(tiny, "a", "示例省教育厅", modified="2014-01-01", name="决算.xlsx")
    account(tiny, "b", "示例省教育厅", modified="2014-02-01", name="决算（更正）.xlsx")
    account(tiny, "c", "示例省考试院", modified="2014-03-01")
    account(tiny, "d", "示例省教育厅", modified="2014-04-01", year=2014)  # type: ignore[arg-type]
    findings = found(tiny.receipts(), "receive.superseded")
    assert [(f.submission_id, f.form_code, f.severity) for f in findings] == [("a", ACCOUNT, "note")]
    assert findings[0].expected == "2013/301/决算（更正）.xlsx"


def test_equal_dates_are_told_apart_by_name(tiny: TinyWarehouse) -> None:
    account(tiny, "a", "示例省教育厅", name="决算（更正）.xlsx")
    account(tiny, "b", "示例省教育厅", name="决算.xls")
    assert [f.submission_id for f in found(tiny.receipts(), "receive.superseded")] == ["b"]


def test_unnamed_units_do_not_replace_each_other(tiny: TinyWarehouse) -> None:
    account(tiny, "a", "")
    account(tiny, "b", "")
    assert found(tiny.receipts(), "receive.superseded") == []


def test_versions_are_those_whose_order_counts(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "示例省教育厅", modified="2014-01-01 10:00:00.9", name="决算.xlsx")
    account(tiny, "b", "示例省教育厅", modified="2014-01-01 10:00:00.1", name="决算（更正）.xlsx")
    account(tiny, "u", "示例省考试院", modified="2014-01-01 10:00:05")
    outcome = tiny.receipts()
    assert [f.submission_id for f in found(outcome, "receive.superseded")] == ["a"]
    assert rival_versions(tiny.connection) == [(2013, "2013/301/决算.xlsx", "2013/301/决算（更正）.xlsx")]


@pytest.mark.parametrize("labels", [("示例省考试院", "示例省 考试院"), ("示例省考试院", "301002")])
def test_two_forms_of_one_name_are_one_unit(tiny: TinyWarehouse, labels: tuple[str, str]) -> None:
    register(tiny)
    account(tiny, "a", labels[0], modified="2014-01-01")
    account(tiny, "b", labels[1], modified="2014-02-01")
    assert [f.submission_id for f in found(tiny.receipts(), "receive.superseded")] == ["a"]


def test_what_a_place_files_is_its_own_whatever_name_it_bears(tiny: TinyWarehouse) -> None:
    register(tiny)
    for submission, label, modified in (("a", "禾岭县", "2014-01-01"), ("b", "禾岭县财政局", "2014-02-01")):
        tiny.submit(submission, "county_base_data", submitter="990101", modified=modified)
        tiny.cell("county_base_data", submission, "base_data.carry_over.value", "1.00", label=label)
    outcome = tiny.receipts()
    assert [f.submission_id for f in found(outcome, "receive.superseded")] == ["a"]
    assert not outcome.has_blocking


def twice(tiny: TinyWarehouse) -> list[tuple[str, str, str]]:
    findings = found(tiny.receipts(), "receive.unit_filed_twice")
    assert all(finding.severity == "block" and finding.cell == "A2" for finding in findings)
    return [(finding.submission_id, finding.given, finding.expected) for finding in findings]


def test_a_form_without_a_name_gives_way(tiny: TinyWarehouse) -> None:
    """It may be the department's or a unit's: what is named counts."""
    register(tiny)
    account(tiny, "a", "示例省教育厅", modified="2014-01-01")
    account(tiny, "b", "", modified="2014-02-01")
    account(tiny, "u", "示例省考试院")
    assert twice(tiny) == [("b", "b.xlsx", "a.xlsx")]


def test_two_forms_without_a_name_both_give_way(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "", modified="2014-01-01")
    account(tiny, "b", "", modified="2014-02-01")
    assert [submission for submission, _, _ in twice(tiny)] == ["a", "b"]


def test_one_form_without_a_name_is_its_submitters(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "")
    account(tiny, "u", "示例省考试院")
    assert twice(tiny) == []
    assert found(tiny.raw(), "register.unknown_reporting_unit") == []


def test_of_two_that_overlap_the_earlier_gives_way(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "示例省教育厅", modified="2014-01-01")
    tiny.cell(ACCOUNT, "a", "revenue.202.total", "1.00", label="示例省考试院")
    account(tiny, "b", "示例省教育厅", modified="2014-02-01")
    assert twice(tiny) == [("a", "a.xlsx", "b.xlsx")]


def test_a_correction_of_one_misprint_replaces_the_whole(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "示例省教育厅", modified="2014-01-01")
    tiny.cell(ACCOUNT, "a", "revenue.202.total", "1.00", label="示例省教育厅（新址）")
    assert found(tiny.raw(), "register.unknown_reporting_unit")
    account(tiny, "b", "示例省教育厅", modified="2014-02-01")
    assert [f.submission_id for f in found(tiny.receipts(), "receive.superseded")] == ["a"]
    assert found(tiny.raw(), "register.unknown_reporting_unit") == []


def test_a_unit_without_a_name_and_its_region_claim_it_both(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "", submitter="301002")
    account(tiny, "b", "示例省考试院", submitter="990000")
    findings = found(tiny.receipts(), "receive.two_submitters_one_unit")
    assert [finding.submission_id for finding in findings] == ["a", "b"]


def test_a_second_book_of_cards_adds_to_the_first(tiny: TinyWarehouse) -> None:
    form = "project_performance_target"
    for submission, codes, modified in (
        ("a", ("p1", "p2"), "2014-01-01"),
        ("b", ("p3",), "2014-02-01"),
        ("c", ("p3", "p4"), "2014-03-01"),
    ):
        tiny.submit(submission, form, modified=modified)
        for code in codes:
            tiny.row(form, submission, project_code=code)
    assert [f.submission_id for f in found(tiny.receipts(), "receive.superseded")] == ["b"]


def claims(tiny: TinyWarehouse, *submitters: str) -> list[str]:
    register(tiny)
    for number, submitter in enumerate(submitters):
        account(tiny, f"c{number}", "示例省考试院", submitter=submitter)
    findings = found(tiny.receipts(), "receive.two_submitters_one_unit")
    assert all(finding.severity == "block" and finding.form_code == ACCOUNT for finding in findings)
    return sorted(finding.submitter_code for finding in findings)


@pytest.mark.parametrize(
    ("submitters", "held_back"),
    [
        (("301",), []),
        (("301002",), []),
        (("301", "302"), ["302"]),
        (("301002", "302"), ["302"]),
        (("302",), []),
        (("302", "990101"), ["302", "990101"]),
        (("301", "301002"), ["301", "301002"]),
    ],
)
def test_two_submitters_one_unit(
    tiny: TinyWarehouse, submitters: tuple[str, ...], held_back: list[str]
) -> None:
    assert claims(tiny, *submitters) == held_back


def test_units_of_one_name_in_two_places_are_two(tiny: TinyWarehouse) -> None:
    register(tiny)
    for county in ("990101", "990102"):
        tiny.submit(f"r{county}", "unit_register", submitter=county)
        tiny.row(
            *("unit_register", f"r{county}"),
            label=county,
            unit_code=f"{county}301",
            unit_name="县教育局",
            unit_level="一级",
            region_code=county,
        )
        account(tiny, f"a{county}", "县教育局", submitter=county)
    assert found(tiny.receipts(), "receive.two_submitters_one_unit") == []


def test_an_unknown_submitter_is_told(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "示例省教育厅")
    account(tiny, "b", "飞渡县", submitter="997777")
    account(tiny, "c", "某部门", submitter="777", year=2009)  # type: ignore[arg-type]  # a year without registers
    assert [f.given for f in found(tiny.receipts(), "receive.unknown_submitter")] == ["997777"]


def test_silence_is_told(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "示例省教育厅")
    account(tiny, "u", "示例省科技厅下属单位", submitter="302")
    tiny.submit("g", "government_final_account", submitter="990101", status="unreadable")
    silent = {(f.submitter_code, f.form_code) for f in found(tiny.receipts(), "receive.silent_submitter")}
    assert ("301", ACCOUNT) not in silent
    assert ("990000", "unit_register") not in silent
    assert {
        ("301", "project_list"),
        ("990101", "government_final_account"),
        ("990101", "county_base_data"),
    } <= silent
    assert not any(submitter in ("301001", "301002") for submitter, _ in silent)


def test_registers_of_the_nearest_year_say_who_owes(tiny: TinyWarehouse) -> None:
    register(tiny, year=2013)
    account(tiny, "a", "示例省教育厅", year=2014)  # type: ignore[arg-type]
    silent = {
        (f.fiscal_year, f.submitter_code, f.form_code)
        for f in found(tiny.receipts(), "receive.silent_submitter")
    }
    assert (2014, "302", ACCOUNT) in silent
    assert (2014, "301", ACCOUNT) not in silent


def test_a_part_of_a_department_is_not_the_department(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "u", "示例省考试院")
    silent = {(f.submitter_code, f.form_code) for f in found(tiny.receipts(), "receive.silent_submitter")}
    assert ("301", ACCOUNT) in silent


def test_an_empty_inbox_says_nothing(tiny: TinyWarehouse) -> None:
    outcome = tiny.receipts()
    assert outcome.findings == []
    assert outcome.results == []
