"""Card bodies: labels with their values, and small tables inside; one sheet is one record."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from orchestration.ingest.codes import padded
from orchestration.ingest.compiled import CompiledIndicators, CompiledLayout
from orchestration.ingest.drift import compare
from orchestration.ingest.extract_list import around, field_columns, read_fields
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.forms import indicator_table
from orchestration.ingest.grid import Area, Sheet
from orchestration.ingest.header import Header, column_findings, header_paths
from orchestration.ingest.preamble import Preamble, read_preamble
from orchestration.ingest.results import Record
from orchestration.ingest.segment import Reading, Segment
from orchestration.ingest.text import address, fold


@dataclass(slots=True)
class _Card:
    """A card while it is read: `met` are labels in order as (index in the map or None, text, cell)."""

    segment: Segment
    layout: CompiledLayout
    preamble: Preamble = field(default_factory=Preamble)
    values: Record = field(default_factory=dict)
    met: list[tuple[int | None, str, str]] = field(default_factory=list)
    tables: list[tuple[CompiledIndicators, Area]] = field(default_factory=list)

    @property
    def sheet(self) -> Sheet:
        return self.segment.sheet


def extract_card(segments: list[Segment], reading: Reading) -> list[Record]:
    """Records of the cards; the rows of their inner tables go to the form's second raw table."""
    return [_extract(segment, reading) for segment in segments]


def _extract(segment: Segment, reading: Reading) -> Record:
    card = max((_scan(segment, layout, reading) for layout in segment.table.layouts), key=_fitness)
    reading.check_preamble(segment, card.preamble, card.layout)
    _report_labels(card, reading)
    form = segment.table.form
    base = {
        **around(segment, reading, segment.top),
        "row_kind": "value",
        "reporting_unit_label": card.preamble.reporting_unit,
        "reporting_unit_label__cell": card.preamble.reporting_unit_cell,
        "unit_label": card.preamble.unit,
    }
    inner = reading.tables.setdefault(indicator_table(form.form), []) if form.indicator_fields else []
    key = {name: card.values.get(name, "") for name in (form.key, f"{form.key}__cell")} if form.key else {}
    for part, area in card.tables:
        for row, read in _indicator_rows(card, reading, part, area):
            names = [
                name for indicator in form.indicator_fields for name in (indicator, f"{indicator}__cell")
            ]
            inner.append({**base, "_row": row + 1, **key, **{name: read.get(name, "") for name in names}})
    return {
        **base,
        **{key: card.values.get(key, "") for name in form.fields for key in (name, f"{name}__cell")},
    }


def _fitness(card: _Card) -> int:
    matched = sum(index is not None for index, _, _ in card.met)
    return 2 * matched - len(card.met) - len(card.layout.fields)


def _scan(segment: Segment, layout: CompiledLayout, reading: Reading) -> _Card:
    """Walk the cells from left to right and top to bottom; a value is consumed with its label."""
    card = _Card(segment, layout)
    sheet = segment.sheet
    labels = frozenset().union(*(known.labels for known in layout.fields))
    labels |= {part.anchor for part in layout.indicators}
    first = next(
        (row for row, _, text in sheet.texts() if row > segment.top and fold(text) in labels),
        min(segment.bottom, sheet.height) + 1,
    )
    card.preamble = read_preamble(sheet, segment.top, first - 1, segment.title, reading.vocabulary)
    skip_below = -1
    consumed: set[tuple[int, int]] = set()
    for row, column, text in sheet.texts():
        if row < first or row > segment.bottom or row <= skip_below or (row, column) in consumed:
            continue
        folded = fold(text)
        part = next((part for part in layout.indicators if part.anchor == folded), None)
        if part is not None:
            area = sheet.merge_at(row, column)
            card.tables.append((part, area))
            skip_below = area.bottom
        elif not (column == 0 and reading.is_note(folded)):
            consumed |= _take(card, row, column, text)
    return card


