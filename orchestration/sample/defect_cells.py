"""Defects within a sheet: what happens to a cell, a row, a unit."""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal

from orchestration.sample.defect_amounts import AMOUNT_ACTIONS
from orchestration.sample.defect_places import (
    AnchorNotFoundError,
    Delivery,
    Entry,
    Place,
    amount_at,
    find_anchor,
    measure_of,
    record,
    sheet_of,
)
from orchestration.sample.defect_tables import TABLE_ACTIONS
from orchestration.sample.money import printed, share
from orchestration.sample.reference import layouts, load_yaml
from orchestration.sample.sheets import Book, Cell, Sheet, Style, address, plain
from orchestration.sample.size import PlantedDefect


def change_cells(entry: Entry, book: Book) -> tuple[list[Delivery], PlantedDefect]:
    """Change the sheet an entry names, in place; the workbook and the record of what was changed.

    Raises:
        AnchorNotFoundError: the workbook lacks the sheet or cell.
    """
    if entry["action"] == "drop_sheet":
        sheet = sheet_of(entry, book)
        book.sheets.remove(sheet)
        return [Delivery(book)], record(entry, book, sheet.name, expected=sheet.name)
    sheet = sheet_of(entry, book)
    place = find_anchor(sheet, entry["at"])
    before = sheet.text(*place)
    if entry["action"] == "delete_row":
        sheet.delete_row(place[0])
        return [Delivery(book)], record(entry, book, sheet.name, expected=before)
    shown = CELL_ACTIONS[entry["action"]](sheet, place, entry) or place
    expected = "" if entry["action"] == "insert_row" else before
    if entry.get("no_cell"):
        return [Delivery(book)], record(entry, book, sheet.name)
    if "right_yuan" in entry:
        expected = plain(printed(entry["right_yuan"], sheet.unit))
    return [Delivery(book)], record(entry, book, sheet.name, address(*shown), sheet.text(*shown), expected)


def _set(sheet: Sheet, place: Place, entry: Entry) -> None:
    if sheet.text(*place) == str(entry["value"]):
        raise AnchorNotFoundError(f"{sheet.name}: {address(*place)} says {entry['value']} already")
    style = sheet.cells[place].style if place in sheet.cells else Style.TEXT
    sheet.cells[place] = Cell(entry["value"], Style.TEXT if style is Style.MONEY else style)


def _replace(sheet: Sheet, place: Place, entry: Entry) -> None:
    cell = sheet.cells[place]
    if entry["value"][0] not in str(cell.value):
        raise AnchorNotFoundError(f"{sheet.name}: {address(*place)} does not say {entry['value'][0]}")
    sheet.cells[place] = Cell(str(cell.value).replace(*entry["value"]), cell.style)


def _number(sheet: Sheet, place: Place, entry: Entry) -> None:
    sheet.cells[place] = Cell(Decimal(entry["value"]), Style.SCORE)


def _add(sheet: Sheet, place: Place, entry: Entry) -> None:
    sheet.cells[place] = Cell(amount_at(sheet, place) + Decimal(entry["value"]), Style.MONEY)


def add_with_total(sheet: Sheet, place: Place, entry: Entry) -> None:
    """Add to an amount of a list and to the list's total row, so that the list still adds up."""
    _add(sheet, place, entry)
    _add(sheet, sheet.anchors[f"TOTAL:{measure_of(entry)}"], entry)


def _negate(sheet: Sheet, place: Place, entry: Entry) -> None:
    if amount_at(sheet, place) == 0:
        raise AnchorNotFoundError(f"{sheet.name}: {address(*place)} is zero")
    sheet.cells[place] = Cell(-amount_at(sheet, place), Style.MONEY)


def _copy_reduced(sheet: Sheet, place: Place, entry: Entry) -> None:
    sheet.cells[place] = Cell(share(amount_at(sheet, find_anchor(sheet, entry["value"])), 900), Style.MONEY)


def _copy_text(sheet: Sheet, place: Place, entry: Entry) -> None:
    sheet.cells[place] = sheet.cells[find_anchor(sheet, entry["value"])]


def _blank(sheet: Sheet, place: Place, entry: Entry) -> None:
    if place not in sheet.cells:
        raise AnchorNotFoundError(f"{sheet.name}: {address(*place)} is blank already")
    del sheet.cells[place]


def _formula(sheet: Sheet, place: Place, entry: Entry) -> None:
    measure = entry["at"].partition(":")[2]
    rows = [
        row
        for key, (row, _) in sheet.anchors.items()
        if key.endswith(measure) and not key.startswith("TOTAL")
    ]
    column = address(1, place[1])[:-1]
    sheet.cells[place] = Cell(f"=SUM({column}{min(rows)}:{column}{max(rows)})", Style.RAW)


def _error(sheet: Sheet, place: Place, entry: Entry) -> None:
    sheet.cells[place] = Cell(entry["value"], Style.RAW)


def _insert_row(sheet: Sheet, place: Place, entry: Entry) -> Place:
    row = place[0] + 1
    persons = layouts()["county_base_data"]["units"]["persons"]
    sheet.insert_row(row)
    sheet.put_row(row, [None, entry["value"], persons, 1200])
    return row, place[1]


def _print_in_yuan(sheet: Sheet, place: Place, entry: Entry) -> None:
    sheet.unit = "yuan"


def _empty_card(sheet: Sheet, place: Place, entry: Entry) -> None:
    for name in ("long_term_target", "annual_target", "overview", "basis"):
        sheet.cells.pop(sheet.anchors[name], None)
    for name, anchor in sheet.anchors.items():
        if name.endswith((":indicator", ":target_value")):
            sheet.cells.pop(anchor, None)
    _zero_amounts(sheet, place, entry, blank=True)


def _zero_amounts(sheet: Sheet, place: Place, entry: Entry, blank: bool = False) -> None:
    for name, anchor in sheet.anchors.items():
        if name.startswith("requested_") and ":" not in name:
            if blank:
                sheet.cells.pop(anchor, None)
            else:
                sheet.cells[anchor] = Cell(Decimal("0.00"), Style.MONEY)


def _other_grade(sheet: Sheet, place: Place, entry: Entry) -> None:
    grades = [grade for _, grade in load_yaml("indicators")["grades"]]
    cell = sheet.cells[place]
    sheet.cells[place] = Cell(grades[-1] if cell.value != grades[-1] else grades[0], cell.style)


def _leave(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The defect came with the model; only the record is made here."""


CELL_ACTIONS: dict[str, Callable[[Sheet, Place, Entry], Place | None]] = {
    "set": _set,
    "replace": _replace,
    "number": _number,
    "add": _add,
    "add_with_total": add_with_total,
    "negate": _negate,
    "copy_reduced": _copy_reduced,
    "copy_text": _copy_text,
    "blank": _blank,
    "formula": _formula,
    "error": _error,
    "insert_row": _insert_row,
    "print_in_yuan": _print_in_yuan,
    "empty_card": _empty_card,
    "zero_amounts": _zero_amounts,
    "other_grade": _other_grade,
    "record": _leave,
    **AMOUNT_ACTIONS,
    **TABLE_ACTIONS,
}
