"""Figures across years, forms and levels, and entries of the registers."""

from __future__ import annotations

import pytest

from expectations.runner import CheckOutcome
from tests.support.tiny_warehouse import TinyWarehouse, found

ACCOUNT = "department_final_account"
GOVERNMENT = "government_final_account"
BASE = "county_base_data"
SUMMARY = "revenue_expenditure_summary"


def cells(outcome: CheckOutcome, code: str) -> list[str]:
    return [finding.cell for finding in found(outcome, code)]


def two_years(
    tiny: TinyWarehouse, form: str, before: dict[str, str], now: dict[str, str], submitter: str = "301"
) -> dict[str, str]:
    tiny.submit("before", form, year=2012, submitter=submitter)
    tiny.cells(form, "before", before, year=2012)
    tiny.submit("now", form, submitter=submitter)
    return tiny.cells(form, "now", now)


# Each of the two printed numbers may hide 0.005.
@pytest.mark.parametrize(("opening", "is_wrong"), [("50.00", False), ("50.01", False), ("50.02", True)])
def test_the_opening_balance_is_the_last_closing(tiny: TinyWarehouse, opening: str, is_wrong: bool) -> None:
    at = two_years(
        tiny,
        ACCOUNT,
        {f"{SUMMARY}.closing_balance.final": "50.00"},
        {f"{SUMMARY}.opening_balance.final": opening},
    )
    expected = [at[f"{SUMMARY}.opening_balance.final"]] if is_wrong else []
    assert cells(tiny.raw(), "cross_year.opening_balance") == expected


def test_an_opening_balance_in_another_unit_is_told_as_such(tiny: TinyWarehouse) -> None:
    two_years(
        tiny,
        ACCOUNT,
        {f"{SUMMARY}.closing_balance.final": "50.00"},
        {f"{SUMMARY}.opening_balance.final": "500000.00"},
    )
    assert cells(tiny.raw(), "cross_year.opening_balance") == []


@pytest.mark.parametrize(
    ("now", "is_told"),
    [("100.00", False), ("500.00", False), ("500.01", True), ("20.00", False), ("19.99", True)],
)
def test_a_total_that_moves_far_is_told(tiny: TinyWarehouse, now: str, is_told: bool) -> None:
    figure = f"{SUMMARY}.expenditure_total.final"
    at = two_years(tiny, ACCOUNT, {figure: "100.00"}, {figure: now})
    assert cells(tiny.raw(), "cross_year.total_jump") == ([at[figure]] if is_told else [])


def test_a_class_of_weight_that_moves_far_is_told(tiny: TinyWarehouse) -> None:
    before = {
        f"{SUMMARY}.205.final": "100.00",
        f"{SUMMARY}.206.final": "1.00",
        f"{SUMMARY}.208.final": "90.00",
    }
    now = {f"{SUMMARY}.205.final": "10.00", f"{SUMMARY}.206.final": "9.00", f"{SUMMARY}.208.final": "95.00"}
    at = two_years(tiny, GOVERNMENT, before, now)
    assert cells(tiny.raw(), "cross_year.class_jump") == [at[f"{SUMMARY}.205.final"]]


def test_a_class_of_weight_that_is_gone_is_told(tiny: TinyWarehouse) -> None:
    before = {
        f"{SUMMARY}.205.final": "100.00",
        f"{SUMMARY}.206.final": "1.00",
        f"{SUMMARY}.208.final": "90.00",
    }
    two_years(tiny, GOVERNMENT, before, {f"{SUMMARY}.205.final": "101.00"})
    assert [one.item for one in found(tiny.raw(), "cross_year.class_vanished")] == ["208"]


