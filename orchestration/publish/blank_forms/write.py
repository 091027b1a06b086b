"""A planned blank form as an .xlsx workbook: looks, number formats, data validation, print setup."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from math import ceil
from pathlib import Path
from typing import Literal

from openpyxl import Workbook
from openpyxl.cell import Cell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.cell_range import MultiCellRange
from openpyxl.worksheet.datavalidation import DataValidation
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.ingest.text import address
from orchestration.publish.blank_forms.plan import Look, SheetPlan, Slot, text_width
from orchestration.texts import LANGUAGES, text

_Kind = Literal["list", "decimal", "whole"]
_FONT, _TITLE_FONT = "宋体", "黑体"
_THIN = Side(style="thin", color="808080")
_BORDER = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER_FILL = PatternFill("solid", fgColor="EAEFF5")
_INPUT_FILL = PatternFill("solid", fgColor="FFFDF2")
_FONTS = {
    Look.TITLE: Font(name=_TITLE_FONT, size=16),
    Look.HEADER: Font(name=_FONT, size=10, bold=True),
    Look.TOTAL: Font(name=_FONT, size=10, bold=True),
}
_BODY_FONT = Font(name=_FONT, size=10)
_ALIGNED: dict[Look, str] = {
    Look.TITLE: "center",
    Look.HEADER: "center",
    Look.TOTAL: "center",
    Look.NUMBER: "center",
    Look.UNIT: "right",
}
_UNWRAPPED = frozenset({Look.TITLE, Look.AROUND, Look.UNIT})
_ROW_HEIGHT, _LINE_HEIGHT, _TITLE_HEIGHT, _TALL_HEIGHT = 18.0, 14.0, 28.0, 66.0
_A4_PORTRAIT, _A4_LANDSCAPE = 125.0, 240.0  # half-width characters that stay legible on a page
_CELL_PADDING = 1.0  # half-width characters that a cell keeps free
_CODE_FORMAT, _DATE_FORMAT = "@", "yyyy-mm-dd"
_LONGEST_LIST = 255  # characters Excel allows in a list of choices


def write_blank_form(plans: Sequence[SheetPlan], path: Path) -> None:
    """Write the planned sheets into a new workbook.

    Raises:
        OSError: the file cannot be written.
    """
    workbook = Workbook()
    workbook.remove(workbook.worksheets[0])
    for plan in plans:
        _sheet(workbook.create_sheet(plan.name), plan)
    workbook.properties.creator = ""
    workbook.properties.title = plans[0].table.form.title.zh
    workbook.save(path)


def _sheet(sheet: Worksheet, plan: SheetPlan) -> None:
    _rule(sheet, plan)
    for printed in plan.texts:
        cell = _cell(sheet, printed.row, printed.column)
        # Numbers as numbers: Excel marks each number stored as text.
        cell.value = int(printed.text) if printed.text.isdecimal() else printed.text
        cell.font = _FONTS.get(printed.look, _BODY_FONT)
        cell.alignment = Alignment(
            horizontal="center" if printed.text.isdecimal() else _ALIGNED.get(printed.look, "left"),
            vertical="center",
            wrap_text=printed.look not in _UNWRAPPED,
        )
        if printed.look is Look.HEADER and plan.body[0] <= printed.row:
            cell.fill = _HEADER_FILL
    for slot in plan.slots:
        cell = _cell(sheet, slot.row, slot.column)
        cell.font, cell.fill, cell.number_format = _BODY_FONT, _INPUT_FILL, _number_format(slot)
        is_number = slot.holds in ("amount", "number")
        cell.alignment = Alignment(
            horizontal="right" if is_number else "left", vertical="center", wrap_text=not is_number
        )
    for area in plan.merged:
        sheet.merge_cells(
            start_row=area.top + 1,
            start_column=area.left + 1,
            end_row=area.bottom + 1,
            end_column=area.right + 1,
        )
    for validation in _validations(plan.slots):
        sheet.add_data_validation(validation)
    _set_up_page(sheet, plan)


def _cell(sheet: Worksheet, row: int, column: int) -> Cell:
    cell = sheet.cell(row + 1, column + 1)
    if not isinstance(cell, Cell):
        raise TypeError(f"{sheet.title}!{cell.coordinate} lies inside a merged range")
    return cell


def _rule(sheet: Worksheet, plan: SheetPlan) -> None:
    """Draw the table's lines; before anything is merged, because merged cells take no style afterwards."""
    top, bottom = plan.body
    lines = _lines_of_text(plan)
    for row in range(top, bottom + 1):
        height = max(_ROW_HEIGHT, _LINE_HEIGHT * lines.get(row, 1))
        sheet.row_dimensions[row + 1].height = _TALL_HEIGHT if row in plan.tall_rows else height
        for column in range(plan.width):
            sheet.cell(row + 1, column + 1).border = _BORDER


