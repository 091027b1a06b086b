"""Where a defect goes and how it is recorded: submitters, sheets, anchors, rows of the truth file."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from orchestration.sample.counties import county_region
from orchestration.sample.departments import department_code
from orchestration.sample.reference import load_yaml
from orchestration.sample.sheets import Book, Sheet, address
from orchestration.sample.size import PlantedDefect

Entry = dict[str, Any]
Place = tuple[int, int]
WHOLE = 1000


@dataclass(frozen=True)
class Delivery:
    """A workbook on its way into the inbox: `kept` bytes of a thousand arrive, `days_later` than usual."""

    book: Book
    days_later: int = 0
    kept: int = WHOLE


class AnchorNotFoundError(LookupError):
    """The sheet has no such cell, for instance because a small sample has fewer rows."""


def find_anchor(sheet: Sheet, name: str) -> tuple[int, int]:
    """Row and column of an anchor; `*:measure#n` is the n-th row's.

    Raises:
        AnchorNotFoundError: no such anchor.
    """
    if not name.startswith("*"):
        if name not in sheet.anchors:
            raise AnchorNotFoundError(f"{sheet.name}: no anchor {name}")
        return sheet.anchors[name]
    suffix, _, position = name[1:].partition("#")
    places = sorted(
        place for key, place in sheet.anchors.items() if key.endswith(suffix) and not key.startswith("TOTAL")
    )
    if len(places) < int(position):
        raise AnchorNotFoundError(f"{sheet.name}: fewer than {position} cells {suffix}")
    return places[int(position) - 1]


def amount_at(sheet: Sheet, place: Place) -> Decimal:
    """The amount in yuan that stands in a cell.

    Raises:
        AnchorNotFoundError: nothing or no amount stands there.
    """
    cell = sheet.cells.get(place)
    if cell is None or not isinstance(cell.value, Decimal):
        raise AnchorNotFoundError(f"{sheet.name}: no amount at {address(*place)}")
    return cell.value


def measure_of(entry: Entry) -> str:
    """The measure in the anchor an entry means, `item:measure`."""
    return str(entry["at"]).partition(":")[2].partition("#")[0]


def same_measure(sheet: Sheet, measure: str) -> list[Place]:
    """The cells of a measure in every row but the total, from top to bottom."""
    ending = f":{measure}"
    return sorted(
        place
        for name, place in sheet.anchors.items()
        if name.endswith(ending) and not name.startswith("TOTAL")
    )


def submitter_of(who: Any) -> str:
    """Code of the folder meant by `province`, `{county: n}` or `{department: n}`."""
    if who == "province":
        return str(load_yaml("regions")["province"]["code"])
    kind, index = next(iter(who.items()))
    return county_region(index).code if kind == "county" else department_code(index)


def record(
    entry: Entry, book: Book, sheet: str = "", cell: str = "", given: str = "", expected: str = ""
) -> PlantedDefect:
    """The row of the truth file for an entry as planted in `book`."""
    return PlantedDefect(
        defect_id=entry["id"],
        kind=entry["kind"],
        check_code=entry["check"],
        fiscal_year=book.fiscal_year,
        submitter_code=book.submitter_code,
        relative_path=book.relative_path,
        form_code=book.form_code,
        sheet=sheet,
        cell=cell,
        given=given,
        expected=entry.get("expected", expected),
        description_zh=entry["zh"],
        description_en=entry["en"],
        consequences=entry.get("also", ""),
    )


def sheet_of(entry: Entry, book: Book) -> Sheet:
    """The sheet an entry means: of its table, for cards the n-th.

    Raises:
        AnchorNotFoundError: the workbook has no such sheet.
    """
    sheets = [sheet for sheet in book.sheets if sheet.table_code == entry["table"]]
    position = entry.get("card", 0)
    if position >= len(sheets):
        raise AnchorNotFoundError(f"{book.relative_path}: no sheet {position} of {entry['table']}")
    return sheets[position]
