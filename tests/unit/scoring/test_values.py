"""Tables of values: figures with their cells and states, or a refusal that names file and cell."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest
from openpyxl import Workbook

from orchestration.scoring.values import ValuesError, ValueTable, read_values

STATEMENTS = {
    "": "missing",
    "不适用": "not_applicable",
    "无法证实": "not_demonstrable",
    "—": "not_applicable",
}
FIGURES = frozenset({"income", "heads"})


def read(path: Path, figures: frozenset[str] = FIGURES) -> ValueTable:
    return read_values(path, figures, STATEMENTS, 2015)


def table(tmp_path: Path, *lines: str) -> Path:
    path = tmp_path / "values.csv"
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def said(found: ValueTable) -> dict[tuple[str, int, str], tuple[Decimal | None, str, str]]:
    return {(c.subject_code, c.fiscal_year, c.figure_code): (c.value, c.status, c.cell) for c in found.cells}


def test_a_wide_table_has_a_row_a_subject(tmp_path: Path) -> None:
    found = read(
        table(tmp_path, "subject_code,subject_name,fiscal_year,income,heads,note",
        "A,甲县,2014,\"1,234.5\",不适用,x", "B,乙县,2014,,12%,")
    )  # fmt: skip
    assert said(found) == {
        ("A", 2014, "income"): (Decimal("1234.5"), "reported", "D2"),
        ("A", 2014, "heads"): (None, "not_applicable", "E2"),
        ("B", 2014, "income"): (None, "missing", "D3"),
        ("B", 2014, "heads"): (Decimal("0.12"), "reported", "E3"),
    }
    assert found.names == {"A": "甲县", "B": "乙县"} and found.unused == ["note"]


def test_a_long_table_has_a_row_a_figure(tmp_path: Path) -> None:
    found = read(table(tmp_path, "subject_code,figure_code,value", "A,income,5", "A,heads,NA", "A,other,x"))
    assert said(found) == {
        ("A", 2015, "income"): (Decimal(5), "reported", "C2"),
        ("A", 2015, "heads"): (None, "missing", "C3"),
    }


def test_the_first_column_names_subjects_where_none_is_called_so(tmp_path: Path) -> None:
    found = read(table(tmp_path, "county,income,heads", "A,1,2"))
    assert {cell.subject_code for cell in found.cells} == {"A"} and found.unused == []


def test_numbers_are_exact_to_fifteen_decimals(tmp_path: Path) -> None:
    found = read(table(tmp_path, "subject_code,income,heads", "A,0.1234567890123456,-1e3"))
    assert [cell.value for cell in found.cells] == [Decimal("0.123456789012346"), Decimal(-1000)]


def test_a_workbook_names_its_sheet_and_cell(tmp_path: Path) -> None:
    book = Workbook()
    book.active.title = "数据"
    book.active.append(["subject_code", "income", "heads"])
    book.active.append(["A", 1.5, 0.25])
    book.active["C2"].number_format = "0%"
    book.save(tmp_path / "values.xlsx")
    found = read(tmp_path / "values.xlsx")
    assert found.sheet == "数据"
    assert said(found)["A", 2015, "heads"] == (Decimal("0.25"), "reported", "C2")


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("subject_code,income,heads", "A,1,two"), "C2: “two” is no number"),
        (("subject_code,income,heads", "A,NaN%,2"), "B2"),
        (("subject_code,income,heads", "A,1e30,2"), "B2"),
        (("subject_code,income,heads", ",1,2"), "A2: no subject is named"),
        (("subject_code,income", "A,1"), "columns the scheme needs are missing: heads"),
        (("subject_code,income,income,heads", "A,1,1,2"), "columns of one name: income"),
        (("subject_code,income,heads", "A,1,2", "A,3,4"),
        "B3: income of this subject and year stands in B2, too"),
        (("subject_code,fiscal_year,income,heads",
        "A,14,1,2"), "B2: a year of four digits is wanted, not “14”"),
        (("subject_code,figure_code,value", "A,other,1"), "columns the scheme needs are missing"),
        (("subject_code,other", "A,1"), "columns the scheme needs are missing: heads, income"),
    ],
)  # fmt: skip
def test_what_cannot_be_scored_is_refused_by_cell(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    with pytest.raises(ValuesError) as refused:
        read(table(tmp_path, *lines))
    assert told in str(refused.value) and "values.csv" in str(refused.value)


def test_a_formula_without_a_result_is_refused_by_cell(tmp_path: Path) -> None:
    book = Workbook()
    book.active.append(["subject_code", "income", "heads"])
    book.save(tmp_path / "values.xlsx")
    with pytest.raises(ValuesError, match="no row below the column names"):
        read(tmp_path / "values.xlsx")
    book.active.append(["A", "=1+1", 2])
    book.save(tmp_path / "values.xlsx")
    with pytest.raises(ValuesError, match="Sheet B2"):
        read(tmp_path / "values.xlsx")
    (tmp_path / "values.csv").write_bytes(b"")
    with pytest.raises(ValuesError, match="cannot be read"):
        read(tmp_path / "values.csv")
