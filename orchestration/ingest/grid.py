"""Bytes of a workbook → sheets of texts with merged ranges.

What belongs here: decoding. What does not: the meaning of any cell. Rows and columns count from 0 throughout.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterable
from typing import Any

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from orchestration.ingest.container import Container, inspect
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.delimited import sheets_of_delimited
from orchestration.ingest.formats.excel_95 import sheets_of_excel_95
from orchestration.ingest.formats.html_tables import sheets_of_html
from orchestration.ingest.formats.spreadsheet_xml import sheets_of_spreadsheet_xml
from orchestration.ingest.refusal import DEFAULT_LIMITS, Limits, UnreadableError
from orchestration.ingest.second_look import SheetDefects
from orchestration.ingest.sheets import Area, Grid, Sheet, clipped, show_percents
from orchestration.ingest.text import number_text, value_text

__all__ = ["Area", "Grid", "Sheet", "decode"]

_TEXT_FORMATS: dict[str, Callable[[str, Limits], list[Sheet]]] = {
    "csv": sheets_of_delimited,
    "html": sheets_of_html,
    "spreadsheetml": sheets_of_spreadsheet_xml,
}

# The kinds nearly every cell is of, without asking for each.
_TEXT_OF: dict[type, Callable[[Any], str]] = {str: str.strip, float: number_text}


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Grid:
    """Decode the bytes of a workbook.

    Raises:
        UnreadableError: the file cannot or must not be decoded, or holds nothing.
    """
    container = inspect(data, limits)
    if container.container_format in _TEXT_FORMATS:
        sheets = _TEXT_FORMATS[container.container_format](container.text, limits)
    elif container.is_excel_95:
        sheets = sheets_of_excel_95(container.data, container.defects, limits)
    else:
        sheets = _decoded(container)
    cell_count = sum(len(row) - row.count("") for sheet in sheets for row in sheet.rows)
    if not cell_count:
        raise UnreadableError(ReaderCheck.EMPTY, f"{len(sheets)} sheets")
    return Grid(container.container_format, sheets, cell_count)


def _decoded(container: Container) -> list[Sheet]:
    """Sheets of the formats the decoder library reads."""
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(container.data)) as workbook:
            return [_sheet(workbook, name, container) for name in workbook.sheet_names]
    except PasswordError as error:
        raise UnreadableError(ReaderCheck.PASSWORD, str(error)) from error
    except (CalamineError, OSError, ValueError) as error:  # not all of the decoder's errors have its own type
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    except BaseException as error:
        # A panic of the decoder arrives as a BaseException of its own module.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error


def _sheet(workbook: CalamineWorkbook, name: str, container: Container) -> Sheet:
    source = workbook.get_sheet_by_name(name)
    rows = [
        [_TEXT_OF.get(type(cell), value_text)(cell) for cell in row]
        for row in source.to_python(skip_empty_area=False)
    ]
    defects = container.defects.get(name, SheetDefects())
    show_percents(rows, defects.percents)
    _reach(rows, defects.errors)
    for (row, column), text in defects.errors.items():
        rows[row][column] = text
    ranges = [(*first, *last) for first, last in source.merged_cell_ranges or ()] or defects.merged
    return Sheet(
        name,
        rows,
        clipped(ranges, len(rows), len(rows[0]) if rows else 0),
        tuple(defects.uncached),
        tuple(defects.errors),
    )


def _reach(rows: list[list[str]], cells: Iterable[tuple[int, int]]) -> None:
    """Make rows long enough for cells the decoder left out at the end."""
    height = max((row + 1 for row, _ in cells), default=0)
    width = max((column + 1 for _, column in cells), default=0)
    if height <= len(rows) and (not rows or width <= len(rows[0])):
        return
    width = max(width, len(rows[0]) if rows else 0)
    for row in rows:
        row.extend([""] * (width - len(row)))
    rows.extend([""] * width for _ in range(height - len(rows)))
