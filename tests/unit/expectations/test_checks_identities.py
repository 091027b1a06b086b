"""Sums: right, wrong, just inside and just outside what print can hide."""

from __future__ import annotations

import pytest

from expectations.runner import CheckOutcome
from tests.support.tiny_warehouse import TinyWarehouse, found

ACCOUNT = "department_final_account"
GOVERNMENT = "government_final_account"


def file(tiny: TinyWarehouse, figures: dict[str, str], form: str = ACCOUNT, **more: str) -> dict[str, str]:
    tiny.submit("a", form)
    return tiny.cells(form, "a", figures, **more)


def identities(outcome: CheckOutcome) -> list[tuple[str, str, str]]:
    """What is told, without the sums that only follow from it."""
    return [
        (finding.check_code.removeprefix("identity."), finding.sheet, finding.cell)
        for finding in outcome.findings
        if finding.check_code.startswith("identity.") and finding.check_code != "identity.knock_on"
    ]


# Two addends: three printed numbers, each may hide 0.005.
@pytest.mark.parametrize(
    ("total", "is_violated"),
    [
        ("100.00", False),
        ("100.01", False),
        ("100.015", False),
        ("99.985", False),
        ("100.016", True),
        ("99.984", True),
        ("100.02", True),
        ("1000000.00", True),
    ],
)
def test_total_of_classes_within_print(tiny: TinyWarehouse, total: str, is_violated: bool) -> None:
    at = file(
        tiny, {"revenue.TOTAL.total": total, "revenue.201.total": "60.00", "revenue.205.total": "40.00"}
    )
    outcome = tiny.raw()
    expected = [("total_of_classes", "revenue", at["revenue.TOTAL.total"])] if is_violated else []
    assert identities(outcome) == expected
    for finding in outcome.findings:
        assert (finding.given, finding.expected, finding.severity) == (total, "100", "error")


@pytest.mark.parametrize(("decimals", "is_violated"), [("2", True), ("1", True), ("0", False), ("", True)])
def test_tolerance_follows_the_printed_decimals(
    tiny: TinyWarehouse, decimals: str, is_violated: bool
) -> None:
    file(
        tiny,
        {"revenue.TOTAL.total": "101", "revenue.201.total": "60", "revenue.205.total": "40"},
        unit="元",
        decimals=decimals,
    )
    assert bool(identities(tiny.raw())) is is_violated


def test_blank_addends_hide_nothing(tiny: TinyWarehouse) -> None:
    """One printed addend: two printed numbers, so 0.01 is fine and 0.011 is not."""
    figures = {"revenue.TOTAL.total": "60.011", "revenue.201.total": "60.00", "revenue.205.total": "—"}
    file(tiny, figures)
    assert identities(tiny.raw())


@pytest.mark.parametrize("marker", ["", "-", "—", "…", "无", "不适用"])
def test_markers_are_no_text_and_count_as_nothing(tiny: TinyWarehouse, marker: str) -> None:
    file(tiny, {"revenue.TOTAL.total": "60.00", "revenue.201.total": "60.00", "revenue.205.total": marker})
    outcome = tiny.raw()
    assert identities(outcome) == []
    assert found(outcome, "content.text_in_amount") == []


def test_a_blank_total_over_filled_parts(tiny: TinyWarehouse) -> None:
    file(tiny, {"revenue.TOTAL.total": "", "revenue.201.total": "60.00", "revenue.205.total": "40.00"})
    finding = found(tiny.raw(), "identity.total_of_classes")[0]
    assert (finding.given, finding.expected) == ("", "100")


def test_a_table_without_amounts_is_not_judged(tiny: TinyWarehouse) -> None:
    file(tiny, {"revenue.TOTAL.total": "—", "revenue.201.total": "—"})
    outcome = tiny.raw()
    assert identities(outcome) == []
    assert "identity.total_of_classes" not in {result.check_code for result in outcome.results}


def test_parent_is_the_longest_printed_prefix(tiny: TinyWarehouse) -> None:
    """A table that leaves out a level still adds up, and is judged."""
    file(
        tiny,
        {
            "revenue.TOTAL.total": "100.00",
            "revenue.201.total": "100.00",
            "revenue.2010301.total": "60.00",
            "revenue.2010401.total": "30.00",
        },
    )
    assert identities(tiny.raw()) == [("parent_of_children", "revenue", "C2")]


