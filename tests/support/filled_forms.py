"""Blank forms filled with values, and what a reader must give back, worked out from the plan alone."""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

import openpyxl

from orchestration.ingest.form_models import Codes, Dated, FormMap, Layout
from orchestration.ingest.forms import FormCatalogue
from orchestration.ingest.results import ReadResult, Record
from orchestration.ingest.text import address
from orchestration.publish.blank_forms import SheetPlan, Slot
from orchestration.publish.blank_forms.plan import Look

Written = int | float | str | date | None
Cells = dict[tuple[str, str], tuple[str, ...]]

# What is typed into a cell of each kind → what the reader must say stands there.
AMOUNTS: tuple[tuple[Written, str], ...] = (
    (1234.56, "1234.56"),
    (0, "0"),
    (-87, "-87"),
    (98765432101.25, "98765432101.25"),
    (0.1, "0.1"),
    ("1,234.50", "1,234.50"),
    ("—", "—"),
    ("…", "…"),
    ("不适用", "不适用"),
    (None, ""),
)
NUMBERS: tuple[tuple[Written, str], ...] = ((9.5, "9.5"), (100, "100"), ("—", "—"), (None, ""))
DATES: tuple[tuple[Written, str], ...] = ((date(2014, 5, 20), "2014-05-20"), ("2014-05-20", "2014-05-20"))


def decisive_years(form: FormMap, last_year: int) -> list[int]:
    """First and last year of each edition, and each year in which a dated part begins or has just ended."""
    years: set[int] = set()
    for edition in form.editions:
        ends = edition.valid_to or last_year
        years |= {edition.valid_from, ends}
        for part in dated_parts(form.tables_of(edition)):
            years |= {
                year
                for year in (part.valid_from, (part.valid_to or ends) + 1)
                if year and edition.valid_from <= year <= ends
            }
    return sorted(years)


def dated_parts(parts: Iterable[Any]) -> Iterator[Dated]:
    """All dated parts inside models, found by walking them: a new kind of part is found, too."""
    for part in parts:
        if isinstance(part, Dated):
            yield part
        if hasattr(type(part), "model_fields"):
            yield from dated_parts(getattr(part, name) for name in type(part).model_fields)
        elif isinstance(part, tuple):
            yield from dated_parts(part)


def choices_of_layout(form: FormMap) -> list[str | None]:
    """Units that between them print every layout of the form."""
    layouts: list[Layout] = [
        layout for edition in form.editions for table in edition.tables for layout in table.layouts
    ]
    return [None, *dict.fromkeys(unit for layout in layouts for unit in layout.units)]


