"""Lists and cards built by hand."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.ingest.forms import FormCatalogue
from orchestration.ingest.read import read_bytes
from orchestration.ingest.results import ReadResult
from tests.support.workbooks import catalogue_of, xls, xlsx

LIST = """
form: projects
title: {zh: 项目清单, en: Projects}
filed_by: {zh: 部门, en: Departments}
fields:
  project_code: {zh: 编码, en: Code}
  function_code: {zh: 科目, en: Function}
  budget_amount: {zh: 预算数, en: Budget}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: projects
        kind: list
        titles: [项目清单]
        layouts:
          - units: [万元]
            header_rows: 2
            totals: [合计]
            blocks:
              - columns:
                  - {header: 序号}
                  - {header: 编码, field: project_code, width: 6}
                  - {header: 科目/类, field: function_code, width: 3}
                  - {header: 科目/款, field: function_code, width: 2}
                  - {header: 预算数, field: budget_amount}
"""
CARD = """
form: targets
title: {zh: 目标表, en: Targets}
filed_by: {zh: 部门, en: Departments}
key: project_code
fields:
  project_code: {zh: 编码, en: Code}
  project_name: {zh: 名称, en: Name}
  requested_other: {zh: 其他, en: Other}
  annual_target: {zh: 年度目标, en: Target}
indicator_fields:
  horizon: {zh: 期限, en: Horizon}
  level1: {zh: 一级, en: Level 1}
  indicator: {zh: 内容, en: Indicator}
  target_value: {zh: 值, en: Value}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: cards
        kind: card
        titles: [绩效目标表]
        repeats: true
        layouts:
          - units: [万元]
            fields:
              - {label: 项目名称, field: project_name}
              - {label: 项目编码, field: project_code}
              - {label: 资金, at: none}
              - {label: 其他, field: requested_other}
              - {label: 年度目标, field: annual_target, at: below}
            indicators:
              - anchor: 年度指标
                constants: {horizon: annual}
                columns:
                  - {header: 一级, field: level1, fill: true}
                  - {header: 内容, field: indicator}
                  - {header: 值, field: target_value}
