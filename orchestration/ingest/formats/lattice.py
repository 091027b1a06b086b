"""Cells put down one by one → a sheet. Shared by the formats the decoder library does not read.

What belongs here: bounds, merged ranges, and which texts are errors. What does not: any format.
"""

from __future__ import annotations

from orchestration.ingest.refusal import Limits
from orchestration.ingest.second_look import ERROR_TEXTS
from orchestration.ingest.sheets import Sheet, clipped, refuse_large


class Lattice:
    """A sheet under construction.

    Attributes:
        name: of the sheet.
        height: rows down to the last cell with a text or a defect.
        width: columns to the last such cell.
    """

    def __init__(self, limits: Limits, name: str = "") -> None:
        self.name = name
        self.height = 0
        self.width = 0
        self._limits = limits
        self._rows: dict[int, dict[int, str]] = {}
        self._merged: list[tuple[int, int, int, int]] = []
        self._uncached: list[tuple[int, int]] = []

    def put(self, row: int, column: int, text: str) -> None:
        """Write a cell; blank texts leave no trace.

        Raises:
            UnreadableError: the used range becomes too large.
        """
        text = text.strip()
        if text:
            self._reach(row, column)
            self._rows.setdefault(row, {})[column] = text

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Note a merged range, both corners inside."""
        self._merged.append((top, left, bottom, right))

    def lack_value(self, row: int, column: int) -> None:
        """Note a formula that was never calculated.

        Raises:
            UnreadableError: the used range becomes too large.
        """
        self._reach(row, column)
        self._uncached.append((row, column))

    def sheet(self) -> Sheet:
        """The sheet, as wide as its widest row."""
        rows = []
        for number in range(self.height):
            cells = self._rows.get(number, {})
            row = [""] * self.width
            for column, text in cells.items():
                row[column] = text
            rows.append(row)
        errors = [
            (row, column)
            for row, cells in self._rows.items()
            for column, text in cells.items()
            if text in ERROR_TEXTS
        ]
        merged = clipped(self._merged, self.height, self.width)
        return Sheet(self.name, rows, merged, tuple(sorted(self._uncached)), tuple(sorted(errors)))

    def _reach(self, row: int, column: int) -> None:
        if row >= self.height or column >= self.width:
            self.height, self.width = max(self.height, row + 1), max(self.width, column + 1)
            refuse_large(self.height, self.width, self._limits, self.name)