@pytest.mark.parametrize(
    ("item", "before", "now", "code"),
    [
        ("total_population", "1000", "1101", "cross_year.population_jump"),
        ("total_population", "1000", "1100", ""),
        ("payroll_persons", "1000", "1251", "cross_year.payroll_jump"),
        ("retired_persons", "1000", "799", "cross_year.payroll_jump"),
        ("payroll_persons", "1000", "1250", ""),
        ("standard_expenditure_205", "10.00", "21.00", "cross_year.standard_jump"),
        ("standard_expenditure_205", "10.00", "20.00", ""),
    ],
)
def test_base_data_that_move_far_are_told(
    tiny: TinyWarehouse, item: str, before: str, now: str, code: str
) -> None:
    figure = f"base_data.{item}.value"
    two_years(tiny, BASE, {figure: before}, {figure: now}, submitter="990121")
    said = {one.check_code for one in tiny.raw().findings if one.check_code.startswith("cross_year.")}
    assert said == ({code} if code else set())


@pytest.mark.parametrize(("last", "is_copy"), [("5.00", True), ("5.01", False)])
def test_the_old_workbook_under_a_new_year(tiny: TinyWarehouse, last: str, is_copy: bool) -> None:
    figures = {f"{SUMMARY}.{code}.final": f"{code}.00" for code in ("201", "204", "205", "206")}
    two_years(
        tiny, GOVERNMENT, figures | {f"{SUMMARY}.208.final": "5.00"}, figures | {f"{SUMMARY}.208.final": last}
    )
    assert bool(found(tiny.raw(), "cross_year.same_figures")) is is_copy


def test_the_old_workbook_printed_again_in_another_unit(tiny: TinyWarehouse) -> None:
    in_yuan = {f"{SUMMARY}.{code}.final": f"{code}1234.56" for code in ("201", "204", "205", "206", "208")}
    in_ten_thousand = {name: f"{float(text) / 10000:.2f}" for name, text in in_yuan.items()}
    tiny.submit("before", GOVERNMENT, year=2012, submitter="990121")
    tiny.cells(GOVERNMENT, "before", in_yuan, unit="元", year=2012)
    tiny.submit("now", GOVERNMENT, submitter="990121")
    tiny.cells(GOVERNMENT, "now", in_ten_thousand, unit="万元")
    assert found(tiny.raw(), "cross_year.same_figures")


@pytest.mark.parametrize(("value", "is_wrong"), [("100.00", False), ("100.01", False), ("100.02", True)])
@pytest.mark.parametrize(
    ("item", "figure", "code"),
    [
        ("cumulative_expenditure_q4", "expenditure_total", "cross_form.base_expenditure"),
        ("carry_over", "carry_over_balance", "cross_form.base_carry_over"),
    ],
)
def test_base_data_agree_with_the_account(
    tiny: TinyWarehouse, item: str, figure: str, code: str, value: str, is_wrong: bool
) -> None:
    tiny.submit("account", GOVERNMENT, submitter="990121")
    tiny.submit("base", BASE, submitter="990121")
    tiny.cell(GOVERNMENT, "account", f"{SUMMARY}.{figure}.final", "100.00")
    at = tiny.cell(BASE, "base", f"base_data.{item}.value", value)
    assert cells(tiny.raw(), code) == ([at] if is_wrong else [])


def registers(tiny: TinyWarehouse, *units: dict[str, str]) -> None:
    tiny.submit("regions", "region_register", submitter="990000")
    for code, name, kind, parent in (
        ("990000", "示例省", "省", ""),
        ("990121", "甲县", "县", "990000"),
        ("990122", "乙县", "县", "990000"),
    ):
        tiny.row(
            "region_register", "regions", region_code=code, region_name=name, region_type=kind,
            parent_region_code=parent,
        )  # fmt: skip
    tiny.submit("units", "unit_register", submitter="990000")
    for unit in units or (unit_row(),):
        tiny.row("unit_register", "units", **unit)


def unit_row(**change: str) -> dict[str, str]:
    row = {"unit_code": "301", "unit_name": "示例省教育厅", "unit_level": "一级", "region_code": "990000"}
    return row | change


