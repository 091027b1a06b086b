"""Writes the sample province into an inbox, one workbook at a time."""

from __future__ import annotations

import csv
import os
from collections.abc import Iterator
from dataclasses import asdict, fields
from decimal import Decimal
from pathlib import Path

from orchestration.sample.books import county_books, department_books, province_books
from orchestration.sample.counties import county_year
from orchestration.sample.defect_places import WHOLE, Delivery
from orchestration.sample.defects import DefectPlan, truth_rows
from orchestration.sample.departments import department_year
from orchestration.sample.drawn_defects import DrawnDefects
from orchestration.sample.files import received_at, to_bytes
from orchestration.sample.province import YearTotals, province_year
from orchestration.sample.sheets import Book
from orchestration.sample.size import PlantedDefect, SampleSize, SampleSummary

TRUTH_FOLDER = "sample"
TRUTH_FILE = "defects.csv"


def write_sample(target: Path, size: SampleSize | None = None) -> SampleSummary:
    """Write the sample province to the inbox `target`, and the truth about its defects beside it.

    Files go to `<target>/<fiscal_year>/<submitter_code>/<name>`, the truth to `sample/defects.csv` beside the
    inbox. The same size writes the same bytes and file dates. Files already there under other names stay.
    Of other submitters only sums are kept in memory.
    """
    size = size or SampleSize()
    plan = DrawnDefects(size) if size.draws_defects else DefectPlan(size)
    summary = SampleSummary()
    closed_with: dict[int, Decimal] = {}
    for year in size.years:
        for book in _year_books(year, size, plan, closed_with):
            for delivery in plan.deliveries(book):
                _write(target, delivery, summary)
    summary.defects = truth_rows(plan.planted)
    _write_truth(target.parent / TRUTH_FOLDER / TRUTH_FILE, summary.defects)
    return summary


def _year_books(
    year: int, size: SampleSize, plan: DefectPlan | DrawnDefects, closed_with: dict[int, Decimal]
) -> Iterator[Book]:
    """All workbooks of a year; `closed_with` takes what the province closes it with, for the next one."""
    totals = YearTotals(opening=closed_with.get(year - 1))
    for index in range(size.departments):
        department = department_year(index, year, size)
        totals.add_department(department)
        plan.change_department(department)
        yield from department_books(department, size.seed)
    for index in range(size.counties):
        county = county_year(index, year, size)
        totals.add_county(county)
        plan.change_county(county)
        yield from county_books(county, size.seed)
    province = province_year(year, size, totals)
    closed_with[year] = province.account.closing
    yield from province_books(province, size.seed)


def _write(target: Path, delivery: Delivery, summary: SampleSummary) -> None:
    book = delivery.book
    content = to_bytes(book.sheets, book.container, received_at(book.fiscal_year, book.received))
    content = content[: len(content) * delivery.kept // WHOLE]
    path = target / book.relative_path
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    moment = received_at(book.fiscal_year, book.received, delivery.days_later).timestamp()
    os.utime(path, (moment, moment))
    summary.file_count += 1
    summary.byte_count += len(content)
    is_whole = delivery.kept == WHOLE
    key = (book.form_code if is_whole else "", book.fiscal_year)
    summary.files_by_form_and_year[key] = summary.files_by_form_and_year.get(key, 0) + 1


def _write_truth(path: Path, defects: list[PlantedDefect]) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(PlantedDefect)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(defect) for defect in defects)
