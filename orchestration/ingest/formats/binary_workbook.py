"""Second look at an .xlsb: merged ranges, errors, formulas without a value, percentages, and the far corner.

What belongs here: records of [MS-XLSB]. What does not: values; they come from the decoder.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.number_formats import NO_STYLES, percent_styles
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.second_look import BIFF_ERRORS, SheetDefects, must_be_number
from orchestration.ingest.sheets import refuse_large

_ROW, _BLANK, _CELL_ERROR, _FORMULA_STRING, _FORMULA_ERROR, _LAST_CELL = 0, 1, 3, 8, 11, 11
_NUMBERS = frozenset({2, 5, 9})  # short and long ones, and results of formulas
_FORMAT, _STYLE, _BEGIN_CELL_STYLES, _END_CELL_STYLES = 44, 47, 617, 618
_BUNDLE_SHEET, _MERGED_CELL, _DIMENSIONS = 156, 176, 148


def sheet_relations(workbook: bytes) -> Iterator[tuple[str, str]]:
    """Name and relation of each sheet, from `workbook.bin`.

    Raises:
        UnreadableError: a record is cut short.
    """
    for kind, body in _records(workbook):
        if kind == _BUNDLE_SHEET:
            relation, offset = _wide_text(body, 8)
            name, _ = _wide_text(body, offset)
            yield name, relation


def percent_styles_of_records(styles: bytes) -> frozenset[int]:
    """Styles that show percentages, from `styles.bin`.

    Raises:
        UnreadableError: a record is cut short.
    """
    codes: dict[int, str] = {}
    numbers: list[int] = []
    in_cells = False
    for kind, body in _records(styles):
        if kind == _FORMAT:
            codes.setdefault(_unpack("<H", body, 0)[0], _wide_text(body, 2)[0])
        elif kind == _STYLE and in_cells:
            numbers.append(_unpack("<H", body, 2)[0])
        elif kind in (_BEGIN_CELL_STYLES, _END_CELL_STYLES):
            in_cells = kind == _BEGIN_CELL_STYLES
    return percent_styles(numbers, codes)


def look_at_binary_sheet(
    data: bytes, limits: Limits, name: str, percents: frozenset[int] = NO_STYLES
) -> SheetDefects:
    """Defects of one sheet, from its records.

    Args:
        data: the sheet.
        limits: bounds.
        name: of the sheet, for messages.
        percents: styles that show percentages.

    Raises:
        UnreadableError: a record is cut short, or the sheet is too large.
    """
    defects = SheetDefects()
    row = far_row = far_column = -1
    for kind, body in _records(data):
        if kind == _ROW:
            (row,) = _unpack("<I", body, 0)
        elif _BLANK < kind <= _LAST_CELL:
            (column,) = _unpack("<I", body, 0)
            far_row, far_column = max(far_row, row), max(far_column, column)
            refuse_large(far_row + 1, far_column + 1, limits, name)
            _note_defect(defects, kind, (row, column), body)
            if percents and kind in _NUMBERS and _unpack("<I", body, 4)[0] & 0xFFFFFF in percents:
                defects.percents.append((row, column))
        elif kind == _MERGED_CELL:
            top, bottom, left, right = _unpack("<IIII", body, 0)
            defects.merged.append((top, left, bottom, right))
        elif kind == _DIMENSIONS:
            _, bottom, _, right = _unpack("<IIII", body, 0)
            if bottom >= limits.rows or right >= limits.columns:
                raise UnreadableError(ReaderCheck.CORRUPT, f"{bottom + 1} × {right + 1}", name)
    defects.far_cell = (far_row, far_column)
    return defects


def _note_defect(defects: SheetDefects, kind: int, cell: tuple[int, int], body: bytes) -> None:
    if kind in (_CELL_ERROR, _FORMULA_ERROR):
        (code,) = _unpack("<B", body, 8)
        defects.errors[cell] = BIFF_ERRORS.get(code, "#N/A")
    elif kind == _FORMULA_STRING:
        text, offset = _wide_text(body, 8)
        (length,) = _unpack("<I", body, offset + 2)
        # As in .xls: an empty text where only a number can be the result was never calculated.
        if not text and must_be_number(body[offset + 6 : offset + 6 + length]):
            defects.uncached.append(cell)


def _records(data: bytes) -> Iterator[tuple[int, bytes]]:
    offset, end = 0, len(data)
    while offset < end:
        kind, offset = _variable(data, offset, 2)
        length, offset = _variable(data, offset, 4)
        if offset + length > end:
            raise UnreadableError(ReaderCheck.CORRUPT, f"record {kind} @ {offset}")
        yield kind, data[offset : offset + length]
        offset += length


def _variable(data: bytes, offset: int, most: int) -> tuple[int, int]:
    """A number in groups of seven bits, and where it ends."""
    value = 0
    for position in range(most):
        if offset >= len(data):
            raise UnreadableError(ReaderCheck.CORRUPT, f"record @ {offset}")
        byte = data[offset]
        offset += 1
        value |= (byte & 0x7F) << (7 * position)
        if not byte & 0x80:
            break
    return value, offset


def _wide_text(body: bytes, offset: int) -> tuple[str, int]:
    (length,) = _unpack("<I", body, offset)
    start = offset + 4
    if length == 0xFFFFFFFF:
        return "", start
    if start + 2 * length > len(body):
        raise UnreadableError(ReaderCheck.CORRUPT, f"text of {length} letters")
    return body[start : start + 2 * length].decode("utf-16-le", "replace"), start + 2 * length


def _unpack(layout: str, body: bytes, offset: int) -> tuple[int, ...]:
    try:
        return struct.unpack_from(layout, body, offset)
    except struct.error as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
