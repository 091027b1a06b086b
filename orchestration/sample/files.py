"""Turns sheets into .xlsx and .xls files whose bytes depend on nothing but their content."""

from __future__ import annotations

import io
from datetime import UTC, datetime
from decimal import Decimal
from functools import cache
from typing import Any
from xml.etree import ElementTree
from xml.sax.saxutils import escape, quoteattr
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

import xlwt
from openpyxl import Workbook, load_workbook
from openpyxl.styles import Alignment, Font

from orchestration.sample.reference import settings
from orchestration.sample.sheets import Sheet, Style, Value, address

_AMOUNT_FORMAT = "#,##0.00"
_SCORE_FORMAT = "0.0"
_COMPRESSION = 4
_TAB = "tab-{number}-of-the-skeleton"
_SKELETON_DATE = datetime(2000, 1, 1)
_TERMS = "{http://purl.org/dc/terms/}"
_SHEET_XML = (
    '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
    '<worksheet xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main">'
    '<dimension ref="A1:{corner}"/><sheetFormatPr defaultRowHeight="15" defaultColWidth="18"/>'
    "<sheetData>{rows}</sheetData>{merges}</worksheet>"
)


def to_bytes(sheets: list[Sheet], container: str, date: datetime) -> bytes:
    """The workbook as a file of `container` (`xlsx` or `xls`); `date` is printed into its properties."""
    return _to_xlsx(sheets, date) if container == "xlsx" else _to_xls(sheets)


def _number(value: Value) -> str | int | float:
    """What the file stores. Binary floats appear here only because both formats store nothing else."""
    return float(value) if isinstance(value, Decimal) else value


@cache
def _skeleton(sheet_count: int) -> tuple[dict[str, bytes], dict[Style, int]]:
    """All parts of an .xlsx package but the sheets' content, made by openpyxl, and the number of each style.

    Writing a final account cell by cell through openpyxl takes 60 ms, filling in its package a tenth of that.
    """
    book = Workbook()
    font: str = settings()["font"]
    first = book.worksheets[0]
    for row, style in enumerate(Style, start=1):
        cell = first.cell(row, 1, style.value)
        if style in (Style.TITLE, Style.HEAD):
            cell.font = Font(name=font, bold=True, size=16 if style is Style.TITLE else 11)
            cell.alignment = Alignment(horizontal="center", vertical="center", wrap_text=style is Style.HEAD)
        elif style in (Style.MONEY, Style.SCORE):
            cell.number_format = _AMOUNT_FORMAT if style is Style.MONEY else _SCORE_FORMAT
    first.title = _TAB.format(number=1)
    for number in range(2, sheet_count + 1):
        book.create_sheet(_TAB.format(number=number))
    book.properties.creator = settings()["creator"]
    book.properties.created = _SKELETON_DATE
    stream = io.BytesIO()
    book.save(stream)
    saved = load_workbook(stream).worksheets[0]
    numbers = {style: saved.cell(row, 1).style_id for row, style in enumerate(Style, start=1)}
    with ZipFile(stream) as archive:
        parts = {info.filename: archive.read(info) for info in archive.infolist()}
    return parts, numbers


def _to_xlsx(sheets: list[Sheet], date: datetime) -> bytes:
    parts, styles = _skeleton(len(sheets))
    filled = dict(parts)
    workbook = parts["xl/workbook.xml"].decode("utf-8")
    for number, sheet in enumerate(sheets, start=1):
        workbook = workbook.replace(f'"{_TAB.format(number=number)}"', quoteattr(sheet.name))
        filled[f"xl/worksheets/sheet{number}.xml"] = _sheet_xml(sheet, styles).encode("utf-8")
    filled["xl/workbook.xml"] = workbook.encode("utf-8")
    filled["docProps/core.xml"] = _properties(parts["docProps/core.xml"].decode("utf-8"), date)
    stream = io.BytesIO()
    with ZipFile(stream, "w", ZIP_DEFLATED, compresslevel=_COMPRESSION) as archive:
        for name, content in filled.items():
            info = ZipInfo(name, (date.year, date.month, date.day, 0, 0, 0))
            info.compress_type = ZIP_DEFLATED
            archive.writestr(info, content)
    return stream.getvalue()


