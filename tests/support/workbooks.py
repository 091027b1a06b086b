"""Small workbooks built in code, and form maps to read them by."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

import openpyxl
import xlwt

from orchestration.ingest.forms import FormCatalogue, load_catalogue
from orchestration.resources.paths import SHIPPED_FORMS
from tests.support.other_formats import Percent

Value = str | int | float | Percent | None
Rows = Sequence[Sequence[Value]]


def xlsx(sheets: Mapping[str, Rows], merges: Mapping[str, Sequence[str]] | None = None) -> bytes:
    """Bytes of an .xlsx: rows of values by sheet, merged ranges by sheet."""
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for name, rows in sheets.items():
        sheet = book.create_sheet(name)
        for row in rows:
            sheet.append([value.value if isinstance(value, Percent) else value for value in row])
            for column, value in enumerate(row, start=1):
                if isinstance(value, Percent):
                    sheet.cell(sheet.max_row, column).number_format = "0.00%"
        for area in (merges or {}).get(name, ()):
            sheet.merge_cells(area)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def xls(
    sheets: Mapping[str, Rows], merges: Mapping[str, Sequence[tuple[int, int, int, int]]] | None = None
) -> bytes:
    """Bytes of an .xls; merged ranges as (first row, last row, first column, last column), from 0."""
    book = xlwt.Workbook()
    for name, rows in sheets.items():
        sheet = book.add_sheet(name)
        merged = {
            (top, left): (top, bottom, left, right)
            for top, bottom, left, right in (merges or {}).get(name, ())
        }
        for row, values in enumerate(rows):
            for column, value in enumerate(values):
                if (row, column) in merged:
                    sheet.write_merge(*merged[(row, column)], value)
                elif isinstance(value, Percent):
                    sheet.write(row, column, value.value, xlwt.easyxf(num_format_str="0.00%"))
                elif value is not None:
                    sheet.write(row, column, xlwt.Formula(value[1:]) if str(value).startswith("=") else value)
    buffer = io.BytesIO()
    book.save(buffer)
    return buffer.getvalue()


def rewritten(data: bytes, change: Callable[[str, bytes], bytes]) -> bytes:
    """A zip with each member passed through `change(name, bytes)`."""
    target = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(data)) as source,
        zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as copy,
    ):
        for name in source.namelist():
            copy.writestr(name, change(name, source.read(name)))
    return target.getvalue()


def with_cell(data: bytes, xml: str) -> bytes:
    """An .xlsx whose first sheet has a further row of raw XML before the end of its data."""

    def change(name: str, content: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            return content.replace(b"</sheetData>", xml.encode() + b"</sheetData>")
        return content

    return rewritten(data, change)


def catalogue_of(folder: Path, **forms: str) -> FormCatalogue:
    """A catalogue of form maps given as YAML, with the shipped vocabulary."""
    folder.mkdir(parents=True, exist_ok=True)
    vocabulary = (SHIPPED_FORMS / "_vocabulary.yml").read_text(encoding="utf-8")
    (folder / "_vocabulary.yml").write_text(vocabulary, encoding="utf-8")
    for name, text in forms.items():
        (folder / f"{name}.yml").write_text(text, encoding="utf-8")
    return load_catalogue([folder])
