"""Second look at a workbook's bytes for what the decoder drops: error cells, formulas without a cached
value, and which numbers are shown as percentages.

Also the far corner of the used range, because a single stray cell at XFD1048576 makes the decoder ask for
more memory than any machine has, and abort. What does not belong here: values; they come from the
decoder.
"""

from __future__ import annotations

import codecs
import re
import struct
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from orchestration.ingest.formats.number_formats import NO_STYLES, percent_styles
from orchestration.ingest.text import parse_address

_ROOT = r"(?:\w+:)?"
_FAR_REFERENCE = re.compile(rb'r="(?:[A-Z]{3}\d+|[A-Z]{1,2}\d{6,7})"')
_CELL = re.compile(rf"<{_ROOT}c\b([^>]*?)(?:/>|>(.*?)</{_ROOT}c>)".encode(), re.DOTALL)
_REFERENCE = re.compile(rb'\br="([A-Z]{1,3}\d{1,7})"')
_CELL_VALUE = re.compile(rf"<{_ROOT}v\b[^>]*>([^<]*)<".encode())
_FORMULA = re.compile(rf"<{_ROOT}f[ />]".encode())
_ERROR_TYPE = re.compile(rb'\bt="e"')
_TEXT_TYPE = re.compile(rb'\bt="str"')
_FEW_STYLES = 64
_OTHER_THAN_NUMBER = re.compile(rb'\st="(?!n")')

BIFF_ERRORS = {
    **{0: "#NULL!", 7: "#DIV/0!", 15: "#VALUE!", 23: "#REF!", 29: "#NAME?", 36: "#NUM!", 42: "#N/A"},
    43: "#GETTING_DATA",
}
ERROR_TEXTS = frozenset({*BIFF_ERRORS.values(), "#SPILL!", "#CALC!", "#FIELD!", "#BLOCKED!", "#CONNECT!"})
"""What an error cell shows, where a format keeps no more than that."""

_FORMULA_RECORD, _BOOLERR, _BOUNDSHEET, _FILEPASS, _BOF, _EOF = 0x0006, 0x0205, 0x0085, 0x002F, 0x0809, 0x000A
_ARITHMETIC = frozenset({0x03, 0x04, 0x05, 0x06, 0x07, 0x12, 0x13, 0x14})  # + - * / ^, signs, percent
_MULTIPLE_NUMBERS, _DIMENSIONS, _CODEPAGE = 0x00BD, 0x0200, 0x0042
_CELL_RECORDS = {_FORMULA_RECORD, _BOOLERR, _MULTIPLE_NUMBERS, 0x0203, 0x0204, 0x027E, 0x00FD, 0x00D6}
_TELLING_RECORDS = frozenset({_FORMULA_RECORD, _BOOLERR})
_NUMBER_RECORDS = frozenset({_FORMULA_RECORD, _MULTIPLE_NUMBERS, 0x0203, 0x027E})
_FORMAT, _STYLE, _IS_NO_CELL_STYLE = 0x041E, 0x00E0, 0x0004
_TWO_WORDS = struct.Struct("<HH").unpack_from
_BIFF8 = 0x0600
_BIFF_BOX = (65_536, 256)  # rows and columns of a sheet; the decoder takes what is declared at its word
_OTHER_CODEPAGES = {1200: "utf-16-le", 10000: "mac-roman", 32768: "mac-roman", 32769: "cp1252"}


@dataclass(slots=True)
class SheetDefects:
    """What the decoder does not tell about one sheet; rows and columns count from 0.

    Attributes:
        errors: error text by cell, such as #DIV/0!.
        uncached: cells whose formula was never calculated.
        far_cell: last row and last column that hold content, (-1, -1) when none was looked for.
        merged: merged ranges (top, left, bottom, right) of formats whose decoder leaves them out.
        percents: cells whose number is shown as a percentage.
    """

    errors: dict[tuple[int, int], str] = field(default_factory=dict)
    uncached: list[tuple[int, int]] = field(default_factory=list)
    far_cell: tuple[int, int] = (-1, -1)
    merged: list[tuple[int, int, int, int]] = field(default_factory=list)
    percents: list[tuple[int, int]] = field(default_factory=list)


def look_at_sheet_xml(xml: bytes, percents: frozenset[int] = NO_STYLES) -> SheetDefects:
    """Defects of one sheet of an .xlsx, from its XML. Most sheets are passed by three plain searches.

    Args:
        xml: the sheet, written as Excel writes it.
        percents: styles that show percentages.
    """
    defects = SheetDefects()
    if percents:
        defects.percents = list(_percent_cells(xml, percents))
    far = _FAR_REFERENCE.search(xml) is not None
    if far or b't="e"' in xml or _FORMULA.search(xml):
        last_row = last_column = -1
        for row, column, attributes, body in _cells(xml):
            if not body:
                continue
            last_row, last_column = max(last_row, row), max(last_column, column)
            _note_defect(defects, (row, column), attributes, body)
        if far:
            defects.far_cell = (last_row, last_column)
    return defects