class Filler:
    """Fills planned forms. The same seed fills the same."""

    def __init__(self, seed: str) -> None:
        self._random = random.Random(seed)
        self._made = 0
        self.expected: Cells = {}

    def fill(self, plans: Sequence[SheetPlan], path: Path) -> None:
        """Write values into the slots of a blank workbook, in place; `expected` says what must come back."""
        workbook = openpyxl.load_workbook(path)
        for plan in plans:
            sheet = workbook[plan.name]

            def write(slot: Slot, value: Written, sheet: Any = sheet) -> None:
                sheet.cell(slot.row + 1, slot.column + 1).value = value

            rows: dict[tuple[int, int], list[Slot]] = defaultdict(list)
            for slot in plan.slots:
                rows[slot.row, slot.block].append(slot)
            for (_, block), slots in rows.items():
                self._row(plan, block, slots, write)
        workbook.save(path)

    def _row(self, plan: SheetPlan, block: int, slots: list[Slot], write: Any) -> None:
        roles = {slot.meaning[0] for slot in slots}
        if "code" in roles:
            spec = plan.layout.spec.blocks[block].codes
            assert spec is not None
            if self._random.random() < 0.25:
                return  # a row left blank is no record
            item = self._code(slots, spec, write)
            self._values(plan, [slot for slot in slots if slot.meaning[0] == "value"], write, item)
        elif "subject" in roles:
            for slot in slots:
                if slot.meaning[0] == "subject":
                    write(slot, self._word())
            self._values(plan, [slot for slot in slots if slot.meaning[0] == "value"], write, "")
        elif "value" in roles:
            self._values(plan, slots, write, "")
        else:
            self._fields(plan, slots, write)

    def _code(self, slots: list[Slot], spec: Codes, write: Any) -> str:
        """A code of an allowed length, in one column or several; a part may have lost its zeros."""
        length = self._random.choice(spec.lengths)
        digits = str(self._random.randrange(10 ** (length - 1), 10**length))
        rest = digits
        for slot in slots:
            if slot.meaning[0] == "code" and rest:
                part, rest = (rest[: slot.width], rest[slot.width :]) if slot.width else (rest, "")
                lost = slot.width and self._random.random() < 0.5
                write(slot, int(part) if lost else part)
            elif slot.meaning[0] == "name":
                write(slot, self._word())
        return digits

    def _values(self, plan: SheetPlan, slots: list[Slot], write: Any, item: str) -> None:
        typed = [self._typed(slot) for slot in slots]
        if all(value is None for value, _ in typed):
            typed[0] = (7, "7")  # a row without labels is one by its values
        for slot, (value, text) in zip(slots, typed, strict=True):
            write(slot, value)
            _, code, measure = slot.meaning
            self.expected[plan.name, address(slot.row, slot.column)] = (item or code, measure, text)

    def _fields(self, plan: SheetPlan, slots: list[Slot], write: Any) -> None:
        parts: dict[tuple[str, ...], list[Slot]] = defaultdict(list)
        for slot in slots:
            parts[slot.meaning].append(slot)
        for meaning, own in parts.items():
            place = (plan.name, address(own[0].row, own[0].column))
            if len(own) > 1:
                texts = [str(self._random.randrange(10**slot.width)).zfill(slot.width) for slot in own]
                for slot, text in zip(own, texts, strict=True):
                    write(slot, text)
                self.expected[place] = (meaning[-1], "".join(texts))
                continue
            value, text = self._typed(own[0])
            write(own[0], value)
            if text:
                self.expected[place] = (meaning[-1], text)

    def _typed(self, slot: Slot) -> tuple[Written, str]:
        if slot.choices:
            word = self._random.choice(slot.choices)
            return word, word
        if slot.holds == "amount":
            return self._random.choice(AMOUNTS)
        if slot.holds == "number":
            return self._random.choice(NUMBERS)
        if slot.holds == "date":
            return self._random.choice(DATES)
        if slot.holds == "year":
            return 2014, "2014"
        text = str(self._random.randrange(10**6)).zfill(9) if slot.holds == "code" else self._word()
        return text, text

    def _word(self) -> str:
        self._made += 1
        return f"某项内容{self._made}"


def cells_of(result: ReadResult, catalogue: FormCatalogue) -> Cells:
    """Every value that was read, by sheet and cell; one cell has one meaning."""
    cells: Cells = {}
    for form in result.forms:
        spec = catalogue.forms[form.form_code]
        for records in form.tables.values():
            for record in records:
                for cell, meaning in _meanings(spec, record):
                    place = (str(record["_sheet"]), cell)
                    assert cells.setdefault(place, meaning) == meaning, place
    return cells


def _meanings(spec: FormMap, record: Record) -> Iterator[tuple[str, tuple[str, ...]]]:
    if "measure_code" in record:
        meaning = (str(record["item_code"]), str(record["measure_code"]), str(record["value_text"]))
        yield str(record["_cell"]), meaning
        return
    constants = {
        name
        for edition in spec.editions
        for table in edition.tables
        for layout in table.layouts
        for part in layout.indicators
        for name in part.constants
    }
    for name in (*spec.fields, *spec.indicator_fields):
        if record.get(name) and name not in constants:
            yield str(record[f"{name}__cell"]), (name, str(record[name]))


def printed_rows(plans: Sequence[SheetPlan]) -> set[tuple[str, str]]:
    """Cells of the texts a blank card prints inside its tables."""
    return {
        (plan.name, address(text.row, text.column))
        for plan in plans
        if plan.table.spec.kind == "card"
        for text in plan.texts
        if text.look is Look.LABEL
    }
