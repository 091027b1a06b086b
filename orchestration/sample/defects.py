"""Plants the documented defects and records the truth about each.

The list is data (`data/defects.yml`). A defect changes the model before layout, cells of a sheet, or what
becomes of the file; the record is made from the sheet that is written, so that truth and file cannot drift.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from orchestration.sample.defect_cells import change_cells
from orchestration.sample.defect_files import FILE_ACTIONS
from orchestration.sample.defect_models import MODEL_CHANGES
from orchestration.sample.defect_places import AnchorNotFoundError, Delivery, Entry, submitter_of
from orchestration.sample.model import CountyYear, DepartmentYear
from orchestration.sample.reference import load_yaml
from orchestration.sample.sheets import Book
from orchestration.sample.size import PlantedDefect, SampleSize


def _fits(who: Any, size: SampleSize) -> bool:
    if who == "province":
        return True
    kind, index = next(iter(who.items()))
    return bool(index < (size.counties if kind == "county" else size.departments))


class DefectPlan:
    """The defects that fit the size, and the record of those planted."""

    def __init__(self, size: SampleSize) -> None:
        plan = load_yaml("defects")
        self.planted: list[PlantedDefect] = []
        self._entries: dict[tuple[int, str, str], list[Entry]] = {}
        self._models: dict[tuple[int, str], list[Entry]] = {}
        if not size.with_defects:
            return
        for entry in plan["planted"]:
            others = [entry["value"]] if isinstance(entry.get("value"), dict) else []
            if entry["year"] not in size.years or not all(
                _fits(who, size) for who in [entry["who"], *others]
            ):
                continue
            submitter = submitter_of(entry["who"])
            key = (entry["year"], entry["form"], submitter)
            self._entries.setdefault(key, []).append(dict(entry))
            if "model" in entry:
                self._models.setdefault((entry["year"], submitter), []).append(self._entries[key][-1])

    def change_department(self, department: DepartmentYear) -> None:
        """Apply the defects that lie in the facts themselves."""
        for entry in self._models.get((department.year, department.code), []):
            MODEL_CHANGES[entry["model"]](department, entry)

    def change_county(self, county: CountyYear) -> None:
        """No documented defect lies in a county's facts."""

    def deliveries(self, book: Book) -> list[Delivery]:
        """What reaches the inbox in place of `book`: itself, changed, copied, cut, or nothing."""
        result = [Delivery(book)]
        for entry in self._entries_for(book):
            try:
                result = self._plant(entry, result[0].book)
            except AnchorNotFoundError:
                continue
        return result

    def _entries_for(self, book: Book) -> Iterator[Entry]:
        # A unit's account may lie in its own folder; the plan names the department.
        department = book.subject[:3] if book.form_code == "department_final_account" else book.submitter_code
        for entry in self._entries.get((book.fiscal_year, book.form_code, department), []):
            wanted = f"{department}{entry['subject'] + 1:03d}" if "subject" in entry else department
            if wanted == book.subject:
                yield entry

    def _plant(self, entry: Entry, book: Book) -> list[Delivery]:
        deliveries, record = plant(entry, book)
        self.planted.append(record)
        return deliveries


def plant(entry: Entry, book: Book) -> tuple[list[Delivery], PlantedDefect]:
    """Carry out one entry on a workbook: what reaches the inbox, and the record of what was changed.

    Raises:
        AnchorNotFoundError: the workbook lacks what the entry means.
    """
    if entry["action"] in FILE_ACTIONS:
        return FILE_ACTIONS[entry["action"]](entry, book)
    return change_cells(entry, book)


def truth_rows(planted: Iterable[PlantedDefect]) -> list[PlantedDefect]:
    """The records in the order of their ids."""
    return sorted(planted, key=lambda defect: defect.defect_id)
