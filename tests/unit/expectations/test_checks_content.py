from __future__ import annotations

import pytest

from expectations.rules import load_rules
from expectations.runner import CheckOutcome
from tests.support.tiny_warehouse import TinyWarehouse, columns_of, found

BASE = "county_base_data"
FACTS = "department_management_facts"


def cells_of(outcome: CheckOutcome, code: str) -> list[str]:
    return [finding.cell for finding in found(outcome, code)]


@pytest.mark.parametrize(
    ("value", "is_text"),
    [
        ("368633!", True),
        ("约100", True),
        ("1,23", True),
        ("12.3.4", True),
        ("100元", True),
        ("(100.00)", True),
        ("１２３", True),  # staging reads no full-width digits: better said than lost
        ("1 234", True),
        ("1e5", True),
        ("95%", True),
        ("1,234.50", False),
        ("-12.5", False),
        ("0", False),
        (".5", False),
        ("", False),
        ("—", False),
        ("不适用", False),
        ("#N/A", True),  # as a text; an error value is the reader's to report
    ],
)
def test_text_in_amount(tiny: TinyWarehouse, value: str, is_text: bool) -> None:
    tiny.submit("a", "department_final_account")
    at = tiny.cell("department_final_account", "a", "revenue.201.appropriation", value)
    findings = found(tiny.raw(), "content.text_in_amount")
    assert [(finding.cell, finding.given) for finding in findings] == ([(at, value)] if is_text else [])
    assert all(finding.severity == "block" for finding in findings)


def test_an_error_value_is_told_by_the_reader_alone(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "department_final_account")
    at = tiny.cell("department_final_account", "a", "revenue.201.appropriation", "#N/A")
    assert found(tiny.raw(known_cells=[("a", "revenue", at)]), "content.text_in_amount") == []


def test_text_in_the_amount_of_a_list(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "project_list")
    tiny.row("project_list", "a", project_code="p", budget_amount="十万", executed_amount="1")
    finding = found(tiny.raw(), "content.text_in_amount")[0]
    assert (finding.sheet, finding.cell, finding.given) == ("表", "G1", "十万")
    assert "十万" in finding.message_zh
    assert "十万" in finding.message_en


def test_a_percentage_in_the_amount_of_a_list(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "project_list")
    tiny.row("project_list", "a", project_code="p", budget_amount="12000000%", executed_amount="1")
    assert [one.given for one in found(tiny.raw(), "content.text_in_amount")] == ["12000000%"]


@pytest.mark.parametrize(
    ("form", "figure", "is_allowed"),
    [
        ("department_final_account", "revenue.201.appropriation", False),
        ("department_final_account", "revenue_expenditure_summary.closing_balance.final", True),
        ("government_final_account", "revenue_expenditure_summary.corporate_income_tax.final", True),
        ("government_final_account", "revenue_expenditure_summary.business_tax.final", False),
    ],
)
def test_negative_amounts(tiny: TinyWarehouse, form: str, figure: str, is_allowed: bool) -> None:
    tiny.submit("a", form)
    at = tiny.cell(form, "a", figure, "-0.01")
    assert cells_of(tiny.raw(), "content.negative_amount") == ([] if is_allowed else [at])


def test_counts_are_whole(tiny: TinyWarehouse) -> None:
    tiny.submit("a", BASE)
    tiny.cell(BASE, "a", "base_data.total_population.value", "39435", unit="人")
    at = tiny.cell(BASE, "a", "base_data.payroll_persons.value", "39435.5", unit="人")
    assert cells_of(tiny.raw(), "content.count_not_whole") == [at]


def test_choices_and_missing_items(tiny: TinyWarehouse) -> None:
    tiny.submit("a", BASE)
    values = {"openness_budget": "是", "openness_final_account": "有", "openness_three_public": ""}
    at = {
        item: tiny.cell(BASE, "a", f"base_data.{item}.value", value, unit="是/否")
        for item, value in values.items()
    }
    at["carry_over"] = tiny.cell(BASE, "a", "base_data.carry_over.value", "—")
    outcome = tiny.raw()
    assert cells_of(outcome, "content.unknown_choice") == [at["openness_final_account"]]
    assert found(outcome, "content.unknown_choice")[0].expected == "是、否"
    assert cells_of(outcome, "content.missing_required_item") == [at["openness_three_public"]]


