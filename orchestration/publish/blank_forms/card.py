"""Blank cards: labels with their values, and small tables inside."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from orchestration.ingest.compiled import CompiledField, CompiledIndicators
from orchestration.publish.blank_forms.plan import Look, SheetPlan, Slot

_LABEL_WIDTH, _CELL_WIDTH = 18.0, 15.0
_INNER_ROWS = 6


@dataclass(slots=True)
class _Pen:
    """Where the next row of a card is printed; rows above `heading_ends` stand beside a heading."""

    row: int
    heading_ends: int = -1


def plan_card(plan: SheetPlan) -> None:
    """Plan one card with everything it prints."""
    widest = max((len(part.columns) for part in plan.layout.indicators), default=0)
    plan.width = max(widest + 1, 4)
    pen = _Pen(plan.put_title(plan.table.titles[0], year_line=True))
    top = pen.row
    waiting = list(plan.layout.indicators)
    for pair in _rows(plan.layout.fields):
        _print_row(plan, pen, pair)
        labels = {field.spec.label for field in pair}
        for part in [part for part in waiting if part.spec.after in labels]:
            waiting.remove(part)
            _inner_table(plan, pen, part)
    for part in waiting:
        _inner_table(plan, pen, part)
    plan.body = (top, pen.row - 1)
    plan.put(pen.row, 0, plan.words.signature, Look.AROUND)
    plan.merge(pen.row, 0, pen.row, plan.width - 1)
    plan.column_widths = [_LABEL_WIDTH] + [_CELL_WIDTH] * (plan.width - 1)


def _rows(fields: tuple[CompiledField, ...]) -> Iterator[list[CompiledField]]:
    """Fields row by row."""
    row: list[CompiledField] = []
    for field in fields:
        if row and not field.spec.beside:
            yield row
            row = []
        row.append(field)
    if row:
        yield row


def _print_row(plan: SheetPlan, pen: _Pen, fields: list[CompiledField]) -> None:
    if fields[0].spec.at == "none":
        rows = max(fields[0].spec.spans, 1)
        plan.put(pen.row, 0, fields[0].printed, Look.HEADER)
        plan.merge(pen.row, 0, pen.row + rows - 1, 0)
        pen.heading_ends = pen.row + rows - 1
        return
    left = 1 if pen.row <= pen.heading_ends else 0
    bounds = [left + (plan.width - left + 1) * index // len(fields) for index in range(len(fields))]
    is_below = fields[0].spec.at == "below"
    for field, start, end in zip(fields, bounds, [*bounds[1:], plan.width], strict=True):
        if is_below:
            plan.put(pen.row, start, field.printed, Look.HEADER)
            plan.merge(pen.row, start, pen.row, end - 1)
            _value(plan, pen.row + 1, start, end - 1, field)
        else:
            value = start + 1
            if left and len(fields) == 1:  # beside a heading labels are as wide as a half row
                value = (plan.width + 1) // 2
                plan.merge(pen.row, start, pen.row, value - 1)
            plan.put(pen.row, start, field.printed, Look.HEADER)
            _value(plan, pen.row, value, end - 1, field)
    pen.row += 2 if is_below else 1


def _value(plan: SheetPlan, row: int, left: int, right: int, field: CompiledField) -> None:
    plan.merge(row, left, row, right)
    if not field.spec.field:
        plan.tall_rows.add(row)
        return
    meaning = plan.table.form.fields[field.spec.field]
    if meaning.holds == "long_text":
        plan.tall_rows.add(row)
    plan.slots.append(
        Slot(
            row,
            left,
            ("field", field.spec.field),
            meaning.holds,
            decimals=plan.layout.spec.decimals,
            choices=meaning.choices,
            width=field.spec.width,
        )
    )


def _inner_table(plan: SheetPlan, pen: _Pen, part: CompiledIndicators) -> None:
    """A table inside the card: its anchor at the left over all its rows, its header on the first."""
    rows = part.spec.rows or ({},) * _INNER_ROWS
    plan.put(pen.row, 0, part.printed, Look.HEADER)
    plan.merge(pen.row, 0, pen.row + len(rows), 0)
    places = _places(plan.width - 1, len(part.columns))
    for column, (left, right) in zip(part.columns, places, strict=True):
        plan.put(pen.row, left, column.printed, Look.HEADER)
        plan.merge(pen.row, left, pen.row, right)
        printed = [row.get(column.spec.field, "") for row in rows]
        _inner_column(plan, pen.row + 1, (left, right), part, column.spec.field, printed, column.spec.fill)
    pen.row += len(rows) + 1


def _inner_column(
    plan: SheetPlan,
    top: int,
    place: tuple[int, int],
    part: CompiledIndicators,
    name: str,
    printed: list[str],
    fill: bool,
) -> None:
    """Cells of one column; equal texts below each other are one merged cell where the map says so."""
    left, right = place
    meaning = plan.table.form.indicator_fields[name]
    offset = 0
    while offset < len(printed):
        last = offset
        while fill and printed[offset] and last + 1 < len(printed) and printed[last + 1] == printed[offset]:
            last += 1
        plan.put(top + offset, left, printed[offset], Look.LABEL)
        plan.merge(top + offset, left, top + last, right)
        if not printed[offset]:
            plan.slots.append(
                Slot(
                    top + offset,
                    left,
                    ("inner", part.printed, name),
                    meaning.holds,
                    decimals=plan.layout.spec.decimals,
                    choices=meaning.choices,
                )
            )
        offset = last + 1


def _places(width: int, columns: int) -> list[tuple[int, int]]:
    """First and last sheet column of each inner column; what is left over widens those that hold texts."""
    widths = [1] * columns
    for extra in range(width - columns):
        widths[(2 + extra) % columns] += 1
    places, left = [], 1
    for wide in widths:
        places.append((left, left + wide - 1))
        left += wide
    return places
