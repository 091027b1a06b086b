"""Numbers formatted as percentages read as a person sees them, exact, and alike in every format."""

from __future__ import annotations

import io
import struct
from collections.abc import Callable

import openpyxl
import pytest
import xlwt

from orchestration.ingest.formats.number_formats import is_percent_format
from orchestration.ingest.grid import decode
from orchestration.ingest.text import percent_text, shown_percent
from tests.support import other_formats as other
from tests.support.other_formats import Percent, Sheets
from tests.support.workbooks import rewritten, xls, xlsx

ROWS = [
    ["项目", "执行率", "数值"],
    ["甲", Percent(0.95), 0.95],
    ["乙", Percent(0.07), 7],
    ["丙", Percent(0.1234), Percent(-0.05)],
    ["丁", Percent(0.0), Percent(12.5)],
    ["戊", Percent(1), "0.95"],
]
TEXTS = [
    ["项目", "执行率", "数值"],
    ["甲", "95%", "0.95"],
    ["乙", "7%", "7"],
    ["丙", "12.34%", "-5%"],
    ["丁", "0%", "1250%"],
    ["戊", "100%", "0.95"],
]
SHEETS: Sheets = {"表": ROWS}


@pytest.mark.parametrize(
    ("make", "container"),
    [
        (xlsx, "xlsx"),
        (xls, "xls"),
        (other.excel_95, "xls"),
        (other.xlsb, "xlsb"),
        (other.ods, "ods"),
        (other.spreadsheet_xml, "spreadsheetml"),
        (other.html, "html"),
        (lambda sheets: other.csv_text(sheets).encode(), "csv"),
    ],
)
def test_every_format_gives_one_text(make: Callable[[Sheets], bytes], container: str) -> None:
    grid = decode(make(SHEETS))
    assert (grid.container_format, grid.sheets[0].rows) == (container, TEXTS)


@pytest.mark.parametrize("make", [xlsx, xls, other.excel_95, other.xlsb, other.ods, other.spreadsheet_xml])
def test_what_is_shown_rounded_is_read_exact(make: Callable[[Sheets], bytes]) -> None:
    exact = [Percent(0.12345), Percent(0.949805699481865), Percent(1e-7), Percent(123456789.12)]
    assert decode(make({"表": [["甲", *exact]]})).sheets[0].rows == [
        ["甲", "12.345%", "94.9805699481865%", "0.00001%", "12345678912%"]
    ]


@pytest.mark.parametrize(
    ("code", "expected"),
    [
        ("0%", True),
        ("0.00%", True),
        ("0.0%;[Red]-0.0%", True),
        ("[>=1]0%;0.0%", True),
        ('0.0"个"%', True),
        ("0.00", False),
        ("General", False),
        ('0"%"', False),
        ("0\\%", False),
        ("0_%", False),
        ("0*%", False),
        ("[$%-804]0", False),
        ("", False),
    ],
)
def test_a_percentage_is_told_by_a_sign_that_counts(code: str, expected: bool) -> None:
    assert is_percent_format(code) is expected
    book = openpyxl.Workbook()
    book.worksheets[0].append([0.5, 2])
    book.worksheets[0]["A1"].number_format = code or "General"
    buffer = io.BytesIO()
    book.save(buffer)
    assert decode(buffer.getvalue()).sheets[0].rows == [["50%" if expected else "0.5", "2"]]


@pytest.mark.parametrize(
    ("number", "text"),
    [("0.95", "95%"), ("0.07", "7%"), ("0.12345", "12.345%"), ("-1", "-100%"), ("0", "0%"), ("10", "1000%")],
)
def test_a_percent_text_is_the_number_times_a_hundred(number: str, text: str) -> None:
    assert percent_text(number) == text


@pytest.mark.parametrize("text", ["", "甲", "95%", "2014-01-01", "TRUE", "1,000"])
def test_only_numbers_become_percentages(text: str) -> None:
    assert percent_text(text) == text


@pytest.mark.parametrize(
    ("printed", "text"),
    [
        ("95.0%", "95%"),
        ("95.50 %", "95.5%"),
        ("100%", "100%"),
        ("1,250.00%", "1250%"),
        ("≥95.0%", "≥95.0%"),
        ("95.0%以上", "95.0%以上"),
        ("95.0", "95.0"),
        ("0.12345678901234567890123456789012345%", "0.12345678901234567890123456789012345%"),
    ],
)
def test_a_printed_percentage_loses_its_last_zeros_only(printed: str, text: str) -> None:
    assert shown_percent(printed) == text


