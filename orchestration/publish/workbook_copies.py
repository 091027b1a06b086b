"""Opening a copy of a filed workbook that findings can be written on.

An .xlsx or .xlsm is taken over with its formulas and formats; any other format, and what that way cannot
open, is rewritten from its values; what neither way opens gives an empty workbook for the list alone.
"""

from __future__ import annotations

import datetime
import re
import struct
import zipfile
import zlib
from io import BytesIO
from pathlib import Path
from typing import Any, Literal, TypeAlias
from unicodedata import east_asian_width

from lxml.etree import LxmlError
from openpyxl import Workbook, load_workbook
from openpyxl.cell import Cell
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.child import INVALID_TITLE_REGEX
from openpyxl.worksheet.worksheet import Worksheet
from python_calamine import CalamineError, CalamineWorkbook

from orchestration.ingest.container import inspect, unprotected
from orchestration.ingest.filed import read_filed
from orchestration.ingest.formats.packages import is_zip
from orchestration.ingest.grid import Area, decode
from orchestration.ingest.refusal import UnreadableError
from orchestration.ingest.text import number_text, percent_text

Manner: TypeAlias = Literal["annotated", "rewritten", "summary_only", "without_workbook"]

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r")
# Beyond this a copy costs more memory than the run has; its submitter gets the list.
MOST_BYTES = 24 << 20
MOST_UNPACKED_BYTES = 400 << 20
_LONGEST_TEXT = 32767
_MOST_MERGED_CELLS = 100_000
_TYPED_FORMATS = frozenset({"xlsx", "xlsm", "xlsb", "xls", "ods"})
_NUMBER = re.compile(r"-?\d{1,15}(?:\.\d{1,15})?")
_NARROWEST, _WIDEST = 9, 42  # characters of a column of a rewritten sheet
# What openpyxl raises on workbooks other programs opened; it has no common base for them.
_NOT_OPENED = (
    AttributeError,
    EOFError,
    IndexError,
    InvalidFileException,
    LxmlError,
    KeyError,
    NotImplementedError,
    OSError,
    RuntimeError,
    SyntaxError,
    TypeError,
    ValueError,
    struct.error,
    zipfile.BadZipFile,
    zlib.error,
)


def open_copy(original: Path | None) -> tuple[Workbook, Manner]:
    """A workbook in memory to write findings on, and how it was made.

    Args:
        original: the filed workbook, `<archive>!/<member>` where it lies in one; it is only read. None when
            it must not be opened.
    """
    content = _content(original)
    if content is not None:
        if is_zip(content):
            try:
                return load_workbook(BytesIO(content)), "annotated"
            except _NOT_OPENED:
                pass
        try:
            return _rewritten(content), "rewritten"
        except (CalamineError, UnreadableError, *_NOT_OPENED):
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
    """Bytes of a workbook of bearable size, without the default password; None otherwise."""
    if original is None:
        return None
    try:
        filed = read_filed(original)
        if filed.refusal is not None or len(filed.data) > MOST_BYTES:
            return None
        content = unprotected(filed.data)
        if is_zip(content):
            with zipfile.ZipFile(BytesIO(content)) as archive:
                if sum(entry.file_size for entry in archive.infolist()) > MOST_UNPACKED_BYTES:
                    return None
    except (OSError, UnreadableError, zipfile.BadZipFile):
        return None
    return content


def _rewritten(content: bytes) -> Workbook:
    """A new workbook with the values and merged ranges of an old one, as the reader saw them."""
    grid = decode(content)
    typed = _typed(content) if grid.container_format in _TYPED_FORMATS else {}
    copy = _empty()
    for given in grid.sheets:
        sheet = copy.create_sheet(INVALID_TITLE_REGEX.sub("_", given.name))
        values, ranges = typed.get(given.name, ([], []))
        for row, column, text in given.texts():
            value = values[row][column] if row < len(values) and column < len(values[row]) else ""
            # The decoder leaves error cells blank; numbers of other formats are texts to it.
            value = _from_text(text) if value == "" else value
            is_percent = isinstance(value, float) and text == percent_text(number_text(value))
            _write_value(sheet, row + 1, column + 1, value, is_percent=is_percent)
        for top, left, bottom, right in ranges or given.merged:
            sheet.merge_cells(None, top + 1, left + 1, bottom + 1, right + 1)
        _widen(sheet)
    return copy


def _typed(content: bytes) -> dict[str, tuple[list[list[Any]], list[Area]]]:
    """Values and merged ranges by sheet, of the formats that tell numbers and dates from texts.

    Ranges are whole, where the reader's end with the last value; endless ones are left out.
    """
    if inspect(content).is_excel_95:
        return {}
    found = {}
    with CalamineWorkbook.from_filelike(BytesIO(content)) as source:
        for name in source.sheet_names:
            sheet = source.get_sheet_by_name(name)
            ranges = [Area(*first, *last) for first, last in sheet.merged_cell_ranges or ()]
            ranges = [area for area in ranges if _size(area) <= _MOST_MERGED_CELLS]
            found[name] = (sheet.to_python(skip_empty_area=False), ranges)
    return found


def _size(area: Area) -> int:
    return (area.bottom - area.top + 1) * (area.right - area.left + 1)


def _from_text(text: str) -> str | float:
    """A number where its text says no more than the number does: 0201 and 1.10 may be codes."""
    if _NUMBER.fullmatch(text) and number_text(float(text)) == text:
        return float(text)
    return text


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


def _write_value(sheet: Worksheet, row: int, column: int, value: object, *, is_percent: bool = False) -> None:
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
            shown = percent_text(number_text(value)) if is_percent else number_text(value)
            decimals = len(shown.removesuffix("%").partition(".")[2])
            cell.number_format = (f"0.{'0' * decimals}" if decimals else "0") + "%" * is_percent
    else:
        write_text(cell, str(value))


def _empty() -> Workbook:
    """A workbook without sheets; the list becomes its first."""
    workbook = Workbook()
    for sheet in list(workbook.worksheets):
        workbook.remove(sheet)
    return workbook
