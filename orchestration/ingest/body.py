"""Rows below a header: which of them carry data.

Skipped are blank rows, 栏次 rows, headers repeated by a page break, and notes below the table.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.grid import Sheet
from orchestration.ingest.header import Header, header_signatures, row_signature
from orchestration.ingest.segment import Reading, Segment
from orchestration.ingest.text import address, amount_statement, fold


def body_rows(segment: Segment, header: Header, reading: Reading, values: Sequence[int]) -> Iterator[int]:
    """Rows that carry data, from top to bottom.

    Args:
        segment: the table's part of the sheet.
        header: its header.
        reading: takes a finding for each column that has data but no header.
        values: columns that hold values; a line with text in one of them is no note.
    """
    sheet = segment.sheet
    signatures = header_signatures(sheet, header)
    starts = {signature[0][1] for signature in signatures if signature}
    skipped = frozenset(reading.vocabulary.skip_rows)
    mapped = header.mapped
    strays = [column for column in range(sheet.width) if column not in mapped]
    in_notes = False
    for row in range(header.bottom + 1, min(segment.bottom, sheet.height - 1) + 1):
        texts = sheet.rows[row]
        first = next(filter(None, texts), "")
        if not first:
            continue
        folded = fold(first)
        if folded in skipped or (folded in starts and row_signature(texts) in signatures):
            continue
        in_notes = (in_notes or reading.is_note(folded)) and _is_note_line(reading, texts, values, in_notes)
        if in_notes:
            continue
        if strays:
            strays = _report_strays(segment, reading, row, strays)
        yield row


def _is_note_line(reading: Reading, texts: Sequence[str], values: Sequence[int], goes_on: bool) -> bool:
    """Whether a line that begins like a note, or follows one, carries no value.

    A table without labels begins with a value column, so that its notes stand there; who signed stands
    anywhere.
    """
    filled = [column for column, text in enumerate(texts) if text]
    if goes_on and len(filled) == 1:
        return filled[0] not in values or not _is_amount(texts[filled[0]])
    return reading.is_note(fold(texts[filled[0]])) and all(
        column not in values or reading.is_note(fold(texts[column])) for column in filled[1:]
    )


def _is_amount(text: str) -> bool:
    return amount_statement(text, {}) == "number"


def _report_strays(segment: Segment, reading: Reading, row: int, strays: list[int]) -> list[int]:
    """Report data in columns without header, each column once; returns the columns still silent."""
    texts = segment.sheet.rows[row]
    for column in [column for column in strays if texts[column]]:
        if not is_covered(segment.sheet, row, column):
            reading.report(ReaderCheck.UNKNOWN_COLUMN, segment, address(row, column), texts[column])
            strays = [other for other in strays if other != column]
    return strays


def is_covered(sheet: Sheet, row: int, column: int) -> bool:
    """Whether a cell is hidden by a merged range that begins left of it on the same row."""
    return merge_start(sheet, row, column) != column


def merge_start(sheet: Sheet, row: int, column: int) -> int:
    """The first column of the merged range that begins on this row and covers the cell, else the cell's
    own.
    """
    for area in sheet.reaching_right.get(row, ()):
        if area.left < column <= area.right:
            return area.left
    return column