def test_an_amount_below_the_printed_unit_is_not_blank(tiny: TinyWarehouse) -> None:
    tiny.submit("a", BASE)
    at = tiny.cell(BASE, "a", "base_data.total_population.value", "", unit="人")
    tiny.cell(BASE, "a", "base_data.payroll_persons.value", "…", unit="人")
    outcome = tiny.raw()
    assert cells_of(outcome, "content.missing_required_item") == [at]


def test_missing_is_not_zero_and_not_not_applicable(tiny: TinyWarehouse) -> None:
    tiny.submit("a", BASE)
    for item, value in (("total_population", "0"), ("payroll_persons", "不适用"), ("retired_persons", "")):
        tiny.cell(BASE, "a", f"base_data.{item}.value", value, unit="人")
    assert cells_of(tiny.raw(), "content.missing_required_item") == ["C3"]


def test_repeated_items(tiny: TinyWarehouse) -> None:
    form = "department_final_account"
    tiny.submit("a", form)
    for code in ("TOTAL", "201", "201", "TOTAL"):
        tiny.cell(form, "a", f"revenue.{code}.total", "1.00")
    finding = found(tiny.raw(), "content.duplicate_item")
    assert [(entry.cell, entry.given, entry.expected) for entry in finding] == [("C3", "201", "C2")]


@pytest.mark.parametrize(
    ("code", "values", "check"),
    [
        ("TOTAL", ("1.00", "1.00"), ""),
        ("TOTAL", ("1.00", "1"), ""),
        ("TOTAL", ("1.00", "2.00"), "content.conflicting_item"),
        ("TOTAL", ("1.00", ""), "content.conflicting_item"),
        ("201", ("1.00", "1.00"), "content.duplicate_item"),
        ("201", ("1.00", "2.00"), "content.conflicting_item"),
    ],
)
def test_an_item_says_one_figure(tiny: TinyWarehouse, code: str, values: tuple[str, str], check: str) -> None:
    form = "government_final_account"
    tiny.submit("a", form, submitter="990101")
    at = [tiny.cell(form, "a", f"expenditure_by_function.{code}.final", value) for value in values]
    outcome = tiny.raw()
    for judged in ("content.duplicate_item", "content.conflicting_item"):
        expected = [(at[1], at[0])] if judged == check else []
        assert [(f.cell, f.expected) for f in found(outcome, judged)] == expected


def test_places_of_one_name_in_a_yearbook_do_not_hold_it_back(tiny: TinyWarehouse) -> None:
    form = "regional_expenditure_yearbook"
    tiny.submit("a", form, submitter="990000")
    for value in ("1.00", "2.00"):
        tiny.cell(form, "a", "expenditure.201.final", value, subject="城关区")
    outcome = tiny.raw()
    assert [finding.severity for finding in found(outcome, "content.duplicate_item")] == ["error"]
    assert not outcome.has_blocking


@pytest.mark.parametrize(
    ("third", "second", "is_violated"),
    [
        ("100.00", "90.00", False),
        ("90.00", "90.01", False),
        ("90.00", "90.02", True),
        ("80.00", "90.00", True),
    ],
)
def test_cumulative_figures_do_not_fall(
    tiny: TinyWarehouse, third: str, second: str, is_violated: bool
) -> None:
    tiny.submit("a", BASE)
    tiny.cell(BASE, "a", "base_data.cumulative_expenditure_q2.value", second)
    at = tiny.cell(BASE, "a", "base_data.cumulative_expenditure_q3.value", third)
    outcome = tiny.raw()
    assert cells_of(outcome, "identity.cumulative_falls") == ([at] if is_violated else [])
    if third == "80.00":
        (finding,) = found(outcome, "identity.cumulative_falls")
        assert finding.message_en.endswith("off by -10.")


def test_a_part_is_not_more_than_its_whole(tiny: TinyWarehouse) -> None:
    tiny.submit("a", FACTS)
    tiny.cell(FACTS, "a", "management_facts.targets_filed.value", "10", unit="个", decimals="0")
    at = tiny.cell(
        FACTS, "a", "management_facts.targets_passed_first_review.value", "11", unit="个", decimals="0"
    )
    assert cells_of(tiny.raw(), "content.part_exceeds_whole") == [at]


