"""A second opinion on workbooks: cells read by openpyxl and xlrd, which the product does not read with."""

from __future__ import annotations

import datetime
from decimal import Decimal
from functools import lru_cache
from pathlib import Path
from typing import Any

import xlrd
from openpyxl import load_workbook
from openpyxl.utils.cell import column_index_from_string, coordinate_from_string


def cell_value(path: Path, sheet: str, cell: str) -> Any:
    """The value another library finds in a cell; None for a blank one or one outside the sheet."""
    letters, row = coordinate_from_string(cell)
    return _value(_opened(path), path, sheet, row, column_index_from_string(letters))


def agrees(value: Any, text: str) -> bool:
    """Whether a value found there is what was read as `text`: as a number where it is one, else as it is."""
    if value is None or value == "":
        return text == ""
    if isinstance(value, bool):
        return text == str(value).upper()
    if isinstance(value, int | float):
        return _number(text) == Decimal(repr(value))
    if isinstance(value, datetime.datetime):
        return text == (
            value.date().isoformat() if value.time() == datetime.time() else value.isoformat(sep=" ")
        )
    return text == str(value).strip()


def _number(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except ArithmeticError:
        return None


@lru_cache(maxsize=8)
def _opened(path: Path) -> Any:
    if path.read_bytes()[:2] == b"PK":
        return load_workbook(path, data_only=True)
    return xlrd.open_workbook(path, formatting_info=False)


def _value(book: Any, path: Path, sheet: str, row: int, column: int) -> Any:
    if not isinstance(book, xlrd.Book):
        return book[sheet].cell(row, column).value
    found = book.sheet_by_name(sheet)
    if row > found.nrows or column > found.ncols:
        return None
    cell = found.cell(row - 1, column - 1)
    if cell.ctype == xlrd.XL_CELL_DATE:
        return xlrd.xldate_as_datetime(cell.value, book.datemode)
    if cell.ctype == xlrd.XL_CELL_BOOLEAN:
        return bool(cell.value)
    if cell.ctype == xlrd.XL_CELL_ERROR:
        return xlrd.error_text_from_code[cell.value]
    return None if cell.ctype in (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK) else cell.value