@pytest.mark.parametrize(
    ("codes", "missing"),
    [
        (["201", "20101", "205", "20502"], None),
        (["201", "20101", "20502"], "205"),
        (["20101", "20502"], None),
        (["201", "20101", "2010101", "2010301"], "20103"),
        (["201", "2010101", "2010301"], None),
    ],
)
def test_the_row_of_a_parent_code(tiny: TinyWarehouse, codes: list[str], missing: str | None) -> None:
    """Where a level is printed at all, each code below it stands under its own row."""
    at = file(tiny, {f"revenue.{code}.total": "0.00" for code in codes})
    told = found(tiny.raw(), "identity.missing_parent")
    assert [(one.expected, one.cell) for one in told] == (
        [(missing, at[f"revenue.{codes[-1]}.total"])] if missing else []
    )


def test_of_which_lines_are_no_addends(tiny: TinyWarehouse) -> None:
    file(tiny, {"revenue.TOTAL.total": "60.00", "revenue.201.total": "60.00"})
    tiny.cell(ACCOUNT, "a", "revenue.20103.total", "10.00", row_kind="of_which")
    assert identities(tiny.raw()) == []


def test_a_wrong_code_is_reported_once(tiny: TinyWarehouse) -> None:
    """201 is misprinted: the total above does not add up either, which is the same fault."""
    at = file(
        tiny,
        {
            "expenditure.TOTAL.total": "100.00",
            "expenditure.201.total": "70.00",
            "expenditure.20103.total": "60.00",
            "expenditure.205.total": "40.00",
        },
    )
    assert identities(tiny.raw()) == [("parent_of_children", "expenditure", at["expenditure.201.total"])]


def test_a_wrong_total_does_not_echo_across_tables(tiny: TinyWarehouse) -> None:
    at = file(
        tiny,
        {
            "expenditure.TOTAL.total": "110.00",
            "expenditure.201.total": "60.00",
            "expenditure.205.total": "40.00",
            "revenue_expenditure_summary.expenditure_total.final": "100.00",
            "revenue_expenditure_summary.201.final": "60.00",
            "revenue_expenditure_summary.205.final": "40.00",
        },
    )
    assert identities(tiny.raw()) == [("total_of_classes", "expenditure", at["expenditure.TOTAL.total"])]


def test_two_faults_are_two_findings(tiny: TinyWarehouse) -> None:
    file(
        tiny,
        {
            "expenditure.TOTAL.total": "500.00",
            "expenditure.201.total": "70.00",
            "expenditure.20103.total": "60.00",
            "expenditure.205.total": "40.00",
        },
    )
    assert [code for code, _, _ in identities(tiny.raw())] == ["parent_of_children", "total_of_classes"]


def test_row_total(tiny: TinyWarehouse) -> None:
    row = {
        "general_public_expenditure.201.total": "100.00",
        "general_public_expenditure.201.basic": "60.00",
        "general_public_expenditure.201.project": "30.00",
    }
    at = file(tiny, row)
    assert identities(tiny.raw()) == [
        ("row_total", "general_public_expenditure", at["general_public_expenditure.201.total"])
    ]


def test_summary_and_two_sides(tiny: TinyWarehouse) -> None:
    table = "revenue_expenditure_summary"
    file(
        tiny,
        {
            f"{table}.general_public_appropriation.final": "90.00",
            f"{table}.other.final": "10.00",
            f"{table}.revenue_total.final": "100.00",
            f"{table}.opening_balance.final": "5.00",
            f"{table}.use_of_fund_balance.final": "",
            f"{table}.grand_total_revenue.final": "105.00",
            f"{table}.201.final": "100.00",
            f"{table}.expenditure_total.final": "100.00",
            f"{table}.closing_balance.final": "4.00",
            f"{table}.grand_total_expenditure.final": "104.00",
        },
    )
    assert identities(tiny.raw()) == [("two_sides", table, "C6")]


def test_cross_table_needs_both_tables(tiny: TinyWarehouse) -> None:
    file(tiny, {"revenue_expenditure_summary.expenditure_total.final": "100.00"})
    assert identities(tiny.raw()) == []
    tiny.cell(ACCOUNT, "a", "expenditure.TOTAL.total", "90.00")
    assert identities(tiny.raw()) == [("cross_table", "revenue_expenditure_summary", "C1")]