def _lines_of_text(plan: SheetPlan) -> dict[int, int]:
    """Lines the longest text of each row takes in its column or merged range."""
    ranges = {(area.top, area.left): area for area in plan.merged}
    lines: dict[int, int] = {}
    for printed in plan.texts:
        area = ranges.get((printed.row, printed.column))
        last = area.right if area else printed.column
        if area is None or area.bottom == printed.row:
            room = sum(plan.column_widths[printed.column : last + 1]) - _CELL_PADDING
            lines[printed.row] = max(lines.get(printed.row, 1), ceil(text_width(printed.text) / room))
    return lines


def _number_format(slot: Slot) -> str:
    if slot.holds == "code":
        return _CODE_FORMAT
    if slot.holds == "date":
        return _DATE_FORMAT
    if slot.holds == "amount" and slot.decimals is not None:
        return f"#,##0.{'0' * slot.decimals}" if slot.decimals else "#,##0"
    return "General"


def _validations(slots: Iterable[Slot]) -> Iterator[DataValidation]:
    """One validation for each kind of cell. All warn and none forbids: a nil mark is an answer, too."""
    kinds: dict[tuple[_Kind, str, tuple[str, ...]], list[Slot]] = {}
    for slot in slots:
        if kind := _validation_kind(slot):
            kinds.setdefault(kind, []).append(slot)
    for kind, own in kinds.items():
        validation = _validation(*kind)
        validation.sqref = MultiCellRange(" ".join(_runs(own)))
        yield validation


def _runs(slots: Iterable[Slot]) -> Iterator[str]:
    """Cells below each other as one range; a validation with thousands of single cells opens slowly."""
    places = sorted((slot.column, slot.row) for slot in slots)
    first = last = places[0]
    for place in [*places[1:], (-1, -1)]:
        if place != (last[0], last[1] + 1):
            start, end = address(first[1], first[0]), address(last[1], last[0])
            yield start if start == end else f"{start}:{end}"
            first = place
        last = place


def _validation_kind(slot: Slot) -> tuple[_Kind, str, tuple[str, ...]] | None:
    if slot.choices and len(",".join(slot.choices)) <= _LONGEST_LIST:
        return "list", "choice", slot.choices
    if slot.holds in ("amount", "number"):
        return "decimal", slot.holds, ()
    return ("whole", "year", ()) if slot.holds == "year" else None


def _validation(kind: _Kind, message: str, choices: tuple[str, ...]) -> DataValidation:
    bounds: dict[_Kind, str] = {"decimal": "-999999999999999", "whole": "1000"}
    formula = f'"{",".join(choices)}"' if choices else bounds[kind]
    validation = DataValidation(
        type=kind,
        operator=None if choices else "greaterThanOrEqual",
        formula1=formula,
        allow_blank=True,
        showErrorMessage=True,
        errorStyle="warning",
    )
    validation.errorTitle = " ".join(text("blank_forms.title", language) for language in LANGUAGES)
    validation.error = "\n".join(text(f"blank_forms.{message}", language) for language in LANGUAGES)
    return validation


def _set_up_page(sheet: Worksheet, plan: SheetPlan) -> None:
    for index, width in enumerate(plan.column_widths):
        sheet.column_dimensions[get_column_letter(index + 1)].width = width
    sheet.row_dimensions[1].height = _TITLE_HEIGHT
    page = sheet.page_setup
    width = sum(plan.column_widths)
    page.paperSize = sheet.PAPERSIZE_A3 if width > _A4_LANDSCAPE else sheet.PAPERSIZE_A4
    page.fitToWidth, page.fitToHeight = 1, 0 if plan.is_open else 1
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)
    page.orientation = (
        sheet.ORIENTATION_LANDSCAPE if plan.header or width > _A4_PORTRAIT else sheet.ORIENTATION_PORTRAIT
    )
    sheet.print_options.horizontalCentered = True
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    if plan.header:
        sheet.freeze_panes = address(plan.header[1] + 1, 0)
        sheet.print_title_rows = f"{plan.header[0] + 1}:{plan.header[1] + 1}"
