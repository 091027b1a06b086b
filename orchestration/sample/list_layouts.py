"""Layouts of lists (registers, projects, evaluations) and of fact tables with one value column."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orchestration.sample.model import Evaluation, Project, Region, Unit
from orchestration.sample.money import ZERO, total
from orchestration.sample.pens import PUBLIC, Pen, unit_of, unit_word
from orchestration.sample.reference import function_classes, label, layouts, words
from orchestration.sample.sheets import Sheet, Style, Value

Fact = int | Decimal | bool | None


def _plain_head(
    sheet: Sheet, entry: Mapping[str, Any], who: str, year: int, corner: str, columns: int
) -> int:
    text = words()
    sheet.head((1, 1, 1, columns), text["title"].format(year=year, name=entry["name"]), Style.TITLE, "title")
    sheet.put(2, 1, text["filed_by"].format(name=who), anchor="who")
    sheet.put(2, columns, corner, anchor="unit")
    return 3


def _register(
    entry: Mapping[str, Any],
    table: str,
    fields: Sequence[str],
    who: str,
    year: int,
    rows: list[list[str]],
    corner: str,
) -> Sheet:
    """A numbered list of texts with a counting last row."""
    sheet = Sheet(entry["sheet"], "yuan", table)
    row = _plain_head(sheet, entry, who, year, corner, len(entry["headers"]))
    sheet.put_row(row, entry["headers"], Style.HEAD)
    for number, values in enumerate(rows, start=1):
        sheet.put(row + number, 1, number, Style.COUNT)
        for column, (field, value) in enumerate(zip(fields, values, strict=True), start=2):
            sheet.put(row + number, column, value or None, anchor=f"{values[0]}:{field}")
    row += len(rows) + 1
    sheet.head((row, 1, row, 2), words()["total"], Style.TEXT)
    sheet.put(row, 3, entry["count"].format(count=len(rows)), anchor="TOTAL:count")
    sheet.put(row + 1, 1, entry["note"])
    return sheet


def unit_register(units: list[Unit], who: str, year: int) -> Sheet:
    """预算单位名录."""
    entry = layouts()["unit_register"]
    levels = entry["levels"]
    rows = [
        [
            unit.code,
            unit.name,
            levels["top"] if unit.is_first_level else levels["second"],
            unit.parent_code,
            unit.region_code,
            unit.nature,
        ]
        for unit in units
    ]
    fields = ("unit_code", "unit_name", "unit_level", "parent_unit_code", "region_code", "unit_nature")
    corner = words()["unit"].format(unit=entry["unit"])
    return _register(entry, "unit_register", fields, who, year, rows, corner)


def region_register(regions: list[Region], who: str, year: int) -> Sheet:
    """行政区划名录."""
    entry = layouts()["region_register"]
    rows = [[region.code, region.name, region.kind, region.parent_code] for region in regions]
    fields = ("region_code", "region_name", "region_type", "parent_region_code")
    corner = words()["unit"].format(unit=layouts()["unit_register"]["unit"])
    return _register(entry, "region_register", fields, who, year, rows, corner)


class ProjectListLayout:
    """项目支出预算及执行情况表, in either hand."""

    _MONEY = ("budget_amount", "adjusted_budget_amount", "executed_amount")

    def __init__(self, projects: list[Project], who: str, year: int, hand: str) -> None:
        self.projects = projects
        self.who = who
        self.year = year
        self.hand = hand
        self.entry: dict[str, Any] = layouts()["project_list"]
        self.sheet = Sheet(self.entry["sheet"], unit_of(hand), "project_list")
        self.pen = Pen(self.sheet, hand, year)

    def write(self) -> Sheet:
        """The sheet."""
        is_public = self.hand == PUBLIC
        columns = 14 if is_public else 12
        row = self.pen.head(self.entry["name"], self.who, self.entry["form_number"], columns, "filed_by")
        row = self._public_header(row) if is_public else self._ledger_header(row)
        if is_public:
            row = self._total(row, 9)
        for number, project in enumerate(self.projects, start=1):
            self._project(row, number, project)
            row += 1
        if not is_public:
            row = self._total(row, 7)
        self.pen.notes(row, self.entry["note"])
        return self.sheet

    def _public_header(self, row: int) -> int:
        headers, text = self.entry["headers"], self.pen.words
        for column, header in zip(
            [1, 2, 3, 4, 5, 9, 10, 11, 12, 13, 14], headers[:5] + headers[6:], strict=True
        ):
            self.sheet.head((row, column, row + 1, column), header, anchor=f"header:{header}")
        self.sheet.head((row, 6, row, 8), headers[5])
        self.sheet.put_row(row + 1, [text["class"], text["group"], text["entry"]], Style.HEAD, 6)
        return row + 2

    def _ledger_header(self, row: int) -> int:
        self.sheet.put_row(row, self.entry["headers"], Style.HEAD)
        for column, header in enumerate(self.entry["headers"], start=1):
            self.sheet.anchors[f"header:{header}"] = (row, column)
        return self.pen.numbers(row + 1, 7, 3)

    def _total(self, row: int, labels: int) -> int:
        self.pen.total_label(row, labels)
        sums = (
            total(project.budget for project in self.projects),
            total(project.adjusted_budget for project in self.projects),
            total(project.executed for project in self.projects),
        )
        for column, (field, amount) in enumerate(zip(self._MONEY, sums, strict=True), start=labels + 1):
            self.sheet.put(row, column, amount, Style.MONEY, f"TOTAL:{field}")
        return row + 1

    def _project(self, row: int, number: int, project: Project) -> None:
        sheet, natures, text = self.sheet, self.entry["natures"], self.pen.words
        key = project.code
        sheet.put(row, 1, number, Style.COUNT)
        values = [project.code, project.name, project.unit_code, project.unit_name]
        fields = ("project_code", "project_name", "unit_code", "unit_name")
        for column, (field, value) in enumerate(zip(fields, values, strict=True), start=2):
            sheet.put(row, column, value, anchor=f"{key}:{field}")
        code = project.function_code
        parts = [code[:3], code[3:5], code[5:]] if self.hand == PUBLIC else [code]
        sheet.put_row(row, parts, Style.TEXT, 6)
        sheet.anchors[f"{key}:function_code"] = (row, 6)
        after = 6 + len(parts)
        nature = natures["new" if project.is_new else "continued"]
        sheet.put(row, after, nature, anchor=f"{key}:project_nature")
        amounts = (project.budget, project.adjusted_budget, project.executed)
        for column, (field, amount) in enumerate(zip(self._MONEY, amounts, strict=True), start=after + 1):
            sheet.put(row, column, amount, Style.MONEY, f"{key}:{field}")
        livelihood = {entry.code for entry in function_classes(self.year) if entry.is_livelihood}
        answer = text["yes"] if code[:3] in livelihood else text["no"]
        sheet.put(row, after + 4, answer, anchor=f"{key}:is_livelihood")


def evaluation_register(evaluations: list[Evaluation], who: str, year: int, unit: str) -> Sheet:
    """绩效评价登记表. Rows are anchored by their evaluation code."""
    entry = layouts()["evaluation_register"]
    sheet = Sheet(entry["sheet"], unit, "evaluation_register")
    corner = words()["unit"].format(unit=unit_word(unit))
    row = _plain_head(sheet, entry, who, year, corner, 15)
    _evaluation_header(sheet, row, entry["headers"])
    row += 2
    for number, item in enumerate(evaluations, start=1):
        _evaluation_row(sheet, row, number, item, entry)
        row += 1
    sheet.head((row, 1, row, 8), words()["total"], Style.TEXT, "TOTAL:label")
    amount = total(item.amount for item in evaluations)
    sheet.put(row, 9, amount if evaluations else ZERO, Style.MONEY, "TOTAL:evaluated_amount")
    sheet.put(row + 1, 1, entry["note"])
    return sheet


def _evaluation_header(sheet: Sheet, row: int, headers: list[list[str | None]]) -> None:
    start = 0
    while start < len(headers):
        upper, lower = headers[start]
        end = start
        while end + 1 < len(headers) and lower and headers[end + 1][0] == upper:
            end += 1
        if upper is not None:
            area = (row, start + 1, row if lower else row + 1, end + 1)
            sheet.head(area, upper, anchor=f"header:{upper}")
        for at in range(start, end + 1):
            below = headers[at][1]
            if below:
                sheet.put(row + 1, at + 1, below, Style.HEAD, f"header:{upper}/{below}")
        start = end + 1


def _evaluation_row(sheet: Sheet, row: int, number: int, item: Evaluation, entry: Mapping[str, Any]) -> None:
    sheet.put(row, 1, number, Style.COUNT)
    values: dict[str, tuple[Value | None, Style]] = {
        "evaluation_code": (item.code, Style.TEXT),
        "object_type": (entry["object_types"][item.object_type], Style.TEXT),
        "object_code": (item.object_code, Style.TEXT),
        "object_name": (item.object_name, Style.TEXT),
        "unit_code": (item.unit_code or None, Style.TEXT),
        "function_code": (item.function_code or None, Style.TEXT),
        "expenditure_year": (item.expenditure_year, Style.COUNT),
        "evaluated_amount": (item.amount, Style.MONEY),
        "evaluator_kind": (entry["evaluator_kinds"][item.evaluator_kind], Style.TEXT),
        "evaluator_name": (item.evaluator, Style.TEXT),
        "evaluation_date": (item.date, Style.TEXT),
        "score": (item.score, Style.SCORE),
        "grade": (item.grade, Style.TEXT),
    }
    for column, (field, (value, style)) in enumerate(values.items(), start=2):
        sheet.put(row, column, value, style, f"{item.code}:{field}")


def fact_table(
    form: str, facts: Mapping[str, Fact], who: str, year: int, filed_on: str, unit: str = "ten_thousand_yuan"
) -> Sheet:
    """A table of items with a unit and one value each, in sections."""
    entry, text = layouts()[form], words()
    sheet = Sheet(entry["sheet"], unit, "base_data" if form == "county_base_data" else "management_facts")
    row = _plain_head(sheet, entry, who, year, text["filed_on"].format(date=filed_on), 5)
    sheet.put_row(row, entry["headers"], Style.HEAD)
    for column, header in enumerate(entry["headers"], start=1):
        sheet.anchors[f"header:{header}"] = (row, column)
    units = {**entry.get("units", {}), "money": unit_word(unit)}
    number = 0
    for section in entry["sections"]:
        row += 1
        sheet.head((row, 1, row, 5), section["name"], Style.TEXT)
        for item, name, unit_key in section["rows"]:
            row, number = row + 1, number + 1
            sheet.put(row, 1, number, Style.COUNT)
            sheet.put(row, 2, label(name, year), anchor=f"{item}:label")
            sheet.put(row, 3, units.get(unit_key, unit_key), anchor=f"{item}:unit")
            value, style = _fact(facts[item], unit_key)
            sheet.put(row, 4, value, style, f"{item}:value")
    sheet.put(row + 1, 1, entry["note"])
    return sheet


def _fact(value: Fact, unit_key: str) -> tuple[Value | None, Style]:
    text = words()
    if value is None:
        return text["not_applicable"], Style.TEXT
    if isinstance(value, bool):
        return (text["yes"] if value else text["no"]), Style.TEXT
    if isinstance(value, Decimal):
        return value, Style.MONEY if unit_key == "money" else Style.SCORE
    return value, Style.COUNT


__all__ = [
    "ProjectListLayout",
    "evaluation_register",
    "fact_table",
    "region_register",
    "unit_register",
]