def test_tables_in_different_units_agree(tiny: TinyWarehouse) -> None:
    file(tiny, {"revenue_expenditure_summary.expenditure_total.final": "100.00"}, unit="万元")
    tiny.cell(ACCOUNT, "a", "expenditure.TOTAL.total", "1000049.99", unit="元")
    assert identities(tiny.raw()) == []
    tiny.connection.execute(
        "update raw.department_final_account set value_text = '1000050.02' where table_code = 'expenditure'"
    )
    finding = found(tiny.raw(), "identity.cross_table")[0]
    assert (finding.given, finding.expected) == ("100.00", "100.005002")


def test_a_table_in_another_unit_is_one_finding(tiny: TinyWarehouse) -> None:
    figures = {f"expenditure_by_function.{code}.final": "100.00" for code in ("201", "205", "206")}
    figures |= {f"revenue_expenditure_summary.{code}.final": "1000000.00" for code in ("201", "205", "206")}
    figures |= {
        "expenditure_by_function.TOTAL.final": "300.00",
        "revenue_expenditure_summary.expenditure_total.final": "3000000.00",
    }
    at = file(tiny, figures, GOVERNMENT)
    assert identities(tiny.raw()) == [
        (
            "cross_table",
            "revenue_expenditure_summary",
            at["revenue_expenditure_summary.expenditure_total.final"],
        )
    ]


def test_three_public_expenses(tiny: TinyWarehouse) -> None:
    table = "three_public_expenses"
    file(
        tiny,
        {
            f"{table}.total.final": "10.00",
            f"{table}.overseas_travel.final": "2.00",
            f"{table}.vehicles.final": "5.00",
            f"{table}.vehicle_purchase.final": "1.00",
            f"{table}.vehicle_operation.final": "3.00",
            f"{table}.official_reception.final": "3.00",
        },
    )
    assert identities(tiny.raw()) == [("three_public_total", table, "C3")]


def test_fund_flow_has_a_negative_addend(tiny: TinyWarehouse) -> None:
    row = {
        "opening_balance": "10.00",
        "revenue": "5.00",
        "expenditure_total": "12.00",
        "closing_balance": "3.00",
    }
    file(tiny, {f"government_fund.TOTAL.{measure}": value for measure, value in row.items()})
    assert [code for code, _, _ in identities(tiny.raw())] == []
    tiny.connection.execute(
        "update raw.department_final_account set value_text = '4.00' where measure_code = 'closing_balance'"
    )
    assert [code for code, _, _ in identities(tiny.raw())] == ["row_total"]


def test_text_and_reported_cells_are_not_summed(tiny: TinyWarehouse) -> None:
    """Their own finding says what is wrong; the broken sum would only repeat it."""
    at = file(
        tiny, {"revenue.TOTAL.total": "100.00", "revenue.201.total": "60!", "revenue.205.total": "40.00"}
    )
    outcome = tiny.raw()
    assert identities(outcome) == []
    assert [finding.cell for finding in found(outcome, "content.text_in_amount")] == [at["revenue.201.total"]]
    tiny.connection.execute("update raw.department_final_account set value_text = '' where item_code = '201'")
    assert identities(tiny.raw()) != []
    assert identities(tiny.raw(known_cells=[("a", "revenue", at["revenue.201.total"])])) == []


def test_amounts_are_read_as_printed(tiny: TinyWarehouse) -> None:
    file(
        tiny,
        {"revenue.TOTAL.total": "1，234.50", "revenue.201.total": "1,234.", "revenue.205.total": " +.50 "},
    )
    outcome = tiny.raw()
    assert identities(outcome) == []
    assert found(outcome, "content.text_in_amount") == []


def test_amounts_are_exact(tiny: TinyWarehouse) -> None:
    """0.1 + 0.2 and sums beyond a double's digits."""
    file(
        tiny,
        {
            "revenue.TOTAL.total": "90071992547409930.03",
            "revenue.201.total": "90071992547409929.92",
            "revenue.205.total": "0.10",
        },
        decimals="2",
    )
    assert identities(tiny.raw()) == []
    tiny.connection.execute(
        "update raw.department_final_account set value_text = '0.09' where item_code = '205'"
    )
    assert identities(tiny.raw()) != []