def _percent_cells(xml: bytes, styles: frozenset[int]) -> Iterator[tuple[int, int]]:
    named = {b"%d" % style for style in styles}
    few = len(named) <= _FEW_STYLES
    if few and 0 not in styles and not any(b's="%s"' % style in xml for style in named):
        return
    of_style = rb'[^<>]{0,200}\ss="(%s)"' % (b"|".join(sorted(named)) if few else rb"\d+")
    # A cell that names no style has the first one.
    of_first = rb'|(?![^<>]{0,200}\ss=")' if 0 in styles else b""
    cell = re.compile(rb'<c r="([A-Z]{1,3}\d{1,7})"((?:%s%s)[^<>]{0,200})>' % (of_style, of_first))
    for found in cell.finditer(xml):
        reference, attributes, style = found.groups()
        is_number = not attributes.endswith(b"/") and not _OTHER_THAN_NUMBER.search(attributes)
        if is_number and (style or b"0") in named:
            yield parse_address(reference.decode("ascii"))


def _cells(xml: bytes) -> Iterator[tuple[int, int, bytes, bytes]]:
    for found in _CELL.finditer(xml):
        reference = _REFERENCE.search(found.group(1))
        if reference:
            row, column = parse_address(reference.group(1).decode("ascii"))
            yield row, column, found.group(1), found.group(2) or b""


def _note_defect(defects: SheetDefects, cell: tuple[int, int], attributes: bytes, body: bytes) -> None:
    value = _CELL_VALUE.search(body)
    if _ERROR_TYPE.search(attributes):
        defects.errors[cell] = value.group(1).decode("utf-8", "replace") if value else "#N/A"
    elif _FORMULA.search(body):
        # A calculated empty text is stored as t="str" with an empty <v>: a value, unlike no <v> at all.
        empty_text = _TEXT_TYPE.search(attributes) and value
        if not (value and value.group(1)) and not empty_text:
            defects.uncached.append(cell)


def is_encrypted_biff(stream: bytes) -> bool:
    """Whether the workbook stream of an .xls is encrypted (it carries a FILEPASS record near its start)."""
    for kind, _ in _records(stream, 0):
        if kind == _FILEPASS:
            return True
        if kind in (_BOUNDSHEET, _EOF):
            return False
    return False


def biff_version(stream: bytes) -> int:
    """Version a workbook stream says it has: 0x0500 for Excel 5 and 95, 0x0600 since; 0 when it says none."""
    for kind, body in _records(stream, 0):
        return int.from_bytes(body[:2], "little") if kind == _BOF else 0
    return 0


def look_at_biff(stream: bytes) -> dict[str, SheetDefects]:
    """Defects of every sheet of a workbook stream of Excel 5 or later, by sheet name.

    Raises:
        ValueError: a sheet declares more rows or columns than there can be.
    """
    sheets, percents = _biff_globals(stream)
    return {name: _look_at_biff_sheet(stream, offset, percents) for name, offset in sheets}


def _records(stream: bytes, offset: int) -> Iterator[tuple[int, bytes]]:
    end = len(stream) - 4
    while 0 <= offset <= end:
        kind, length = struct.unpack_from("<HH", stream, offset)
        yield kind, stream[offset + 4 : offset + 4 + length]
        offset += 4 + length


def _biff_globals(stream: bytes) -> tuple[list[tuple[str, int]], frozenset[int]]:
    """Name and place of each sheet, and the styles that show percentages."""
    is_biff8 = biff_version(stream) == _BIFF8
    codec = "cp1252"
    sheets: list[tuple[str, int]] = []
    formats: list[int] = []
    codes: dict[int, str] = {}
    for kind, body in _records(stream, 0):
        if kind == _EOF:
            break
        if kind == _STYLE and len(body) >= 6:
            number, flags = struct.unpack_from("<HH", body, 2)
            formats.append(-1 if flags & _IS_NO_CELL_STYLE else number)
        elif kind == _FORMAT and len(body) >= 5:
            codes[int.from_bytes(body[:2], "little")] = _biff_code(body, codec, is_biff8=is_biff8)
        elif kind == _CODEPAGE and len(body) >= 2:
            codec = _codec(struct.unpack_from("<H", body)[0])
        elif kind == _BOUNDSHEET and len(body) >= 8:
            (offset,) = struct.unpack_from("<I", body)
            sheets.append((_biff_name(body[6:], codec, is_biff8=is_biff8), offset))
    return sheets, percent_styles(formats, codes)


