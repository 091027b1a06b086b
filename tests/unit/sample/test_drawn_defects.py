"""Drawn defects: every kind can be planted, what is recorded was changed, and a seed draws the same again."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from orchestration.sample import SampleSize
from orchestration.sample.books import county_books, department_books
from orchestration.sample.counties import county_year
from orchestration.sample.defect_places import Delivery
from orchestration.sample.departments import department_year
from orchestration.sample.drawn_defects import DefectKind, DrawnDefects, defect_kinds
from orchestration.sample.sheets import Book, Sheet
from orchestration.sample.size import PlantedDefect

SIZE = SampleSize(counties=14, departments=14, years=(2013, 2014), draws_defects=True)
WHOLE_FILES = {"silent", "truncate", "empty", "late", "extra_unknown_form"}


def deliveries(kind: DefectKind, plan: DrawnDefects) -> Iterator[tuple[Book, list[Delivery]]]:
    """Workbooks as written, and what reaches the inbox in their place, until a defect is planted."""
    for year in reversed(SIZE.years):
        for index in range(SIZE.counties):
            if kind.submitter_kind == "county":
                county = county_year(index, year, SIZE)
                plan.change_county(county)
                books = county_books(county, SIZE.seed)
            else:
                department = department_year(index, year, SIZE)
                plan.change_department(department)
                books = department_books(department, SIZE.seed)
            for book in books:
                yield book, plan.deliveries(book)
                if plan.planted:
                    return


def first_planted(kind: DefectKind) -> tuple[PlantedDefect, Book, list[Delivery]]:
    plan = DrawnDefects(SIZE, (replace(kind, rate=1000),))
    for book, delivered in deliveries(kind, plan):
        if plan.planted:
            return plan.planted[0], book, delivered
    raise AssertionError(f"{kind.kind} was planted nowhere")


def shown(sheets: list[Sheet]) -> list[dict[tuple[int, int], object]]:
    return [{place: sheet.shown(*place) for place in sheet.cells} for sheet in sheets]


@pytest.mark.parametrize("kind", defect_kinds(), ids=lambda kind: kind.kind)
def test_every_kind_changes_what_it_records(kind: DefectKind) -> None:
    defect, book, delivered = first_planted(kind)
    assert (defect.kind, defect.check_code) == (kind.kind, kind.entry["check"])
    if kind.entry["action"] in WHOLE_FILES:
        assert not delivered or delivered[0].kept < 1000 or delivered[0].days_later or len(delivered) > 1
        return
    if "model" in kind.entry:
        return
    if kind.entry["action"] in {"copy_name", "copy_folder"}:
        assert delivered[1].book.relative_path != book.relative_path
        return
    changed = [one.book for one in delivered]
    if kind.entry["action"] == "next_year_folder":
        assert changed[0].fiscal_year == book.fiscal_year + 1
        return
    assert any(shown(one.sheets) != shown(book.sheets) for one in changed)
    if defect.cell and not kind.is_harmless and kind.entry["action"] != "repeat_row":
        assert defect.given != defect.expected


def test_rates_leave_room_for_submitters_without_a_defect() -> None:
    for submitter_kind in ("county", "department"):
        rates = [kind.rate for kind in defect_kinds() if kind.submitter_kind == submitter_kind]
        assert all(rate > 0 for rate in rates)
        assert sum(rates) < 1000
    claimed = {kind.kind for kind in defect_kinds() if kind.is_claimed and not kind.is_harmless}
    assert len(claimed) >= 40


def test_a_seed_draws_the_same_defects_again() -> None:
    def planted() -> list[PlantedDefect]:
        plan = DrawnDefects(SIZE)
        for index in range(SIZE.counties):
            county = county_year(index, 2014, SIZE)
            plan.change_county(county)
            for book in county_books(county, SIZE.seed):
                plan.deliveries(book)
        return plan.planted

    assert planted() == planted() != []
