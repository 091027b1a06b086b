"""What arrived: copies, corrections, versions, two submitters with one unit, and silence."""

from __future__ import annotations

import pytest

from expectations.runner import rival_versions
from tests.support.tiny_registers import register
from tests.support.tiny_warehouse import TinyWarehouse, found

ACCOUNT = "department_final_account"


def test_copies_are_told(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "project_list", name="甲.xlsx")
    tiny.path("2013/301/甲（副本）.xlsx", "a", 2013, "301")
    tiny.path("2013/302/甲.xlsx", "a", 2013, "302")
    findings = found(tiny.receipts(), "receive.duplicate_submission")
    assert [(f.submitter_code, f.given, f.expected) for f in findings] == [
        ("301", "2013/301/甲（副本）.xlsx", "2013/301/甲.xlsx"),
        ("302", "2013/302/甲.xlsx", "2013/301/甲.xlsx"),
    ]


def test_files_without_bytes_are_no_copies_of_each_other(tiny: TinyWarehouse) -> None:
    tiny.submit("a", "", status="unreadable", size=0)
    tiny.path("2013/302/乙.xlsx", "a", 2013, "302")
    outcome = tiny.receipts()
    assert found(outcome, "receive.duplicate_submission") == []
    assert [(f.submitter_code, f.given) for f in found(outcome, "receive.empty_file")] == [
        ("302", "2013/302/乙.xlsx")
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
    assert rival_versions(tiny.connection) == [(2013, "a", "b")]


def test_content_filed_again_counts_as_of_its_latest_filing(tiny: TinyWarehouse) -> None:
    """The first workbook, a correction, then the first again: the correction was taken back."""
    register(tiny)
    account(tiny, "a", "示例省教育厅", modified="2014-01-01", name="决算.xlsx")
    account(tiny, "b", "示例省教育厅", modified="2014-02-01", name="决算（更正）.xlsx")
    tiny.path("2013/301/决算（恢复）.xlsx", "a", 2013, "301", modified="2014-03-01")
    findings = found(tiny.receipts(), "receive.superseded")
    assert [(f.submission_id, f.expected) for f in findings] == [("b", "2013/301/决算（恢复）.xlsx")]
    assert rival_versions(tiny.connection) == [(2013, "b", "a")]


def test_a_form_of_another_year_is_no_version_of_this_years(tiny: TinyWarehouse) -> None:
    """A report of 2012 put into the folder of 2013 later: held for its year, and nothing else moves."""
    register(tiny)
    account(tiny, "a", "示例省教育厅", modified="2014-01-01", name="决算.xlsx")
    account(tiny, "b", "示例省教育厅", modified="2014-02-01", name="去年决算.xlsx")
    tiny.connection.execute("create schema quality")
    tiny.connection.execute(
        "create table quality.findings as"
        " select 'receive.fiscal_year_mismatch' as check_code, 'b' as submission_id,"
        f" '{ACCOUNT}' as form_code"
    )
    outcome = tiny.receipts()
    assert {f.check_code for f in outcome.findings} & {
        "receive.superseded",
        "receive.unit_filed_twice",
    } == set()
    assert rival_versions(tiny.connection) == []
    tiny.connection.execute("delete from quality.findings")
    assert [f.submission_id for f in found(tiny.receipts(), "receive.superseded")] == ["a"]


def test_a_copy_with_another_submitter_is_no_later_filing(tiny: TinyWarehouse) -> None:
    register(tiny)
    account(tiny, "a", "示例省教育厅", modified="2014-01-01", name="决算.xlsx")
    account(tiny, "b", "示例省教育厅", modified="2014-02-01", name="决算（更正）.xlsx")
    tiny.path("2013/302/决算.xlsx", "a", 2013, "302", modified="2014-03-01")
    assert [f.submission_id for f in found(tiny.receipts(), "receive.superseded")] == ["a"]


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