def _biff_code(body: bytes, codec: str, *, is_biff8: bool) -> str:
    if not is_biff8:
        return body[3:].decode(codec, "replace")
    return body[5:].decode("utf-16-le" if body[4] & 1 else "latin-1", "replace")


def _biff_name(body: bytes, codec: str, *, is_biff8: bool) -> str:
    if not is_biff8:
        return body[1 : 1 + body[0]].decode(codec, "replace")
    length, wide = body[0], body[1] & 1
    return body[2 : 2 + length * (2 if wide else 1)].decode("utf-16-le" if wide else "latin-1", "replace")


def _codec(codepage: int) -> str:
    name = _OTHER_CODEPAGES.get(codepage, f"cp{codepage}")
    try:
        return codecs.lookup(name).name
    except LookupError:
        return "cp1252"


def _look_at_biff_sheet(stream: bytes, offset: int, percents: frozenset[int]) -> SheetDefects:
    """One pass over the records of a sheet; plain cells, most of all records, are not even cut out, unless
    some style shows percentages.
    """
    defects = SheetDefects()
    telling = _TELLING_RECORDS | _NUMBER_RECORDS if percents else _TELLING_RECORDS
    depth = last_row = last_column = 0
    end = len(stream)
    while 0 <= offset <= end - 4:
        kind, length = _TWO_WORDS(stream, offset)
        start = offset + 4
        offset = start + length
        if kind in _CELL_RECORDS:
            if depth == 1 and length >= 6 and start + 4 <= end:
                row, column = _TWO_WORDS(stream, start)
                several = kind == _MULTIPLE_NUMBERS and offset <= end
                last = _TWO_WORDS(stream, offset - 4)[1] if several else column
                last_row, last_column = max(last_row, row), max(last_column, last)
                if kind in telling:
                    body = stream[start:offset]
                    _note_biff_defect(defects, kind, (row, column), body)
                    if percents and kind in _NUMBER_RECORDS:
                        defects.percents += _biff_percents(kind, (row, column), body, percents)
        elif kind == _BOF:
            depth += 1
        elif kind == _EOF:
            depth -= 1
            if depth <= 0:
                break
        elif kind == _DIMENSIONS:
            _refuse_dimensions(stream[start:offset])
    defects.far_cell = (last_row, last_column)
    return defects


def _refuse_dimensions(body: bytes) -> None:
    """A range turned round, or beyond the format's own, has the decoder ask for endless memory and abort."""
    layout = "<IIHH" if len(body) >= 12 else "<HHHH"
    if len(body) >= struct.calcsize(layout):
        first_row, rows, first_column, columns = struct.unpack_from(layout, body)
        if not (first_row <= rows <= _BIFF_BOX[0] and first_column <= columns <= _BIFF_BOX[1]):
            raise ValueError(f"{first_row}-{rows} × {first_column}-{columns}")


def _note_biff_defect(defects: SheetDefects, kind: int, cell: tuple[int, int], body: bytes) -> None:
    if kind == _BOOLERR and len(body) >= 8 and body[7]:
        defects.errors[cell] = BIFF_ERRORS.get(body[6], "#N/A")
    elif kind == _FORMULA_RECORD and len(body) >= 16 and body[12:14] == b"\xff\xff":
        if body[6] == 2:
            defects.errors[cell] = BIFF_ERRORS.get(body[8], "#N/A")
        elif body[6] == 3 and must_be_number(body[22:]):
            # Programs that do not calculate leave an empty text where only a number can be the result.
            defects.uncached.append(cell)


def _biff_percents(
    kind: int, cell: tuple[int, int], body: bytes, percents: frozenset[int]
) -> Iterator[tuple[int, int]]:
    """The cells of one record of numbers that are shown as percentages."""
    row, column = cell
    styles: Iterable[tuple[int, ...]] = ()
    if kind == _MULTIPLE_NUMBERS:
        styles = struct.iter_unpack("<HI", body[4 : 4 + max(len(body) - 6, 0) // 6 * 6])
    elif len(body) >= 6 and not (kind == _FORMULA_RECORD and body[12:14] == b"\xff\xff"):
        styles = [struct.unpack_from("<H", body, 4)]
    for position, (style, *_) in enumerate(styles):
        if style in percents:
            yield row, column + position


def must_be_number(tokens: bytes) -> bool:
    """Whether a formula's outermost operation (its last token) is arithmetic or a plain SUM."""
    if len(tokens) < 4:
        return False
    sum_attribute = tokens[-4:-2] == b"\x19\x10"
    sum_call = tokens[-4] in (0x22, 0x42, 0x62) and tokens[-2:] == b"\x04\x00"
    return tokens[-1] in _ARITHMETIC or sum_attribute or sum_call
