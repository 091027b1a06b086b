"""A yearbook's cross table of regions and classes of expenditure, as .xls."""

from __future__ import annotations

from decimal import Decimal

import xlrd

from orchestration.ingest.compiled import for_year
from orchestration.ingest.read import read_workbook
from orchestration.ingest.results import Record
from orchestration.ingest.text import number_text, parse_address
from tests.support.real_material import real_file, rows_of, shipped_forms

FORM = "regional_expenditure_yearbook"
YEAR = 2020
EXPECTED_FACTS = 767
NATION = {"地方合计": "全国"}  # the truth names the total row by what it is


def records() -> list[Record]:
    result = read_workbook(real_file("yearbook", "raw-2020.xls"), YEAR, shipped_forms())
    assert (result.status, result.container_format, result.findings) == ("loaded", "xls", [])
    (form,) = result.forms
    return form.tables[FORM]


def test_every_expected_fact_is_read_with_its_cell() -> None:
    (table,) = [t for key, t in for_year(shipped_forms(), YEAR).tables.items() if key[0] == FORM]
    labels = {column.spec.item: column.printed for column in table.layouts[0].columns}
    found = {
        (NATION.get(str(r["subject_label"]), str(r["subject_label"])), labels[str(r["item_code"])]): r
        for r in records()
    }
    expected = rows_of("yearbook", "expected_long.csv")
    assert len(expected) == EXPECTED_FACTS
    for fact in expected:
        record = found[(fact["region"], fact["category"])]
        assert Decimal(str(record["value_text"])) == Decimal(fact["value_yi_yuan"])
        assert record["unit_label"] == "亿元"
    filled = sum(1 for record in found.values() if record["value_text"] != "")
    assert filled == EXPECTED_FACTS


def test_blank_cells_are_kept_as_blank() -> None:
    blanks = [r for r in records() if r["value_text"] == ""]
    assert len(blanks) == 32 * 25 - EXPECTED_FACTS
    assert {r["item_code"] for r in blanks} == {"202", "219"}


def test_the_total_row_is_marked() -> None:
    assert {
        r["subject_label"] for r in records() if r["row_kind"] == "total" and r["item_code"] == "205"
    } == {"地方合计"}


def test_another_reader_finds_the_same_text_in_each_cell() -> None:
    workbook = xlrd.open_workbook(real_file("yearbook", "raw-2020.xls"))
    for record in records():
        value = workbook.sheet_by_name(str(record["_sheet"])).cell_value(*parse_address(str(record["_cell"])))
        shown = number_text(value) if isinstance(value, float) else str(value).strip()
        assert shown == record["value_text"]
