"""Matrix, cross and code tables built by hand: merged headers, page breaks, sides, codes, drift."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.ingest.forms import FormCatalogue
from orchestration.ingest.read import read_bytes
from orchestration.ingest.results import ReadResult
from tests.support.workbooks import Rows, catalogue_of, xls, xlsx

SIDES = """
form: sides
title: {zh: 收支总表, en: Summary}
filed_by: {zh: 部门, en: Departments}
editions:
  - edition: "2012"
    valid_from: 2012
    valid_to: 2013
    terms: {GP: 公共财政预算}
    tables:
      - table: summary
        kind: matrix
        titles: ["{GP}收支总表"]
        sheets: [收支总表]
        layouts:
          - units: [万元]
            decimals: 2
            header_rows: 2
            blocks:
              - columns:
                  - {header: 收入/项目, role: label}
                  - {header: 收入/决算数, measure: final}
                items:
                  - {code: appropriation, label: "一、{GP}拨款"}
                  - {code: carried, label: 其中：结转, kind: of_which, to: 2012}
                  - {code: other, label: 二、其他收入}
                  - {code: revenue_total, label: 总计, kind: total}
              - columns:
                  - {header: 支出/项目, role: label}
                  - {header: 支出/决算数, measure: final}
                items:
                  - {code: "205", label: 一、教 育 支 出}
                  - {code: expenditure_total, label: 总计, kind: total}
  - edition: "2014"
    valid_from: 2014
    same_as: "2012"
    terms: {GP: 一般公共预算}
"""
CODES = """
form: codes
title: {zh: 支出明细表, en: Detail}
filed_by: {zh: 部门, en: Departments}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: detail
        kind: matrix
        titles: [支出明细表]
        layouts:
          - name: three
            units: [元]
            decimals: 2
            header_rows: 3
            blocks:
              - columns:
                  - {header: 项目/科目编码/类, role: code, width: 3}
                  - {header: 项目/科目编码/款, role: code, width: 2}
                  - {header: 项目/科目编码/项, role: code, width: 2}
                  - {header: 项目/科目名称, role: name}
                  - {header: 合计, measure: total}
                codes: {lengths: [3, 5, 7]}
                items:
                  - {code: TOTAL, label: 合计, kind: total}
          - name: one
            units: [万元]
            decimals: 2
            header_rows: 1
            blocks:
              - columns:
                  - {header: 科目编码, role: code}
                  - {header: 科目名称, role: name}
                  - {header: 合计, measure: total}
                codes: {lengths: [3, 5, 7]}
                items:
                  - {code: TOTAL, label: 合计, kind: total}
"""
CROSS = """
form: cross_form
title: {zh: 分地区支出, en: By region}
filed_by: {zh: 省, en: Province}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: by_region
        kind: cross
        titles: [分地区支出]
        layouts:
          - units: [亿元]
            header_rows: 1
            blocks:
              - columns:
                  - {header: 地区, role: subject}
                  - {header: 教育支出, item: "205", measure: amount}
                  - {header: 卫生支出, item: "210", measure: amount}
                subject_totals: [合计]
"""
HEADED = """
form: headed
title: {zh: 三公经费, en: Three public expenses}
filed_by: {zh: 部门, en: Departments}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: three
        kind: matrix
        titles: [三公经费表]
        layouts:
          - units: [万元]
            header_rows: 2
            blocks:
              - columns:
                  - {header: 合计/预算数, item: total, measure: budget, kind: total}
                  - {header: 合计/决算数, item: total, measure: final, kind: total}
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> FormCatalogue:
    return catalogue_of(tmp_path / "forms", sides=SIDES, codes=CODES, cross_form=CROSS, headed=HEADED)


def sides(
    unit: str = "单位：万元", year: str = "2013年度", left: str = "一、公共财政预算拨款"
) -> list[list[str | float | None]]:
    return [
        [f"{year}公共财政预算收支总表", None, None, None],
        ["编制单位：示例省（甲）厅", None, None, unit],
        ["收入", None, "支出", None],
        ["项目", "决算数", "项目", "决算数"],
        ["栏次", 1, "栏次", 2],
        [left, 10.5, "一、教育支出", 12.25],
        ["　二、其他收入", 1.75, None, None],
        ["总计", 12.25, "总计", 12.25],
        ["注：本表为示例。", None, None, None],
        ["2．第二行说明", None, None, None],
    ]


