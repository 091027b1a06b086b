"""Decoding: by content, with what the decoder drops, and safe against damaged and hostile files."""

from __future__ import annotations

import os

import pytest

from orchestration.ingest.container import Limits, UnreadableError
from orchestration.ingest.grid import Area, decode
from tests.support.workbooks import rewritten, with_cell, xls, xlsx

PLAIN = {"表": [["项目", "金额"], ["甲", 1.5], ["乙", None]]}


def reason_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        decode(data, limits or Limits())
    return str(caught.value.reason)


@pytest.mark.parametrize(("make", "container"), [(xlsx, "xlsx"), (xls, "xls")])
def test_both_formats_read_alike(make, container: str) -> None:
    grid = decode(make(PLAIN))
    assert grid.container_format == container
    assert grid.sheets[0].rows == [["项目", "金额"], ["甲", "1.5"], ["乙", ""]]
    assert grid.cell_count == 5


def test_merged_ranges_of_both_formats() -> None:
    rows = [["收入", None], ["项目", "金额"]]
    assert decode(xlsx({"表": rows}, {"表": ["A1:B1"]})).sheets[0].merged == (Area(0, 0, 0, 1),)
    assert decode(xls({"表": rows}, {"表": [(0, 0, 0, 1)]})).sheets[0].merged == (Area(0, 0, 0, 1),)


def test_a_merged_range_to_the_end_of_the_sheet_is_clipped() -> None:
    merge = b'<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    data = rewritten(
        xlsx(PLAIN), lambda _, content: content.replace(b"</sheetData>", b"</sheetData>" + merge)
    )
    assert decode(data).sheets[0].merged == (Area(0, 0, 2, 1),)


def test_error_cells_keep_their_text_in_xlsx() -> None:
    data = with_cell(xlsx(PLAIN), '<row r="4"><c r="B4" t="e"><f>1/0</f><v>#DIV/0!</v></c></row>')
    sheet = decode(data).sheets[0]
    assert sheet.rows[3][1] == "#DIV/0!"
    assert sheet.errors == ((3, 1),)


def test_formulas_without_a_value() -> None:
    book = xlsx({"表": [["金额", 1.0], ["合计", "=B1*2"]]})
    assert decode(book).sheets[0].uncached == ((1, 1),)


def test_formulas_with_a_value_or_an_empty_text_are_fine() -> None:
    cells = '<row r="4"><c r="A4"><f>B2</f><v>1.5</v></c><c r="B4" t="str"><f>""</f><v></v></c></row>'
    sheet = decode(with_cell(xlsx(PLAIN), cells)).sheets[0]
    assert sheet.uncached == ()
    assert sheet.rows[3] == ["1.5", ""]


def test_xls_formula_written_by_a_program_has_no_value() -> None:
    sheet = decode(xls({"表": [["金额", 1.0], ["合计", "=B1*2"]]})).sheets[0]
    assert sheet.uncached == ((1, 1),)


def test_empty_files_and_empty_workbooks() -> None:
    assert reason_of(b"") == "read.empty"
    assert reason_of(b"\0" * 4096) == "read.empty"
    assert reason_of(xlsx({"表": []})) == "read.empty"


@pytest.mark.parametrize("make", [xlsx, xls])
@pytest.mark.parametrize("kept", [0.2, 0.5, 0.9])
def test_truncated_files(make, kept: float) -> None:
    data = make({"表": [[f"行{row}", row * 1.5, "文本" * 10] for row in range(400)]})
    assert reason_of(data[: int(len(data) * kept)]) == "read.corrupt"


def test_random_bytes() -> None:
    assert reason_of(os.urandom(64) + b"x") in ("read.corrupt", "read.unsupported_format")


def test_broken_sheet_xml() -> None:
    data = rewritten(xlsx(PLAIN), lambda name, content: content[:90] if "sheet1.xml" in name else content)
    assert reason_of(data) == "read.corrupt"


def test_a_stray_cell_in_the_last_corner_is_refused_before_decoding() -> None:
    """The decoder would abort the process: it fills the used range densely."""
    data = with_cell(xlsx(PLAIN), '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row>')
    with pytest.raises(UnreadableError) as caught:
        decode(data)
    assert caught.value.reason == "read.too_large"
    assert (caught.value.sheet, caught.value.cell) == ("表", "XFD1048576")


def test_a_formatted_but_empty_far_cell_is_harmless() -> None:
    data = with_cell(xlsx(PLAIN), '<row r="1048576"><c r="XFD1048576" s="0"/></row>')
    assert decode(data).sheets[0].height == 3


def test_a_far_row_within_bounds_is_read() -> None:
    data = with_cell(xlsx(PLAIN), '<row r="100000"><c r="B100000"><v>7</v></c></row>')
    assert decode(data).sheets[0].rows[99_999] == ["", "7"]


def test_bombs_and_large_files_are_refused() -> None:
    data = rewritten(
        xlsx(PLAIN), lambda name, content: content + b" " * 30_000_000 if "sheet1" in name else content
    )
    assert reason_of(data) == "read.bomb"
    assert reason_of(data, Limits(unpacked_bytes=1_000_000)) == "read.bomb"
    assert reason_of(xlsx(PLAIN), Limits(file_bytes=100)) == "read.too_large"
