"""Defects in one cell that need to know what stands in it: slips of the hand, of the unit, of the year.

Each action refuses (`AnchorNotFoundError`) a cell it would leave as it is: what is recorded was changed.
"""

from __future__ import annotations

from collections.abc import Callable
from decimal import Decimal
from itertools import pairwise

from orchestration.sample.defect_places import (
    AnchorNotFoundError,
    Entry,
    Place,
    amount_at,
    measure_of,
    same_measure,
)
from orchestration.sample.money import DIVISORS, FEN, printed, share
from orchestration.sample.sheets import Cell, Sheet, Style, address, plain


def _write(sheet: Sheet, place: Place, amount: Decimal) -> None:
    if printed(amount, sheet.unit) == printed(amount_at(sheet, place), sheet.unit):
        raise AnchorNotFoundError(f"{sheet.name}: {address(*place)} would stay as it is")
    sheet.cells[place] = Cell(amount, Style.MONEY)


def _whole_printed(sheet: Sheet, place: Place) -> Decimal:
    """A cell's amount as printed, in the sheet's unit; never zero."""
    amount = printed(amount_at(sheet, place), sheet.unit)
    if amount == 0:
        raise AnchorNotFoundError(f"{sheet.name}: nothing spent at {address(*place)}")
    return amount


def _add_printed(sheet: Sheet, place: Place, entry: Entry) -> None:
    """Add so many units of the sheet: 1 is one yuan, or one 万元."""
    _whole_printed(sheet, place)
    _write(sheet, place, amount_at(sheet, place) + Decimal(entry["value"]) * DIVISORS[sheet.unit])


def _add_last_digit(sheet: Sheet, place: Place, entry: Entry) -> None:
    """Add so many units of the last printed digit."""
    _whole_printed(sheet, place)
    _write(sheet, place, amount_at(sheet, place) + Decimal(entry["value"]) * FEN * DIVISORS[sheet.unit])


def _scale(sheet: Sheet, place: Place, entry: Entry) -> None:
    """Multiply by a fraction (numerator, denominator), as a slipped decimal point or unit does."""
    _write(sheet, place, share(amount_at(sheet, place), *entry["value"]))