def read_sides(catalogue: FormCatalogue, rows: Rows, year: int = 2013) -> ReadResult:
    return read_bytes(xlsx({"收支总表": rows}, {"收支总表": ["A1:D1", "A3:B3", "C3:D3"]}), year, catalogue)


def values(result: ReadResult) -> dict[tuple[str, str], str]:
    return {
        (str(r["item_code"]), str(r["measure_code"])): str(r["value_text"])
        for f in result.forms
        for r in f.tables[f.form_code]
    }


def codes_of(result: ReadResult) -> list[tuple[str, str, str, str]]:
    return [(f.check_code, f.cell, f.given, f.expected) for f in result.findings]


def test_two_sides_with_merged_headers_read_clean(catalogue: FormCatalogue) -> None:
    result = read_sides(catalogue, sides())
    assert codes_of(result) == []
    assert values(result) == {
        ("appropriation", "final"): "10.5",
        ("205", "final"): "12.25",
        ("other", "final"): "1.75",
        ("revenue_total", "final"): "12.25",
        ("expenditure_total", "final"): "12.25",
    }
    first = result.forms[0].tables["sides"][0]
    assert first == {
        "_submission_id": result.submission_id,
        "_sheet": "收支总表",
        "_row": 6,
        "_cell": "B6",
        "fiscal_year": 2013,
        "table_code": "summary",
        "item_code": "appropriation",
        "item_label": "一、公共财政预算拨款",
        "row_kind": "value",
        "measure_code": "final",
        "subject_label": "",
        "reporting_unit_label": "示例省（甲）厅",
        "reporting_unit_label__cell": "A2",
        "unit_label": "万元",
        "decimals": "2",
        "value_text": "10.5",
    }


def test_a_renamed_row_is_named_and_not_read(catalogue: FormCatalogue) -> None:
    result = read_sides(catalogue, sides(left="一、公共财政拨款"))
    assert codes_of(result) == [("layout.renamed_row", "A6", "一、公共财政拨款", "一、公共财政预算拨款")]
    assert ("appropriation", "final") not in values(result)
    assert ("other", "final") in values(result)  # everything else is still read


def test_a_missing_and_a_new_row(catalogue: FormCatalogue) -> None:
    rows = sides()
    del rows[6]
    rows.insert(5, ["三、新增收入", 3, None, None])
    found = codes_of(read_sides(catalogue, rows))
    assert ("layout.missing_row", "A7", "", "二、其他收入") in found
    assert ("layout.renamed_row", "A6", "三、新增收入", "一、公共财政预算拨款") not in found
    assert ("layout.unknown_row", "A6", "三、新增收入", "") in found


def test_rows_hold_for_their_years_only(catalogue: FormCatalogue) -> None:
    rows = sides(year="2012年度")
    found = codes_of(read_sides(catalogue, rows, 2012))
    assert found == [("layout.missing_row", "A6", "", "其中：结转")]


def test_unit_and_year_are_checked(catalogue: FormCatalogue) -> None:
    found = codes_of(read_sides(catalogue, sides(unit="单位：元", year="2012年度")))
    assert found == [
        ("receive.fiscal_year_mismatch", "A1", "2012年度", "2013"),
        ("layout.unit_mismatch", "D2", "元", "万元"),
    ]
    found = codes_of(read_sides(catalogue, sides(unit="")))
    assert found == [("layout.unit_mismatch", "A1", "", "万元")]


def test_renamed_missing_and_new_columns(catalogue: FormCatalogue) -> None:
    rows = sides()
    rows[3] = ["项目", "决算金额", "项目", "决算数"]
    result = read_sides(catalogue, rows)
    assert codes_of(result) == [("layout.renamed_column", "B4", "收入/决算金额", "收入/决算数")]
    assert ("205", "final") in values(result)
    assert ("appropriation", "final") not in values(result)
    wide = [
        [*row, "增减率" if index == 3 else 1.0 if index == 5 else None] for index, row in enumerate(sides())
    ]
    assert ("layout.unknown_column", "E4", "增减率", "") in codes_of(read_sides(catalogue, wide))