@pytest.mark.parametrize(("paid", "is_wrong"), [("30.00", False), ("30.01", False), ("30.02", True)])
def test_transfers_are_what_the_counties_received(tiny: TinyWarehouse, paid: str, is_wrong: bool) -> None:
    registers(tiny)
    for code, received in (("990121", "10.00"), ("990122", "20.00")):
        tiny.submit(code, GOVERNMENT, submitter=code)
        tiny.cell(GOVERNMENT, code, f"{SUMMARY}.transfer_from_upper.final", received, label=code)
    tiny.submit("province", GOVERNMENT, submitter="990000")
    at = tiny.cell(GOVERNMENT, "province", f"{SUMMARY}.transfer_to_lower.final", paid, label="990000")
    assert cells(tiny.raw(), "cross_form.transfers_to_counties") == ([at] if is_wrong else [])


def test_transfers_are_not_judged_while_a_county_is_silent(tiny: TinyWarehouse) -> None:
    registers(tiny)
    tiny.submit("990121", GOVERNMENT, submitter="990121")
    tiny.cell(GOVERNMENT, "990121", f"{SUMMARY}.transfer_from_upper.final", "10.00", label="990121")
    tiny.submit("province", GOVERNMENT, submitter="990000")
    tiny.cell(GOVERNMENT, "province", f"{SUMMARY}.transfer_to_lower.final", "99.00", label="990000")
    asked = {result.check_code for result in tiny.raw().results}
    assert "cross_form.transfers_to_counties" not in asked


@pytest.mark.parametrize(
    ("of_government", "is_wrong"), [("100.00", False), ("99.99", False), ("99.98", True)]
)
def test_departments_stay_within_the_government(
    tiny: TinyWarehouse, of_government: str, is_wrong: bool
) -> None:
    registers(tiny)
    tiny.submit("account", ACCOUNT)
    tiny.cell(ACCOUNT, "account", "general_public_expenditure.205.total", "100.00")
    tiny.submit("province", GOVERNMENT, submitter="990000")
    at = tiny.cell(GOVERNMENT, "province", f"{SUMMARY}.205.final", of_government, label="990000")
    assert cells(tiny.raw(), "cross_form.departments_above_government") == ([at] if is_wrong else [])


FACTS = "department_management_facts"


@pytest.mark.parametrize(
    ("item", "value", "code"),
    [
        ("targets_filed", "1", ""),
        ("targets_filed", "2", "cross_form.targets_filed_count"),
        ("self_evaluations_done", "1", ""),
        ("self_evaluations_done", "3", "cross_form.self_evaluations_count"),
        ("targeted_funds", "100.00", ""),
        ("targeted_funds", "120.00", ""),
        ("targeted_funds", "110.00", "cross_form.targeted_funds"),
    ],
)
def test_facts_agree_with_the_cards(tiny: TinyWarehouse, item: str, value: str, code: str) -> None:
    """The card requested 120.00, of which 100.00 of the budget."""
    for form in (FACTS, "project_performance_target", "project_self_evaluation"):
        tiny.submit(form, form)
    tiny.row(
        "project_performance_target", "project_performance_target", project_code="P1",
        requested_amount="120.00", requested_fiscal="100.00", requested_own="20.00",
        annual_target="完成全部年度养护任务",
    )  # fmt: skip
    tiny.row("project_self_evaluation", "project_self_evaluation", project_code="P1")
    at = tiny.cell(FACTS, FACTS, f"management_facts.{item}.value", value, decimals="")
    said = {one.check_code: one.cell for one in tiny.raw().findings if one.form_code == FACTS}
    assert said == ({code: at} if code else {})


@pytest.mark.parametrize(
    ("population", "payroll", "codes"),
    [
        ("100000", "3000", set()),
        ("10", "1", {"plausibility.expenditure_per_head"}),
        ("100000", "50", {"plausibility.payroll_share"}),
        ("100000", "40000", {"plausibility.payroll_share"}),
    ],
)
def test_base_data_are_plausible(tiny: TinyWarehouse, population: str, payroll: str, codes: set[str]) -> None:
    tiny.submit("base", BASE, submitter="990121")
    tiny.cell(BASE, "base", "base_data.total_population.value", population, unit="人", decimals="0")
    tiny.cell(BASE, "base", "base_data.payroll_persons.value", payroll, unit="人", decimals="0")
    tiny.cell(BASE, "base", "base_data.cumulative_expenditure_q4.value", "80000.00")
    assert {one.check_code for one in tiny.raw().findings} == codes


