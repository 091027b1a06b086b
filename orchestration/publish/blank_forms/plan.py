"""The plan of one blank sheet: what is printed where, and which cells are to be filled.

Rows and columns count from 0, as in the reader.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from orchestration.ingest.compiled import CompiledColumn, CompiledLayout, CompiledTable
from orchestration.ingest.form_models import BlankFormWords, Holds
from orchestration.ingest.grid import Area
from orchestration.ingest.text import address


class Look(StrEnum):
    """How a printed text looks."""

    TITLE = "title"
    AROUND = "around"
    UNIT = "unit"
    HEADER = "header"
    LABEL = "label"
    PART = "part"
    TOTAL = "total"
    NUMBER = "number"


class BlankFormError(ValueError):
    """A blank form that cannot be drawn; the message says why."""


@dataclass(frozen=True, slots=True)
class Text:
    """A text the blank form prints."""

    row: int
    column: int
    text: str
    look: Look


@dataclass(frozen=True, slots=True)
class Slot:
    """A cell to be filled.

    Attributes:
        row: its row.
        column: its column; of a merged range the first one.
        meaning: what a value written there is, in terms of the map: `value, item code, measure`,
            `code, index of the part`, `name`, `subject`, `field, name`, `total, name` (of a list) or
            `inner, anchor, name`.
        holds: what may be written.
        block: side of the table.
        decimals: printed decimals of an amount, None when any.
        choices: words offered.
        width: digits of a code or a part of one, 0 when any.
    """

    row: int
    column: int
    meaning: tuple[str, ...]
    holds: Holds = "text"
    block: int = 0
    decimals: int | None = None
    choices: tuple[str, ...] = ()
    width: int = 0


@dataclass(slots=True)
class SheetPlan:
    """One blank sheet.

    Attributes:
        table: the table.
        layout: the layout it is printed in.
        fiscal_year: year in its title.
        unit: unit printed beside the table, '' when none is.
        row_unit: unit asked for, which rows with a unit of their own print when they may.
        words: words printed around the table.
        name: name of the tab.
        width: number of columns.
        texts: what is printed.
        merged: merged ranges.
        slots: what is to be filled.
        header: first and last row of the header, None for a card.
        body: first and last row of the ruled table.
        column_widths: width of each column in half-width characters.
        tall_rows: rows for longer texts.
    """

    table: CompiledTable
    layout: CompiledLayout
    fiscal_year: int
    unit: str
    words: BlankFormWords
    row_unit: str = ""
    name: str = ""
    width: int = 0
    texts: list[Text] = field(default_factory=list)
    merged: list[Area] = field(default_factory=list)
    slots: list[Slot] = field(default_factory=list)
    header: tuple[int, int] | None = None
    body: tuple[int, int] = (0, 0)
    column_widths: list[float] = field(default_factory=list)
    tall_rows: set[int] = field(default_factory=set)

    @property
    def is_open(self) -> bool:
        """Whether who files adds rows, so that it may go on over pages."""
        return any(slot.meaning[0] in ("code", "subject", "field") for slot in self.slots) and bool(
            self.header
        )

    def put(self, row: int, column: int, text: str, look: Look) -> None:
        """Print a text."""
        if text:
            self.texts.append(Text(row, column, text, look))

    def merge(self, top: int, left: int, bottom: int, right: int) -> None:
        """Merge cells; a single cell needs none.

        Raises:
            BlankFormError: the range would overlap another one, which Excel takes for a damaged file.
        """
        if (top, left) == (bottom, right):
            return
        area = Area(top, left, bottom, right)
        for other in self.merged:
            if not (
                area.bottom < other.top
                or other.bottom < area.top
                or area.right < other.left
                or other.right < area.left
            ):
                place = address(top, left)
                raise BlankFormError(
                    f"{self.table.form.form}.yml: table {self.table.spec.table}: "
                    f"the range at {place} overlaps another one; check `spans` and the order of the labels"
                )
        self.merged.append(area)

    def put_title(self, title: str, *, year_line: bool) -> int:
        """Print title, year, reporting unit and unit; returns the row below."""
        year = self.words.year_line if year_line else self.words.fiscal_year
        year = year.format(year=self.fiscal_year)
        lines = [title, year] if year_line else [f"{year}{title}"]
        for row, text in enumerate(lines):
            self.put(row, 0, text, Look.TITLE if row == 0 else Look.HEADER)
            self.merge(row, 0, row, self.width - 1)
        row = len(lines)
        self.put(row, 0, f"{self.words.reporting_unit[self.table.spec.kind]}：", Look.AROUND)
        if self.unit:
            self.put(row, self.width - 1, f"{self.words.unit}：{self.unit}", Look.UNIT)
        return row + 1

    def put_header(self, columns: Sequence[CompiledColumn], top: int, rows: int) -> None:
        """Print a header of several rows, merged as its paths say."""
        paths = [column.parts if rows > 1 else [column.printed] for column in columns]
        for index, path in enumerate(paths):
            for level, part in enumerate(path[:-1]):
                if index == 0 or not self._goes_on(index - 1, index, paths, level):
                    last = index
                    while last + 1 < len(paths) and self._goes_on(last, last + 1, paths, level):
                        last += 1
                    self.put(top + level, index, part, Look.HEADER)
                    self.merge(top + level, index, top + level, last)
            lowest = top + len(path) - 1
            self.put(lowest, index, path[-1], Look.HEADER)
            self.merge(lowest, index, top + rows - 1, index)
        self.header = (top, top + rows - 1)

    def _goes_on(self, one: int, other: int, paths: Sequence[Sequence[str]], level: int) -> bool:
        """Whether a header text above column `one` reaches over column `other`."""
        columns, first, second = self.layout.columns, paths[one], paths[other]
        return (
            columns[one].block == columns[other].block
            and min(len(first), len(second)) > level + 1
            and first[: level + 1] == second[: level + 1]
        )


def text_width(text: str) -> int:
    """Width of a text in half-width characters."""
    return sum(1 if character.isascii() else 2 for character in text)


def own_name(plan: SheetPlan, names: Sequence[str]) -> str:
    """Of several titles or tab names the layout's own: the one at its place, when each layout has one."""
    layouts = plan.table.layouts
    return names[layouts.index(plan.layout)] if len(names) == len(layouts) else names[0]
