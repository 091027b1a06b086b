"""What stands above a table, however it is spaced, split over cells or bracketed."""

from __future__ import annotations

import pytest

from orchestration.ingest.forms import load_catalogue
from orchestration.ingest.preamble import Preamble, read_preamble
from orchestration.ingest.sheets import Sheet
from orchestration.resources.paths import SHIPPED_FORMS

VOCABULARY = load_catalogue([SHIPPED_FORMS]).vocabulary


def read(*rows: list[str]) -> Preamble:
    width = max(map(len, rows))
    texts = [[*row, *[""] * (width - len(row))] for row in rows]
    return read_preamble(Sheet("S", texts), 0, len(texts) - 1, None, VOCABULARY)


@pytest.mark.parametrize(
    "cells",
    [
        ["单位：万元"],
        ["单位:万元"],
        ["单 位：万元"],
        ["单位：万　元"],
        ["单位：万 元 "],
        ["金额单位： 万元"],
        ["单位：万元。"],
        ["单位：人民币万元"],
        ["（单位：万元）"],
        ["单位：", "万元"],
        ["单位：", "", "万 元"],
        ["单位 万元"],
        ["（万元）"],
        ["编制单位：示例县  单位：万元"],
        ["编 制 单 位：示例县", "单位：万元"],
    ],
)
def test_the_unit_is_read(cells: list[str]) -> None:
    assert read(cells).unit == "万元"


@pytest.mark.parametrize(
    "cells",
    [["编 制 单 位：示例县"], ["单位"], ["单位负责人：张三"], ["（盖章）"], ["单位：", "编制单位：示例县"]],
)
def test_what_names_no_unit_is_none(cells: list[str]) -> None:
    assert read(cells).unit == ""


def test_a_unit_of_other_things_is_read_after_a_colon_only() -> None:
    assert read(["单位：公里"]).unit == "公里"
    assert read(["单位：", "公里"]).unit == "公里"
    assert read(["（公里）"]).unit == ""


@pytest.mark.parametrize(
    "cells",
    [
        ["编制单位：示例省教育厅"],
        ["编 制 单 位：示例省教育厅"],
        ["编制单位：", "示例省教育厅"],
        ["编制单位（盖章）：示例省教育厅"],
        ["预算单位：示例省教育厅"],
        ["部门： 示例省教育厅  单位：元"],
        ["编制单位：示例省教育厅  2014年度"],
    ],
)
def test_who_files_is_read(cells: list[str]) -> None:
    assert read(cells).reporting_unit == "示例省教育厅"


def test_a_statement_beside_is_not_taken_for_the_name() -> None:
    found = read(["编制单位：", "单位：万元"])
    assert (found.reporting_unit, found.unit) == ("", "万元")


def test_two_units_are_a_contradiction() -> None:
    found = read(["编制单位：示例县  单位：元", "", "单位：万元"])
    assert (found.unit, found.unit_cell, found.other_unit, found.other_unit_cell) == (
        "万元",
        "C1",
        "元",
        "A1",
    )
    assert read(["单位：元", "单位：元"]).other_unit == ""