# .xlsx ------------------------------------------------------------------------------------------------------


def with_rows(rows: str, styles: str = '<xf numFmtId="0"/><xf numFmtId="9"/>') -> bytes:
    """An .xlsx of raw rows, whose styles are raw, too."""

    def change(name: str, content: bytes) -> bytes:
        if name == "xl/worksheets/sheet1.xml":
            start, end = content.index(b"<sheetData"), content.index(b"<pageMargins")
            return content[:start] + f"<sheetData>{rows}</sheetData>".encode() + content[end:]
        if name == "xl/styles.xml":
            start, end = content.index(b"<cellXfs"), content.index(b"</cellXfs>")
            return content[:start] + f"<cellXfs>{styles}".encode() + content[end:]
        return content

    return rewritten(xlsx({"表": []}), change)


CELLS = [
    ('<c r="A1" s="1"><v>0.5</v></c>', "50%"),
    ('<c r="A1" s="1" t="n"><v>0.5</v></c>', "50%"),
    ('<c r="A1" t="n" s="1"><v>0.5</v></c>', "50%"),
    ('<c r="A1" s="1"><f>1/2</f><v>0.5</v></c>', "50%"),
    ('<c r="A1" s="1" t="str"><f>"0.5"</f><v>0.5</v></c>', "0.5"),
    ('<c r="A1" s="1" t="inlineStr"><is><t>0.5</t></is></c>', "0.5"),
    ('<c r="A1" s="1" t="b"><v>1</v></c>', "TRUE"),
    ('<c r="A1" s="1" t="e"><v>#DIV/0!</v></c>', "#DIV/0!"),
    ('<c r="A1" s="0"><v>0.5</v></c>', "0.5"),
    ('<c r="A1"><v>0.5</v></c>', "0.5"),
    ("<c r='A1' s='1'><v>0.5</v></c>", "50%"),
    ('<c s="1"><v>0.5</v></c>', "50%"),
    ('<c s="1" t="str"><v>0.5</v></c>', "0.5"),
]


@pytest.mark.parametrize(("cell", "text"), CELLS)
def test_a_cell_of_a_percent_style_is_one_if_it_holds_a_number(cell: str, text: str) -> None:
    row = f'<row r="1">{cell}</row><row r="2" s="1"><c r="B2"><v>7</v></c><c r="C2" s="1"/></row>'
    rows = decode(with_rows(row)).sheets[0].rows
    assert [rows[0][0], rows[1][1]] == [text, "7"]


def test_the_first_style_is_that_of_cells_that_name_none() -> None:
    row = (
        '<row r="1"><c r="A1"><v>0.5</v></c><c r="B1" s="1"><v>0.5</v></c><c r="C1" s="0"><v>2</v></c></row>'
    )
    data = with_rows(row, '<xf numFmtId="10"/><xf numFmtId="0"/>')
    assert decode(data).sheets[0].rows == [["50%", "0.5", "200%"]]
    assert decode(with_rows(row.replace('"', "'"), '<xf numFmtId="10"/><xf numFmtId="0"/>')).sheets[
        0
    ].rows == [["50%", "0.5", "200%"]]


def test_styles_that_are_no_cells_and_addresses_that_are_none_change_nothing() -> None:
    row = '<row r="1"><c r="A1" s="1"><v>0.5</v></c></row>'
    # cellStyleXfs of any workbook may have percentages.
    assert decode(with_rows(row, '<xf numFmtId="0" xfId="1"/><xf numFmtId="4"/>')).sheets[0].rows == [["0.5"]]
    far = '<row r="1"><c r="A1" s="1"><v>0.5</v></c><c r="XFD1" s="1"/></row>'
    assert decode(with_rows(far)).sheets[0].rows[0][0] == "50%"


# .xls -------------------------------------------------------------------------------------------------------