GRADES = [
    ("100", "优", ""),
    ("90", "优", ""),
    ("89.9", "良", ""),
    ("89.9", "优", "良"),
    ("80", "良", ""),
    ("79.99", "中", ""),
    ("60", "中", ""),
    ("59.9", "差", ""),
    ("59.9", "中", "差"),
    ("0", "差", ""),
]


@pytest.mark.parametrize(("score", "grade", "right"), GRADES)
def test_grade_is_the_band_of_the_score(tiny: TinyWarehouse, score: str, grade: str, right: str) -> None:
    form = "evaluation_register"
    tiny.submit("a", form)
    tiny.row(
        form, "a", evaluation_code="e", object_type="项目支出", object_code="p", score=score, grade=grade
    )
    findings = found(tiny.raw(), "content.grade_mismatch")
    assert [(finding.cell, finding.given, finding.expected) for finding in findings] == (
        [("M1", grade, right)] if right else []
    )


@pytest.mark.parametrize(
    ("score", "is_violated"), [("0", False), ("100", False), ("100.1", True), ("-1", True)]
)
def test_scores_stay_in_range(tiny: TinyWarehouse, score: str, is_violated: bool) -> None:
    form = "evaluation_register"
    tiny.submit("a", form)
    tiny.row(form, "a", evaluation_code="e", object_type="项目支出", object_code="p", score=score)
    assert cells_of(tiny.raw(), "content.score_out_of_range") == (["L1"] if is_violated else [])


# Magnitude


def headline(tiny: TinyWarehouse, year: int, value: str, unit: str = "万元") -> None:
    form = "government_final_account"
    submission = f"g{year}"
    tiny.submit(submission, form, year=year, submitter="990101")
    tiny.cell(
        *(form, submission, "expenditure_by_function.TOTAL.final", value),
        unit=unit,
        label="示例县",
        year=year,
    )


@pytest.mark.parametrize(
    ("value", "unit", "is_violated"),
    [
        ("120000.00", "万元", False),
        ("1200000000.00", "元", False),
        ("1200000000.00", "万元", True),
        ("120000.00", "元", True),
        ("100000000.00", "万元", False),  # a thousand times: on the bound
        ("100000000.01", "万元", True),
        ("100.00", "万元", False),
        ("99.99", "万元", True),
    ],
)
def test_magnitude_against_other_years(tiny: TinyWarehouse, value: str, unit: str, is_violated: bool) -> None:
    for year in (2011, 2012, 2014):
        headline(tiny, year, "100000.00")
    headline(tiny, 2013, value, unit)
    assert bool(found(tiny.raw(2013), "content.magnitude")) is is_violated
    assert found(tiny.raw(2012), "content.magnitude") == []
    assert found(tiny.raw(2014), "content.magnitude") == []


def test_magnitude_with_one_year_doubts_the_later(tiny: TinyWarehouse) -> None:
    headline(tiny, 2012, "100000.00")
    headline(tiny, 2013, "1000000000.00")
    assert found(tiny.raw(2012), "content.magnitude") == []
    findings = found(tiny.raw(2013), "content.magnitude")
    assert [finding.severity for finding in findings] == ["block"]
    assert "元" in findings[0].message_zh


def test_magnitude_against_a_sister_form_of_the_year(tiny: TinyWarehouse) -> None:
    headline(tiny, 2013, "1000000000.00")
    tiny.submit("b", BASE, submitter="990101")
    tiny.cell(BASE, "b", "base_data.cumulative_expenditure_q4.value", "100000.00", label="示例县")
    assert {finding.submission_id for finding in found(tiny.raw(2013), "content.magnitude")} == {"g2013", "b"}


@pytest.mark.parametrize("is_account_first", [True, False])
def test_magnitude_names_the_same_figure_whatever_was_read_first(
    tiny: TinyWarehouse, is_account_first: bool
) -> None:
    """Of two figures of one year that differ slightly the finding quotes one, always the same."""
    if is_account_first:
        headline(tiny, 2012, "100000.00")
    tiny.submit("b", BASE, submitter="990101", year=2012)
    tiny.cell(BASE, "b", "base_data.cumulative_expenditure_q4.value", "100001.00", label="示例县")
    if not is_account_first:
        headline(tiny, 2012, "100000.00")
    headline(tiny, 2013, "1000000000.00")
    assert [f.expected for f in found(tiny.raw(2013), "content.magnitude")] == ["1000000000 (2012)"]


# Targets


