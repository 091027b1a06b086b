"""A decoded workbook: sheets of texts with merged ranges. Rows and columns count from 0 throughout.

What belongs here: the shape every decoder hands on. What does not: decoding.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.text import address, percent_text


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
        container_format: what the bytes are: xlsx, xlsm, xlsb, xls, ods, html, spreadsheetml or csv.
        sheets: in the order of the tabs, blank ones too.
        cell_count: cells that are not blank.
    """

    container_format: str
    sheets: list[Sheet]
    cell_count: int


def clipped(ranges: Iterable[tuple[int, int, int, int]], height: int, width: int) -> tuple[Area, ...]:
    """Merged ranges (top, left, bottom, right) within the used range, in order; what begins outside is
    left out.
    """
    areas = {
        Area(top, left, min(bottom, height - 1), min(right, width - 1))
        for top, left, bottom, right in ranges
        if top < height and left < width
    }
    return tuple(sorted(areas))


def show_percents(rows: list[list[str]], cells: Iterable[tuple[int, int]]) -> None:
    """Write the numbers of cells formatted as percentages as percentages; cells beyond the rows are blank."""
    for row, column in cells:
        if 0 <= row < len(rows) and 0 <= column < len(rows[row]):
            rows[row][column] = percent_text(rows[row][column])


def refuse_large(height: int, width: int, limits: Limits, sheet: str = "") -> None:
    """Refuse a sheet whose used range no decoder should fill.

    Args:
        height: rows down to the last used one.
        width: columns to the last used one.
        limits: the bounds.
        sheet: its name, for the message.

    Raises:
        UnreadableError: it has too many rows, columns or cells.
    """
    if height > limits.rows or width > limits.columns or height * width > limits.box_cells:
        far = address(height - 1, width - 1)
        raise UnreadableError(ReaderCheck.TOO_LARGE, f"A1:{far}", sheet, far, f"{limits.box_cells} cells")
