"""Draws defects of every kind at its stated rate, at places drawn too, to measure how good the checks are.

Kinds and rates are data (`data/defect_kinds.yml`). A submitter has at most one defect a year, so that what a
check says can be traced to what was planted. The same size and seed draw the same defects.
"""

from __future__ import annotations

import copy
import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from random import Random
from typing import Any

from orchestration.sample.defect_models import COUNTY_CHANGES, MODEL_CHANGES
from orchestration.sample.defect_places import AnchorNotFoundError, Delivery, Entry
from orchestration.sample.defects import plant
from orchestration.sample.model import CountyYear, DepartmentYear
from orchestration.sample.money import random_stream
from orchestration.sample.reference import load_yaml
from orchestration.sample.sheets import Book
from orchestration.sample.size import PlantedDefect, SampleSize

_THOUSAND = 1000


@dataclass(frozen=True)
class DefectKind:
    """A kind of defect that can be drawn.

    Attributes:
        kind: its name.
        submitter_kind: who files the form, `department` or `county`.
        rate: of a thousand submitters' years so many hold one.
        is_claimed: whether the checks claim to find it.
        is_harmless: whether the workbook stays right, so that no check may speak up.
        entry: form, table, place and action, as in the list of documented defects; `at` is a pattern.
    """

    kind: str
    submitter_kind: str
    rate: int
    is_claimed: bool
    is_harmless: bool
    entry: Entry


@cache
def defect_kinds() -> tuple[DefectKind, ...]:
    """All kinds, in the order of the file.

    Raises:
        ValueError: the rates of a kind of submitter exceed one defect a year.
    """
    rate = load_yaml("defect_kinds")["rate"]
    kinds = tuple(
        DefectKind(
            kind=entry["kind"],
            submitter_kind=entry["who"],
            rate=entry.get("rate", rate),
            is_claimed=entry.get("claimed", True),
            is_harmless=entry["check"] == "",
            entry=entry,
        )
        for entry in load_yaml("defect_kinds")["kinds"]
    )
    for submitter_kind in ("department", "county"):
        whole = sum(kind.rate for kind in kinds if kind.submitter_kind == submitter_kind)
        if whole > _THOUSAND:
            raise ValueError(f"{submitter_kind}: rates add up to {whole} of {_THOUSAND}")
    return kinds


class DrawnDefects:
    """The defects drawn for a province, and the record of those planted; `kinds` are those drawn from."""

    def __init__(self, size: SampleSize, kinds: tuple[DefectKind, ...] | None = None) -> None:
        self._kinds = defect_kinds() if kinds is None else kinds
        self.planted: list[PlantedDefect] = []
        self._size = size
        self._open: dict[tuple[int, str], Entry] = {}

    def change_department(self, department: DepartmentYear) -> None:
        """Draw the department's defect of the year; apply it if it lies in the facts themselves."""
        entry = self._draw("department", department.index, department.code, department.year)
        if entry and "model" in entry:
            MODEL_CHANGES[entry["model"]](department, entry)

    def change_county(self, county: CountyYear) -> None:
        """Draw the county's defect of the year; apply it if it lies in the facts themselves."""
        entry = self._draw("county", county.index, county.region.code, county.year)
        if entry and "model" in entry:
            try:
                COUNTY_CHANGES[entry["model"]](county, entry, self._size)
            except AnchorNotFoundError:
                del self._open[county.year, county.region.code]

    def deliveries(self, book: Book) -> list[Delivery]:
        """What reaches the inbox in place of `book`: itself, changed, copied, cut, or nothing."""
        owner = book.subject[:3] if book.form_code == "department_final_account" else book.submitter_code
        entry = self._open.get((book.fiscal_year, owner))
        if not entry or entry["form"] != book.form_code or not self._is_meant(entry, owner, book):
            return [Delivery(book)]
        for attempt in _attempts(entry, book):
            try:
                # An action that gives up half-way must leave nothing behind.
                deliveries, record = plant(attempt, copy.deepcopy(book))
            except AnchorNotFoundError:
                continue
            del self._open[book.fiscal_year, owner]
            self.planted.append(record)
            return deliveries
        return [Delivery(book)]

    def _draw(self, submitter_kind: str, index: int, code: str, year: int) -> Entry | None:
        rng = random_stream(self._size.seed, "defect", code, year)
        drawn = rng.randrange(_THOUSAND)
        for kind in self._kinds:
            if kind.submitter_kind != submitter_kind:
                continue
            if drawn < kind.rate:
                return self._start(kind, index, code, year, rng)
            drawn -= kind.rate
        return None

    def _start(self, kind: DefectKind, index: int, code: str, year: int, rng: Random) -> Entry | None:
        first, last = min(self._size.years), max(self._size.years)
        needs = kind.entry.get("needs")
        if (needs == "year_before" and year == first) or (needs == "year_after" and year == last):
            return None
        count = self._size.counties if kind.submitter_kind == "county" else self._size.departments
        entry: dict[str, Any] = {
            **kind.entry,
            "id": f"{kind.kind}-{year}-{code}",
            "year": year,
            "who": {kind.submitter_kind: index},
            "rng": rng,
            "unit": rng.randint(1, self._size.units_per_department + 1),
        }
        if entry.get("value") == "neighbour":
            entry["value"] = {kind.submitter_kind: (index + 1) % count}
            if count == 1:
                return None
        self._open[year, code] = entry
        return entry

    def _is_meant(self, entry: Entry, owner: str, book: Book) -> bool:
        """Of a department's many accounts one is meant: its consolidated one, or a unit's."""
        if book.form_code != "department_final_account":
            return True
        return book.subject == (f"{owner}{entry['unit']:03d}" if entry.get("of_unit", True) else owner)


def _attempts(entry: Entry, book: Book) -> Iterator[Entry]:
    """The entry at every place it could mean, in drawn order."""
    rng: Random = entry["rng"]
    if "table" not in entry:
        yield entry
        return
    sheets = [sheet for sheet in book.sheets if sheet.table_code == entry["table"]]
    for card in rng.sample(range(len(sheets)), len(sheets)):
        at = entry.get("at", "title")
        if at.startswith("*"):
            yield {**entry, "card": card}
            continue
        pattern = re.compile(at.replace("{year}", str(entry["year"])))
        anchors = [name for name in sheets[card].anchors if pattern.fullmatch(name)]
        for anchor in rng.sample(anchors, len(anchors)):
            yield {**entry, "card": card, "at": anchor}
