"""Workbooks in the formats nobody's library writes here: .ods, .xlsb, .xls of Excel 95, HTML, SpreadsheetML.

All take rows of values by sheet, and merged ranges by sheet as (top, left, bottom, right) counted from 0,
both corners inside. A value may be a `Formula`.
"""

from __future__ import annotations

import io
import struct
import zipfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from html import escape

from xlwt.CompoundDoc import XlsDoc


@dataclass(frozen=True)
class Formula:
    """A formula. `value` is what the file keeps of its result; None when it was never calculated."""

    value: str | float | None = None
    text: str = "A1*2"


@dataclass(frozen=True)
class Percent:
    """A number shown as a percentage, in the format 0.00%."""

    value: float

    def __str__(self) -> str:
        return f"{self.value:.2%}"


Value = str | int | float | None | Formula | Percent
Sheets = Mapping[str, Sequence[Sequence[Value]]]
Merges = Mapping[str, Sequence[tuple[int, int, int, int]]]
ERRORS = {"#NULL!": 0, "#DIV/0!": 7, "#VALUE!": 15, "#REF!": 23, "#NAME?": 29, "#NUM!": 36, "#N/A": 42}
ODF = (
    'xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
    ' xmlns:table="urn:oasis:names:tc:opendocument:xmlns:table:1.0"'
    ' xmlns:text="urn:oasis:names:tc:opendocument:xmlns:text:1.0"'
    ' xmlns:calcext="urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0"'
)
ODS_MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"


