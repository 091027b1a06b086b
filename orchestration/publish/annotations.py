"""Laying findings on a workbook: a comment and a fill on each cell, and a list as the first sheet."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from unicodedata import east_asian_width

from openpyxl import Workbook
from openpyxl.cell import Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.utils.cell import coordinate_from_string
from openpyxl.utils.exceptions import CellCoordinatesException
from openpyxl.worksheet.hyperlink import Hyperlink
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.publish.workbook_copies import Manner, write_text
from orchestration.texts import LANGUAGES, text

SEVERITIES = ("block", "error", "warning", "note")
# Comments are drawn one by one when a spreadsheet opens the file; thousands make it crawl.
MOST_COMMENTS = 1000
_FILLS = {"block": "F6C9C3", "error": "FBE0B5", "warning": "D5E5F0", "note": "EAE7DE"}
_FALLBACK_FILL = "EAE7DE"
_ANSWER_FILL = "FFFBE6"
_HEAD_FILL = "1D5478"
_LINE = Side(style="thin", color="C9C4B8")
_COLUMNS = (
    ("severity", 11),
    ("check", 26),
    ("sheet_column", 22),
    ("cell", 9),
    ("given", 20),
    ("expected", 20),
    ("difference", 16),
    ("message", 52),
    ("fix", 42),
    ("explanation", 40),
)
_CELL_COLUMN = 1 + [name for name, _ in _COLUMNS].index("cell")
_LINE_POINTS = 14.5
_LOST_AT_LINE_END = 4  # digits: words are not broken, and some programs set wider letters
_TALLEST_POINTS = 400.0
_LONGEST_SHEET_NAME = 31
_COMMENT_WIDTH = 340
_PIXELS_PER_LINE = 19
_CHARACTERS_PER_LINE = 26
# A comment nobody can read to its end; the list has the rest.
_LONGEST_COMMENT = 4000


@dataclass(frozen=True)
class Finding:
    """One finding as its submitter sees it. Pairs are Chinese, then English; `difference` is by how much the
    figure is off, with its unit where that is not the cell's, '' when the check states none; `explanation`
    what the submitter has said to it.
    """

    submission_id: str
    submitter_code: str
    fiscal_year: int | None
    check_code: str
    severity: str
    sheet: str
    cell: str
    given: str
    expected: str
    message: tuple[str, str]
    title: tuple[str, str] = ("", "")
    fix: tuple[str, str] = ("", "")
    difference: str = ""
    explanation: str = ""


@dataclass(frozen=True)
class Heading:
    """What the list says about the workbook it stands in."""

    file_name: str
    submitter_code: str
    fiscal_year: int | None
    manner: Manner


def annotate(workbook: Workbook, heading: Heading, findings: Sequence[Finding]) -> None:
    """Write `findings` on the cells of `workbook` and as a list on a new first sheet.

    Findings whose sheet or cell the workbook lacks stand in the list only.

    Args:
        workbook: a copy, changed in place.
        heading: for the list.
        findings: the gravest first; the first ones get the comments when there are very many.
    """
    _remove_former_lists(workbook)
    marked = findings[:MOST_COMMENTS]
    places: dict[tuple[str, str], list[Finding]] = defaultdict(list)
    for finding in marked:
        if finding.sheet in workbook.sheetnames and finding.cell:
            places[finding.sheet, finding.cell].append(finding)
    reached = {place for place, own in places.items() if _mark(workbook[place[0]], place[1], own)}
    _write_list(workbook, heading, findings, reached)


def _remove_former_lists(workbook: Workbook) -> None:
    """A workbook filed again with its list gets a new one; what was said in the old one stands in it."""
    title = _both("title", " ")
    for sheet in workbook.worksheets:
        if sheet.cell(1, 1).value == title and len(workbook.worksheets) > 1:
            workbook.remove(sheet)


def _mark(sheet: Worksheet, address: str, findings: Sequence[Finding]) -> bool:
    """Put a comment and a fill on a cell; False when there is no such cell."""
    cell = _cell_at(sheet, address)
    if cell is None:
        return False
    parts = [cell.comment.text] if cell.comment else []
    parts += ["\n".join(part for part in _comment_lines(finding) if part) for finding in findings]
    said = _readable("\n\n".join(parts))
    comment = Comment(said, text("returned.author", "zh"), width=_COMMENT_WIDTH)
    lines = sum(1 + len(line) // _CHARACTERS_PER_LINE for line in said.split("\n"))
    comment.height = min(_PIXELS_PER_LINE * (lines + 1), 420)
    cell.comment = comment
    cell.fill = _fill(findings[0].severity)
    sheet.sheet_state = "visible"
    return True


def _readable(said: str) -> str:
    """A comment of bearable length, that says where the rest stands."""
    if len(said) <= _LONGEST_COMMENT:
        return said
    return said[:_LONGEST_COMMENT].rstrip() + "…\n" + _both("comment_cut")


def _cell_at(sheet: Worksheet, address: str) -> Cell | None:
    """The cell at an address, or the top left one of the merged range it lies in."""
    try:
        coordinate_from_string(address)
        cell = sheet[address]
        if isinstance(cell, MergedCell):
            merged = next(range_ for range_ in sheet.merged_cells.ranges if address in range_)
            cell = sheet.cell(merged.min_row, merged.min_col)
    except (CellCoordinatesException, KeyError, ValueError, StopIteration):
        return None
    return cell if isinstance(cell, Cell) else None


def _comment_lines(finding: Finding) -> list[str]:
    severity = " ".join(_severity(finding, language) for language in LANGUAGES)
    fixes = [
        f"{_said('fix', language)}: {fix}"
        for language, fix in zip(LANGUAGES, finding.fix, strict=True)
        if fix
    ]
    facts = [
        f"{_both(name, ' ')}: {value}"
        for name, value in (("expected", finding.expected), ("difference", finding.difference))
        if value
    ]
    return [f"【{severity}】{finding.check_code}", *finding.message, *facts, *fixes]


def _write_list(
    workbook: Workbook, heading: Heading, findings: Sequence[Finding], reached: set[tuple[str, str]]
) -> None:
    for sheet in workbook.worksheets:
        # Two selected tabs would be edited together.
        sheet.sheet_view.tabSelected = False
    sheet = workbook.create_sheet(_free_name(workbook), 0)
    workbook.active = 0
    row = _write_heading(sheet, heading, len(findings))
    sheet.sheet_view.showGridLines = False
    for column, (name, width) in enumerate(_COLUMNS, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
        head = _put(sheet, row, column, _both(name))
        head.font = Font(bold=True, color="FFFFFF")
        head.fill = PatternFill("solid", start_color=_HEAD_FILL)
    sheet.row_dimensions[row].height = 2 * _LINE_POINTS + 4
    sheet.freeze_panes = f"A{row + 1}"
    sheet.auto_filter.ref = f"A{row}:{get_column_letter(len(_COLUMNS))}{row + len(findings)}"
    for number, finding in enumerate(findings, start=row + 1):
        _write_row(sheet, number, finding, linked=(finding.sheet, finding.cell) in reached)
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.fitToWidth, sheet.page_setup.fitToHeight = 1, 0
    if sheet.sheet_properties.pageSetUpPr is not None:
        sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{row}:{row}"


def _write_heading(sheet: Worksheet, heading: Heading, number: int) -> int:
    """Write what stands above the list; returns the row of its head."""
    title = _put(sheet, 1, 1, _both("title", " "), lined=False)
    title.font = Font(bold=True, size=16, color="A3251F")
    title.alignment = Alignment(wrap_text=False)
    facts = [
        ("file", heading.file_name),
        ("submitter", heading.submitter_code),
        ("fiscal_year", str(heading.fiscal_year or "")),
        ("number", str(number)),
    ]
    row = 2
    for name, value in facts:
        if value:
            _put(sheet, row, 1, _both(name, " "), lined=False).alignment = Alignment(wrap_text=False)
            shown = _put(sheet, row, 3, value, lined=False)
            shown.font, shown.alignment = Font(bold=True), Alignment(wrap_text=False)
            row += 1
    notes = ["intro"] if heading.manner in ("annotated", "rewritten") else []
    notes += [f"intro_{heading.manner}"] if heading.manner != "annotated" else []
    for note in notes:
        row = _write_notes(sheet, row, note)
    if number > MOST_COMMENTS:
        row = _write_notes(sheet, row, "truncated", shown=MOST_COMMENTS, total=number)
    return row + 1


def _write_notes(sheet: Worksheet, row: int, key: str, **values: object) -> int:
    for language in LANGUAGES:
        note = _put(sheet, row, 1, text(f"returned.{key}", language, **values), lined=False)
        note.alignment = Alignment(wrap_text=False)
        row += 1
    return row


def _write_row(sheet: Worksheet, row: int, finding: Finding, *, linked: bool) -> None:
    titles = [title for title in finding.title if title]
    cells = (
        "\n".join(_severity(finding, language) for language in LANGUAGES),
        "\n".join([*titles, finding.check_code]),
        finding.sheet,
        finding.cell,
        finding.given,
        finding.expected,
        finding.difference,
        "\n".join(part for part in finding.message if part),
        "\n".join(part for part in finding.fix if part),
        finding.explanation,
    )
    for column, value in enumerate(cells, start=1):
        _put(sheet, row, column, value)
    sheet.cell(row, 1).fill = _fill(finding.severity)
    sheet.cell(row, len(_COLUMNS)).fill = PatternFill("solid", start_color=_ANSWER_FILL)
    # Not every program finds the height of wrapped lines by itself.
    lines = max(_lines(value, width) for value, (_, width) in zip(cells, _COLUMNS, strict=True))
    sheet.row_dimensions[row].height = min(lines * _LINE_POINTS + 4, _TALLEST_POINTS)
    if linked:
        address = sheet.cell(row, _CELL_COLUMN)
        quoted = finding.sheet.replace("'", "''")
        address.hyperlink = Hyperlink(ref=address.coordinate, location=f"'{quoted}'!{finding.cell}")
        address.font = Font(color="1D5478", underline="single")


def _lines(text_: str, width: int) -> int:
    """Lines a text takes in a column; Chinese characters are two digits wide."""
    return sum(-(-_digits(line) // max(width - _LOST_AT_LINE_END, 1)) or 1 for line in text_.split("\n"))


def _digits(line: str) -> int:
    return sum(2 if east_asian_width(sign) in "WFA" else 1 for sign in line)


def _put(sheet: Worksheet, row: int, column: int, value: str, *, lined: bool = True) -> Cell:
    cell = sheet.cell(row, column)
    if not isinstance(cell, Cell):
        raise TypeError("the list has no merged cells")
    write_text(cell, value)
    cell.alignment = Alignment(wrap_text=True, vertical="top")
    if lined:
        cell.border = Border(bottom=_LINE)
    return cell


def _fill(severity: str) -> PatternFill:
    return PatternFill("solid", start_color=_FILLS.get(severity, _FALLBACK_FILL))


def _severity(finding: Finding, language: str) -> str:
    if finding.severity not in SEVERITIES:
        return finding.severity
    return text(f"returned.severity_{finding.severity}", "zh" if language == "zh" else "en")


def _said(key: str, language: str) -> str:
    return text(f"returned.{key}", "zh" if language == "zh" else "en")


def _both(key: str, between: str = "\n") -> str:
    return between.join(text(f"returned.{key}", language) for language in LANGUAGES)


def _free_name(workbook: Workbook) -> str:
    """A name for the list that no sheet has yet; spreadsheets compare names without regard to case."""
    base = _both("sheet", " ")[:_LONGEST_SHEET_NAME]
    taken = {name.lower() for name in workbook.sheetnames}
    name, number = base, 1
    while name.lower() in taken:
        number += 1
        ending = f" {number}"
        name = base[: _LONGEST_SHEET_NAME - len(ending)] + ending
    return name
