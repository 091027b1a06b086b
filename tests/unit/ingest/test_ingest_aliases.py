"""A typo or a name in transition is an alias with its years, and nothing else is accepted."""

from __future__ import annotations

from pathlib import Path

from orchestration.ingest.read import read_bytes
from orchestration.ingest.results import ReadResult
from tests.support.workbooks import catalogue_of, xlsx

MATRIX = """
form: summary
title: {zh: 收入总表, en: Summary}
filed_by: {zh: 部门, en: Departments}
editions:
  - edition: "2012"
    valid_from: 2012
    terms: {GP: 一般公共预算}
    tables:
      - table: summary
        kind: matrix
        titles: [收入总表]
        layouts:
          - units: [万元]
            header_rows: 1
            blocks:
              - columns:
                  - {header: 项目, role: label}
                  - {header: 决算数, measure: final, aliases: [{text: 决算金额, from: 2014}]}
                items:
                  - code: appropriation
                    label: "{GP}拨款"
                    aliases: [{text: "{GP}拔款", from: 2013, to: 2013, note: typo of one bureau}]
                  - {code: other, label: 其他收入}
"""
CARD = """
form: target
title: {zh: 目标表, en: Target}
filed_by: {zh: 部门, en: Departments}
fields:
  name: {zh: 名称, en: Name}
  amount: {zh: 金额, en: Amount}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: cards
        kind: card
        titles: [目标表]
        layouts:
          - unit_required: false
            fields:
              - {label: 金额, field: amount}
              - {label: 项目名称, field: name, aliases: [{text: 项目明称, to: 2013}]}
"""


def _read(folder: Path, label: str, header: str, year: int, *more: str) -> ReadResult:
    rows = [
        ["收入总表"],
        ["单位：万元"],
        ["项目", header],
        [label, 1],
        ["其他收入", 2],
        *([row, 3] for row in more),
    ]
    return read_bytes(xlsx({"表": rows}), year, catalogue_of(folder, summary=MATRIX))


def _codes(result: ReadResult) -> list[tuple[str, str]]:
    return [(finding.check_code, finding.given) for finding in result.findings]


def test_an_alias_is_read_in_its_years_and_printed_as_it_stands(tmp_path: Path) -> None:
    result = _read(tmp_path, "一般公共预算 拔款", "决算数", 2013)
    assert _codes(result) == []
    first = result.forms[0].tables["summary"][0]
    assert (first["item_code"], first["item_label"]) == ("appropriation", "一般公共预算 拔款")


def test_an_alias_of_other_years_is_drift(tmp_path: Path) -> None:
    assert _codes(_read(tmp_path, "一般公共预算拔款", "决算数", 2014)) == [
        ("layout.renamed_row", "一般公共预算拔款")
    ]
    assert ("layout.renamed_column", "决算金额") in _codes(
        _read(tmp_path, "一般公共预算拨款", "决算金额", 2013)
    )
    assert _codes(_read(tmp_path, "一般公共预算拨款", "决算金额", 2014)) == []


def test_a_row_under_both_spellings_is_read_once_and_the_second_reported(tmp_path: Path) -> None:
    result = _read(tmp_path, "一般公共预算拨款", "决算数", 2013, "一般公共预算拔款")
    assert _codes(result) == [("layout.unknown_row", "一般公共预算拔款")]
    items = [record["item_code"] for record in result.forms[0].tables["summary"]]
    assert items == ["appropriation", "other"]


def test_a_label_of_a_card_has_aliases_too(tmp_path: Path) -> None:
    forms = catalogue_of(tmp_path, target=CARD)
    book = xlsx({"表": [["目标表"], ["金额", 3], ["项目明称", "甲"]]})
    assert _codes(read_bytes(book, 2013, forms)) == []
    assert read_bytes(book, 2013, forms).forms[0].tables["target"][0]["name"] == "甲"
    assert _codes(read_bytes(book, 2014, forms)) == [("layout.renamed_label", "项目明称")]
