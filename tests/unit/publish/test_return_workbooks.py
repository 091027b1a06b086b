from __future__ import annotations

import dataclasses
import hashlib
import zipfile
from pathlib import Path

import duckdb
import pytest
import xlwt
from openpyxl import Workbook, load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from expectations.catalogue import load as load_checks
from orchestration.publish import annotations, workbook_copies
from orchestration.publish.annotations import Finding
from orchestration.publish.differences import difference_stated
from orchestration.publish.return_workbooks import (
    ReturnedWorkbook,
    Submission,
    read_findings,
    write_returned,
)
from tests.support import other_formats as other
from tests.support import protected
from tests.support.archives import archive
from tests.support.workbooks import xls, xlsx

SHEET = "收入支出决算总表"
LIST = "核对意见 Findings"
DANGEROUS = ("=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", '=HYPERLINK("http://example.invalid")')


def _finding(
    cell: str = "B2", sheet: str = SHEET, severity: str = "block", submission: str = "s1"
) -> Finding:
    return Finding(
        submission_id=submission,
        submitter_code="001",
        fiscal_year=2015,
        check_code="content.text_in_amount",
        severity=severity,
        sheet=sheet,
        cell=cell,
        given="=1+1",
        expected="数字",
        message=("金额栏填写了文字。", "Text stands in an amount."),
        title=("金额栏填写文字", "Text in an amount"),
        fix=("改填数字", "enter a number"),
    )


def _submission(path: str, status: str = "quarantined", submission: str = "s1") -> Submission:
    return Submission(submission, path, 2015, "001", Path(path).name, status)


def _write_xlsx(path: Path) -> Path:
    workbook = Workbook()
    sheet = workbook.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    sheet["A1"] = "部门决算"
    sheet.merge_cells("A1:C1")
    sheet["B2"], sheet["B3"], sheet["B4"] = "约三百", "=SUM(B5:B6)", 12.5
    for number, value in enumerate(DANGEROUS, start=5):
        cell = sheet.cell(number, 1)
        cell.value = value
        cell.data_type = "s"
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)
    return path


def _write_xls(path: Path) -> Path:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet(SHEET)
    sheet.write_merge(0, 0, 0, 2, "部门决算")
    sheet.write(1, 1, "约三百")
    sheet.write(3, 1, 12.5)
    sheet.write(3, 2, 0.125, xlwt.easyxf(num_format_str="0%"))
    for number, value in enumerate(DANGEROUS, start=4):
        sheet.write(number, 0, value)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(str(path))
    return path


def _return(inbox: Path, path: str, *findings: Finding, status: str = "quarantined") -> ReturnedWorkbook:
    (written,) = write_returned(findings, [_submission(path, status)], inbox, inbox.parent / "returned")
    return written


def test_each_finding_is_a_comment_on_its_own_cell_and_a_line_of_the_list(tmp_path: Path) -> None:
    original = _write_xlsx(tmp_path / "raw/2015/001/决算.xlsx")
    before = hashlib.sha256(original.read_bytes()).hexdigest()
    written = _return(
        tmp_path / "raw",
        "2015/001/决算.xlsx",
        _finding("B4", severity="note"),
        _finding("B2"),
        _finding("B2"),
    )
    assert written.path == tmp_path / "returned/2015/001/决算.xlsx.returned.xlsx"
    assert (written.manner, written.findings) == ("annotated", 3)
    workbook = load_workbook(written.path)
    assert workbook.sheetnames == [LIST, SHEET]
    marked = workbook[SHEET]["B2"]
    assert marked.value == "约三百"
    assert marked.comment is not None and marked.comment.text.count("金额栏填写了文字。") == 2
    for said in (
        "阻断 Block",
        "Text stands in an amount.",
        "如何更正: 改填数字",
        "How to fix: enter a number",
    ):
        assert said in marked.comment.text
    assert marked.fill.start_color.rgb != workbook[SHEET]["B4"].fill.start_color.rgb
    assert workbook[SHEET]["B3"].value == "=SUM(B5:B6)"
    cells = [[str(cell.value or "") for cell in row] for row in workbook[LIST].iter_rows()]
    listed = [row for row in cells if row[3] in ("B2", "B4")]
    assert [row[3] for row in listed] == ["B2", "B2", "B4"], "the gravest first"
    assert listed[0][0] == "阻断\nBlock" and "Text in an amount" in listed[0][1] and listed[0][5] == "数字"
    link = next(cell for row in workbook[LIST].iter_rows() for cell in row if cell.hyperlink)
    assert link.hyperlink is not None and link.hyperlink.location == f"'{SHEET}'!B2"
    assert hashlib.sha256(original.read_bytes()).hexdigest() == before


