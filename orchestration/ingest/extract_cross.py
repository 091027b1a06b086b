"""Cross tables: subjects in rows, items in columns (yearbooks)."""

from __future__ import annotations

from orchestration.ingest.body import body_rows
from orchestration.ingest.extract_matrix import BlockColumns, Place, block_columns, find_place, records_of_row
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.results import Record
from orchestration.ingest.segment import Reading, Segment
from orchestration.ingest.text import address, fold


def extract_cross(segments: list[Segment], reading: Reading) -> list[Record]:
    """Records of one cross table; subjects are open, their names stay as printed."""
    records: list[Record] = []
    for segment in segments:
        place = find_place(segment, reading)
        if place is None:
            continue
        blocks = block_columns(place.header)
        met: dict[tuple[int, str], str] = {}
        values = [column for block in blocks for _, column in block.measures]
        for row in body_rows(segment, place.header, reading, values):
            for index, block in enumerate(blocks):
                records += _subject_row(place, reading, index, block, row)
                _refuse_second(place, reading, met, index, (row, block.subject))
        if not records:
            reading.report(ReaderCheck.EMPTY_TABLE, segment, segment.title_cell)
    return records


def _refuse_second(
    place: Place, reading: Reading, met: dict[tuple[int, str], str], index: int, at: tuple[int, int]
) -> None:
    """Report a subject that stands in one part of a table twice: one of the two is somebody else."""
    row, column = at
    text = place.segment.sheet.rows[row][column] if column >= 0 else ""
    if not text:
        return
    cell = address(row, column)
    first = met.setdefault((index, fold(text)), cell)
    if first != cell:
        reading.report(ReaderCheck.REPEATED_SUBJECT, place.segment, cell, text, first)


def _subject_row(place: Place, reading: Reading, index: int, block: BlockColumns, row: int) -> list[Record]:
    if block.subject < 0:
        return []
    subject = place.segment.sheet.rows[row][block.subject]
    if not subject:
        reading.report(ReaderCheck.UNKNOWN_ROW, place.segment, address(row, block.subject))
        return []
    is_total = fold(subject) in place.layout.blocks[index].subject_totals
    meanings = [
        (spec.spec.item, place.header.printed(column), "total" if is_total else spec.spec.kind)
        for spec, column in block.measures
    ]
    return records_of_row(place, reading, row, block.measures, meanings, subject_label=subject)
