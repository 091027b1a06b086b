"""Matrix bodies: items in rows, measures in columns.

Side-by-side blocks, code tables, rows with their own unit, and tables whose items stand in the header
above a single data row are all this kind. Cross tables add a subject to each row and live in
`extract_cross.py`.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from itertools import repeat

from orchestration.ingest.body import body_rows, is_covered, merge_start
from orchestration.ingest.codes import NO_CODE, join_code
from orchestration.ingest.compiled import CompiledColumn, CompiledItem, CompiledLayout
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.form_models import Codes
from orchestration.ingest.header import Header, column_findings, locate
from orchestration.ingest.lines import Lines
from orchestration.ingest.preamble import Preamble, read_preamble
from orchestration.ingest.results import Record
from orchestration.ingest.segment import Reading, Segment
from orchestration.ingest.text import address, column_letters, fold


@dataclass(frozen=True, slots=True)
class BlockColumns:
    """Where the columns of one block stand on the sheet, -1 for a role the block has not."""

    label: int
    name: int
    subject: int
    unit: int
    codes: tuple[int, ...]
    code_widths: tuple[int, ...]
    measures: tuple[tuple[CompiledColumn, int], ...]


@dataclass(frozen=True, slots=True)
class Place:
    """A table's part of a sheet with its header and what stands above it.

    Attributes:
        segment: the part of the sheet.
        header: its header.
        preamble: what stands above the header.
        common: by column of the sheet, what all its values share.
    """

    segment: Segment
    header: Header
    preamble: Preamble
    common: dict[int, Record] = field(default_factory=dict)

    @property
    def layout(self) -> CompiledLayout:
        """The layout the header fits."""
        return self.header.layout


def find_place(segment: Segment, reading: Reading) -> Place | None:
    """Locate the header, report how its columns differ from the map, and check what stands above it."""
    sheet, table = segment.sheet, segment.table
    header = locate(sheet, segment.top, segment.bottom, table.layouts)
    if header is None:
        expected = table.layouts[0].columns[0].printed if table.layouts[0].columns else ""
        reading.report(ReaderCheck.HEADER_NOT_FOUND, segment, segment.title_cell, "", expected)
        return None
    reading.findings += column_findings(
        table.form.form, table.spec.table, sheet, header, header.layout.columns
    )
    preamble = read_preamble(sheet, segment.top, header.top - 1, segment.title, reading.vocabulary)
    reading.check_preamble(segment, preamble, header.layout)
    return Place(segment, header, preamble)


def extract_matrix(segments: list[Segment], reading: Reading) -> list[Record]:
    """Records of one table, which may go on over several parts of sheets."""
    records: list[Record] = []
    lines: dict[tuple[int, int], Lines] = {}
    placed = False
    for segment in segments:
        place = find_place(segment, reading)
        if place is None:
            continue
        placed = True
        blocks = block_columns(place.header)
        sides = [
            lines.setdefault((id(place.layout), index), Lines(block))
            for index, block in enumerate(place.layout.blocks)
        ]
        values = [column for block in blocks for _, column in block.measures]
        for row in body_rows(segment, place.header, reading, values):
            for side, block in zip(sides, blocks, strict=True):
                records += _block_row(place, reading, side, block, row)
    for side in lines.values():
        side.report(reading, segments[-1])
    if placed and not records:
        reading.report(ReaderCheck.EMPTY_TABLE, segments[-1], segments[-1].title_cell)
    return records


def block_columns(header: Header) -> list[BlockColumns]:
    """Columns of each block by what they carry; columns the sheet lacks are left out."""
    blocks = []
    for index in range(len(header.layout.blocks)):
        present = [
            (spec, column)
            for spec, column in zip(header.layout.columns, header.columns, strict=True)
            if spec.block == index and column is not None
        ]
        single = {spec.spec.role: column for spec, column in reversed(present)}
        codes = [(spec, column) for spec, column in present if spec.spec.role == "code"]
        blocks.append(
            BlockColumns(
                label=single.get("label", -1),
                name=single.get("name", -1),
                subject=single.get("subject", -1),
                unit=single.get("unit", -1),
                codes=tuple(column for _, column in codes),
                code_widths=tuple(spec.spec.width for spec, _ in codes),
                measures=tuple((spec, column) for spec, column in present if spec.spec.role == "measure"),
            )
        )
    return blocks


def records_of_row(
    place: Place,
    reading: Reading,
    row: int,
    columns: Iterable[tuple[CompiledColumn, int]],
    meanings: Iterable[tuple[str, str, str]],
    **more: str,
) -> list[Record]:
    """The values of one row with their places.

    Args:
        place: the table's part of the sheet.
        reading: the form being read.
        row: row of the values.
        columns: columns of the map and of the sheet.
        meanings: for each of them item code, item label as printed, row kind.
        **more: `unit_label`, `decimals`, `subject_label` where the row says them; '' leaves the column's.
    """
    said = {name: text for name, text in more.items() if text}
    texts, number = place.segment.sheet.rows[row], str(row + 1)
    records = []
    for column, meaning in zip(columns, meanings, strict=False):
        position = column[1]
        made = (place.common.get(position) or _common(place, reading, column)).copy()
        made["_row"] = row + 1
        made["_cell"] = column_letters(position) + number
        made["item_code"], made["item_label"], made["row_kind"] = meaning
        made["value_text"] = texts[position]
        if said:
            made.update(said)
        records.append(made)
    return records


def _common(place: Place, reading: Reading, column: tuple[CompiledColumn, int]) -> Record:
    """What all values of a column share, with every key of a record in the order of the raw table."""
    spec, position = column
    decimals = spec.spec.decimals if spec.spec.decimals is not None else place.layout.spec.decimals
    place.common[position] = {
        "_submission_id": reading.submission_id,
        "_sheet": place.segment.sheet.name,
        "_row": 0,
        "_cell": "",
        "fiscal_year": reading.fiscal_year,
        "table_code": place.segment.table.spec.table,
        "item_code": "",
        "item_label": "",
        "row_kind": "",
        "measure_code": spec.spec.measure,
        "subject_label": "",
        "reporting_unit_label": place.preamble.reporting_unit,
        "reporting_unit_label__cell": place.preamble.reporting_unit_cell,
        "unit_label": spec.spec.unit or place.preamble.unit,
        "decimals": "" if decimals is None else str(decimals),
        "value_text": "",
    }
    return place.common[position]


def _block_row(place: Place, reading: Reading, side: Lines, block: BlockColumns, row: int) -> list[Record]:
    texts = place.segment.sheet.rows[row]
    if block.codes:
        code = join_code(tuple(texts[column] for column in block.codes), block.code_widths)
        column, label = block.codes[code.part], code.text
        has_code = bool(code.digits)
    elif block.label >= 0:
        code, column, label, has_code = NO_CODE, block.label, texts[block.label], False
    else:
        return _header_items(place, reading, side, block, row)
    if not label and not has_code:
        column, label = _label_beside(place, block, row)
    covering = row in place.segment.sheet.reaching_right
    if covering and _is_covered(place, block, row) and not _is_heading(side, label):
        return []
    if has_code or code.has_gap:
        return _code_row(place, reading, side, block, (row, column), code.digits or code.text)
    return _label_row(place, reading, side, block, (row, column), label)


def _is_covered(place: Place, block: BlockColumns, row: int) -> bool:
    """Whether merged ranges hide every value of a row."""
    sheet = place.segment.sheet
    return bool(block.measures) and all(is_covered(sheet, row, position) for _, position in block.measures)


def _label_beside(place: Place, block: BlockColumns, row: int) -> tuple[int, str]:
    """The label of a row whose own label cell is blank: its name column, or a merged range reaching over."""
    sheet = place.segment.sheet
    if block.name >= 0 and sheet.rows[row][block.name]:
        return block.name, sheet.rows[row][block.name]
    own = block.codes[0] if block.codes else block.label
    start = merge_start(sheet, row, own)
    return start, sheet.rows[row][start] if start != own else ""


def _is_heading(side: Lines, label: str) -> bool:
    indexes = side.block.by_label.get(fold(label), [])
    return bool(indexes) and side.block.items[indexes[0]].spec.kind == "heading"


def _code_row(
    place: Place, reading: Reading, side: Lines, block: BlockColumns, at: tuple[int, int], code: str
) -> list[Record]:
    row, column = at
    codes = side.block.spec.codes or Codes(lengths=())
    if not code.isdigit() or len(code) not in codes.lengths:
        expected = "/".join(str(length) for length in codes.lengths)
        reading.report(ReaderCheck.BAD_CODE, place.segment, address(row, column), code, expected)
        return []
    name = place.segment.sheet.rows[row][block.name] if block.name >= 0 else ""
    kind = "value" if len(code) == max(codes.lengths) else "subtotal"
    return records_of_row(place, reading, row, block.measures, repeat((code, name, kind)))


def _label_row(
    place: Place, reading: Reading, side: Lines, block: BlockColumns, at: tuple[int, int], label: str
) -> list[Record]:
    row, column = at
    texts = place.segment.sheet.rows[row]
    if not label and not any(texts[position] for _, position in block.measures):
        return []
    item = side.match(place.segment, label, address(row, column))
    if item is None or item.spec.kind == "heading":
        return []
    unit = texts[block.unit] if block.unit >= 0 else ""
    if block.unit >= 0:
        _check_row_unit(place, reading, item, unit, address(row, block.unit))
    decimals = "" if item.spec.decimals is None else str(item.spec.decimals)
    meaning = (item.spec.code, label, item.spec.kind)
    return records_of_row(
        place, reading, row, block.measures, repeat(meaning), unit_label=unit, decimals=decimals
    )


def _check_row_unit(place: Place, reading: Reading, item: CompiledItem, unit: str, cell: str) -> None:
    if item.spec.units and fold(unit) not in {fold(allowed) for allowed in item.spec.units}:
        expected = " | ".join(item.spec.units)
        reading.report(ReaderCheck.UNIT_MISMATCH, place.segment, cell, unit, expected, item.spec.code)


def _header_items(place: Place, reading: Reading, side: Lines, block: BlockColumns, row: int) -> list[Record]:
    """The one data row of a table whose items stand in the header; a second one is a stranger."""
    texts = place.segment.sheet.rows[row]
    if side.has_data or not any(texts[position] for _, position in block.measures):
        first = next(filter(None, texts), "")
        side.match(place.segment, first, address(row, texts.index(first)))
        return []
    side.has_data = True
    meanings = [
        (spec.spec.item, place.header.printed(position), spec.spec.kind) for spec, position in block.measures
    ]
    return records_of_row(place, reading, row, block.measures, meanings)