def _properties(xml: str, date: datetime) -> bytes:
    """The document properties with `date` for both dates; openpyxl puts the clock into one of them."""
    root = ElementTree.fromstring(xml)
    for element in root:
        if element.tag.startswith(_TERMS):
            element.text = date.strftime("%Y-%m-%dT%H:%M:%SZ")
    content: bytes = ElementTree.tostring(root, encoding="utf-8", xml_declaration=True)
    return content


def _sheet_xml(sheet: Sheet, styles: dict[Style, int]) -> str:
    by_row: dict[int, list[str]] = {}
    for row, column in sorted(sheet.cells):
        cell = sheet.cells[row, column]
        value = sheet.shown(row, column)
        if value is not None:
            xml = _cell_xml(address(row, column), value, cell.style, styles)
            by_row.setdefault(row, []).append(xml)
    rows = "".join(f'<row r="{row}">{"".join(cells)}</row>' for row, cells in by_row.items())
    merges = "".join(
        f'<mergeCell ref="{address(area[0], area[1])}:{address(area[2], area[3])}"/>'
        for area in sorted(sheet.merges)
    )
    if merges:
        merges = f'<mergeCells count="{len(sheet.merges)}">{merges}</mergeCells>'
    return _SHEET_XML.format(corner=address(sheet.last_row, sheet.width), rows=rows, merges=merges)


def _cell_xml(place: str, value: Value, style: Style, styles: dict[Style, int]) -> str:
    attributes = f'<c r="{place}" s="{styles[style]}"'
    if not isinstance(value, str):
        return f"{attributes}><v>{_number(value)!r}</v></c>"
    if style is Style.RAW:  # a formula never calculated, or an error value
        if value.startswith("="):
            return f"{attributes}><f>{escape(value[1:])}</f></c>"
        return f'{attributes} t="e"><v>{escape(value)}</v></c>'
    return f'{attributes} t="inlineStr"><is><t xml:space="preserve">{escape(value)}</t></is></c>'


@cache
def _xls_styles() -> dict[Style, Any]:
    font = f"font: name {settings()['font']}"
    center = "alignment: horizontal center, vertical center"
    return {
        Style.TITLE: xlwt.easyxf(f"{font}, bold on, height 320; {center}"),
        Style.HEAD: xlwt.easyxf(f"{font}, bold on; {center}, wrap on"),
        Style.TEXT: xlwt.easyxf(font),
        Style.COUNT: xlwt.easyxf(font),
        Style.RAW: xlwt.easyxf(font),
        Style.MONEY: xlwt.easyxf(font, num_format_str=_AMOUNT_FORMAT),
        Style.SCORE: xlwt.easyxf(font, num_format_str=_SCORE_FORMAT),
    }


def _to_xls(sheets: list[Sheet]) -> bytes:
    book = xlwt.Workbook(encoding="utf-8")
    styles = _xls_styles()
    for sheet in sheets:
        page = book.add_sheet(sheet.name, cell_overwrite_ok=False)
        merged = {(area[0], area[1]): area for area in sheet.merges}
        for row, column in sorted({*sheet.cells, *merged}):
            cell = sheet.cells.get((row, column))
            value = None if cell is None else _number(sheet.shown(row, column) or 0)
            style = styles[cell.style if cell else Style.TEXT]
            if cell is not None and isinstance(cell.value, str):
                value = cell.value
            area = merged.get((row, column))
            if area:
                page.write_merge(area[0] - 1, area[2] - 1, area[1] - 1, area[3] - 1, value, style)
            else:
                page.write(row - 1, column - 1, value, style)
    stream = io.BytesIO()
    book.save(stream)
    return stream.getvalue()


def received_at(fiscal_year: int, day: tuple[int, int], days_later: int = 0) -> datetime:
    """When a workbook of `fiscal_year` is received: a day of the year after it, nine o'clock UTC."""
    moment = datetime(fiscal_year + 1, day[0], day[1], 9, tzinfo=UTC)
    return datetime.fromtimestamp(moment.timestamp() + days_later * 86400, UTC)