def test_data_beside_the_table_is_reported(catalogue: FormCatalogue) -> None:
    rows = [[*row, 7.0 if index == 6 else None] for index, row in enumerate(sides())]
    assert codes_of(read_sides(catalogue, rows)) == [("layout.unknown_column", "E7", "7", "")]


def test_an_amount_without_a_label_is_reported(catalogue: FormCatalogue) -> None:
    rows = sides()
    rows[6] = [*rows[6][:3], 3.5]
    assert codes_of(read_sides(catalogue, rows)) == [("layout.unknown_row", "C7", "", "")]


def test_the_title_of_another_edition_is_named(catalogue: FormCatalogue) -> None:
    result = read_sides(catalogue, sides(year="2014年度"), 2014)
    found = codes_of(result)
    assert ("layout.title_not_found", "A1", "2014年度公共财政预算收支总表", "一般公共预算收支总表") in found
    assert result.status == "loaded"


def test_a_blank_title_is_a_note_and_the_sheet_name_decides(catalogue: FormCatalogue) -> None:
    rows = [[None, None, None, None], *sides()[1:]]
    result = read_sides(catalogue, rows)
    assert [(f.check_code, f.expected) for f in result.findings] == [
        ("layout.title_missing", "公共财政预算收支总表")
    ]
    assert len(values(result)) == 5


def test_no_edition_for_the_year(catalogue: FormCatalogue) -> None:
    result = read_sides(catalogue, sides(year="2011年度"), 2011)
    assert (result.status, result.reason) == ("unrecognised", "layout.no_edition")


def test_unknown_form_tells_what_was_seen(catalogue: FormCatalogue) -> None:
    result = read_bytes(xlsx({"纪要": [["会议纪要"], ["内容"]]}), 2013, catalogue)
    assert (result.status, result.reason) == ("unrecognised", "read.unknown_form")
    assert codes_of(result) == [("read.unknown_form", "A1", "会议纪要", "")]


def three_columns(lost_zeros: bool) -> list[list[str | float | None]]:
    two = (lambda text: float(text)) if lost_zeros else (lambda text: text)
    header: list[list[str | float | None]] = [
        ["项目", None, None, None, "合计"],
        ["科目编码", None, None, "科目名称", None],
        ["类", "款", "项", None, None],
    ]
    return [
        ["支出明细表", None, None, None, None],
        ["编制单位：甲厅", None, None, None, "金额单位：元"],
        *header,
        ["栏次", None, None, None, 1],
        ["合计", None, None, None, 300.0],
        ["205", None, None, "教育", 300.0],
        ["205", two("02"), None, "普通教育", 300.0],
        *header,  # page break
        ["205", two("02"), two("05"), "高等教育", "—"],
    ]


MERGES = ["A3:D3", "E3:E5", "A4:C4", "D4:D5"]


@pytest.mark.parametrize("lost_zeros", [False, True])
def test_codes_in_three_columns_with_lost_zeros_and_a_page_break(
    catalogue: FormCatalogue, lost_zeros: bool
) -> None:
    result = read_bytes(xlsx({"表": three_columns(lost_zeros)}, {"表": MERGES}), 2013, catalogue)
    assert codes_of(result) == []
    rows = result.forms[0].tables["codes"]
    assert [(r["item_code"], r["row_kind"], r["value_text"]) for r in rows] == [
        ("TOTAL", "total", "300"),
        ("205", "subtotal", "300"),
        ("20502", "subtotal", "300"),
        ("2050205", "value", "—"),
    ]
    assert rows[-1]["item_label"] == "高等教育"
    assert rows[-1]["_cell"] == "E13"


def test_codes_in_one_column_as_numbers_and_a_total_at_the_end(catalogue: FormCatalogue) -> None:
    rows = [
        ["支出明细表", None, None],
        [None, None, "单位：万元"],
        ["科目编码", "科目名称", "合计"],
        [205.0, "教育", 3],
        ["20502", "普通教育", None],
        ["2 05", "坏编码", 1],
        ["20", "坏编码", 1],
        ["合计", None, 3],
    ]
    result = read_bytes(xls({"表": rows}), 2013, catalogue)
    assert [(r["item_code"], r["value_text"]) for r in result.forms[0].tables["codes"]] == [
        ("205", "3"),
        ("20502", ""),
        ("205", "1"),  # inner spaces are folded away
        ("TOTAL", "3"),
    ]
    assert codes_of(result) == [("layout.bad_code", "A7", "20", "3/5/7")]


