"""Every format reads alike, whatever the name: texts, merged ranges, errors, formulas without value."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from orchestration.ingest.container import UnreadableError
from orchestration.ingest.formats.protection import without_default_password
from orchestration.ingest.grid import Area, Grid, decode
from tests.support import other_formats as other
from tests.support import protected
from tests.support.other_formats import Formula
from tests.support.real_material import real_file
from tests.support.workbooks import rewritten, xls, xlsx

ROWS = [
    ["部门决算", None, None],
    ["项目", "金额", "合计"],
    ["甲", 1.5, Formula(3)],
    ["乙", Formula(None), Formula("#DIV/0!")],
    ["丙", "#REF!", 1234567.891],
]
SHEETS = {"支出表": ROWS}
MERGES = {"支出表": [(0, 0, 0, 2)]}
TEXTS = [
    ["部门决算", "", ""],
    ["项目", "金额", "合计"],
    ["甲", "1.5", "3"],
    ["乙", "", "#DIV/0!"],
    ["丙", "#REF!", "1234567.891"],
]
PLAIN = {"表": [["项目", "金额"], ["甲", 1.5], ["乙", None], ["丙", 2]]}
Make = Callable[[], bytes]


def reason_of(data: bytes) -> tuple[str, str]:
    with pytest.raises(UnreadableError) as caught:
        decode(data)
    return str(caught.value.reason), caught.value.given


def whole(grid: Grid) -> tuple[object, ...]:
    sheet = grid.sheets[0]
    return sheet.rows, sheet.merged, sheet.uncached, sheet.errors


@pytest.mark.parametrize(
    ("make", "container", "name"),
    [
        (lambda: other.ods(SHEETS, MERGES), "ods", "支出表"),
        (lambda: other.xlsb(SHEETS, MERGES), "xlsb", "支出表"),
        (lambda: other.html(SHEETS, MERGES), "html", "支出表"),
        (lambda: other.html(SHEETS, MERGES, "utf-8"), "html", "支出表"),
        (lambda: other.spreadsheet_xml(SHEETS, MERGES), "spreadsheetml", "支出表"),
        (lambda: other.spreadsheet_xml(SHEETS, MERGES, "GB2312"), "spreadsheetml", "支出表"),
        (lambda: other.spreadsheet_xml(SHEETS, MERGES, "UTF-16"), "spreadsheetml", "支出表"),
    ],
)
def test_texts_merges_errors_and_lost_formulas_of_each_format(make: Make, container: str, name: str) -> None:
    grid = decode(make())
    assert (grid.container_format, [sheet.name for sheet in grid.sheets]) == (container, [name])
    assert whole(grid) == (TEXTS, (Area(0, 0, 0, 2),), ((3, 1),), ((3, 2), (4, 1)))


def test_excel_95_keeps_its_chinese_errors_and_lost_formulas() -> None:
    """The format has no merged ranges."""
    grid = decode(other.excel_95(SHEETS))
    assert (grid.container_format, grid.sheets[0].name) == ("xls", "支出表")
    assert whole(grid) == (TEXTS, (), ((3, 1),), ((3, 2), (4, 1)))


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16"])
@pytest.mark.parametrize("delimiter", [",", "\t", ";"])
def test_delimited_text_in_every_usual_encoding(encoding: str, delimiter: str) -> None:
    rows = [*ROWS[:3], ["乙", "1,000.5", "#DIV/0!"]]
    grid = decode(other.csv_text({"": rows}, delimiter).encode(encoding))
    assert (grid.container_format, grid.sheets[0].name) == ("csv", "Sheet1")
    assert grid.sheets[0].rows == [*TEXTS[:3], ["乙", "1,000.5", "#DIV/0!"]]
    assert grid.sheets[0].errors == ((3, 2),)


def test_delimited_text_as_people_write_it() -> None:
    text = '表1\n编码,名称,金额\n="00201",行政运行,"1,234.50"\n00202,"多行\n文字",-\n\n'
    assert decode(text.encode("gb18030")).sheets[0].rows == [
        ["表1", "", ""],
        ["编码", "名称", "金额"],
        ["00201", "行政运行", "1,234.50"],
        ["00202", "多行\n文字", "-"],
    ]
    assert decode("sep=;\r\n甲;1,5\r\n乙;2,5\r\n".encode()).sheets[0].rows == [["甲", "1,5"], ["乙", "2,5"]]


@pytest.mark.parametrize(
    ("text", "given"),
    [
        ("单位：示例省财政厅\n情况说明如下。\n一、收入情况。\n", "text"),
        ("one column\n1\n2\n3\n", "text"),
        ("单行,文字", "text"),
        ("MIME-Version: 1.0\nContent-Type: multipart/related;\n\n<html>", "MHTML"),
        ("{\\rtf1 文字}", "RTF"),
        ("<html><body><p>请下载报表</p></body></html>", "HTML"),
        ('<?xml version="1.0"?><report><a>1</a></report>', "XML <report>"),
        ('<?xml version="1.0"?><Workbook/>', "XML <Workbook>"),
    ],
)
def test_text_that_is_no_table_is_refused_by_name(text: str, given: str) -> None:
    assert reason_of(text.encode()) == ("read.unsupported_format", given)


@pytest.mark.parametrize(
    ("head", "given"),
    [
        (b"%PDF-1.4 ", "PDF"),
        (b"Rar!\x1a\x07", "RAR"),
        (b"7z\xbc\xaf\x27\x1c", "7z"),
        (b"GIF89a\x01", "GIF"),
        (b"BM\x36\x10", "BMP"),
        (b"MZ\x90", "EXE"),
        (b"\x09\x04\x06\x00", "BIFF4"),
        (b"\x09\x08\x08\x00", "BIFF"),
    ],
)
def test_other_formats_are_refused_by_name(head: bytes, given: str) -> None:
    assert reason_of(head + bytes(200)) == ("read.unsupported_format", given)


@pytest.mark.parametrize("start", ["PK", "BM", "MZ", "GIF8", "GIF89a"])
@pytest.mark.parametrize("encoding", ["utf-8", "gb18030"])
def test_a_table_may_begin_with_the_letters_of_another_format(start: str, encoding: str) -> None:
    grid = decode(f"{start}编号,名称\n1,甲\n2,乙\n".encode(encoding))
    assert (grid.container_format, grid.sheets[0].rows[0]) == ("csv", [f"{start}编号", "名称"])


@pytest.mark.parametrize(
    "damage",
    [
        lambda data: data[: len(data) // 2],
        lambda data: data[:40],
        lambda data: data[:4],
        lambda data: data[:3],
        lambda data: b"PK\x05\x06" + data[4:100],
        lambda data: b"PK\x07\x08" + data[4:100],
        lambda data: b"PK??" + data[4 : len(data) // 2],
    ],
)
def test_a_cut_or_damaged_zip_is_corrupt_and_no_table(damage: Callable[[bytes], bytes]) -> None:
    with pytest.raises(UnreadableError) as caught:
        decode(damage(xlsx(PLAIN)))
    assert str(caught.value.reason) == "read.corrupt"


def test_office_documents_that_are_no_workbook_are_refused_by_name() -> None:
    docx = other.zipped({"[Content_Types].xml": "<Types/>", "word/document.xml": "<w/>"})
    odt = other.zipped({"mimetype": "application/vnd.oasis.opendocument.text", "content.xml": "<a/>"})
    assert reason_of(docx) == ("read.unsupported_format", "docx")
    assert reason_of(odt) == ("read.unsupported_format", "application/vnd.oasis.opendocument.text")
    assert reason_of(other.compound("WordDocument", bytes(6000))) == ("read.unsupported_format", "OLE")


def test_a_workbook_with_macros_is_read() -> None:
    data = xlsx(PLAIN)
    with_macros = rewritten(data, lambda name, content: content)
    with_macros = other.zipped({**_members(with_macros), "xl/vbaProject.bin": b"macros"})
    assert decode(with_macros).container_format == "xlsm"
    assert decode(with_macros).sheets == decode(data).sheets


def _members(data: bytes) -> dict[str, bytes]:
    found: dict[str, bytes] = {}

    def keep(name: str, content: bytes) -> bytes:
        found[name] = content
        return content

    rewritten(data, keep)
    return found


# HTML -------------------------------------------------------------------------------------------------------


def test_html_spans_become_merged_ranges_and_cells_stand_where_excel_puts_them() -> None:
    page = (
        "<table><tr><td rowspan=2>项目<td colspan=2>金额<td rowspan=3>备注</tr>"
        "<tr><td>预算<td>决算</tr><tr><td>甲<td>1<td>2</table>"
    )
    sheet = decode(page.encode()).sheets[0]
    assert sheet.rows == [["项目", "金额", "", "备注"], ["", "预算", "决算", ""], ["甲", "1", "2", ""]]
    assert sheet.merged == (Area(0, 0, 1, 0), Area(0, 1, 0, 2), Area(0, 3, 2, 3))


def test_a_html_cell_may_reach_down_to_the_end_of_its_row_group() -> None:
    page = (
        "<table><thead><tr><th rowspan=0>项目<th rowspan=0 colspan=2>金额<th>一</tr><tr><th>二</tr></thead>"
        "<tbody><tr><td>甲<td>1<td>2<td>3</tr><tr><td>乙<td rowspan=0>4<td>5<td>6</tr><tr><td>丙<td>7</tr>"
        "</table>"
    )
    sheet = decode(page.encode()).sheets[0]
    assert sheet.rows == [
        ["项目", "金额", "", "一"],
        ["", "", "", "二"],
        ["甲", "1", "2", "3"],
        ["乙", "4", "5", "6"],
        ["丙", "", "7", ""],
    ]
    assert sheet.merged == (Area(0, 0, 1, 0), Area(0, 1, 1, 2), Area(3, 1, 4, 1))


def test_a_html_cell_reaches_to_the_end_of_a_table_without_row_groups() -> None:
    page = "<table><tr><td rowspan=0>甲<td>1</tr><tr><td>2</tr><tr><td>3</tr></table><p>注</p>"
    sheet = decode(page.encode()).sheets[0]
    assert sheet.rows == [["甲", "1"], ["", "2"], ["", "3"], ["注", ""]]
    assert sheet.merged == (Area(0, 0, 2, 0),)


def test_html_numbers_stay_as_printed_unless_excel_noted_the_exact_one() -> None:
    page = (
        '<table xmlns:x="x"><tr><td x:num="1234.5678">1,234.57</td><td x:num>1,234.50</td>'
        '<td x:num="41640">2014年1月1日</td><td x:str>001</td><td>&nbsp;00 1<br>乙&lt;</td>'
        '<td x:err="#N/A"></td><td x:num="1.5E7">15,000,000</td></tr></table>'
    )
    sheet = decode(page.encode()).sheets[0]
    exact = ["1234.5678", "1,234.50", "2014年1月1日", "001", "00 1\n乙<", "#N/A", "15000000"]
    assert sheet.rows == [exact]
    assert sheet.errors == ((0, 5),)


def test_html_headings_stand_above_their_table_and_each_table_is_a_sheet() -> None:
    page = (
        "<html><head><title>不显示</title><script>var a = '<td>'</script></head><body><h1>部门\n决算</h1>"
        "<p>单位：万元</p><table><tr><td>甲<td>1</table><p>第二表</p><table><tr><th>乙<th>2</table>注：完</body>"
    )
    first, second = decode(page.encode()).sheets
    assert first.rows == [["部门 决算", ""], ["单位：万元", ""], ["甲", "1"]]
    assert second.rows == [["第二表", ""], ["乙", "2"], ["注：完", ""]]
    assert (first.name, second.name) == ("Sheet1", "Sheet2")


def test_a_table_that_only_lays_out_another_one_is_its_heading() -> None:
    page = (
        "<table><tr><td>决算表</td></tr><tr><td><table><tr><td>甲<td>1</tr></table></td></tr>"
        "<tr><td>制表人</td></tr></table>"
    )
    first, second = decode(page.encode()).sheets
    assert first.rows == [["决算表", ""], ["甲", "1"]]
    assert second.rows == [["制表人"]] or second.rows[-1] == ["制表人"]


def test_html_of_an_undeclared_character_set_is_told_by_its_bytes() -> None:
    page = "<table><tr><td>教育支出<td>1</table>"
    for encoding in ("utf-8", "gb18030", "utf-16"):
        assert decode(page.encode(encoding)).sheets[0].rows == [["教育支出", "1"]]
    declared = f'<meta charset="gb2312">{page}'
    assert decode(declared.encode("utf-8")).sheets[0].rows == [["教育支出", "1"]], "declared wrongly"


# SpreadsheetML ----------------------------------------------------------------------------------------------


def test_spreadsheet_xml_indices_spans_types_and_comments() -> None:
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    book = (
        f'<?xml version="1.0"?><ss:Workbook xmlns:ss="{namespace}">'
        '<ss:Worksheet ss:Name="一&amp;二"><ss:Table>'
        '<ss:Row ss:Span="1"><ss:Cell><ss:Data ss:Type="DateTime">2014-01-02T00:00:00.000</ss:Data>'
        '<ss:Comment><ss:Data>批注</ss:Data></ss:Comment></ss:Cell><ss:Cell ss:Index="3">'
        '<ss:Data ss:Type="Boolean">1</ss:Data></ss:Cell></ss:Row>'
        '<ss:Row><ss:Cell ss:MergeAcross="1"><ss:Data ss:Type="String">甲<B>&lt;乙</B></ss:Data></ss:Cell>'
        '<ss:Cell><ss:Data ss:Type="Number">1.5E7</ss:Data></ss:Cell></ss:Row>'
        '</ss:Table></ss:Worksheet><ss:Worksheet ss:Name="空"/></ss:Workbook>'
    )
    first, second = decode(book.encode()).sheets
    assert (first.name, second.name, second.rows) == ("一&二", "空", [])
    assert first.rows == [["2014-01-02", "", "TRUE"], ["", "", ""], ["甲<乙", "", "15000000"]]
    assert first.merged == (Area(2, 0, 2, 1),)


# OpenDocument -----------------------------------------------------------------------------------------------


def test_open_document_repeats_comments_and_every_kind_of_error() -> None:
    data = other.ods_of(
        '<table:table table:name="表"><table:table-row table:number-rows-repeated="2">'
        '<table:table-cell table:number-columns-repeated="2" office:value-type="string"><text:p>甲</text:p>'
        "</table:table-cell></table:table-row><table:table-row>"
        '<table:table-cell office:value-type="float" office:value="1"><office:annotation>'
        "<text:p>#N/A</text:p></office:annotation><text:p>1</text:p></table:table-cell>"
        '<table:table-cell table:formula="of:=1/0" office:value-type="float" office:value="0">'
        "<text:p>Err:502</text:p></table:table-cell>"
        '<table:table-cell table:formula="of:=A1" table:number-columns-repeated="2"/></table:table-row>'
        '<table:table-row table:number-rows-repeated="1048000">'
        '<table:table-cell table:number-columns-repeated="16384"/></table:table-row></table:table>'
    )
    sheet = decode(data).sheets[0]
    assert [row[:2] for row in sheet.rows] == [["甲", "甲"], ["甲", "甲"], ["1", "Err:502"]]
    assert (sheet.errors, sheet.uncached) == (((2, 1),), ((2, 2), (2, 3)))


def test_an_error_at_the_end_of_a_sheet_is_not_cut_off() -> None:
    data = other.ods_of(
        '<table:table table:name="表"><table:table-row><table:table-cell office:value-type="string">'
        "<text:p>甲</text:p></table:table-cell></table:table-row><table:table-row><table:table-cell/>"
        '<table:table-cell table:formula="of:=1/0" office:value-type="string" office:string-value=""'
        ' calcext:value-type="error"><text:p>#DIV/0!</text:p></table:table-cell></table:table-row>'
        "</table:table>"
    )
    assert decode(data).sheets[0].rows == [["甲", ""], ["", "#DIV/0!"]]
    binary = other.xlsb({"表": [["甲"], [None, "#DIV/0!"]]})
    assert decode(binary).sheets[0].rows == [["甲", ""], ["", "#DIV/0!"]]


def test_an_encrypted_open_document_needs_its_password() -> None:
    data = other.ods_of("", '<manifest:encryption-data xmlns:manifest="m"/>')
    assert reason_of(data)[0] == "read.password"


# .xlsx written by other programs ----------------------------------------------------------------------------


@pytest.mark.parametrize(
    "row",
    [
        "<row r='4'><c r='A4' t='e'><v>#REF!</v></c><c r='B4'><f>B2*2</f></c></row>",
        '<row r="4"><c t="e"><v>#REF!</v></c><c><f>B2*2</f></c></row>',
        '<row r="4"><c s="0" r="A4" t="e"><v>#REF!</v></c><c s="0" r="B4"><f>B2*2</f><v/></c></row>',
    ],
)
def test_unusual_xml_hides_no_error_and_no_lost_formula(row: str) -> None:
    data = rewritten(
        xlsx({"表": PLAIN["表"][:3]}),
        lambda name, content: content.replace(b"</sheetData>", row.encode() + b"</sheetData>"),
    )
    sheet = decode(data).sheets[0]
    assert (sheet.rows[3][0], sheet.errors, sheet.uncached) == ("#REF!", ((3, 0),), ((3, 1),))


# Excel's default password -----------------------------------------------------------------------------------

PROTECTIONS = [
    (protected.agile, xlsx),
    (protected.standard, xlsx),
    (protected.rc4, xls),
    (protected.rc4_crypto_api, xls),
    (protected.xor, xls),
]


@pytest.mark.parametrize(("protect", "make"), PROTECTIONS)
def test_a_workbook_under_excels_default_password_is_read(protect, make) -> None:  # type: ignore[no-untyped-def]
    data = make(PLAIN)
    assert decode(protect(data)) == decode(data)


@pytest.mark.parametrize(("protect", "make"), PROTECTIONS)
def test_a_workbook_under_a_real_password_is_refused_for_it(protect, make) -> None:  # type: ignore[no-untyped-def]
    assert reason_of(protect(make(PLAIN), "secret"))[0] == "read.password"


def test_protection_within_protection_is_refused() -> None:
    assert reason_of(protected.standard(protected.rc4(xls(PLAIN))))[0] in ("read.password", "read.corrupt")


# Real files -------------------------------------------------------------------------------------------------

LOADED = {
    "date_1904.xls": [["2021-01-01", "15"], ["2021-01-02", "16"], ["10 days, 15:10:10", "17"]],
    "date_1904.xlsx": [["2021-01-01", "15"], ["2021-01-02", "16"], ["10 days, 15:10:10", "17"]],
    "errors.xlsx": [["#DIV/0!"], ["#NAME?"], ["#VALUE!"], ["#NULL!"], ["#REF!"], ["#NUM!"], ["#N/A"]],
    "merge_cells.xls": [["Row Merge", "", "Not Merged"], ["Column Merge", "Chunk Merged", ""]],
    "merge_cells.xlsx": [["Row Merge", "", "Not Merged"], ["Column Merge", "Chunk Merged", ""]],
}
REFUSED = {
    # Opened with the default password; its only sheet is blank, as another reader finds too.
    "issue_385.xls": ("read.empty", "1 sheets"),
    "pass_protected.xlsx": ("read.password", "EncryptedPackage"),
    "too_small.xls": ("read.unsupported_format", "text"),  # an error message of a mail program, saved as .xls
    "xlsx-corrupted.xlsx": ("read.corrupt", "Cannot detect file format"),
}


def test_every_real_torture_file_is_accounted_for() -> None:
    present = {path.name for path in real_file("torture").iterdir()}
    assert present == LOADED.keys() | REFUSED.keys()


@pytest.mark.parametrize("name", LOADED)
def test_real_torture_files_that_load(name: str) -> None:
    grid = decode(real_file("torture", name).read_bytes())
    assert grid.container_format == name.rpartition(".")[2]
    assert grid.sheets[0].rows == LOADED[name]
    assert grid.cell_count == sum(bool(text) for row in LOADED[name] for text in row)


@pytest.mark.parametrize("name", REFUSED)
def test_real_torture_files_that_are_refused(name: str) -> None:
    assert reason_of(real_file("torture", name).read_bytes()) == REFUSED[name]


def test_a_real_file_under_the_default_password_is_opened() -> None:
    xlrd = pytest.importorskip("xlrd")
    data = real_file("torture", "issue_385.xls").read_bytes()
    opened = xlrd.open_workbook(file_contents=without_default_password(data, "FILEPASS"))
    assert [(sheet.name, sheet.nrows) for sheet in opened.sheets()] == [("Sheet1", 0)]


def test_real_twins_agree() -> None:
    for name in ("date_1904", "merge_cells"):
        old, new = (decode(real_file("torture", f"{name}.{kind}").read_bytes()) for kind in ("xls", "xlsx"))
        assert old.sheets == new.sheets
    assert decode(real_file("torture", "merge_cells.xls").read_bytes()).sheets[0].merged == (
        Area(0, 0, 0, 1),
        Area(1, 0, 1, 0),
        Area(1, 1, 1, 2),
    )


def test_real_error_cells_are_reported() -> None:
    sheet = decode(real_file("torture", "errors.xlsx").read_bytes()).sheets[0]
    assert sheet.errors == tuple((row, 0) for row in range(7))
