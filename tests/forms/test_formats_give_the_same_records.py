"""One workbook of each form, saved in every format and filed in an archive: the same records, by cell."""

from __future__ import annotations

import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path

import openpyxl
import pytest

from orchestration.ingest.grid import Grid, decode
from orchestration.ingest.read import read_bytes, read_workbook
from orchestration.ingest.results import ReadResult
from orchestration.ingest.text import number_text
from orchestration.publish.blank_forms import plan_form, write_blank_form
from orchestration.sample import SampleSize, write_sample
from tests.support import other_formats as other
from tests.support import protected
from tests.support.archives import raw_archive
from tests.support.other_formats import Formula, Merges, Percent, Sheets, Value
from tests.support.real_material import shipped_forms
from tests.support.workbooks import xls

YEAR = 2015
Make = Callable[[Sheets, Merges], bytes]
MAKES: dict[str, Make] = {
    "ods": other.ods,
    "xlsb": other.xlsb,
    "html": other.html,
    "spreadsheetml": other.spreadsheet_xml,
}


@pytest.fixture(scope="module")
def workbooks(tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[bytes, ReadResult]]:
    """Bytes and reading of one workbook by form, an .xlsx where there is one."""
    inbox = tmp_path_factory.mktemp("sample") / "raw"
    write_sample(inbox, SampleSize(counties=2, departments=2, units_per_department=1, years=(YEAR,)))
    found: dict[str, tuple[bytes, ReadResult]] = {}
    for path in sorted(inbox.rglob("*"), key=lambda path: (path.suffix != ".xlsx", path)):
        if path.is_file():
            data = path.read_bytes()
            result = read_bytes(data, YEAR, shipped_forms())
            for form in result.forms:
                found.setdefault(form.form_code, (data, result))
    assert len(found) > 5
    return found


def told(result: ReadResult) -> tuple[object, ...]:
    """What a reading says, but for the identity of the bytes."""
    tables = {
        (form.form_code, form.edition, table): [
            {name: value for name, value in record.items() if name != "_submission_id"} for record in records
        ]
        for form in result.forms
        for table, records in form.tables.items()
    }
    return result.status, tables, result.findings, result.cell_count


def saved(grid: Grid, make: Make) -> bytes:
    """The cells of a decoded workbook in another format, numbers as numbers."""
    sheets: dict[str, list[list[Value]]] = {}
    for sheet in grid.sheets:
        sheets[sheet.name] = [[_value(text) for text in row] for row in sheet.rows]
        for row, column in sheet.uncached:
            sheets[sheet.name][row][column] = Formula(None)
    return make(sheets, {sheet.name: sheet.merged for sheet in grid.sheets})


def _value(text: str) -> Value:
    try:
        if re.fullmatch(r"[\d.]+%", text):
            return Percent(float(Decimal(text[:-1]).scaleb(-2)))
        if number_text(float(text)) != text:
            return text
        return float(text) if "." in text else int(text)
    except ValueError:
        return text or None


@pytest.mark.parametrize("name", MAKES)
def test_every_form_reads_alike_in_every_format(
    name: str, workbooks: dict[str, tuple[bytes, ReadResult]]
) -> None:
    for form, (data, result) in workbooks.items():
        again = read_bytes(saved(decode(data), MAKES[name]), YEAR, shipped_forms())
        assert again.container_format == name, form
        assert told(again) == told(result), form


@pytest.mark.parametrize("form", ["county_base_data", "department_management_facts"])
def test_a_form_without_merged_headers_reads_alike_from_delimited_text(
    form: str, workbooks: dict[str, tuple[bytes, ReadResult]]
) -> None:
    data, result = workbooks[form]
    text = other.csv_text({sheet.name: sheet.rows for sheet in decode(data).sheets})
    again = read_bytes(text.encode("gb18030"), YEAR, shipped_forms())
    assert (again.status, again.container_format, again.findings) == ("loaded", "csv", result.findings)
    neutral = {"_submission_id": "", "_sheet": ""}
    for table, records in result.forms[0].tables.items():
        found = [{**record, **neutral} for record in again.forms[0].tables[table]]
        assert found == [{**record, **neutral} for record in records]


def test_a_merged_header_lost_in_delimited_text_is_told_and_not_guessed(
    workbooks: dict[str, tuple[bytes, ReadResult]],
) -> None:
    (sheet,) = decode(workbooks["project_list"][0]).sheets
    again = read_bytes(other.csv_text({"": sheet.rows}).encode(), YEAR, shipped_forms())
    told_of = {finding.check_code for finding in again.findings}
    assert told_of == {"layout.unit_mismatch", "layout.unknown_column"}
    assert all(finding.cell for finding in again.findings)


def test_a_member_of_an_archive_and_a_protected_workbook_read_alike(
    workbooks: dict[str, tuple[bytes, ReadResult]], tmp_path: Path
) -> None:
    data, result = workbooks["department_final_account"]
    names = {"普通.xlsx": data, "保护.xlsx": protected.agile(data)}
    place = tmp_path / "报表.zip"
    place.write_bytes(raw_archive({name.encode("gb18030"): content for name, content in names.items()}))
    for name in names:
        again = read_workbook(Path(f"{place}!/{name}"), YEAR, shipped_forms())
        assert told(again) == told(result), name
        assert (again.submission_id == result.submission_id) is (name == "普通.xlsx")


def _old(sheets: Sheets, merges: Merges) -> bytes:
    turned = {
        name: [(top, bottom, left, right) for top, left, bottom, right in areas]
        for name, areas in merges.items()
    }
    return xls(sheets, turned)  # type: ignore[arg-type]


@pytest.mark.parametrize("name", [*MAKES, "xls"])
def test_percentages_read_alike_in_every_format(name: str, tmp_path: Path) -> None:
    path = tmp_path / "自评.xlsx"
    write_blank_form(plan_form(shipped_forms(), "project_self_evaluation", 2019), path)
    book = openpyxl.load_workbook(path)
    for sheet in book.worksheets:
        headers = {cell.value: cell for row in sheet.iter_rows() for cell in row if cell.value}
        for label, value in {"执行率": 0.95, "年度指标值": 0.0725, "实际完成值": 1.2}.items():
            below = sheet.cell(headers[label].row + 1, headers[label].column, value)
            below.number_format = "0.0%"
    book.save(path)
    result = read_bytes(path.read_bytes(), 2019, shipped_forms())
    lines = result.forms[0].tables["project_self_evaluation_indicators"]
    assert [line["execution_rate"] for line in lines if line["execution_rate"]] == ["95%"]
    assert [(line["target_value"], line["actual_value"]) for line in lines if line["target_value"]] == [
        ("7.25%", "120%")
    ]
    make = MAKES.get(name, _old)
    again = read_bytes(saved(decode(path.read_bytes()), make), 2019, shipped_forms())
    assert again.container_format == name
    assert told(again) == told(result)
