"""Defects of whole files: cut, copied, filed twice, by the wrong submitter, or not at all."""

from __future__ import annotations

import copy
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from orchestration.sample.counties import county_region
from orchestration.sample.defect_cells import add_with_total
from orchestration.sample.defect_places import (
    Delivery,
    Entry,
    amount_at,
    find_anchor,
    record,
    sheet_of,
    submitter_of,
)
from orchestration.sample.money import share
from orchestration.sample.reference import layouts, load_yaml, words
from orchestration.sample.sheets import Book, Sheet
from orchestration.sample.size import PlantedDefect

Outcome = tuple[list[Delivery], PlantedDefect]


def _truncate(entry: Entry, book: Book) -> Outcome:
    return [Delivery(book, kept=load_yaml("defects")["truncated_share"])], record(entry, book)


def _empty(entry: Entry, book: Book) -> Outcome:
    return [Delivery(book, kept=0)], record(entry, book)


def _silent(entry: Entry, book: Book) -> Outcome:
    return [], record(entry, book, expected=book.form_code)


def _late(entry: Entry, book: Book) -> Outcome:
    return [Delivery(book, days_later=int(entry["value"]))], record(entry, book)


def _next_year_folder(entry: Entry, book: Book) -> Outcome:
    """The workbook lies in the folder of the year after, and in that one only."""
    misplaced = replace(book, fiscal_year=book.fiscal_year + 1)
    return [Delivery(misplaced)], record(entry, misplaced, expected=book.relative_path)


def _copy_name(entry: Entry, book: Book) -> Outcome:
    twin = book.renamed(book.file_name + load_yaml("defects")["copy_suffix"])
    return [Delivery(book), Delivery(twin, days_later=1)], record(entry, twin, expected=book.relative_path)


def _copy_folder(entry: Entry, book: Book) -> Outcome:
    twin = book.renamed(book.file_name, submitter_of(entry["value"]))
    return [Delivery(book), Delivery(twin, days_later=1)], record(entry, twin, expected=book.relative_path)


def _resubmit(entry: Entry, book: Book) -> Outcome:
    """The first filing has a wrong amount; the right workbook follows under another name."""
    plan = load_yaml("defects")
    right = book.renamed(book.file_name + plan["correction_suffix"])
    wrong = copy.deepcopy(book)
    sheet = sheet_of(entry, wrong)
    place = find_anchor(sheet, entry["at"])
    change = max(Decimal(entry["value"]), share(-amount_at(sheet, place), 500))
    change_entry = {**entry, "value": str(change), "at": "*:" + entry["at"].partition(":")[2]}
    add_with_total(sheet, place, change_entry)
    truth = record(entry, wrong, expected=right.relative_path)
    return [Delivery(wrong), Delivery(right, days_later=plan["resubmitted_days_later"])], truth


def _claim(entry: Entry, book: Book) -> Outcome:
    """Another department files the unit's account too, with one note of its own: other bytes, same unit."""
    other = copy.deepcopy(book).renamed(book.file_name, submitter_of(entry["value"]))
    sheet = sheet_of(entry, other)
    sheet.put(sheet.last_row + 1, 1, layouts()["department_final_account"]["second_claim_note"])
    truth = record(entry, other, given=other.submitter_code, expected=book.relative_path)
    return [Delivery(book), Delivery(other, days_later=2)], truth


def _stranger(entry: Entry, book: Book) -> Outcome:
    """A workbook from a folder no register knows."""
    plan = load_yaml("defects")["stranger"]
    own_name = county_region(next(iter(entry["who"].values()))).name
    other = copy.deepcopy(book).renamed(book.file_name.replace(own_name, plan["name"]), plan["folder"])
    sheet = sheet_of(entry, other)
    place = find_anchor(sheet, entry["at"])
    sheet.put(*place, words()["filed_by"].format(name=plan["name"]))
    truth = record(entry, other, given=other.submitter_code)
    return [Delivery(book), Delivery(other, days_later=3)], truth


def _extra_unknown_form(entry: Entry, book: Book) -> Outcome:
    form = layouts()["unknown_form"]
    sheet = Sheet(form["sheet"], "yuan", "")
    for row, values in enumerate(form["rows"], start=1):
        sheet.put_row(row, values)
    sheet.put(len(form["rows"]) + 1, 1, book.file_name)
    other = replace(book, form_code="", file_name=form["file_name"], container="xlsx", sheets=[sheet])
    return [Delivery(book), Delivery(other, days_later=4)], record(entry, other)


FILE_ACTIONS: dict[str, Callable[[Entry, Book], Outcome]] = {
    "truncate": _truncate,
    "empty": _empty,
    "silent": _silent,
    "late": _late,
    "next_year_folder": _next_year_folder,
    "copy_name": _copy_name,
    "copy_folder": _copy_folder,
    "resubmit": _resubmit,
    "claim": _claim,
    "stranger": _stranger,
    "extra_unknown_form": _extra_unknown_form,
}
