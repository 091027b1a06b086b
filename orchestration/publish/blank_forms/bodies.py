"""Blank bodies of tables with a header: matrix, cross table and list."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import count, zip_longest

from orchestration.ingest.compiled import CompiledBlock, CompiledColumn, CompiledItem
from orchestration.ingest.form_models import Holds
from orchestration.publish.blank_forms.numerals import numeral
from orchestration.publish.blank_forms.plan import Look, SheetPlan, Slot, own_name, text_width

CODED, OPEN, GAP = "coded", "open", "gap"
Line = CompiledItem | str
_WIDTHS: dict[str, float] = {
    "label": 28,
    "code": 12,
    "name": 30,
    "subject": 18,
    "measure": 17,
    "unit": 11,
    "line_number": 6,
    "field": 16,
    "ignore": 10,
}
_FIELD_WIDTHS: dict[Holds, float] = {"long_text": 30, "amount": 17, "code": 15, "number": 10, "year": 10}
_INDENT = "　"
_LABELS = frozenset({Look.LABEL, Look.PART, Look.TOTAL})
_PADDING, _LONGEST_HEADER, _WIDEST = 2.0, 18, 46.0


def plan_body(plan: SheetPlan, rows: int) -> None:
    """Plan everything below the title of a matrix, cross table or list.

    Args:
        plan: the sheet.
        rows: how many blank rows an open table is given.
    """
    spec, columns = plan.layout.spec, plan.layout.columns
    plan.width = len(columns)
    top = plan.put_title(own_name(plan, plan.table.titles), year_line=False)
    plan.put_header(columns, top, spec.header_rows)
    row = top + spec.header_rows
    if spec.numbered_columns:
        _column_numbers(plan, row)
        row += 1
    bottom = _list(plan, row, rows) if plan.table.spec.kind == "list" else _sides(plan, row, rows)
    plan.body = (top, bottom)
    plan.column_widths = [_width(plan, index, column) for index, column in enumerate(columns)]


def _width(plan: SheetPlan, index: int, column: CompiledColumn) -> float:
    width = _WIDTHS[column.spec.role]
    if column.spec.field:
        width = _FIELD_WIDTHS.get(plan.table.form.fields[column.spec.field].holds, width)
    if column.spec.width and column.spec.role in ("code", "field"):
        return 2 * column.spec.width + 2
    labels = [text_width(text.text) for text in plan.texts if text.column == index and text.look in _LABELS]
    longest = max(labels, default=0) if column.spec.role == "label" else 0
    leaf = min(text_width(column.parts[-1]), _LONGEST_HEADER)
    return min(max(width, leaf + _PADDING, longest + _PADDING), _WIDEST)


def _column_numbers(plan: SheetPlan, row: int) -> None:
    """The row that numbers the value columns, its word over the columns before them."""
    numbers = count(1)
    for index in range(len(plan.layout.blocks)):
        own = [i for i, column in enumerate(plan.layout.columns) if column.block == index]
        values = [i for i in own if _is_value(plan, plan.layout.columns[i])]
        before = [
            i
            for i in own
            if i < min(values, default=len(own)) and plan.layout.columns[i].spec.role != "line_number"
        ]
        if before:
            plan.put(row, before[0], plan.words.column_numbers, Look.HEADER)
            plan.merge(row, before[0], row, before[-1])
        for column in values:
            plan.put(row, column, str(next(numbers)), Look.HEADER)


def _is_value(plan: SheetPlan, column: CompiledColumn) -> bool:
    """Whether a column holds amounts."""
    name = column.spec.field
    return bool(column.spec.measure) or bool(name and plan.table.form.fields[name].holds == "amount")


def _list(plan: SheetPlan, top: int, rows: int) -> int:
    """Blank records and, below them, the total; returns the last row."""
    for row in range(top, top + rows):
        for index, column in enumerate(plan.layout.columns):
            if name := column.spec.field:
                plan.slots.append(_field_slot(plan, row, index, column, ("field", name)))
    totals = plan.layout.spec.totals
    if not totals:
        return top + rows - 1
    amounts = [i for i, column in enumerate(plan.layout.columns) if _is_value(plan, column)]
    plan.put(top + rows, 0, totals[0], Look.TOTAL)
    if amounts:
        plan.merge(top + rows, 0, top + rows, amounts[0] - 1)
    for index in amounts:
        column = plan.layout.columns[index]
        plan.slots.append(_field_slot(plan, top + rows, index, column, ("total", column.spec.field)))
    return top + rows


def _field_slot(
    plan: SheetPlan, row: int, index: int, column: CompiledColumn, meaning: tuple[str, ...]
) -> Slot:
    field = plan.table.form.fields[column.spec.field]
    decimals = column.spec.decimals if column.spec.decimals is not None else plan.layout.spec.decimals
    return Slot(row, index, meaning, field.holds, 0, decimals, field.choices, column.spec.width)


def _sides(plan: SheetPlan, top: int, rows: int) -> int:
    """Rows of the sides of a table, totals level with each other; returns the last row."""
    sides = aligned([_lines(block, plan, index, rows) for index, block in enumerate(plan.layout.blocks)])
    numbers = count(1)
    for index, lines in enumerate(sides):
        own = [(i, column) for i, column in enumerate(plan.layout.columns) if column.block == index]
        ordinals = count(1)
        for offset, line in enumerate(lines):
            row = top + offset
            heading = isinstance(line, CompiledItem) and line.spec.kind == "heading"
            for column, spec in own:
                if spec.spec.role == "line_number" and not heading:
                    plan.put(row, column, str(next(numbers)), Look.NUMBER)
            if isinstance(line, CompiledItem):
                _item(plan, row, own, line, next(ordinals) if line.spec.numbered else 0)
            elif line != GAP:
                _open_row(plan, row, own, index)
    return top + len(sides[0]) - 1


def _lines(block: CompiledBlock, plan: SheetPlan, index: int, rows: int) -> list[Line]:
    """Lines of one side from top to bottom."""
    roles = {column.spec.role for column in plan.layout.columns if column.block == index}
    if not roles & {"label", "code", "subject"}:
        return [OPEN]
    if "subject" in roles:
        return [OPEN] * rows
    lines: list[Line] = list(block.items)
    if block.spec.codes:
        below = block.spec.codes.below
        codes = [item.spec.code for item in block.items]
        place = len(lines) if below is None else codes.index(below) + 1 if below else 0
        lines[place:place] = [CODED] * rows
    return lines


def aligned(sides: Sequence[Sequence[Line]]) -> list[list[Line]]:
    """Sides of equal length: gaps stand above the shorter side's total, so that totals are level."""
    result: list[list[Line]] = [[] for _ in sides]
    for groups in zip_longest(*(_groups(side) for side in sides), fillvalue=()):
        height = max(len(group) for group in groups)
        for lines, group in zip(result, groups, strict=True):
            body, end = (group[:-1], group[-1:]) if group and _is_total(group[-1]) else (group, ())
            lines += [*body, *[GAP] * (height - len(group)), *end]
    return result