def test_a_gap_in_the_code_columns(catalogue: FormCatalogue) -> None:
    rows = three_columns(False)
    rows[8] = ["205", None, "05", "高等教育", 1.0]
    result = read_bytes(xlsx({"表": rows}, {"表": MERGES}), 2013, catalogue)
    assert [finding[0] for finding in codes_of(result)] == ["layout.bad_code"]


def test_cross_table(catalogue: FormCatalogue) -> None:
    rows = [
        ["2013年分地区支出", None, None],
        ["单位：亿元", None, None],
        ["地 区", "教育支出", "卫 生支出"],
        ["合计", 3, 3],
        ["北 京", 1, None],
        ["天津", 2, "…"],
        ["资料来源：年鉴", None, None],
    ]
    result = read_bytes(xlsx({"表": rows}), 2013, catalogue)
    assert codes_of(result) == []
    records = result.forms[0].tables["cross_form"]
    assert [(r["subject_label"], r["item_code"], r["row_kind"], r["value_text"]) for r in records] == [
        ("合计", "205", "total", "3"),
        ("合计", "210", "total", "3"),
        ("北 京", "205", "value", "1"),
        ("北 京", "210", "value", ""),
        ("天津", "205", "value", "2"),
        ("天津", "210", "value", "…"),
    ]


UNITS_IN_HEADERS = """
form: roads
title: {zh: 公路情况表, en: Roads}
filed_by: {zh: 县, en: Counties}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: roads
        kind: matrix
        titles: [公路情况表]
        layouts:
          - units: [元]
            unit_required: false
            header_rows: 1
            blocks:
              - columns:
                  - {header: 项目, role: label}
                  - {header: 支出（万元）, measure: spent, unit: 万元}
                  - {header: 里程（公里）, measure: length, unit: 公里}
                items:
                  - {code: village, label: 村道}
"""


def test_units_may_stand_in_header_cells(tmp_path: Path) -> None:
    rows = [["公路情况表", None, None], ["项目", "支出(万元)", "里程 （公里）"], ["村道", 1.5, 20]]
    result = read_bytes(xlsx({"表": rows}), 2013, catalogue_of(tmp_path / "roads", roads=UNITS_IN_HEADERS))
    assert codes_of(result) == []
    records = result.forms[0].tables["roads"]
    assert [(r["measure_code"], r["unit_label"], r["value_text"]) for r in records] == [
        ("spent", "万元", "1.5"),
        ("length", "公里", "20"),
    ]


def test_tables_side_by_side_under_titles_of_their_own(catalogue: FormCatalogue) -> None:
    left = [
        ["分地区支出", None, None],
        ["单位：亿元", None, None],
        ["地区", "教育支出", "卫生支出"],
        ["北京", 1, 2],
        ["天津", 3, 4],
    ]
    right = [["三公经费表", None], [None, "单位：万元"], ["合计", None], ["预算数", "决算数"], [1.5, "=1+1"]]
    rows = [[*one, None, *two] for one, two in zip(left, right, strict=True)]
    for merges in (["E3:F3"], ["A1:C1", "E1:F1", "E3:F3"]):
        result = read_bytes(xlsx({"表": rows}, {"表": merges}), 2013, catalogue)
        assert codes_of(result) == [("read.formula_without_value", "F5", "", "")]
        found = {form.form_code: form.tables[form.form_code] for form in result.forms}
        assert [(r["_cell"], r["value_text"], r["unit_label"]) for r in found["cross_form"]] == [
            ("B4", "1", "亿元"),
            ("C4", "2", "亿元"),
            ("B5", "3", "亿元"),
            ("C5", "4", "亿元"),
        ]
        assert [(r["_cell"], r["value_text"], r["unit_label"]) for r in found["headed"]] == [
            ("E5", "1.5", "万元"),
            ("F5", "", "万元"),
        ]


def test_titles_side_by_side_without_a_gap_are_not_parted(catalogue: FormCatalogue) -> None:
    rows = [
        ["分地区支出", None, None, "三公经费表", None],
        ["单位：亿元", None, None, None, "单位：万元"],
        ["地区", "教育支出", "卫生支出", "合计", None],
        [None, None, None, "预算数", "决算数"],
        ["北京", 1, 2, 3, 4],
    ]
    result = read_bytes(xlsx({"表": rows}, {"表": ["D3:E3"]}), 2013, catalogue)
    assert {finding[0] for finding in codes_of(result)} >= {"layout.unknown_column"}


