"""Two published workbooks of a district: every expected fact comes out equal, with sheet and cell."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal

import openpyxl
import pytest

from orchestration.ingest.compiled import for_year
from orchestration.ingest.read import read_workbook
from orchestration.ingest.results import ReadResult, Record
from orchestration.ingest.text import fold, number_text, without_year
from tests.support.real_material import real_file, rows_of, shipped_forms

DOCUMENTS = {
    "js2024_shehuigongzuobu": ("department_final_account", 2024),
    "ys2025_bangongshi_danwei": ("department_budget", 2025),
}
EXPECTED_FACTS = 434
ALL_VALUES = "全部数值(按行序)"  # one line of the truth lists all values of a 三公 table


def read(document: str) -> ReadResult:
    return read_workbook(
        real_file("final_accounts", f"{document}.xlsx"), DOCUMENTS[document][1], shipped_forms()
    )


def facts(document: str) -> list[dict[str, str]]:
    return [row for row in rows_of("final_accounts", "facts_expected.csv") if row["doc"] == document]


def table_codes(document: str) -> dict[str, str]:
    """Titles of the map, folded and without year → table code."""
    form, year = DOCUMENTS[document]
    tables = for_year(shipped_forms(), year).tables
    return {
        without_year(fold(title)): key[1]
        for key, table in tables.items()
        if key[0] == form
        for title in table.titles
    }


def headers(document: str) -> dict[tuple[str, str], list[list[str]]]:
    """(table, measure) → parts of its headers in the map; the two sides of a table may share a measure."""
    form, year = DOCUMENTS[document]
    found: dict[tuple[str, str], list[list[str]]] = {}
    for key, table in for_year(shipped_forms(), year).tables.items():
        for column in table.layouts[0].columns if key[0] == form else ():
            if column.spec.measure:
                found.setdefault((key[1], column.spec.measure), []).append(column.printed.split("/"))
    return found


def column_fits(label: str, parts: list[str]) -> bool:
    """Whether a column label of the truth (收入/决算数, 合计, 支出/) names a column of the map."""
    if label in ("/".join(parts), parts[-1]):
        return True
    side, _, leaf = label.rpartition("/")
    return side in parts[0] and (leaf == "" or leaf in parts[1:])


def value_of(record: Record) -> Decimal:
    return Decimal(str(record["value_text"]))


def find(fact: dict[str, str], document: str, pool: list[Record]) -> Record | None:
    table = table_codes(document)[without_year(fold(fact["table"]))]
    columns = headers(document)
    for record in pool:
        if record["table_code"] != table or record["value_text"] == "":
            continue
        paths = columns[(table, str(record["measure_code"]))]
        code_fits = fact["code"] in ("", "TOTAL", record["item_code"])  # TOTAL is any total row
        if (
            code_fits
            and fold(str(record["item_label"])) == fold(fact["name"])
            and any(column_fits(fact["column"], parts) for parts in paths)
            and value_of(record) == Decimal(fact["value"])
        ):
            return record
    return None


@pytest.mark.parametrize("document", DOCUMENTS)
def test_every_expected_fact_is_read_from_its_own_cell(document: str) -> None:
    result = read(document)
    assert result.status == "loaded"
    (form,) = result.forms
    pool = list(form.tables[form.form_code])
    for fact in facts(document):
        if fact["name"] == ALL_VALUES:
            table = table_codes(document)[without_year(fold(fact["table"]))]
            found = [r["value_text"] for r in pool if r["table_code"] == table and r["value_text"] != ""]
            assert found == [number_text(float(v)) for v in fact["value"].split(" | ") if v]
            continue
        record = find(fact, document, pool)
        assert record is not None, fact
        assert record["unit_label"] == fact["unit"]
        pool.remove(record)  # each fact has a cell of its own


def test_no_fact_is_left_out() -> None:
    assert sum(len(facts(document)) for document in DOCUMENTS) == EXPECTED_FACTS


@pytest.mark.parametrize("document", DOCUMENTS)
def test_another_reader_finds_the_same_text_in_each_cell(document: str) -> None:
    """The address of every record, blank or not, opened with openpyxl."""
    workbook = openpyxl.load_workbook(real_file("final_accounts", f"{document}.xlsx"), data_only=True)
    (form,) = read(document).forms
    for record in form.tables[form.form_code]:
        value = workbook[str(record["_sheet"])][str(record["_cell"])].value
        shown = "" if value is None else number_text(value) if isinstance(value, int | float) else str(value)
        assert shown == record["value_text"], record


@pytest.mark.parametrize("document", DOCUMENTS)
def test_nothing_but_notes_on_empty_tables(document: str) -> None:
    """Tables of money the department does not have are printed without a row: a note, and no drift."""
    found = Counter(finding.check_code for finding in read(document).findings)
    assert set(found) <= {"layout.empty_table"}


def test_codes_in_three_columns_and_repeated_headers() -> None:
    (form,) = read("ys2025_bangongshi_danwei").forms
    rows = [r for r in form.tables[form.form_code] if r["table_code"] == "general_public_expenditure"]
    codes = [r["item_code"] for r in rows if r["measure_code"] == "total"]
    assert codes[:3] == ["201", "20103", "2010301"]
    assert codes[-1] == "TOTAL"
    assert len(codes) == len(set(codes)) == 21


def test_three_public_table_declares_its_own_unit() -> None:
    (form,) = read("ys2025_bangongshi_danwei").forms
    units = {(r["table_code"], r["unit_label"]) for r in form.tables[form.form_code]}
    assert ("three_public_expenses", "万元") in units
    assert ("revenue", "元") in units


def test_codes_of_a_left_right_table_and_row_kinds() -> None:
    (form,) = read("js2024_shehuigongzuobu").forms
    rows = {
        str(r["item_code"]): r
        for r in form.tables[form.form_code]
        if r["table_code"] == "general_public_basic_expenditure"
    }
    assert rows["30201"]["value_text"] == "3.78"  # the code was stored as a number
    assert rows["302"]["row_kind"] == "subtotal"
    assert rows["personnel_total"]["row_kind"] == "total"
    assert rows["operating_cost_total"]["_cell"] == "F42"