def test_cards(tiny: TinyWarehouse) -> None:
    form = "project_performance_target"
    tiny.submit("a", form)
    good = {
        "project_code": "p1",
        "annual_target": "建成",
        "requested_amount": "100",
        "requested_fiscal": "90",
    }
    tiny.row(form, "a", **good, requested_own="10")
    tiny.row(form, "a", **{**good, "project_code": "p2"}, requested_own="20")
    assert identities(tiny.raw()) == [("card_total", "表", "C2")]


def test_list_totals(tiny: TinyWarehouse) -> None:
    form = "project_list"
    tiny.submit("a", form)
    line = {"unit_code": "301", "function_code": "2050205", "project_nature": "新增", "is_livelihood": "是"}
    tiny.row(form, "a", row_kind="total", budget_amount="100.00", executed_amount="95.00")
    tiny.row(
        form,
        "a",
        project_code="p1",
        project_name="甲",
        budget_amount="60.00",
        executed_amount="50.00",
        **line,
    )
    tiny.row(
        form,
        "a",
        project_code="p2",
        project_name="乙",
        budget_amount="40.00",
        executed_amount="40.00",
        **line,
    )
    findings = found(tiny.raw(), "identity.list_total")
    assert [(finding.cell, finding.given, finding.expected) for finding in findings] == [
        ("I1", "95.00", "90")
    ]


def test_yearbook_regions_are_summed_apart(tiny: TinyWarehouse) -> None:
    form = "regional_expenditure_yearbook"
    tiny.submit("a", form)
    for region, total in (("甲", "30"), ("乙", "31")):
        for item, value in (("expenditure_total", total), ("201", "10"), ("205", "20")):
            tiny.cell(form, "a", f"expenditure.{item}.amount", value, unit="亿元", subject=region)
    assert identities(tiny.raw()) == [("summary_total", "expenditure", "C4")]


@pytest.mark.parametrize(("said", "is_broken"), [("…", False), ("—", True), ("", True)])
def test_an_amount_below_the_printed_unit_may_hide_half_of_it(
    tiny: TinyWarehouse, said: str, is_broken: bool
) -> None:
    """Three printed numbers may hide 0.015; a fourth that is printed as … hides its half unit too."""
    form = "department_final_account"
    tiny.submit("a", form)
    tiny.cell(form, "a", "expenditure.201.total", "10.02")
    tiny.cell(form, "a", "expenditure.201.basic", "5.00")
    tiny.cell(form, "a", "expenditure.201.project", "5.00")
    tiny.cell(form, "a", "expenditure.201.operating", said)
    broken = [finding.cell for finding in found(tiny.raw(), "identity.row_total")]
    assert bool(broken) is is_broken


def test_sums_that_follow_from_a_wrong_cell_point_to_it(tiny: TinyWarehouse) -> None:
    at = file(
        tiny,
        {
            "expenditure.TOTAL.total": "100.00",
            "expenditure.201.total": "70.00",
            "expenditure.20103.total": "60.00",
            "expenditure.205.total": "40.00",
        },
    )
    outcome = tiny.raw()
    (told,) = found(outcome, "identity.parent_of_children")
    (follows,) = found(outcome, "identity.knock_on")
    assert (follows.severity, follows.sheet, follows.cell) == (
        "note",
        "expenditure",
        at["expenditure.TOTAL.total"],
    )
    assert follows.root_finding_id == told.finding_id
    assert follows.expected == f"expenditure!{told.cell}"
    assert told.root_finding_id == ""


def test_a_wrong_addend_is_told_at_its_own_cell(tiny: TinyWarehouse) -> None:
    """Basic expenditure of one code is wrong: its row and its column break, both by the same amount."""
    at = file(
        tiny,
        {
            "general_public_expenditure.TOTAL.total": "100.00",
            "general_public_expenditure.TOTAL.basic": "70.00",
            "general_public_expenditure.TOTAL.project": "30.00",
            "general_public_expenditure.201.total": "60.00",
            "general_public_expenditure.201.basic": "4648.40",
            "general_public_expenditure.201.project": "20.00",
            "general_public_expenditure.205.total": "40.00",
            "general_public_expenditure.205.basic": "30.00",
            "general_public_expenditure.205.project": "10.00",
        },
    )
    outcome = tiny.raw()
    (told,) = [one for one in outcome.findings if one.severity == "error"]
    assert (told.cell, told.given, told.expected) == (
        at["general_public_expenditure.201.basic"],
        "4648.40",
        "40",
    )
    assert {one.root_finding_id for one in found(outcome, "identity.knock_on")} == {told.finding_id}