def _take(card: _Card, row: int, column: int, text: str) -> set[tuple[int, int]]:
    """Take a label and its value; returns the value's cell. A stranger's neighbour is taken for its value
    too.
    """
    folded = fold(text)
    met = {index for index, _, _ in card.met}
    index = next(
        (i for i, known in enumerate(card.layout.fields) if folded in known.labels and i not in met), None
    )
    card.met.append((index, text, address(row, column)))
    area = card.sheet.merge_at(row, column)
    at = "right" if index is None else card.layout.fields[index].spec.at
    if at == "none":
        return set()
    place = (row, area.right + 1) if at == "right" else (area.bottom + 1, column)
    value = (
        card.sheet.rows[place[0]][place[1]]
        if place[0] < card.sheet.height and place[1] < card.sheet.width
        else ""
    )
    if index is None:
        waiting = (known.labels for i, known in enumerate(card.layout.fields) if i not in met)
        return set() if any(fold(value) in labels for labels in waiting) else {place}
    if name := card.layout.fields[index].spec.field:
        card.values[name] = padded(value, card.layout.fields[index].spec.width)
        card.values[f"{name}__cell"] = address(*place)
    return {place}


def _report_labels(card: _Card, reading: Reading) -> None:
    segment, fields = card.segment, card.layout.fields
    drift = compare([index for index, _, _ in card.met], [not known.spec.optional for known in fields])
    for position, index in drift.renamed.items():
        _, text, cell = card.met[position]
        known = fields[index]
        reading.report(ReaderCheck.RENAMED_LABEL, segment, cell, text, known.printed, known.spec.field)
    for position in drift.unknown:
        _, text, cell = card.met[position]
        reading.report(ReaderCheck.UNKNOWN_LABEL, segment, cell, text)
    for index in drift.missing:
        before = [cell for met, _, cell in card.met if met is not None and met < index]
        cell = before[-1] if before else segment.title_cell
        reading.report(
            ReaderCheck.MISSING_LABEL, segment, cell, "", fields[index].printed, fields[index].spec.field
        )
    met_parts = {part.anchor for part, _ in card.tables}
    for part in card.layout.indicators:
        if part.anchor not in met_parts and not part.spec.optional:
            reading.report(ReaderCheck.MISSING_LABEL, segment, segment.title_cell, "", part.printed)


def _indicator_rows(
    card: _Card, reading: Reading, part: CompiledIndicators, area: Area
) -> Iterator[tuple[int, Record]]:
    """Rows of one inner table; wholly blank rows are no records."""
    sheet, table = card.sheet, card.segment.table
    found = header_paths(sheet, area.top, area.top, area.right + 1)
    positions = [
        next((one.column for one in found if one.path in column.headers), None) for column in part.columns
    ]
    header = Header(card.layout, area.top, area.top, found, tuple(positions))
    reading.findings += column_findings(table.form.form, table.spec.table, sheet, header, part.columns)
    fields = field_columns(part.columns, positions)
    anchor = address(area.top, area.left)
    constants: Record = {}
    for name, value in part.spec.constants.items():
        constants |= {name: value, f"{name}__cell": anchor}
    for row in range(area.top + 1, min(area.bottom, sheet.height - 1) + 1):
        if any(sheet.rows[row][position] for position in positions if position is not None):
            read = read_fields(sheet.rows[row], fields, row)
            for column, position in zip(part.columns, positions, strict=True):
                if column.spec.fill and position is not None:
                    _fill(sheet, read, column.spec.field, row, position)
            yield row, {**constants, **read}


def _fill(sheet: Sheet, read: Record, name: str, row: int, column: int) -> None:
    """A value merged down over several rows speaks for each of them, and its cell is the merged range's."""
    area = sheet.merge_at(row, column)
    if area.top < row:
        read[name] = sheet.rows[area.top][area.left]
        read[f"{name}__cell"] = address(area.top, area.left)