@pytest.mark.parametrize(("write", "name", "manner"), [
    (_write_xlsx, "决算.xlsx", "annotated"), (_write_xls, "决算.xls", "rewritten"),
    # By content, not by name.
    (_write_xls, "wrong.xlsx", "rewritten"),
])  # fmt: skip
def test_text_never_becomes_a_formula(write, name, manner, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    write(tmp_path / "raw/2015/001" / name)
    written = _return(tmp_path / "raw", f"2015/001/{name}", _finding())
    assert written.manner == manner
    workbook = load_workbook(written.path)
    texts = [workbook[SHEET].cell(number, 1) for number in range(5, 5 + len(DANGEROUS))]
    assert [cell.value for cell in texts] == list(DANGEROUS)
    given = [cell for row in workbook[LIST].iter_rows() for cell in row if cell.value == "=1+1"]
    assert given and all(cell.quotePrefix for cell in given)
    assert {cell.data_type for cell in (*texts, *given)} == {"s"}
    with zipfile.ZipFile(written.path) as archive:
        sheets = [archive.read(entry) for entry in archive.namelist() if "worksheets/sheet" in entry]
    formulas = sum(sheet.count(b"<f>") for sheet in sheets)
    assert formulas == (1 if manner == "annotated" else 0), "only the submitter's own formula"


def test_an_xls_is_rewritten_with_values_and_merged_ranges(tmp_path: Path) -> None:
    _write_xls(tmp_path / "raw/2015/001/决算.xls")
    written = _return(tmp_path / "raw", "2015/001/决算.xls", _finding("B1"))
    sheet = load_workbook(written.path)[SHEET]
    assert [str(range_) for range_ in sheet.merged_cells.ranges] == ["A1:C1"]
    assert sheet["B4"].value == 12.5
    assert (sheet["C4"].value, sheet["C4"].number_format) == (0.125, "0.0%")
    # A finding inside a merged range stands on the cell that is seen.
    assert sheet["A1"].comment is not None


@pytest.mark.parametrize("content", [b"", b"PK\x03\x04 cut off", b"not a workbook"])
def test_an_unreadable_workbook_gets_the_list_alone(content: bytes, tmp_path: Path) -> None:
    original = tmp_path / "raw/2015/001/broken.xlsx"
    original.parent.mkdir(parents=True)
    original.write_bytes(content)
    for status in ("unreadable", "quarantined"):
        written = _return(
            tmp_path / "raw", "2015/001/broken.xlsx", _finding(cell="", sheet=""), status=status
        )
        assert written.manner == "summary_only"
        assert load_workbook(written.path).sheetnames == [LIST]


def test_what_the_reader_could_not_open_is_not_opened_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_xlsx(tmp_path / "raw/2015/001/killer.xlsx")

    def refuse(*arguments: object, **named: object) -> None:
        raise AssertionError("opened")

    monkeypatch.setattr(workbook_copies, "load_workbook", refuse)
    monkeypatch.setattr(workbook_copies.CalamineWorkbook, "from_filelike", refuse, raising=False)
    written = _return(tmp_path / "raw", "2015/001/killer.xlsx", _finding(), status="unreadable")
    assert written.manner == "summary_only"


def test_a_workbook_too_large_to_copy_gets_the_list_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _write_xlsx(tmp_path / "raw/2015/001/big.xlsx")
    monkeypatch.setattr(workbook_copies, "MOST_UNPACKED_BYTES", 1000)
    assert _return(tmp_path / "raw", "2015/001/big.xlsx", _finding()).manner == "summary_only"


def test_a_finding_without_a_cell_in_the_workbook_stands_in_the_list(tmp_path: Path) -> None:
    _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    absent = (_finding(sheet="无此表"), _finding(cell=""), _finding(cell="not an address"))
    workbook = load_workbook(_return(tmp_path / "raw", "2015/001/a.xlsx", *absent).path)
    assert not [cell for row in workbook[SHEET].iter_rows() for cell in row if cell.comment]
    assert sum(row[0].value == "阻断\nBlock" for row in workbook[LIST].iter_rows()) == len(absent)


def test_very_many_findings_are_all_listed_and_the_first_are_marked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(annotations, "MOST_COMMENTS", 2)
    _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    findings = [_finding(cell=f"B{row}") for row in range(2, 7)]
    workbook = load_workbook(_return(tmp_path / "raw", "2015/001/a.xlsx", *findings).path)
    assert sum(bool(cell.comment) for row in workbook[SHEET].iter_rows() for cell in row) == 2
    texts = [str(row[0].value) for row in workbook[LIST].iter_rows()]
    assert texts.count("阻断\nBlock") == 5
    assert any("前 2 条，共 5 条" in said for said in texts)


def test_a_sheet_of_the_same_name_keeps_its_place(tmp_path: Path) -> None:
    path = _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    workbook = load_workbook(path)
    workbook.create_sheet(LIST)
    workbook.save(path)
    names = load_workbook(_return(tmp_path / "raw", "2015/001/a.xlsx", _finding()).path).sheetnames
    assert names == [f"{LIST} 2", SHEET, LIST]


def test_findings_of_no_workbook_are_returned_to_their_submitter(tmp_path: Path) -> None:
    (written,) = write_returned([_finding(submission="")], [], tmp_path / "raw", tmp_path / "returned")
    assert written.path == tmp_path / "returned/2015/001/findings.returned.xlsx"
    assert written.manner == "without_workbook"


def test_stale_returned_workbooks_go_and_other_files_stay(tmp_path: Path) -> None:
    _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    first = _return(tmp_path / "raw", "2015/001/a.xlsx", _finding()).path
    note = first.parent / "note.txt"
    note.write_text("by hand", "utf-8")
    assert write_returned([], [], tmp_path / "raw", tmp_path / "returned") == []
    assert not first.exists() and note.exists()
    note.unlink()
    write_returned([], [], tmp_path / "raw", tmp_path / "returned")
    assert list((tmp_path / "returned").iterdir()) == []


def test_no_path_leads_out_of_the_folder(tmp_path: Path) -> None:
    written = _return(tmp_path / "raw", "../../outside/a.xlsx", _finding())
    assert written.path.is_relative_to(tmp_path / "returned")


def test_a_link_is_not_followed(tmp_path: Path) -> None:
    _write_xlsx(tmp_path / "elsewhere.xlsx")
    link = tmp_path / "raw" / "2015" / "001" / "a.xlsx"
    link.parent.mkdir(parents=True)
    link.symlink_to(tmp_path / "elsewhere.xlsx")
    written = _return(tmp_path / "raw", "2015/001/a.xlsx", _finding())
    assert written.manner == "summary_only" and load_workbook(written.path).sheetnames == [LIST]


def test_names_at_the_limit_of_the_file_system_are_cut(tmp_path: Path) -> None:
    names = ["长" * 83 + ".xls", "长" * 83 + ".xlsx"[:4] + "b"]
    submissions = [_submission(f"2015/001/{name}", submission=f"s{n}") for n, name in enumerate(names)]
    findings = [_finding(submission=f"s{n}") for n in range(len(names))]
    written = write_returned(findings, submissions, tmp_path / "raw", tmp_path / "returned")
    assert len({entry.path for entry in written}) == len(names)
    assert all(entry.path.is_file() and len(entry.path.name.encode()) <= 255 for entry in written)


ROWS = [["部门决算", None, None], ["甲", 1.5, "约三百"], ["0201", 7, "#DIV/0!"]]
MERGES = {SHEET: [(0, 0, 0, 2)]}
WITH_MERGES = {"a.ods", "a.xlsb", "html.xls", "xml.xls"}


@pytest.mark.parametrize(
    ("name", "make", "manner"),
    [
        ("a.ods", lambda: other.ods({SHEET: ROWS}, MERGES), "rewritten"),
        ("a.xlsb", lambda: other.xlsb({SHEET: ROWS}, MERGES), "rewritten"),
        ("html.xls", lambda: other.html({SHEET: ROWS}, MERGES), "rewritten"),
        ("xml.xls", lambda: other.spreadsheet_xml({SHEET: ROWS}, MERGES), "rewritten"),
        ("95.xls", lambda: other.excel_95({SHEET: ROWS}), "rewritten"),
        ("a.csv", lambda: other.csv_text({SHEET: ROWS}).encode("gb18030"), "rewritten"),
        ("protected.xls", lambda: protected.rc4(xls({SHEET: ROWS})), "rewritten"),
        ("protected.xlsx", lambda: protected.agile(xlsx({SHEET: ROWS})), "annotated"),
    ],
)
def test_every_format_is_answered_as_an_xlsx(name, make, manner, tmp_path: Path) -> None:  # type: ignore[no-untyped-def]
    content = make()
    for path in (f"2015/001/{name}", f"2015/001/包.zip!/夹/{name}"):
        place = tmp_path / "raw" / path.partition("!/")[0]
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(archive({f"夹/{name}": content}) if "!/" in path else content)
        sheet = "Sheet1" if name == "a.csv" else SHEET
        written = _return(tmp_path / "raw", path, _finding("C2", sheet=sheet))
        assert (written.manner, written.path) == (manner, tmp_path / f"returned/{path}.returned.xlsx")
        copy = load_workbook(written.path)[sheet]
        assert copy["C2"].comment is not None and copy["C2"].value == "约三百"
        assert (copy["A3"].value, copy["B2"].value, copy["B3"].value) == ("0201", 1.5, 7)
        assert copy["C3"].value == "#DIV/0!"
        merged = ["A1:C1"] if name in WITH_MERGES else []
        assert [str(range_) for range_ in copy.merged_cells.ranges] == merged


def test_codes_of_formats_without_numbers_stay_texts(tmp_path: Path) -> None:
    place = tmp_path / "raw/2015/001/a.csv"
    place.parent.mkdir(parents=True)
    place.write_text("编码,金额\n0201,1.10\n201,-2.5\n=1+1,1234567890123456\n", "utf-8")
    copy = load_workbook(_return(tmp_path / "raw", "2015/001/a.csv", _finding()).path)["Sheet1"]
    values = [[cell.value for cell in row] for row in copy.iter_rows(min_row=2)]
    assert values == [["0201", "1.10"], [201, -2.5], ["=1+1", "1234567890123456"]]
    assert copy["A4"].data_type == "s"


def test_an_archive_with_a_name_at_the_limit_of_the_file_system_is_answered(tmp_path: Path) -> None:
    name = "长" * 83 + ".zip"
    place = tmp_path / "raw/2015/001" / name
    place.parent.mkdir(parents=True)
    place.write_bytes(archive({"a.xlsx": xlsx({SHEET: ROWS})}))
    assert _return(tmp_path / "raw", f"2015/001/{name}!/a.xlsx", _finding()).manner == "annotated"


def test_findings_are_read_from_the_marts(database: Path) -> None:
    with duckdb.connect(str(database), read_only=True) as connection:
        findings, submissions = read_findings(connection, fixes={"content.text_in_amount": ("改", "fix")})
        counted = connection.execute("SELECT count(*) FROM marts.fct_findings").fetchone()
    assert counted == (len(findings),) and findings
    assert {finding.submission_id for finding in findings} <= {entry.submission_id for entry in submissions}
    assert next(f for f in findings if f.check_code == "content.text_in_amount").fix == ("改", "fix")


def test_the_list_says_by_how_much_and_in_which_unit(tmp_path: Path) -> None:
    _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    finding = dataclasses.replace(_finding(), given="12.5", expected="10", difference="2.5")
    workbook = load_workbook(_return(tmp_path / "raw", "2015/001/a.xlsx", finding).path)
    rows = [[str(cell.value or "") for cell in row] for row in workbook[LIST].iter_rows()]
    head = next(row for row in rows if row[0] == "级别\nSeverity")
    assert head[4:7] == ["填报\nGiven", "应为\nExpected", "相差\nDifference"]
    assert ["12.5", "10", "2.5"] in [row[4:7] for row in rows]
    comment = workbook[SHEET]["B2"].comment
    assert comment is not None and "相差 Difference: 2.5" in comment.text


@pytest.mark.parametrize(
    ("check", "values", "expected"),
    [
        ("identity.row_total", {"difference": "-64840547", "rule": "甲＝乙＋丙，相差"}, "-64840547"),
        ("identity.consolidated_units", {"difference": "1230100"}, "1230100 元"),
        ("identity.project_over_item", {"difference": "0.5"}, "0.5 元"),
        ("content.text_in_amount", {}, ""),
    ],
)
def test_a_difference_is_read_from_the_message_that_states_it(
    check: str, values: dict[str, str], expected: str
) -> None:
    template = load_checks()[check].message_zh
    names = ("where", "item", "given", "rule", "expected", "difference", "tolerance")
    message = template.format(**{name: values.get(name, "某处 C5（1.5）") for name in names})
    assert difference_stated(template, message) == expected
    assert difference_stated(template, "另一句话") == ""
    assert difference_stated("", message) == ""


def test_formats_widths_and_formulas_of_the_submitter_stay(tmp_path: Path) -> None:
    path = _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    workbook = load_workbook(path)
    sheet = workbook[SHEET]
    sheet["B4"].number_format = "#,##0.00"
    sheet.column_dimensions["B"].width = 33
    workbook.save(path)
    copy = load_workbook(_return(tmp_path / "raw", "2015/001/a.xlsx", _finding("B4")).path)[SHEET]
    assert (copy["B4"].number_format, copy["B3"].value) == ("#,##0.00", "=SUM(B5:B6)")
    assert copy.column_dimensions["B"].width == 33


def test_a_rewritten_sheet_shows_its_numbers(tmp_path: Path) -> None:
    workbook = xlwt.Workbook()
    sheet = workbook.add_sheet(SHEET)
    sheet.write(0, 0, "一个很长很长很长很长很长很长很长很长很长很长的表题")
    for row, number in enumerate((1324274121.84, 5.0, 0.125), start=1):
        sheet.write(row, 0, number)
    path = tmp_path / "raw/2015/001/a.xls"
    path.parent.mkdir(parents=True)
    workbook.save(str(path))
    copy = load_workbook(_return(tmp_path / "raw", "2015/001/a.xls", _finding("A2")).path)[SHEET]
    assert [copy.cell(row, 1).number_format for row in (2, 3, 4)] == ["0.00", "0", "0.000"]
    assert 13 <= copy.column_dimensions["A"].width <= 16


def test_a_very_long_comment_ends_and_says_where_the_rest_is(tmp_path: Path) -> None:
    _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    finding = dataclasses.replace(_finding(), message=("很长" * 20000, "long " * 9000))
    workbook = load_workbook(_return(tmp_path / "raw", "2015/001/a.xlsx", *[finding] * 3).path)
    comment = workbook[SHEET]["B2"].comment
    assert comment is not None and len(comment.text) < 5000
    assert comment.text.endswith("The list holds the rest.")


def test_sheet_names_at_the_limit_stay_and_are_linked(tmp_path: Path) -> None:
    path = _write_xlsx(tmp_path / "raw/2015/001/a.xlsx")
    workbook = load_workbook(path)
    name = "'引号'" + "长" * 27
    workbook[SHEET].title = name
    for number in range(2, 4):
        workbook.create_sheet(f"{LIST} {number}")
    workbook.create_sheet(LIST.upper())
    workbook.save(path)
    copy = load_workbook(_return(tmp_path / "raw", "2015/001/a.xlsx", _finding(sheet=name)).path)
    assert len(name) == 31 and name in copy.sheetnames
    assert copy.sheetnames[0] == f"{LIST} 4"
    link = next(cell.hyperlink for row in copy.worksheets[0].iter_rows() for cell in row if cell.hyperlink)
    assert link.location == "'" + name.replace("'", "''") + "'!B2"


def test_answers_to_some_leave_those_to_others(tmp_path: Path) -> None:
    inbox, target = tmp_path / "raw", tmp_path / "returned"
    paths = [f"2015/00{number}/a.xlsx" for number in (1, 2)]
    for path in paths:
        _write_xlsx(inbox / path)
    submissions = [_submission(path, submission=f"s{number}") for number, path in enumerate(paths)]
    findings = [_finding(submission=f"s{number}") for number in range(2)]
    first = write_returned(findings, submissions, inbox, target)
    again = write_returned(findings[:1], submissions, inbox, target, are_all=False)
    assert len(again) == 1 and all(entry.path.exists() for entry in first)
