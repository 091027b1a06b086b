"""Blank forms as workbooks: what Excel would stumble over, and how the official form looks."""

from __future__ import annotations

import re
from itertools import pairwise
from pathlib import Path

import openpyxl
import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.publish.blank_forms import (
    BlankFormError,
    NoEditionError,
    UnitNotPrintedError,
    UnknownFormError,
    plan_form,
    write_blank_form,
)
from orchestration.publish.blank_forms.numerals import numeral
from orchestration.resources.paths import SHIPPED_FORMS
from tests.support.real_material import shipped_forms
from tests.support.workbooks import catalogue_of

YEARS = (2013, 2020, 2025)
EDITED = [
    (code, year) for code, form in shipped_forms().forms.items() for year in YEARS if form.edition_for(year)
]


def book(tmp_path: Path, form: str, year: int, **options: str | int) -> openpyxl.Workbook:
    path = tmp_path / "form.xlsx"
    write_blank_form(plan_form(shipped_forms(), form, year, **options), path)  # type: ignore[arg-type]
    return openpyxl.load_workbook(path)


def merged(sheet: Worksheet) -> set[str]:
    return {str(area) for area in sheet.merged_cells.ranges}


def column_of(sheet: Worksheet, letter: str) -> list[str]:
    return [str(cell.value) for cell in sheet[letter] if cell.value is not None]


@pytest.mark.parametrize(("form", "year"), EDITED)
def test_nothing_in_it_makes_excel_repair_the_file(form: str, year: int, tmp_path: Path) -> None:
    workbook = book(tmp_path, form, year)
    names = workbook.sheetnames
    assert len({name.lower() for name in names}) == len(names)
    for sheet in workbook.worksheets:
        assert 0 < len(sheet.title) <= 31 and not re.search(r"[\[\]:*?/\\]", sheet.title)
        covered: set[tuple[int, int]] = set()
        for area in sheet.merged_cells.ranges:
            cells = set(area.cells)
            assert not cells & covered, f"{sheet.title}: {area} overlaps another merged range"
            covered |= cells
        for row in sheet.iter_rows():
            for cell in row:
                assert cell.data_type != "f" and not str(cell.value or "").startswith("=")
        for validation in sheet.data_validations.dataValidation:
            assert (
                validation.sqref.ranges and len(validation.error) <= 225 and len(validation.errorTitle) <= 32
            )
            assert len(validation.formula1) <= 257


@pytest.mark.parametrize(("form", "year"), EDITED)
def test_it_prints_on_a_page_and_keeps_its_header_in_sight(form: str, year: int, tmp_path: Path) -> None:
    plans = plan_form(shipped_forms(), form, year)
    for plan, sheet in zip(plans, book(tmp_path, form, year).worksheets, strict=True):
        assert sheet.sheet_properties.pageSetUpPr is not None and sheet.sheet_properties.pageSetUpPr.fitToPage
        assert sheet.page_setup.fitToWidth == 1
        if plan.header:
            assert sheet.page_setup.orientation == "landscape"
            assert sheet.freeze_panes == f"A{plan.header[1] + 2}"
            assert sheet.print_title_rows == f"${plan.header[0] + 1}:${plan.header[1] + 1}"


def test_summary_looks_like_the_official_one(tmp_path: Path) -> None:
    sheet = book(tmp_path, "department_final_account", 2014)["01 收入支出决算总表"]

    assert [sheet[cell].value for cell in ("A1", "A2", "D2")] == [
        "2014年度收入支出决算总表",
        "编制单位：",
        "单位：万元",
    ]
    assert {"A1:D1", "A3:B3", "C3:D3"} <= merged(sheet)
    assert [cell.value for cell in sheet[4]] == ["项目", "决算数", "项目", "决算数"]
    assert [cell.value for cell in sheet[5]] == ["栏次", 1, "栏次", 2]
    assert sheet["A6"].value == "一、公共财政预算财政拨款收入"
    totals = {
        row: (sheet.cell(row, 1).value, sheet.cell(row, 3).value) for row in range(6, sheet.max_row + 1)
    }
    level = [pair for pair in totals.values() if pair[0]][-4:]
    assert level == [
        ("本年收入合计", "本年支出合计"),
        ("用事业基金弥补收支差额", "结余分配"),
        ("年初结转和结余", "年末结转和结余"),
        ("总计", "总计"),
    ]
    assert sheet["B6"].number_format == "#,##0.00"


def test_the_other_unit_is_the_layout_of_the_accounting_software(tmp_path: Path) -> None:
    workbook = book(tmp_path, "department_final_account", 2013, unit="元")
    sheet = workbook["Z04 支出决算表(财决04表)"]

    assert sheet["J2"].value == "单位：元"
    assert {"A3:D3", "A4:C4", "D4:D5", "E3:E5", "A6:D6", "A7:D7"} <= merged(sheet)
    assert [sheet[cell].value for cell in ("A4", "A5", "B5", "C5", "A6", "E6")] == [
        *("功能分类科目编码", "类", "款", "项", "栏次", 1)
    ]
    assert sheet["A7"].value == "合计" and sheet["A8"].number_format == "@"


def test_line_numbers_run_down_the_left_and_on_down_the_right(tmp_path: Path) -> None:
    sheet = book(tmp_path, "department_final_account", 2013, unit="元")["Z01 收入支出决算总表(财决01表)"]

    left = [str(cell.value) for cell in sheet["B"][4:]]
    right = [str(cell.value) for cell in sheet["E"][4:]]
    assert left[-1] != "None" and [int(number) for number in [*left[1:], *right[1:]]] == list(
        range(1, len(left) + len(right) - 1)
    )