def test_a_subject_stands_in_a_cross_table_once(catalogue: FormCatalogue) -> None:
    rows = [["分地区支出"], ["单位：亿元"], ["地区", "教育支出", "卫生支出"], ["北京", 1, 1], ["北 京", 2, 2]]
    result = read_bytes(xlsx({"表": [[*row, None, None][:3] for row in rows]}), 2013, catalogue)
    assert codes_of(result) == [("layout.repeated_subject", "A5", "北 京", "A4")]


def headed(*body: list[str | float | None]) -> bytes:
    rows = [["三公经费表", None], [None, "单位：万元"], ["合计", None], ["预算数", "决算数"], *body]
    return xlsx({"表": rows}, {"表": ["A3:B3"]})


def test_items_in_the_header_with_one_data_row_and_notes(catalogue: FormCatalogue) -> None:
    result = read_bytes(headed([1.5, 1.25], ["注：口径说明。", None]), 2013, catalogue)
    assert codes_of(result) == []
    assert values(result) == {("total", "budget"): "1.5", ("total", "final"): "1.25"}
    again = read_bytes(headed([1.5, 1.25], [2, 2]), 2013, catalogue)
    assert codes_of(again) == [("layout.unknown_row", "A6", "2", "")]


def test_a_table_without_rows_is_a_note_and_a_form_without_any_is_held(catalogue: FormCatalogue) -> None:
    assert [finding[0] for finding in codes_of(read_bytes(headed(), 2013, catalogue))] == [
        "layout.empty_table",
        "layout.empty_form",
    ]
    blank = codes_of(read_bytes(headed([None, None], ["注：无", None]), 2013, catalogue))
    assert "layout.empty_form" in {finding[0] for finding in blank}
    assert codes_of(read_bytes(headed([0, "—"]), 2013, catalogue)) == []


def test_an_amount_below_a_note_is_no_note(catalogue: FormCatalogue) -> None:
    found = codes_of(read_bytes(headed([1, 2], ["说明：见附件", None], [7.5, None]), 2013, catalogue))
    assert [finding[:3] for finding in found] == [("layout.unknown_row", "A7", "7.5")]
    assert codes_of(read_bytes(headed([1, 2], ["说明：", None], ["见附件", None]), 2013, catalogue)) == []


def test_error_cells_and_uncalculated_formulas_are_findings(catalogue: FormCatalogue) -> None:
    result = read_bytes(headed(["=1+1", 1.25]), 2013, catalogue)
    assert [finding[:2] for finding in codes_of(result)] == [("read.formula_without_value", "A5")]
    assert values(result)[("total", "budget")] == ""


def test_the_same_table_on_two_sheets_and_a_sheet_of_no_form(catalogue: FormCatalogue) -> None:
    merges = ["A3:B3", "C3:D3"]
    books = {"甲": sides(), "乙": sides(), "说明": [["随意文字"]], "空": []}
    result = read_bytes(xlsx(books, {"甲": merges, "乙": merges}), 2013, catalogue)
    assert [(f.check_code, f.sheet) for f in result.findings] == [
        ("layout.duplicate_table", "乙"),
        ("layout.unknown_sheet", "说明"),
    ]
    assert len(values(result)) == 5


def test_a_table_that_goes_on_is_one_table(catalogue: FormCatalogue) -> None:
    """(续表) below on the same sheet or on the next one; the rows of both parts make the whole."""
    first = sides()[:6]
    rest = [["公共财政预算收支总表（续表）", None, None, None], *sides()[1:4], *sides()[6:9]]
    merges = ["A3:B3", "C3:D3"]
    two_sheets = xlsx({"一": first, "二": rest}, {"一": merges, "二": merges})
    one_sheet = xlsx({"一": [*first, *rest]}, {"一": [*merges, "A9:B9", "C9:D9"]})
    for data in (two_sheets, one_sheet):
        result = read_bytes(data, 2013, catalogue)
        assert codes_of(result) == []
        assert len(values(result)) == 5