REGISTERED = [
    ("code.region_code_length", unit_row(region_code="99000")),
    ("code.unit_outside_region", unit_row(region_code="990999")),
    ("code.unit_own_parent", unit_row(parent_unit_code="301", unit_level="二级")),
    ("code.level_contradicts_parent", unit_row(unit_level="二级")),
    ("code.unit_code_unclean", unit_row(unit_code="３01")),
]


@pytest.mark.parametrize(("code", "unit"), REGISTERED, ids=[code for code, _ in REGISTERED])
def test_entries_of_the_register(tiny: TinyWarehouse, code: str, unit: dict[str, str]) -> None:
    registers(tiny, unit)
    (finding,) = found(tiny.raw(), code)
    assert finding.sheet and finding.cell


def test_a_register_in_order_says_nothing(tiny: TinyWarehouse) -> None:
    registers(tiny)
    assert tiny.raw().findings == []


def test_two_units_of_one_name_in_one_place(tiny: TinyWarehouse) -> None:
    registers(tiny, unit_row(), unit_row(unit_code="302"), unit_row(unit_code="303", region_code="990121"))
    (finding,) = found(tiny.raw(), "code.same_name")
    assert (finding.subject_code, finding.expected) == ("302", "301")


def test_a_unit_renamed_and_a_register_that_shrank(tiny: TinyWarehouse) -> None:
    tiny.submit("old", "unit_register", year=2012, submitter="990000")
    for number in range(3):
        tiny.row("unit_register", "old", **unit_row(unit_code=f"30{number + 1}", unit_name=f"旧名{number}"))
    registers(tiny)
    outcome = tiny.raw()
    assert [one.given for one in found(outcome, "cross_year.unit_renamed")] == ["示例省教育厅"]
    assert [(one.given, one.expected) for one in found(outcome, "cross_year.unit_count")] == [("1", "3")]


@pytest.mark.parametrize(
    ("kind", "code"),
    [
        ("部门整体支出", "register.evaluation_of_unknown_unit"),
        ("转移支付", "register.evaluation_of_unknown_programme"),
    ],
)
def test_evaluations_of_objects_nobody_knows(tiny: TinyWarehouse, kind: str, code: str) -> None:
    registers(tiny)
    tiny.submit("programmes", "transfer_performance_target", submitter="990000")
    tiny.row(
        "transfer_performance_target", "programmes", programme_code="T1", annual_target="完成全部年度任务"
    )
    tiny.submit("evaluations", "evaluation_register", submitter="990000")
    for number, known in enumerate(("301" if kind == "部门整体支出" else "T1", "X9")):
        tiny.row(
            "evaluation_register", "evaluations", evaluation_code=f"E{number}", object_type=kind,
            object_code=known,
            unit_code="301", expenditure_year="2013", evaluated_amount="1.00", score="85", grade="良",
            evaluation_date="2014-05-06",
        )  # fmt: skip
    assert [one.given for one in found(tiny.raw(), code)] == ["X9"]


@pytest.mark.parametrize(
    ("modified", "is_late"), [("2014-04-30 23:00:00", False), ("2014-05-01 01:00:00", True)]
)
def test_a_form_is_first_filed_by_the_day_it_is_due(
    tiny: TinyWarehouse, modified: str, is_late: bool
) -> None:
    registers(tiny)
    tiny.submit("first", ACCOUNT, modified=modified)
    tiny.cell(ACCOUNT, "first", f"{SUMMARY}.expenditure_total.final", "1.00")
    late = [one for one in found(tiny.receipts(), "receive.late_form") if one.form_code == ACCOUNT]
    assert [one.submitter_code for one in late] == (["301"] if is_late else [])