def test_economic_table_has_its_totals_below_both_sides(tmp_path: Path) -> None:
    sheet = book(tmp_path, "department_final_account", 2015, rows=3)["06 一般公共预算财政拨款基本支出决算表"]

    assert [sheet.cell(7, column).value for column in (1, 4)] == ["人员经费合计", "公用经费合计"]
    assert sheet.cell(8, 4).value == "合计"
    assert {"A7:B7", "D7:E7", "D8:E8"} <= merged(sheet)


def test_numbered_lines_are_numbered_in_a_row(tmp_path: Path) -> None:
    sheet = book(tmp_path, "government_final_account", 2020)["01 一般公共预算收支决算总表"]

    numbers = [
        found.group()
        for text in column_of(sheet, "E")
        if (found := re.match("[一二三四五六七八九十]+(?=、)", text))
    ]
    assert numbers == [numeral(number) for number in range(1, 25)]


def test_list_offers_choices_keeps_zeros_and_ends_with_its_total(tmp_path: Path) -> None:
    sheet = book(tmp_path, "project_list", 2014, rows=4)["项目支出预算及执行情况"]

    by_kind = {validation.type: validation for validation in sheet.data_validations.dataValidation}
    lists = {v.formula1: str(v.sqref) for v in sheet.data_validations.dataValidation if v.type == "list"}
    assert lists == {'"新增,延续"': "I5:I8", '"是,否"': "M5:M8"}
    assert str(by_kind["decimal"].sqref) == "J5:J9 K5:K9 L5:L9"
    assert by_kind["decimal"].errorStyle == "warning", "a nil mark must not be forbidden"
    assert [sheet[cell].number_format for cell in ("B5", "F5", "J5")] == ["@", "@", "#,##0.00"]
    assert sheet["A9"].value == "合计" and "A9:I9" in merged(sheet)
    assert {"F3:H3", "A3:A4"} <= merged(sheet)


def test_rows_with_a_unit_of_their_own_print_the_one_asked_for(tmp_path: Path) -> None:
    sheet = book(tmp_path, "county_base_data", 2015, unit="元")["县级基础数据表"]

    units = {row[1].value: row[2].value for row in sheet.iter_rows(min_row=4)}
    assert (units["年末总人口"], units["教育标准支出"]) == ("人", "元")
    assert sheet["D5"].number_format == "#,##0"
    numbers = [row[0].value for row in sheet.iter_rows(min_row=4) if row[1].value]
    assert numbers == list(range(1, 18))


def test_target_card_is_laid_out_as_in_the_ministrys_form(tmp_path: Path) -> None:
    sheet = book(tmp_path, "project_performance_target", 2013).worksheets[0]

    assert [sheet[cell].value for cell in ("A1", "A2", "A3", "F3")] == [
        *("项目支出绩效目标申报表", "（2013年度）", "填报单位：", "单位：万元")
    ]
    assert (sheet["A4"].value, sheet["D4"].value) == ("项目名称", "项目编码")
    assert sheet["A8"].value == "资金申请" and {"A8:A11", "B8:C8", "D8:F8"} <= merged(sheet)
    headers = [cell.value for cell in sheet[16]][1:]
    assert (sheet["A16"].value, headers) == (
        "长期绩效指标",
        ["一级指标", "二级指标", "指标内容", "指标值", "备注"],
    )
    assert column_of(sheet, "A")[-2:] == ["其他需说明的问题", shipped_forms().vocabulary.blank_form.signature]


def test_self_evaluation_prints_its_weights(tmp_path: Path) -> None:
    sheet = book(tmp_path, "project_self_evaluation", 2018).worksheets[0]

    printed = [str(cell.value) for row in sheet.iter_rows() for cell in row if cell.value]
    assert [text for text in printed if "分）" in text] == [
        "产出指标（50分）",
        "效益指标（30分）",
        "满意度指标（10分）",
    ]
    assert printed[printed.index("年度资金总额") + 1] == "10"


def test_what_cannot_be_drawn_is_refused_by_its_reason() -> None:
    forms = shipped_forms()
    with pytest.raises(UnknownFormError):
        plan_form(forms, "no_such_form", 2014)
    with pytest.raises(NoEditionError):
        plan_form(forms, "evaluation_register", 2011)
    with pytest.raises(UnitNotPrintedError) as error:
        plan_form(forms, "evaluation_register", 2014, unit="美元")
    assert error.value.units == ("万元", "元")


def test_ranges_that_would_overlap_are_refused(tmp_path: Path) -> None:
    shipped = (SHIPPED_FORMS / "department_performance_target.yml").read_text(encoding="utf-8")
    changed = shipped.replace("spans: 3", "spans: 9")
    assert changed != shipped
    forms = catalogue_of(tmp_path / "forms", department_performance_target=changed)

    with pytest.raises(
        BlankFormError, match=r"department_performance_target\.yml: table cards: the range at A\d+"
    ):
        plan_form(forms, "department_performance_target", 2014)


def test_running_numbers() -> None:
    expected = {
        1: "一",
        9: "九",
        10: "十",
        11: "十一",
        19: "十九",
        20: "二十",
        21: "二十一",
        30: "三十",
        99: "九十九",
    }
    assert {number: numeral(number) for number in expected} == expected
    assert all(one != other for one, other in pairwise(numeral(number) for number in range(1, 100)))
    for number in (0, 100):
        with pytest.raises(ValueError, match="running number"):
            numeral(number)