@pytest.mark.parametrize("title", ["公共财政预算收支总表(2013年度)", "公共财政预算收支总表（2013年）"])
def test_a_year_in_brackets_behind_the_title_is_the_year(title: str, catalogue: FormCatalogue) -> None:
    rows = [[title, None, None, None], *sides()[1:]]
    assert codes_of(read_sides(catalogue, rows)) == []
    wrong = [[title.replace("2013", "2012"), None, None, None], *sides()[1:]]
    assert [finding[0] for finding in codes_of(read_sides(catalogue, wrong))] == [
        "receive.fiscal_year_mismatch"
    ]


CONTENTS: Rows = [
    ["目录"],
    [1, "2013年度公共财政预算收支总表", 3],
    [2, "支出明细表", 4],
    [3, "分地区支出", 5],
    [4, "附：另册", 9],
]


def with_contents(at: str) -> bytes:
    """The tables of two forms with a list of titles in front, at the end, or on a cover."""
    merges = {"表": ["A3:B3", "C3:D3"]}
    tables: dict[str, Rows] = {
        "表": sides(),
        "明细": [["支出明细表"], ["单位：万元"], ["科目编码", "科目名称", "合计"], ["合计", None, 3]],
        "地区": [["分地区支出"], ["单位：亿元"], ["地区", "教育支出", "卫生支出"], ["甲县", 1, 2]],
    }
    sheets: dict[str, dict[str, Rows]] = {
        "none": tables,
        "front": {"目录": CONTENTS, **tables},
        "end": {**tables, "目录": CONTENTS},
        "cover": {"封面": [["示例省（甲）厅"], [None, "公共财政预算收支总表"]], **tables},
    }
    return xlsx(sheets[at], merges)


@pytest.mark.parametrize("at", ["front", "end", "cover"])
def test_a_list_of_titles_is_no_table(at: str, catalogue: FormCatalogue) -> None:
    plain = read_bytes(with_contents("none"), 2013, catalogue)
    listed = read_bytes(with_contents(at), 2013, catalogue)
    assert codes_of(plain) == []
    assert [finding.check_code for finding in listed.findings] == ["layout.unknown_sheet"]
    assert values(listed) == values(plain) and len(values(plain)) == 8


def test_a_title_whose_table_is_nowhere_is_still_a_finding(catalogue: FormCatalogue) -> None:
    book = xlsx({"目录": CONTENTS, "表": sides()}, {"表": ["A3:B3", "C3:D3"]})
    checks = [finding.check_code for finding in read_bytes(book, 2013, catalogue).findings]
    assert checks.count("layout.header_not_found") == 2
    assert "layout.duplicate_table" not in checks


def test_figures_below_a_title_without_header_are_not_left_out(catalogue: FormCatalogue) -> None:
    merges = {"表": ["A3:B3", "C3:D3"]}
    book = xlsx({"表": sides(), "二": [["公共财政预算收支总表"], ["其他收入", 5]]}, merges)
    found = read_bytes(book, 2013, catalogue).findings
    assert [(one.check_code, one.sheet) for one in found] == [("layout.duplicate_table", "二")]


def test_moved_rows_and_columns_are_named_with_the_order_of_the_form(catalogue: FormCatalogue) -> None:
    rows = sides()
    rows[5][:2], rows[6][:2] = rows[6][:2], rows[5][:2]
    assert codes_of(read_sides(catalogue, rows)) == [
        ("layout.moved_row", "A6", "二、其他收入", "一、公共财政预算拨款 → 二、其他收入")
    ]
    rows = sides()
    for row in rows[3:8]:
        row[2], row[3] = row[3], row[2]
    result = read_sides(catalogue, rows)
    assert codes_of(result) == [
        ("layout.moved_column", "C4", "支出/决算数", "支出/项目 → 支出/决算数"),
    ]
    assert values(result) == values(read_sides(catalogue, sides())), "read by their labels all the same"


def test_the_fewest_rows_are_said_to_be_moved(catalogue: FormCatalogue) -> None:
    rows = sides()
    rows[5][:2], rows[6][:2], rows[7][:2] = rows[7][:2], rows[5][:2], rows[6][:2]
    assert [finding[:2] for finding in codes_of(read_sides(catalogue, rows))] == [("layout.moved_row", "A6")]