def card(tiny: TinyWarehouse, **fields: str) -> CheckOutcome:
    form = "project_performance_target"
    tiny.submit("a", form)
    good = {"project_code": "p1", "requested_amount": "100", "annual_target": "建成三所学校"}
    tiny.row(form, "a", **{**good, **fields})
    outcome = tiny.raw()
    # What a target lacks in quality is told by other checks.
    outcome.findings[:] = [one for one in outcome.findings if not one.check_code.startswith("target.")]
    return outcome


def test_a_real_target(tiny: TinyWarehouse) -> None:
    assert card(tiny).findings == []


@pytest.mark.parametrize("said", ["", "不适用", "无", "—"])
def test_a_target_without_content(tiny: TinyWarehouse, said: str) -> None:
    findings = card(tiny, annual_target=said).findings
    assert [(finding.check_code, finding.cell, finding.severity) for finding in findings] == [
        ("content.target_without_content", "G1", "warning")
    ]


@pytest.mark.parametrize("amount", ["0", "0.00", ""])
def test_a_target_without_amount(tiny: TinyWarehouse, amount: str) -> None:
    findings = card(tiny, requested_amount=amount).findings
    assert [(finding.check_code, finding.cell) for finding in findings] == [
        ("content.target_zero_amount", "C1")
    ]


def test_an_empty_card_is_one_finding(tiny: TinyWarehouse) -> None:
    findings = card(tiny, annual_target="", requested_amount="").findings
    assert [finding.check_code for finding in findings] == ["content.target_without_content"]


# The frame of a form and year


def test_raw_contract(tiny: TinyWarehouse) -> None:
    form = "department_final_account"
    tiny.submit("a", form)
    tiny.cell(form, "a", "revenue.201.total", "1.00", unit="斤")
    tiny.cell(form, "a", "revenue.202.total", "1.00", row_kind="guess")
    tiny.connection.execute(f"update raw.{form} set _sheet = null where item_code = '202'")
    promised = {form: [*columns_of(form), "promised_column"]}
    outcome = tiny.raw(forms=promised)
    assert [(f.check_code, f.cell, f.given, f.severity) for f in outcome.findings] == [
        ("layout.raw_unit_unknown", "C1", "斤", "block"),
        ("layout.raw_row_kind", "C2", "guess", "block"),
        ("layout.raw_key_missing", "", "1", "block"),
        ("layout.raw_columns", "", "promised_column", "block"),
    ]
    failed = {result.check_code for result in outcome.results if result.status == "failed"}
    assert failed == {finding.check_code for finding in outcome.findings}


def test_a_kept_contract(tiny: TinyWarehouse) -> None:
    form = "department_final_account"
    tiny.submit("a", form)
    tiny.cell(form, "a", "revenue.201.total", "1.00")
    outcome = tiny.raw(forms={form: list(columns_of(form))})
    assert outcome.findings == []
    asked = {result.check_code for result in outcome.results}
    assert {
        "layout.raw_columns",
        "layout.raw_key_missing",
        "layout.raw_unit_unknown",
        "layout.raw_row_kind",
    } <= asked
    assert all(result.evaluated_count for result in outcome.results)


def test_forms_not_filed_are_not_validated(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "project_list", year=2012)
    tiny.row("project_list", "a", project_code="p", budget_amount="1", executed_amount="1")
    assert tiny.raw(2013).results == []
    assert {result.form_code for result in tiny.raw(2012).results} == {"project_list"}


def test_only_submissions_in_force_are_judged(tiny: TinyWarehouse) -> None:
    form = "department_final_account"
    for submission, modified in (("a", "2014-01-01"), ("b", "2014-02-01")):
        tiny.submit(submission, form, modified=modified)
        tiny.cell(form, submission, "revenue.201.total", "text")
    tiny.submit("c", form, status="unreadable", submitter="302")
    tiny.cell(form, "c", "revenue.201.total", "text")
    assert {finding.submission_id for finding in tiny.raw().findings} == {"b"}


def test_nothing_is_written(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "project_list")
    query = (
        "select table_schema, table_name from information_schema.tables"
        " where table_type = 'BASE TABLE' order by all"
    )
    before = tiny.connection.execute(query).fetchall()
    tiny.raw()
    tiny.receipts()
    assert tiny.connection.execute(query).fetchall() == before


def test_rules_have_heads() -> None:
    assert all(rule.checks for rule in load_rules())
