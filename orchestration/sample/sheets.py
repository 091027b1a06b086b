"""A sheet before it is a file: cells with a meaning, merged ranges, anchors of the facts."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from decimal import Decimal
from enum import Enum

from openpyxl.utils import get_column_letter

from orchestration.sample.money import printed

Value = str | int | Decimal


class Style(Enum):
    """How a cell is shown. MONEY cells hold yuan and are printed in the sheet's unit."""

    TITLE = "title"
    HEAD = "head"
    TEXT = "text"
    MONEY = "money"
    COUNT = "count"
    SCORE = "score"
    RAW = "raw"


@dataclass(frozen=True)
class Cell:
    """A value and how it is shown."""

    value: Value
    style: Style


@dataclass
class Sheet:
    """One sheet; rows and columns count from 1.

    Attributes:
        name: of the tab.
        unit: money unit the amounts are printed in (`yuan`, `ten_thousand_yuan`).
        table_code: what the form map calls the table; several sheets may share it (cards).
        anchors: "item:measure" → (row, column) of every fact; also "title", "unit", "header:…", "item:label".
    """

    name: str
    unit: str
    table_code: str
    cells: dict[tuple[int, int], Cell] = field(default_factory=dict)
    merges: list[tuple[int, int, int, int]] = field(default_factory=list)
    anchors: dict[str, tuple[int, int]] = field(default_factory=dict)

    def put(
        self, row: int, column: int, value: Value | None, style: Style = Style.TEXT, anchor: str = ""
    ) -> None:
        """Write a cell; None leaves it blank but keeps the anchor."""
        if value is not None:
            self.cells[row, column] = Cell(value, style)
        if anchor:
            self.anchors[anchor] = (row, column)

    def put_row(
        self, row: int, values: Iterable[Value | None], style: Style = Style.TEXT, first: int = 1
    ) -> None:
        """Write cells side by side."""
        for column, value in enumerate(values, start=first):
            self.put(row, column, value, style)

    def merge(self, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
        """Merge a range; a single cell stays as it is."""
        if (first_row, first_column) != (last_row, last_column):
            self.merges.append((first_row, first_column, last_row, last_column))

    def head(
        self, area: tuple[int, int, int, int], value: Value, style: Style = Style.HEAD, anchor: str = ""
    ) -> None:
        """Write a header cell over a merged area (first row, first column, last row, last column)."""
        self.put(area[0], area[1], value, style, anchor)
        self.merge(*area)

    @property
    def last_row(self) -> int:
        """The lowest row with a cell."""
        return max(row for row, _ in self.cells)

    @property
    def width(self) -> int:
        """The rightmost column with a cell."""
        return max(column for _, column in self.cells)

    def delete_row(self, row: int) -> None:
        """Remove a row; what stands below moves up."""
        self._shift(row, -1)

    def insert_row(self, row: int) -> None:
        """Make room for a row at `row`; what stands there and below moves down."""
        self._shift(row, 1)

    def _shift(self, row: int, by: int) -> None:
        gone = row if by < 0 else None

        def moved(position: int) -> int:
            return position + by if position >= row else position

        self.cells = {(moved(r), c): cell for (r, c), cell in self.cells.items() if r != gone}
        self.anchors = {name: (moved(r), c) for name, (r, c) in self.anchors.items() if r != gone}
        self.merges = [
            (moved(r1), c1, moved(r2), c2)
            for r1, c1, r2, c2 in self.merges
            if not (r1 == gone and r2 == gone)
        ]

    def shown(self, row: int, column: int) -> Value | None:
        """What the file holds in a cell: amounts in the sheet's unit, rounded as printed."""
        cell = self.cells.get((row, column))
        if cell is None:
            return None
        if cell.style is Style.MONEY and isinstance(cell.value, Decimal):
            return printed(cell.value, self.unit)
        return cell.value

    def text(self, row: int, column: int) -> str:
        """A cell as a reader shows it: plain decimals, no trailing zeros; '' for a blank cell."""
        value = self.shown(row, column)
        if value is None:
            return ""
        return plain(value)


def plain(value: Value) -> str:
    """A value as `%.15g` shows it, without exponent; texts as they are."""
    if isinstance(value, Decimal):
        text = format(value, "f")
        return text.rstrip("0").rstrip(".") if "." in text else text
    return str(value)


def address(row: int, column: int) -> str:
    """Excel's name of a cell."""
    return f"{get_column_letter(column)}{row}"


@dataclass
class Book:
    """One workbook before it is a file.

    Attributes:
        form_code: the form it holds, '' for a foreign workbook.
        fiscal_year: of the folder it lies in.
        submitter_code: name of that folder.
        file_name: without ending.
        container: `xlsx` or `xls`.
        received: (month, day) in the year after the fiscal year.
    """

    form_code: str
    fiscal_year: int
    submitter_code: str
    file_name: str
    container: str
    received: tuple[int, int]
    sheets: list[Sheet]
    subject: str = ""

    @property
    def relative_path(self) -> str:
        """Path below the inbox."""
        return f"{self.fiscal_year}/{self.submitter_code}/{self.file_name}.{self.container}"

    def sheet(self, table_code: str) -> Sheet:
        """The first sheet of a table."""
        return next(sheet for sheet in self.sheets if sheet.table_code == table_code)

    def renamed(self, file_name: str, submitter_code: str | None = None) -> Book:
        """The same workbook under another name or in another folder."""
        return replace(self, file_name=file_name, submitter_code=submitter_code or self.submitter_code)
