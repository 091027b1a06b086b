"""The tables of a workbook beside their maps: which column is which, which row is which, and their order."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from orchestration.drift.places import Entry, MapFile, child, child_or_none, entries, sequence
from orchestration.ingest.compiled import NUMBERED, CompiledBlock, CompiledLayout, CompiledTable
from orchestration.ingest.form_models import CardField, Column, Item
from orchestration.ingest.header import Header, locate
from orchestration.ingest.results import ReadResult, Record
from orchestration.ingest.segment import Segment
from orchestration.ingest.text import fold, parse_address, without_number


@dataclass
class TableOnSheet:
    """A recognised table, its header and the map's file.

    Attributes:
        segment: its part of a sheet.
        header: None for cards, and where no header was found.
        layout: the layout the header fits, else the first.
        file: file of the form map.
        rows: rows of the sheet that were matched: (block, row, item's index in the compiled block).
    """

    segment: Segment
    file: MapFile
    header: Header | None = None
    rows: list[tuple[int, int, int]] = field(default_factory=list)

    @property
    def table(self) -> CompiledTable:
        """The table."""
        return self.segment.table

    @property
    def layout(self) -> CompiledLayout:
        """The layout the sheet is printed in."""
        return self.header.layout if self.header else self.table.layouts[0]

    def layout_entry(self) -> Entry:
        """The layout in the file."""
        owner = self.table.edition.edition if self.table.edition.tables else self.table.edition.same_as
        node = self.file.table(owner, self.table.spec.table)
        return entries(sequence(node, "layouts"))[self.table.layouts.index(self.layout)]

    def block_entry(self, block: int) -> Entry:
        """A block of the layout in the file."""
        return entries(sequence(self.layout_entry().node, "blocks"))[block]

    def item_entry(self, block: int, item: Item) -> Entry:
        """A row of the map in the file."""
        place = _identity(self.layout.blocks[block].spec.items, item)
        return entries(sequence(self.block_entry(block).node, "items"))[place]

    def item_entries(self, block: int) -> list[Entry]:
        """All rows of a block in the file, those of other years too."""
        found = child_or_none(self.block_entry(block).node, "items")
        return [] if found is None else entries(sequence(self.block_entry(block).node, "items"))

    def column_entry(self, block: int, column: Column) -> Entry:
        """A column of the map in the file."""
        place = _identity(self.layout.blocks[block].spec.columns, column)
        return entries(sequence(self.block_entry(block).node, "columns"))[place]

    def inner_column_entry(self, part: int, column: Column | None) -> Entry:
        """A column of a table inside a card; the last one for None."""
        node = entries(sequence(self.layout_entry().node, "indicators"))[part].node
        columns = self.layout.indicators[part].spec.columns
        place = -1 if column is None else _identity(columns, column)
        return entries(sequence(node, "columns"))[place]

    def field_entry(self, field_: CardField | None) -> Entry:
        """A label of a card in the file; the last one for None."""
        place = -1 if field_ is None else _identity(self.layout.spec.fields, field_)
        return entries(sequence(self.layout_entry().node, "fields"))[place]

    def table_entry(self) -> Entry:
        """The table in the file."""
        owner = self.table.edition.edition if self.table.edition.tables else self.table.edition.same_as
        for edition in self.file.editions():
            if self.file.value(child(edition.node, "edition")) == owner:
                for found in entries(sequence(edition.node, "tables")):
                    if self.file.value(child(found.node, "table")) == self.table.spec.table:
                        return found
        raise KeyError(self.table.spec.table)

    def block_of_column(self, column: int) -> int:
        """The block a column of the sheet belongs to: the last one that begins at it or left of it."""
        if self.header is None:
            return 0
        best = 0
        for spec, place in zip(self.layout.columns, self.header.columns, strict=True):
            if place is not None and place <= column:
                best = max(best, spec.block)
        return best


def tables_on_sheets(
    segments: Iterable[Segment], result: ReadResult, files: dict[str, MapFile]
) -> list[TableOnSheet]:
    """The recognised tables with their headers, and which of their rows are rows of the map."""
    found = []
    for segment in segments:
        one = TableOnSheet(segment, files[segment.table.form.form])
        if segment.table.spec.kind != "card":
            one.header = locate(segment.sheet, segment.top, segment.bottom, segment.table.layouts)
        found.append(one)
    for form in result.forms:
        for table in found:
            if table.header and table.table.form.form == form.form_code and table.table.spec.kind == "matrix":
                _match_rows(table, form.tables.get(form.form_code, []))
    return found


def _match_rows(table: TableOnSheet, records: Iterable[Record]) -> None:
    taken: set[tuple[int, int]] = set()
    seen: set[tuple[int, int]] = set()
    for record in records:
        row, column = parse_address(str(record["_cell"]))
        own = (
            record["_sheet"] == table.segment.sheet.name and table.segment.top <= row <= table.segment.bottom
        )
        if not own or record["table_code"] != table.table.spec.table:
            continue
        block = table.block_of_column(column)
        if (block, row) in seen:
            continue
        seen.add((block, row))
        candidates = labelled(table.layout.blocks[block], str(record["item_label"]))
        index = next((one for one in candidates if (block, one) not in taken), None)
        if index is not None and table.layout.blocks[block].items[index].spec.code == record["item_code"]:
            taken.add((block, index))
            table.rows.append((block, row, index))
    table.rows.sort()


def labelled(block: CompiledBlock, label: str) -> list[int]:
    """Rows of a block that answer to a label."""
    folded = fold(label)
    if folded not in block.by_label and (bare := without_number(folded)):
        folded = NUMBERED + bare
    return block.by_label.get(folded, [])


def _identity(things: Sequence[object], wanted: object) -> int:
    return next(place for place, thing in enumerate(things) if thing is wanted)
