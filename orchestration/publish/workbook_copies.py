"""Opening a copy of a filed workbook that findings can be written on.

An .xlsx is taken over with its formulas and formats; an .xls, and an .xlsx that the first way cannot open,
is rewritten from its values; what neither way opens gives an empty workbook for the list alone.
"""

from __future__ import annotations

import datetime
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Literal, TypeAlias
from unicodedata import east_asian_width
from xml.etree.ElementTree import ParseError

from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from orchestration.ingest.text import number_text

Manner: TypeAlias = Literal["annotated", "rewritten", "summary_only", "without_workbook"]

_ZIP = b"PK"
_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Beyond this a copy costs more memory than the run has; its submitter gets the list.
MOST_BYTES = 24 << 20
MOST_UNPACKED_BYTES = 400 << 20
_LONGEST_TEXT = 32767
_NARROWEST, _WIDEST = 9, 42  # characters of a column of a rewritten sheet
# What openpyxl raises on workbooks other programs opened; it has no common base for them.
_NOT_OPENED = (
    AttributeError,
    EOFError,
    IndexError,
    InvalidFileException,
    KeyError,
    NotImplementedError,
    OSError,
    ParseError,
    RuntimeError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def open_copy(original: Path | None) -> tuple[Workbook, Manner]:
    """A workbook in memory to write findings on, and how it was made.

    Args:
        original: the filed workbook, which is only read; None when it must not be opened.
    """
    content = _content(original)
    if content is not None:
        if content.startswith(_ZIP):
            try:
                return load_workbook(BytesIO(content)), "annotated"
            except _NOT_OPENED:
                pass
        try:
            return _rewritten(content), "rewritten"
        except (CalamineError, *_NOT_OPENED):
            pass
    return _empty(), "summary_only"


def write_text(cell: Cell, value: str) -> None:
    """Put text into a cell that stays text, whatever it starts with, now and after an edit in a
    spreadsheet.
    """
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value)[:_LONGEST_TEXT]
    # Assigning "=1+1" or "#N/A" makes openpyxl take it for a formula or an error.
    cell.data_type = "s"
    if value.startswith(_FORMULA_STARTS):
        cell.quotePrefix = True


def _content(original: Path | None) -> bytes | None:
    """Bytes of a workbook of bearable size; None otherwise."""
    if original is None or not original.is_file() or original.stat().st_size > MOST_BYTES:
        return None
    content = original.read_bytes()
    if content.startswith(_ZIP):
        try:
            with zipfile.ZipFile(BytesIO(content)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
                    return None
        except zipfile.BadZipFile:
            return None
    return content


def _rewritten(content: bytes) -> Workbook:
    """A new workbook with the values and merged ranges of an old one."""
    source = CalamineWorkbook.from_filelike(BytesIO(content))
    copy = _empty()
    for name in source.sheet_names:
        sheet = copy.create_sheet(name)
        given = source.get_sheet_by_name(name)
        for row_number, row in enumerate(given.to_python(skip_empty_area=False), start=1):
            for column_number, value in enumerate(row, start=1):
                if value != "":
                    _write_value(sheet, row_number, column_number, value)
        for (top, left), (bottom, right) in given.merged_cell_ranges or ():
            sheet.merge_cells(
                start_row=top + 1, start_column=left + 1, end_row=bottom + 1, end_column=right + 1
            )
        _widen(sheet)
    return copy


def _widen(sheet: Worksheet) -> None:
    """Columns wide enough for their numbers and labels; titles, which run over blank cells, do not count."""
    covered = {place for area in sheet.merged_cells.ranges for place in area.cells}
    widths: dict[int, int] = {}
    for row in sheet.iter_rows():
        for cell, right in zip(row, (*row[1:], None), strict=True):
            runs_over = isinstance(cell.value, str) and (right is None or right.value is None)
            if cell.value is not None and not runs_over and (cell.row, cell.column) not in covered:
                number = int(cell.column or 1)
                widths[number] = max(widths.get(number, 0), _digits(str(cell.value)) + 2)
    for number, width in widths.items():
        letter = get_column_letter(number)
        sheet.column_dimensions[letter].width = min(max(width, _NARROWEST), _WIDEST)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True


def _digits(text: str) -> int:
    """Width of a text in digits; Chinese characters are two wide."""
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in text)


def _write_value(sheet: Worksheet, row: int, column: int, value: object) -> None:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        return
    if isinstance(value, str):
        write_text(cell, value)
    elif isinstance(
        value, (bool, int, float, datetime.datetime, datetime.date, datetime.time, datetime.timedelta)
    ):
        cell.value = value
        if isinstance(value, int | float) and not isinstance(value, bool):
            # Without a format, amounts of nine digits show as 1.18E+09.
            decimals = len(number_text(value).partition(".")[2])
            cell.number_format = f"0.{'0' * decimals}" if decimals else "0"
    else:
        write_text(cell, str(value))


def _empty() -> Workbook:
    """A workbook without sheets; the list becomes its first."""
    workbook = Workbook()
    for sheet in list(workbook.worksheets):
        workbook.remove(sheet)
    return workbook