def _is_total(line: Line) -> bool:
    return isinstance(line, CompiledItem) and line.spec.kind == "total"


def _groups(lines: Sequence[Line]) -> list[tuple[Line, ...]]:
    """Lines cut after each total."""
    groups: list[list[Line]] = [[]]
    for line in lines:
        groups[-1].append(line)
        if _is_total(line):
            groups.append([])
    return [tuple(group) for group in groups if group]


def _item(
    plan: SheetPlan, row: int, own: Sequence[tuple[int, CompiledColumn]], item: CompiledItem, ordinal: int
) -> None:
    """A row whose label the map knows."""
    label = f"{numeral(ordinal)}、{item.printed}" if ordinal else item.printed
    if item.spec.kind == "heading":
        plan.put(row, own[0][0], label, Look.LABEL)
        plan.merge(row, own[0][0], row, own[-1][0])
        return
    look = {"total": Look.TOTAL, "of_which": Look.PART}.get(item.spec.kind, Look.LABEL)
    text = _INDENT + label if item.spec.kind == "of_which" else label
    named = [i for i, column in own if column.spec.role in ("label", "code", "name")]
    plan.put(row, named[0], text, look)
    plan.merge(row, named[0], row, named[-1])
    for index, column in own:
        if column.spec.role == "unit" and item.spec.units:
            printed = plan.row_unit if plan.row_unit in item.spec.units else item.spec.units[0]
            plan.put(row, index, printed, Look.NUMBER)
        elif column.spec.role == "measure":
            plan.slots.append(_value_slot(plan, row, index, column, item))


def _value_slot(
    plan: SheetPlan, row: int, index: int, column: CompiledColumn, item: CompiledItem | None
) -> Slot:
    decimals = column.spec.decimals if column.spec.decimals is not None else plan.layout.spec.decimals
    code = item.spec.code if item else column.spec.item
    choices = item.spec.choices if item else ()
    if item and item.spec.decimals is not None:
        decimals = item.spec.decimals
    meaning = ("value", code, column.spec.measure)
    return Slot(row, index, meaning, "text" if choices else "amount", column.block, decimals, choices)


def _open_row(plan: SheetPlan, row: int, own: Sequence[tuple[int, CompiledColumn]], block: int) -> None:
    """A row whose code or subject is filled in by who files."""
    parts = count()
    for index, column in own:
        role = column.spec.role
        if role == "code":
            meaning = ("code", str(next(parts)))
            plan.slots.append(Slot(row, index, meaning, "code", block, width=column.spec.width))
        elif role in ("name", "subject"):
            plan.slots.append(Slot(row, index, (role,), "text", block))
        elif role == "measure":
            plan.slots.append(_value_slot(plan, row, index, column, None))