def zipped(members: Mapping[str, bytes | str]) -> bytes:
    """A zip file of some members."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return buffer.getvalue()


def ods_of(tables: str, manifest: str = "") -> bytes:
    """An .ods around the XML of its tables."""
    body = f"<office:body><office:spreadsheet>{tables}</office:spreadsheet></office:body>"
    return zipped(
        {
            "mimetype": ODS_MIMETYPE,
            "META-INF/manifest.xml": f"<manifest>{manifest}</manifest>",
            "content.xml": f'<?xml version="1.0" encoding="UTF-8"?>'
            f'<office:document-content {ODF} office:version="1.2">{body}</office:document-content>',
        }
    )


def ods(sheets: Sheets, merges: Merges | None = None) -> bytes:
    """Bytes of an .ods."""
    tables = []
    for name, rows in sheets.items():
        spans = {
            (top, left): f' table:number-rows-spanned="{bottom - top + 1}"'
            f' table:number-columns-spanned="{right - left + 1}"'
            for top, left, bottom, right in (merges or {}).get(name, ())
        }
        lines = [
            "".join(_ods_cell(value, spans.get((number, column), "")) for column, value in enumerate(row))
            for number, row in enumerate(rows)
        ]
        body = "".join(f"<table:table-row>{line}</table:table-row>" for line in lines)
        tables.append(f'<table:table table:name="{escape(name)}">{body}</table:table>')
    return ods_of("".join(tables))


def _ods_cell(value: Value, span: str) -> str:
    attributes = span
    if isinstance(value, Formula):
        attributes += f' table:formula="of:={escape(value.text)}"'
        value = value.value
    if value is None:
        return f"<table:table-cell{attributes}/>"
    if isinstance(value, Percent):
        attributes += f' office:value-type="percentage" office:value="{value.value}"'
        return f"<table:table-cell{attributes}><text:p>{value}</text:p></table:table-cell>"
    if isinstance(value, int | float):
        attributes += f' office:value-type="float" office:value="{value}"'
    elif value in ERRORS:
        attributes += ' office:value-type="string" office:string-value="" calcext:value-type="error"'
    else:
        attributes += ' office:value-type="string"'
    return f"<table:table-cell{attributes}><text:p>{escape(str(value))}</text:p></table:table-cell>"


def xlsb(sheets: Sheets, merges: Merges | None = None) -> bytes:
    """Bytes of an .xlsb."""
    bundle, relations, parts = b"", "", {}
    for number, (name, rows) in enumerate(sheets.items(), start=1):
        bundle += _record(156, struct.pack("<II", 0, number) + _wide(f"rId{number}") + _wide(name))
        relations += f'<Relationship Id="rId{number}" Type="t" Target="worksheets/sheet{number}.bin"/>'
        parts[f"xl/worksheets/sheet{number}.bin"] = xlsb_sheet(rows, (merges or {}).get(name, ()))
    relations += '<Relationship Id="rId0" Type="styles" Target="styles.bin"/>'
    workbook = _record(131) + _record(143) + bundle + _record(144) + _record(132)
    return zipped(
        {
            "[Content_Types].xml": "<Types/>",
            "xl/workbook.bin": workbook,
            "xl/_rels/workbook.bin.rels": f"<Relationships>{relations}</Relationships>",
            "xl/styles.bin": _xlsb_styles(),
            **parts,
        }
    )


def _xlsb_styles() -> bytes:
    """Two styles of cells: plain, and 0.00% as format 164."""
    formats = _record(615, struct.pack("<I", 1)) + _record(44, struct.pack("<H", 164) + _wide("0.00%"))
    above = _record(626, struct.pack("<I", 1)) + _record(47, struct.pack("<HH", 0xFFFF, 9) + bytes(12))
    styles = [_record(47, struct.pack("<HH", 0, number) + bytes(12)) for number in (0, 164)]
    cells = _record(617, struct.pack("<I", 2)) + b"".join(styles) + _record(618)
    return _record(278) + formats + _record(616) + above + _record(627) + cells + _record(279)


def xlsb_sheet(rows: Sequence[Sequence[Value]], merges: Sequence[tuple[int, int, int, int]] = ()) -> bytes:
    """The part of one sheet of an .xlsb."""
    width = max((len(row) for row in rows), default=1)
    cells = b""
    for number, row in enumerate(rows):
        cells += _record(0, struct.pack("<I", number) + bytes(13))
        cells += b"".join(_xlsb_cell(column, value) for column, value in enumerate(row))
    areas = b"".join(
        _record(176, struct.pack("<IIII", top, bottom, left, right)) for top, left, bottom, right in merges
    )
    dimensions = _record(148, struct.pack("<IIII", 0, max(len(rows) - 1, 0), 0, width - 1))
    data = _record(145) + cells + _record(146)
    return _record(129) + dimensions + data + _record(177) + areas + _record(178) + _record(130)


def _xlsb_cell(column: int, value: Value) -> bytes:
    head = struct.pack("<II", column, 0)
    if isinstance(value, Percent):
        return _record(5, struct.pack("<IId", column, 1, value.value))
    times_two = b"\x44" + bytes(6) + b"\x1e\x02\x00\x05"
    formula = struct.pack("<HI", 0, len(times_two)) + times_two
    if isinstance(value, Formula):
        if isinstance(value.value, int | float):
            return _record(9, head + struct.pack("<d", value.value) + formula)
        if value.value in ERRORS:
            return _record(11, head + bytes([ERRORS[value.value]]) + formula)
        return _record(8, head + _wide(value.value or "") + formula)
    if value is None:
        return _record(1, head)
    if isinstance(value, int | float):
        return _record(5, head + struct.pack("<d", value))
    if value in ERRORS:
        return _record(3, head + bytes([ERRORS[value]]))
    return _record(6, head + _wide(value))


def _record(kind: int, body: bytes = b"") -> bytes:
    number = bytes([kind]) if kind < 128 else bytes([kind & 0x7F | 0x80, kind >> 7])
    length, size = b"", len(body)
    while True:
        size, rest = size >> 7, size & 0x7F
        length += bytes([rest | (0x80 if size else 0)])
        if not size:
            return number + length + body


def _wide(text: str) -> bytes:
    return struct.pack("<I", len(text)) + text.encode("utf-16-le")


def excel_95(sheets: Sheets) -> bytes:
    """Bytes of an .xls as Excel 95 wrote it: BIFF5, texts in the code page of Chinese Windows."""
    bof_globals = _biff(0x0809, struct.pack("<HHHH", 0x0500, 0x0005, 0x0DBB, 0x07CC))
    head = bof_globals + _biff(0x0042, struct.pack("<H", 936)) + _biff5_styles()
    names = [name.encode("gbk") for name in sheets]
    offset = len(head) + sum(4 + 7 + len(name) for name in names) + 4
    bound, bodies = b"", b""
    for name, rows in zip(names, sheets.values(), strict=True):
        bound += _biff(0x0085, struct.pack("<IHB", offset + len(bodies), 0, len(name)) + name)
        bodies += _biff5_sheet(rows)
    return compound("Book", head + bound + _biff(0x000A) + bodies)


def _biff5_styles() -> bytes:
    """Two styles of cells: plain, and 0.00% as format 164."""
    code = b"0.00%"
    styles = [_biff(0x00E0, struct.pack("<HHH", 0, number, 1) + bytes(10)) for number in (0, 164)]
    return _biff(0x041E, struct.pack("<HB", 164, len(code)) + code) + b"".join(styles)


def compound(stream_name: str, stream: bytes) -> bytes:
    """A compound file with one stream, as in an .xls."""
    buffer = io.BytesIO()
    XlsDoc().save(buffer, stream)
    data = buffer.getvalue()
    old, new = "Workbook".encode("utf-16-le"), stream_name.encode("utf-16-le")
    place = data.index(old)
    entry = bytearray(data[place : place + 128])
    entry[:64] = new.ljust(64, b"\0")
    struct.pack_into("<H", entry, 64, len(new) + 2)
    return data[:place] + bytes(entry) + data[place + 128 :]


def _biff5_sheet(rows: Sequence[Sequence[Value]]) -> bytes:
    width = max((len(row) for row in rows), default=0)
    cells = b"".join(
        _biff5_cell(number, column, value)
        for number, row in enumerate(rows)
        for column, value in enumerate(row)
        if value is not None
    )
    dimensions = _biff(0x0200, struct.pack("<HHHHH", 0, len(rows), 0, width, 0))
    start = _biff(0x0809, struct.pack("<HHHH", 0x0500, 0x0010, 0x0DBB, 0x07CC))
    return start + dimensions + cells + _biff(0x000A)


def _biff5_cell(row: int, column: int, value: Value) -> bytes:
    head = struct.pack("<HHH", row, column, 0)
    if isinstance(value, Percent):
        return _biff(0x0203, struct.pack("<HHHd", row, column, 1, value.value))
    if isinstance(value, Formula):
        tokens = b"\x44\x00\x00\x00\x1e\x02\x00\x05"
        tail = struct.pack("<HIH", 0, 0, len(tokens)) + tokens
        if isinstance(value.value, int | float):
            return _biff(0x0006, head + struct.pack("<d", value.value) + tail)
        if value.value in ERRORS:
            return _biff(0x0006, head + bytes([2, 0, ERRORS[value.value], 0, 0, 0, 0xFF, 0xFF]) + tail)
        return _biff(0x0006, head + bytes([3, 0, 0, 0, 0, 0, 0xFF, 0xFF]) + tail)
    if isinstance(value, int | float):
        return _biff(0x0203, head + struct.pack("<d", value))
    if value in ERRORS:
        return _biff(0x0205, head + bytes([ERRORS[str(value)], 1]))
    text = str(value).encode("gbk")
    return _biff(0x0204, head + struct.pack("<H", len(text)) + text)


def _biff(kind: int, body: bytes = b"") -> bytes:
    return struct.pack("<HH", kind, len(body)) + body


def html(sheets: Sheets, merges: Merges | None = None, charset: str = "gb2312") -> bytes:
    """Bytes of a page with one table per sheet, as reporting systems save it under .xls."""
    tables = []
    for name, rows in sheets.items():
        areas = {(top, left): (bottom, right) for top, left, bottom, right in (merges or {}).get(name, ())}
        covered = {
            (row, column)
            for (top, left), (bottom, right) in areas.items()
            for row in range(top, bottom + 1)
            for column in range(left, right + 1)
        } - areas.keys()
        lines = [
            "".join(
                _html_cell(value, (number, column), areas.get((number, column)))
                for column, value in enumerate(row)
                if (number, column) not in covered
            )
            for number, row in enumerate(rows)
        ]
        tables.append("<table border=1>" + "".join(f"<tr>{line}</tr>\n" for line in lines) + "</table>")
    names = "".join(
        f"<x:ExcelWorksheet><x:Name>{escape(name)}</x:Name></x:ExcelWorksheet>" for name in sheets
    )
    page = (
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>'
        f'<meta http-equiv=Content-Type content="text/html; charset={charset}">'
        f"<!--[if gte mso 9]><xml>{names}</xml><![endif]--><style>td {{color: red}}</style></head>"
        f"<body>{''.join(tables)}</body></html>"
    )
    return page.encode("gb18030" if charset.lower() in ("gb2312", "gbk") else charset)


def _html_cell(value: Value, place: tuple[int, int], corner: tuple[int, int] | None) -> str:
    attributes = ""
    if corner:
        attributes += f" rowspan={corner[0] - place[0] + 1} colspan={corner[1] - place[1] + 1}"
    if isinstance(value, Formula):
        attributes += f' x:fmla="={escape(value.text)}"'
        value = value.value
        if value is not None:
            attributes += " x:num"
    return f"<td{attributes}>{escape('' if value is None else str(value))}</td>"


def spreadsheet_xml(sheets: Sheets, merges: Merges | None = None, encoding: str = "UTF-8") -> bytes:
    """Bytes of a SpreadsheetML 2003 workbook."""
    bodies = []
    for name, rows in sheets.items():
        areas = {(top, left): (bottom, right) for top, left, bottom, right in (merges or {}).get(name, ())}
        lines = []
        for number, row in enumerate(rows):
            cells = [
                _spreadsheet_cell(value, column, (number, column), areas.get((number, column)))
                for column, value in enumerate(row)
                if value is not None
            ]
            lines.append(f'<Row ss:Index="{number + 1}">{"".join(cells)}</Row>')
        bodies.append(f'<Worksheet ss:Name="{escape(name)}"><Table>{"".join(lines)}</Table></Worksheet>')
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<?xml version="1.0" encoding="{encoding}"?>\n<?mso-application progid="Excel.Sheet"?>\n'
        f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}">'
        '<Styles><Style ss:ID="Default"/><Style ss:ID="s1"><NumberFormat ss:Format="Percent"/></Style>'
        "</Styles>"
        f"{''.join(bodies)}</Workbook>"
    ).encode(encoding)


def _spreadsheet_cell(
    value: Value, column: int, place: tuple[int, int], corner: tuple[int, int] | None
) -> str:
    attributes = f' ss:Index="{column + 1}"'
    if corner:
        attributes += f' ss:MergeDown="{corner[0] - place[0]}" ss:MergeAcross="{corner[1] - place[1]}"'
    if isinstance(value, Formula):
        attributes += f' ss:Formula="={escape(value.text)}"'
        value = value.value
    if value is None:
        return f"<Cell{attributes}/>"
    if isinstance(value, Percent):
        return f'<Cell{attributes} ss:StyleID="s1"><Data ss:Type="Number">{value.value}</Data></Cell>'
    kind = "Number" if isinstance(value, int | float) else "Error" if value in ERRORS else "String"
    return f'<Cell{attributes}><Data ss:Type="{kind}">{escape(str(value))}</Data></Cell>'


def csv_text(sheets: Sheets, delimiter: str = ",") -> str:
    """The first sheet as text with delimiters."""
    (rows,) = sheets.values()
    shown = [[value.value if isinstance(value, Formula) else value for value in row] for row in rows]
    return "".join(
        delimiter.join('"' + str("" if value is None else value).replace('"', '""') + '"' for value in row)
        + "\r\n"
        for row in shown
    )
