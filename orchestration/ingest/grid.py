"""Bytes of a workbook → sheets of texts with merged ranges.

What belongs here: decoding. What does not: the meaning of any cell. Rows and columns count from 0 throughout.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from python_calamine import CalamineError, CalamineWorkbook, PasswordError

from orchestration.ingest.container import DEFAULT_LIMITS, Container, Limits, UnreadableError, inspect
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.second_look import SheetDefects
from orchestration.ingest.text import value_text


class Area(NamedTuple):
    """A rectangle of cells, both corners inside."""

    top: int
    left: int
    bottom: int
    right: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet: every row has the same number of texts, '' for a blank cell.

    Attributes:
        name: as on the tab.
        rows: texts by row and column.
        merged: merged ranges, clipped to the used range, so that each is at most as large as the sheet.
        uncached: cells whose formula was never calculated; their text is ''.
        errors: cells that show an error; their text is the error.
        reaching_right: merged ranges of several columns, by their first row.
    """

    name: str
    rows: list[list[str]]
    merged: tuple[Area, ...] = ()
    uncached: tuple[tuple[int, int], ...] = ()
    errors: tuple[tuple[int, int], ...] = ()
    reaching_right: dict[int, list[Area]] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        reaching: dict[int, list[Area]] = {}
        for area in self.merged:
            if area.right > area.left:
                reaching.setdefault(area.top, []).append(area)
        object.__setattr__(self, "reaching_right", reaching)

    @property
    def height(self) -> int:
        """Number of rows from the first one down to the last used one."""
        return len(self.rows)

    @property
    def width(self) -> int:
        """Number of columns from A to the last used one."""
        return len(self.rows[0]) if self.rows else 0

    def texts(self) -> Iterator[tuple[int, int, str]]:
        """Row, column and text of every cell that is not blank."""
        for row, cells in enumerate(self.rows):
            for column, text in enumerate(cells):
                if text:
                    yield row, column, text

    def merge_at(self, row: int, column: int) -> Area:
        """The merged range a cell lies in, else the cell itself."""
        for area in self.merged:
            if area.top <= row <= area.bottom and area.left <= column <= area.right:
                return area
        return Area(row, column, row, column)


@dataclass(frozen=True, slots=True)
class Grid:
    """A decoded workbook.

    Attributes:
        container_format: xlsx or xls.
        sheets: in the order of the tabs, blank ones too.
        cell_count: cells that are not blank.
    """

    container_format: str
    sheets: list[Sheet]
    cell_count: int


def decode(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Grid:
    """Decode the bytes of a workbook.

    Raises:
        UnreadableError: the file cannot or must not be decoded, or holds nothing.
    """
    container = inspect(data, limits)
    try:
        with CalamineWorkbook.from_filelike(io.BytesIO(data)) as workbook:
            sheets = [_sheet(workbook, name, container) for name in workbook.sheet_names]
    except PasswordError as error:
        raise UnreadableError(ReaderCheck.PASSWORD, str(error)) from error
    except CalamineError as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    except BaseException as error:
        # A panic of the decoder arrives as a BaseException of its own module.
        if type(error).__name__ != "PanicException":
            raise
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    cell_count = sum(len(row) - row.count("") for sheet in sheets for row in sheet.rows)
    if not cell_count:
        raise UnreadableError(ReaderCheck.EMPTY, f"{len(sheets)} sheets")
    return Grid(container.container_format, sheets, cell_count)


def _sheet(workbook: CalamineWorkbook, name: str, container: Container) -> Sheet:
    source = workbook.get_sheet_by_name(name)
    rows = [
        [cell.strip() if type(cell) is str else value_text(cell) for cell in row]
        for row in source.to_python(skip_empty_area=False)
    ]
    defects = container.defects.get(name, SheetDefects())
    height, width = len(rows), len(rows[0]) if rows else 0
    errors = {cell: text for cell, text in defects.errors.items() if cell[0] < height and cell[1] < width}
    for (row, column), text in errors.items():
        rows[row][column] = text
    return Sheet(
        name,
        rows,
        _clipped(source.merged_cell_ranges or [], height, width),
        tuple(defects.uncached),
        tuple(errors),
    )


def _clipped(
    ranges: list[tuple[tuple[int, int], tuple[int, int]]], height: int, width: int
) -> tuple[Area, ...]:
    areas = [
        Area(top, left, min(bottom, height - 1), min(right, width - 1))
        for (top, left), (bottom, right) in ranges
        if top < height and left < width
    ]
    return tuple(sorted(areas))