def test_numbers_of_an_xls_side_by_side_and_results_of_formulas() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    percent = xlwt.easyxf(num_format_str="0.0%")
    literal = xlwt.easyxf(num_format_str='0"%"')
    for column, (value, style) in enumerate(
        [(0.5, percent), (0.25, None), (1, percent), (1 / 3, percent), (95, literal), ("0.5", percent)]
    ):
        sheet.write(0, column, value, *([style] if style else []))
    buffer = io.BytesIO()
    book.save(buffer)
    assert decode(buffer.getvalue()).sheets[0].rows == [
        ["50%", "0.25", "100%", "33.3333333333333%", "95", "0.5"]
    ]


def test_results_of_formulas_of_an_xls() -> None:
    book = xlwt.Workbook()
    sheet = book.add_sheet("表")
    sheet.write(0, 0, "甲")
    sheet.write(0, 1, xlwt.Formula("1/2"), xlwt.easyxf(num_format_str="0%"))
    buffer = io.BytesIO()
    book.save(buffer)
    data = buffer.getvalue()
    # The library keeps an empty text as the result; put the number there.
    place = data.index(bytes([3, 0, 0, 0, 0, 0, 0xFF, 0xFF]))
    data = data[:place] + struct.pack("<d", 0.5) + data[place + 8 :]
    assert decode(data).sheets[0].rows == [["甲", "50%"]]


# Texts ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("cell", "text"),
    [
        ("<td>95.0%</td>", "95%"),
        ('<td x:num="0.12345">12.3%</td>', "12.345%"),
        ('<td x:num="0.001">0%</td>', "0.1%"),
        ('<td x:num="12.5">1,250%</td>', "1250%"),
        ('<td x:num="95">95%</td>', "95"),
        ("<td x:num>95.0%</td>", "95%"),
        ("<td x:str>95.0%</td>", "95.0%"),
        ("<td>达到95.0%</td>", "达到95.0%"),
    ],
)
def test_percentages_of_a_page(cell: str, text: str) -> None:
    assert decode(f"<table><tr><td>甲</td>{cell}</tr></table>".encode()).sheets[0].rows == [["甲", text]]


def test_percentages_of_delimited_text() -> None:
    data = '甲,95.0%\n乙,"1,250.50%"\n丙,="95.0%"\n丁,≥90.0%\n'.encode()
    assert [row[1] for row in decode(data).sheets[0].rows] == ["95%", "1250.5%", "95.0%", "≥90.0%"]


def test_styles_of_spreadsheet_xml_come_from_cell_row_column_and_table() -> None:
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    half = '<Data ss:Type="Number">0.5</Data>'
    book = (
        f'<?xml version="1.0"?><Workbook xmlns="{namespace}" xmlns:ss="{namespace}"><Styles>'
        '<Style ss:ID="Default"><NumberFormat/></Style>'
        '<Style ss:ID="p"><NumberFormat ss:Format="0.0%"/></Style>'
        '<Style ss:ID="child" ss:Parent="p"><Font/></Style>'
        '<Style ss:ID="plain"><NumberFormat ss:Format="0&quot;%&quot;"/></Style></Styles>'
        '<Worksheet ss:Name="表"><Table><Column/><Column ss:Index="3" ss:Span="1" ss:StyleID="p"/>'
        f'<Row><Cell>{half}</Cell><Cell ss:StyleID="child">{half}</Cell><Cell>{half}</Cell>'
        f'<Cell ss:StyleID="plain">{half}</Cell><Cell>{half}</Cell></Row>'
        f'<Row ss:StyleID="p"><Cell>{half}</Cell><Cell ss:StyleID="p">'
        '<Data ss:Type="String">0.5</Data></Cell>'
        f'</Row></Table></Worksheet><Worksheet ss:Name="二"><Table ss:StyleID="p">'
        f"<Row><Cell>{half}</Cell></Row></Table></Worksheet></Workbook>"
    )
    first, second = decode(book.encode()).sheets
    assert first.rows == [["0.5", "50%", "50%", "0.5", "0.5"], ["50%", "0.5", "", "", ""]]
    assert second.rows == [["50%"]]


def test_an_open_document_repeats_percentages() -> None:
    data = other.ods_of(
        '<table:table table:name="表"><table:table-row table:number-rows-repeated="2"><table:table-cell'
        ' table:number-columns-repeated="2" office:value-type="percentage" office:value="0.5">'
        "<text:p>50.00%</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert decode(data).sheets[0].rows == [["50%", "50%"]] * 2
