"""Defects of rows and columns: repeated, exchanged, left out; the sheet's other cells stay consistent."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from orchestration.sample.defect_places import AnchorNotFoundError, Entry, Place, measure_of, same_measure
from orchestration.sample.sheets import Sheet


def _repeat_row(sheet: Sheet, place: Place, entry: Entry) -> Place:
    """The row stands twice; totals were not summed again."""
    row = place[0]
    cells = {column: cell for (at, column), cell in sheet.cells.items() if at == row}
    sheet.insert_row(row + 1)
    for column, cell in cells.items():
        sheet.cells[row + 1, column] = cell
    return row + 1, place[1]


def _swap_rows(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The row exchanged with the next one of its kind, label and amounts; its running number stays."""
    below = [other for other in same_measure(sheet, measure_of(entry)) if other[0] == place[0] + 1]
    if not below:
        raise AnchorNotFoundError(f"{sheet.name}: row {place[0]} is the last of its block")
    for column in range(place[1], sheet.width + 1):
        _exchange(sheet, (place[0], column), (place[0] + 1, column))


def _swap_columns(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The whole column exchanged with that of another heading, from the heading down."""
    other = sheet.anchors[entry["value"]]
    for row in range(place[0], sheet.last_row + 1):
        _exchange(sheet, (row, place[1]), (row, other[1]))


def _swap_amounts_of_columns(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The amounts of two columns exchanged under headings that stay."""
    other = sheet.anchors[entry["value"]]
    places = [at for at in sheet.cells if at[1] in (place[1], other[1]) and at[0] > place[0]]
    rows = {row for row, column in places if isinstance(sheet.cells[row, column].value, Decimal)}
    if all(sheet.text(row, place[1]) == sheet.text(row, other[1]) for row in rows):
        raise AnchorNotFoundError(f"{sheet.name}: both columns hold the same")
    for row in rows:
        _exchange(sheet, (row, place[1]), (row, other[1]))


def _drop_column(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The column taken out; what stands to the right of it moves left."""
    gone = place[1]

    def moved(column: int) -> int:
        return column - 1 if column > gone else column

    sheet.cells = {(r, moved(c)): cell for (r, c), cell in sheet.cells.items() if c != gone}
    sheet.anchors = {name: (r, moved(c)) for name, (r, c) in sheet.anchors.items() if c != gone}
    kept = [area for area in sheet.merges if not area[1] == area[3] == gone]
    sheet.merges = []
    for first_row, first, last_row, last in kept:
        end = last - 1 if last >= gone else last
        sheet.merge(first_row, moved(first), last_row, max(end, moved(first)))


def _exchange(sheet: Sheet, one: Place, other: Place) -> None:
    first, second = sheet.cells.pop(one, None), sheet.cells.pop(other, None)
    if second is not None:
        sheet.cells[one] = second
    if first is not None:
        sheet.cells[other] = first


TABLE_ACTIONS: dict[str, Callable[[Sheet, Place, Entry], Place | None]] = {
    "repeat_row": _repeat_row,
    "swap_rows": _swap_rows,
    "swap_columns": _swap_columns,
    "swap_amounts_of_columns": _swap_amounts_of_columns,
    "drop_column": _drop_column,
}