def _scale_with_total(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The same in a list, whose total row was summed over the wrong amount."""
    before = amount_at(sheet, place)
    _scale(sheet, place, entry)
    total = sheet.anchors[f"TOTAL:{measure_of(entry)}"]
    _write(sheet, total, amount_at(sheet, total) + amount_at(sheet, place) - before)


def _omit_from_total(sheet: Sheet, place: Place, entry: Entry) -> Place:
    """The total row is older than the last row added: it lacks the cell's amount."""
    _whole_printed(sheet, place)
    total = sheet.anchors[f"TOTAL:{measure_of(entry)}"]
    _write(sheet, total, amount_at(sheet, total) - amount_at(sheet, place))
    return total


def _transpose(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The first two neighbouring digits that differ, exchanged."""
    digits = plain(_whole_printed(sheet, place))
    for at, (one, other) in enumerate(pairwise(digits)):
        if one != other and one.isdigit() and other.isdigit() and (at or other != "0"):
            slipped = digits[:at] + other + one + digits[at + 2 :]
            _write(sheet, place, Decimal(slipped) * DIVISORS[sheet.unit])
            return
    raise AnchorNotFoundError(f"{sheet.name}: no two digits of {digits} differ")


def _as_text(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The amount as a text with commas between thousands, as some programs export it."""
    sheet.cells[place] = Cell(f"{_whole_printed(sheet, place):,}", Style.TEXT)


def _wide_text(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The amount as a text in full-width digits."""
    _as_text(sheet, place, entry)
    _full_width(sheet, place, entry)


def _nudge_score(sheet: Sheet, place: Place, entry: Entry) -> None:
    """A score one tenth lower, within its grade."""
    cell = sheet.cells.get(place)
    if cell is None or not isinstance(cell.value, Decimal) or cell.value % 10 == 0:
        raise AnchorNotFoundError(f"{sheet.name}: no score to lower at {address(*place)}")
    sheet.cells[place] = Cell(cell.value - Decimal("0.1"), cell.style)


def _swap_in_row(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The amount exchanged with another measure's of the same row."""
    item, _, _ = entry["at"].partition(":")
    other = sheet.anchors.get(f"{item}:{entry['value']}", (0, 0))
    one_amount, other_amount = amount_at(sheet, place), amount_at(sheet, other)
    _write(sheet, place, other_amount)
    _write(sheet, other, one_amount)


def _print_in_other_unit(sheet: Sheet, place: Place, entry: Entry) -> None:
    """Every amount in the other unit than the heading says."""
    if sheet.unit != entry["value"]:
        raise AnchorNotFoundError(f"{sheet.name} is not in {entry['value']}")
    sheet.unit = next(unit for unit in DIVISORS if unit != sheet.unit)


def _copy_from_other(sheet: Sheet, place: Place, entry: Entry) -> None:
    """What stands in a row above, in the same column."""
    others = [other for other in same_measure(sheet, measure_of(entry)) if other[0] < place[0]]
    others = [other for other in others if sheet.text(*other) not in ("", sheet.text(*place))]
    if not others:
        raise AnchorNotFoundError(f"{sheet.name}: no other row to copy")
    sheet.cells[place] = sheet.cells[others[0]]


def _copy_in_row(sheet: Sheet, place: Place, entry: Entry) -> None:
    """What stands under another heading of the same row."""
    item, _, _ = entry["at"].partition(":")
    other = sheet.anchors[f"{item}:{entry['value']}"]
    if sheet.text(*other) in ("", sheet.text(*place)):
        raise AnchorNotFoundError(f"{sheet.name}: {address(*place)} says so already")
    sheet.cells[place] = sheet.cells[other]


def _append(sheet: Sheet, place: Place, entry: Entry) -> None:
    cell = sheet.cells[place]
    sheet.cells[place] = Cell(f"{cell.value}{entry['value']}", cell.style)


def _full_width(sheet: Sheet, place: Place, entry: Entry) -> None:
    """Digits as the Chinese input method writes them: full-width."""
    cell = sheet.cells[place]
    wide = "".join(chr(ord(sign) + 0xFEE0) if sign.isdigit() else sign for sign in str(cell.value))
    sheet.cells[place] = Cell(wide, Style.TEXT)


def _without_zero(sheet: Sheet, place: Place, entry: Entry) -> None:
    """A code whose first inner zero was lost, as in 205 → 25."""
    text = sheet.text(*place)
    if "0" not in text:
        raise AnchorNotFoundError(f"{sheet.name}: {text} has no zero")
    sheet.cells[place] = Cell(text.replace("0", "", 1), Style.TEXT)


def _year_before(sheet: Sheet, place: Place, entry: Entry) -> None:
    """The year before, in a text that names the year."""
    text, year = sheet.text(*place), entry["year"]
    if str(year) not in text:
        raise AnchorNotFoundError(f"{sheet.name}: {address(*place)} names no year")
    cell = sheet.cells[place]
    sheet.cells[place] = Cell(text.replace(str(year), str(year - 1)), cell.style)


def _count_on(sheet: Sheet, place: Place, entry: Entry) -> None:
    """A count or an amount raised: by so many, or by so many units of the sheet."""
    cell = sheet.cells.get(place)
    if cell is None or isinstance(cell.value, str):
        raise AnchorNotFoundError(f"{sheet.name}: no number at {address(*place)}")
    if isinstance(cell.value, int):
        sheet.cells[place] = Cell(cell.value + int(entry["value"]), cell.style)
    else:
        _add_printed(sheet, place, entry)


AMOUNT_ACTIONS: dict[str, Callable[[Sheet, Place, Entry], Place | None]] = {
    "add_printed": _add_printed,
    "add_last_digit": _add_last_digit,
    "scale": _scale,
    "scale_with_total": _scale_with_total,
    "omit_from_total": _omit_from_total,
    "transpose": _transpose,
    "as_text": _as_text,
    "as_full_width_text": _wide_text,
    "nudge_score": _nudge_score,
    "swap_in_row": _swap_in_row,
    "print_in_other_unit": _print_in_other_unit,
    "copy_from_other": _copy_from_other,
    "copy_in_row": _copy_in_row,
    "append": _append,
    "full_width": _full_width,
    "without_zero": _without_zero,
    "year_before": _year_before,
    "count_on": _count_on,
}
