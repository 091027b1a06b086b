"""Workbooks of Excel 5 and 95 (BIFF5) → sheets, with xlrd: the usual decoder garbles their Chinese texts.

What belongs here: cells as that library gives them. What does not: errors and formulas, which the second look
finds in every .xls alike.
"""

from __future__ import annotations

import io
import struct

import xlrd
from xlrd.biffh import XL_CELL_BOOLEAN, XL_CELL_DATE, XL_CELL_ERROR, XL_CELL_NUMBER
from xlrd.compdoc import CompDocError

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.second_look import BIFF_ERRORS, SheetDefects
from orchestration.ingest.sheets import Sheet, refuse_large, show_percents
from orchestration.ingest.text import value_text

# What xlrd raises on damaged files beside its own error.
_DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    CompDocError,
    EOFError,
    LookupError,
    OSError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
    xlrd.XLRDError,
)


def sheets_of_excel_95(data: bytes, defects: dict[str, SheetDefects], limits: Limits) -> list[Sheet]:
    """Sheets of a workbook.

    Args:
        data: the file.
        defects: what the second look found, by sheet name.
        limits: bounds.

    Raises:
        UnreadableError: it is damaged or too large.
    """
    try:
        with xlrd.open_workbook(file_contents=data, logfile=io.StringIO(), ragged_rows=True) as book:
            return [_sheet(sheet, book.datemode, defects, limits) for sheet in book.sheets()]
    except _DAMAGED as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error


def _sheet(
    source: xlrd.sheet.Sheet, datemode: int, defects: dict[str, SheetDefects], limits: Limits
) -> Sheet:
    refuse_large(source.nrows, source.ncols, limits, source.name)
    width = max((source.row_len(row) for row in range(source.nrows)), default=0)
    rows = []
    for number in range(source.nrows):
        row = [_text(cell, datemode) for cell in source.row(number)]
        rows.append(row + [""] * (width - len(row)))
    own = defects.get(source.name, SheetDefects())
    show_percents(rows, own.percents)
    return Sheet(source.name, rows, (), tuple(own.uncached), tuple(own.errors))


def _text(cell: xlrd.sheet.Cell, datemode: int) -> str:
    if cell.ctype == XL_CELL_ERROR:
        return BIFF_ERRORS.get(cell.value, "#N/A")
    if cell.ctype == XL_CELL_DATE:
        try:
            return value_text(xlrd.xldate_as_datetime(cell.value, datemode))
        except (ArithmeticError, ValueError):
            return value_text(cell.value)
    if cell.ctype == XL_CELL_BOOLEAN:
        return value_text(bool(cell.value))
    if cell.ctype == XL_CELL_NUMBER:
        return value_text(cell.value)
    return str(cell.value).strip()