"""


@pytest.fixture
def catalogue(tmp_path: Path) -> FormCatalogue:
    return catalogue_of(tmp_path / "forms", projects=LIST, targets=CARD)


def found(result: ReadResult) -> list[tuple[str, str, str, str]]:
    return [(f.check_code, f.cell, f.given, f.expected) for f in result.findings]


LIST_ROWS = [
    ["2013年度项目清单", None, None, None, None],
    ["填报单位：甲厅", None, None, None, "单位：万元"],
    ["序号", "编码", "科目", None, "预算数"],
    [None, None, "类", "款", None],
    ["合计", None, None, None, 30],
    [1, 1001.0, 205.0, 2.0, 10],
    ["序号", "编码", "科目", None, "预算数"],
    [None, None, "类", "款", None],
    [2, "301002", "205", "03", "二十"],
    ["填报人：张三", None, "审核人：李四", None, None],
]
LIST_MERGES = ["A3:A4", "B3:B4", "C3:D3", "E3:E4"]


def test_list_with_total_first_lost_zeros_page_break_and_signatures(catalogue: FormCatalogue) -> None:
    result = read_bytes(xlsx({"表": LIST_ROWS}, {"表": LIST_MERGES}), 2013, catalogue)
    assert found(result) == []
    rows = result.forms[0].tables["projects"]
    assert [(r["row_kind"], r["project_code"], r["function_code"], r["budget_amount"]) for r in rows] == [
        ("total", "", "", "30"),
        ("value", "001001", "20502", "10"),
        ("value", "301002", "20503", "二十"),  # text in an amount is for the content checks
    ]
    assert rows[1] == {
        "_submission_id": result.submission_id,
        "_sheet": "表",
        "_row": 6,
        "fiscal_year": 2013,
        "row_kind": "value",
        "reporting_unit_label": "甲厅",
        "reporting_unit_label__cell": "A2",
        "unit_label": "万元",
        "project_code": "001001",
        "project_code__cell": "B6",
        "function_code": "20502",
        "function_code__cell": "C6",
        "budget_amount": "10",
        "budget_amount__cell": "E6",
    }


def with_row(*cells: str | float | None) -> bytes:
    rows = [*LIST_ROWS[:6], list(cells), *LIST_ROWS[6:]]
    return xlsx({"表": rows}, {"表": LIST_MERGES})


@pytest.mark.parametrize(
    ("cells", "kind"),
    [
        (("总计", None, None, None, 30), "total"),
        (("合 计", None, None, None, 30), "total"),
        (("合计（万元）", None, None, None, 30), "total"),
        ((0, None, "合计", None, 30), "total"),
        ((None, "小计", None, None, 10), "subtotal"),
        ((3, "301003", "合计类", None, 10), "value"),
    ],
)
def test_a_row_that_adds_others_up_is_no_record(
    cells: tuple[str | float | None, ...], kind: str, catalogue: FormCatalogue
) -> None:
    result = read_bytes(with_row(*cells), 2013, catalogue)
    assert [row["row_kind"] for row in result.forms[0].tables["projects"]][2] == kind


@pytest.mark.parametrize(
    ("body", "codes"),
    [
        ([], ["layout.empty_table", "layout.empty_form"]),
        ([["合计", None, None, None, 30]], ["layout.empty_form"]),
        ([["合计", None, None, None, 0]], []),
        ([["合计", None, None, None, "—"]], []),
    ],
)
def test_a_list_without_records_is_no_statement_unless_its_total_says_so(
    body: list[list[str | float | None]], codes: list[str], catalogue: FormCatalogue
) -> None:
    result = read_bytes(xlsx({"表": [*LIST_ROWS[:4], *body]}, {"表": LIST_MERGES}), 2013, catalogue)
    assert [finding.check_code for finding in result.findings] == codes


def test_a_missing_field_column_leaves_the_field_blank(catalogue: FormCatalogue) -> None:
    rows = [row[:4] for row in LIST_ROWS]
    rows[1] = ["填报单位：甲厅", None, None, "单位：万元"]
    result = read_bytes(xlsx({"表": rows}, {"表": LIST_MERGES[:3]}), 2013, catalogue)
    assert found(result) == [("layout.missing_column", "D4", "", "预算数")]
    assert {(r["budget_amount"], r["budget_amount__cell"]) for r in result.forms[0].tables["projects"]} == {
        ("", "")
    }


def test_raw_columns_are_those_of_the_schema(catalogue: FormCatalogue) -> None:
    books = {"表": LIST_ROWS, "一": card(), "二": card(code="P2")}
    result = read_bytes(xlsx(books, {"表": LIST_MERGES, "一": ["A6:A8", "B7:B8"]}), 2013, catalogue)
    schemas = catalogue.raw_schemas()
    assert [form.form_code for form in result.forms] == ["projects", "targets"]
    for form in result.forms:
        for table, rows in form.tables.items():
            assert rows
            assert all(list(row) == [column.name for column in schemas[table].columns] for row in rows)


def card(
    name_label: str = "项目名称", code: str = "P1", name: str = "其他"
) -> list[list[str | float | None]]:
    return [
        ["绩效目标表", None, None, None],
        ["（2013年度）", None, None, None],
        ["填报单位：甲厅", None, None, "单位：万元"],
        [name_label, name, "项目编码", code],  # the usual name is a value that reads like a label
        ["资金", None, "其他", 3.5],
        ["年度指标", "一级", "内容", "值"],
        [None, "产出", "数量", "≥3"],
        [None, None, "质量", "95%"],
        ["年度目标", None, None, None],
        ["完成任务", None, None, None],
        ["填报人：张三 填报日期：2014年1月5日", None, None, None],
    ]


CARD_MERGES = ["A6:A8", "B7:B8"]


def test_cards_with_inner_tables_one_per_sheet(catalogue: FormCatalogue) -> None:
    books = {"一": card(), "二": card(code="P2")}
    result = read_bytes(xlsx(books, {"一": CARD_MERGES, "二": CARD_MERGES}), 2013, catalogue)
    assert found(result) == []
    tables = result.forms[0].tables
    assert [
        (r["project_code"], r["project_name"], r["requested_other"], r["annual_target"])
        for r in tables["targets"]
    ] == [
        ("P1", "其他", "3.5", "完成任务"),
        ("P2", "其他", "3.5", "完成任务"),
    ]
    assert tables["targets"][0]["annual_target__cell"] == "A10"
    inner = [r for r in tables["targets_indicators"] if r["project_code"] == "P2"]
    assert [
        (r["horizon"], r["level1"], r["level1__cell"], r["indicator"], r["target_value"]) for r in inner
    ] == [
        ("annual", "产出", "B7", "数量", "≥3"),
        ("annual", "产出", "B7", "质量", "95%"),
    ]
    assert inner[1]["_row"] == 8


def test_a_card_as_xls(catalogue: FormCatalogue) -> None:
    rows = card()
    rows[6][1] = rows[6][1]
    result = read_bytes(xls({"一": rows}, {"一": [(5, 7, 0, 0), (6, 7, 1, 1)]}), 2013, catalogue)
    assert found(result) == []
    assert len(result.forms[0].tables["targets_indicators"]) == 2


def test_renamed_missing_and_new_labels(catalogue: FormCatalogue) -> None:
    result = read_bytes(
        xlsx({"一": card(name_label="项目名", name="甲项目")}, {"一": CARD_MERGES}), 2013, catalogue
    )
    assert found(result) == [("layout.renamed_label", "A4", "项目名", "项目名称")]
    rows = card()
    rows[4] = [None, None, None, None]
    assert found(read_bytes(xlsx({"一": rows}, {"一": CARD_MERGES}), 2013, catalogue)) == [
        ("layout.missing_label", "C4", "", "资金"),
        ("layout.missing_label", "C4", "", "其他"),
    ]
    rows = card()
    rows[4] = ["资金", "新栏", "其他", 3.5]
    assert ("layout.unknown_label", "B5", "新栏", "") in found(
        read_bytes(xlsx({"一": rows}, {"一": CARD_MERGES}), 2013, catalogue)
    )


def test_an_inner_table_without_its_column(catalogue: FormCatalogue) -> None:
    rows = card()
    rows[5][3] = "目标"
    result = read_bytes(xlsx({"一": rows}, {"一": CARD_MERGES}), 2013, catalogue)
    assert found(result) == [("layout.renamed_column", "D6", "目标", "值")]
    assert {r["target_value"] for r in result.forms[0].tables["targets_indicators"]} == {""}


def test_an_empty_card_is_still_a_record(catalogue: FormCatalogue) -> None:
    rows = card()
    rows[3] = ["项目名称", None, "项目编码", None]
    rows[4][3] = rows[9][0] = None
    rows[6] = rows[7] = [None] * 4
    result = read_bytes(xlsx({"一": rows}, {"一": CARD_MERGES}), 2013, catalogue)
    assert found(result) == []
    assert result.forms[0].tables["targets"][0]["project_name"] == ""
    assert result.forms[0].tables["targets_indicators"] == []
