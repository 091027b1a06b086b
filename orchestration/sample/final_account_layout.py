"""Layout of 部门决算: nine tables in either hand."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any

from orchestration.sample.detail_layouts import BasicExpenditureTable, ThreePublicTable
from orchestration.sample.model import UnitAccount
from orchestration.sample.money import ZERO, total
from orchestration.sample.pens import PUBLIC, Pen, columns_sum, sheet_name, unit_of, with_ancestors
from orchestration.sample.reference import (
    FunctionClass,
    function_classes,
    function_names,
    label,
    layouts,
)
from orchestration.sample.sheets import Sheet, Style

_BALANCES = (
    "opening_balance",
    "revenue",
    "expenditure_total",
    "expenditure_basic",
    "expenditure_project",
    "closing_balance",
)


def numbered_classes(year: int, left_out: Sequence[str] = ()) -> list[tuple[FunctionClass, str]]:
    """The classes with the numbered label of summary tables (一、…)."""
    classes = [entry for entry in function_classes(year) if entry.code not in left_out]
    numerals = layouts()["numerals"]
    return [(entry, f"{numerals[at]}、{entry.name}") for at, entry in enumerate(classes)]


def general_rows(account: UnitAccount) -> list[tuple[str, list[Decimal]]]:
    """General budget expenditure by code: total, basic, project."""
    return with_ancestors(
        {
            code: (line.amount, line.basic, line.project)
            for code, line in account.general.items()
            if line.amount
        }
    )


def expenditure_rows(account: UnitAccount) -> list[tuple[str, list[Decimal]]]:
    """All expenditure by code: total, basic, project, remitted, operating, subsidies."""
    entries: dict[str, list[Decimal]] = {}

    def add(code: str, basic: Decimal, project: Decimal, operating: Decimal) -> None:
        amounts = [basic + project + operating, basic, project, ZERO, operating, ZERO]
        known = entries.get(code, [ZERO] * 6)
        entries[code] = [one + other for one, other in zip(known, amounts, strict=True)]

    for code, line in [*account.general.items(), *account.own.items()]:
        add(code, line.basic, line.project, ZERO)
    for code, fund in account.fund.items():
        add(code, ZERO, fund.project, ZERO)
    for code, amount in account.operating.items():
        add(code, ZERO, ZERO, amount)
    return with_ancestors({code: amounts for code, amounts in entries.items() if amounts[0]})


def revenue_rows(account: UnitAccount) -> list[tuple[str, list[Decimal]]]:
    """Revenue by code: total, appropriation, superior, public service, operating, subordinates, other."""
    return with_ancestors(
        {
            code: (
                line.amount,
                line.appropriation,
                ZERO,
                line.public_service,
                line.operating,
                ZERO,
                line.other,
            )
            for code, line in account.revenue.items()
            if line.amount
        }
    )


class FinalAccountLayout:
    """Writes the nine sheets of one reporting unit."""

    def __init__(self, account: UnitAccount, year: int, hand: str, codes_without_zero: bool = False) -> None:
        self.account = account
        self.year = year
        self.hand = hand
        self.codes_without_zero = codes_without_zero
        self.form: dict[str, Any] = layouts()["department_final_account"]

    def sheets(self) -> list[Sheet]:
        """The nine sheets in the order of the hand."""
        order = self.form["order_public" if self.hand == PUBLIC else "order_ledger"]
        return [getattr(self, f"_{table}")() for table in order]

    def _pen(self, table: str) -> tuple[Pen, dict[str, Any]]:
        entry: dict[str, Any] = self.form["tables"][table]
        name = label(entry["name"], self.year)
        tab = label(entry[self.hand].replace("{name}", name), self.year)
        sheet = Sheet(sheet_name(tab), unit_of(self.hand), table)
        return Pen(sheet, self.hand, self.year, self.codes_without_zero), entry

    def _classes(self) -> list[tuple[FunctionClass, str]]:
        return numbered_classes(self.year, self.form["classes_left_out"])

    # Side-by-side summaries

    def _revenue_expenditure_summary(self) -> Sheet:
        account = self.account
        left = {
            "general_public_appropriation": account.appropriation - account.fund_revenue,
            "government_fund_appropriation": account.fund_revenue,
            "state_capital_appropriation": ZERO,
            "superior_subsidy": ZERO,
            "public_service": total(line.public_service for line in account.revenue.values()),
            "operating": total(line.operating for line in account.revenue.values()),
            "subordinate_remittance": ZERO,
            "other": total(line.other for line in account.revenue.values()),
        }
        spent = {code: amounts[0] for code, amounts in expenditure_rows(account) if len(code) == 3}
        bottom = {
            "revenue_total": account.revenue_total,
            "use_of_fund_balance": account.use_of_fund_balance,
            "opening_balance": account.opening,
            "grand_total_revenue": account.opening + account.revenue_total + account.use_of_fund_balance,
            "expenditure_total": account.expenditure_total,
            "balance_distribution": account.balance_distribution,
            "closing_balance": account.closing,
            "grand_total_expenditure": account.expenditure_total
            + account.balance_distribution
            + account.closing,
        }
        right = {code: {"final": amount} for code, amount in spent.items()}
        bottom_right = {item: {"final": amount} for item, amount in bottom.items()}
        return self._summary(
            "revenue_expenditure_summary", left, right, bottom_right, [["final", self._final]]
        )

    def _appropriation_summary(self) -> Sheet:
        account = self.account
        left = {
            "general_public_appropriation": account.appropriation - account.fund_revenue,
            "government_fund_appropriation": account.fund_revenue,
            "state_capital_appropriation": ZERO,
        }
        general = {code: amounts[0] for code, amounts in general_rows(account) if len(code) == 3}
        fund: dict[str, Decimal] = {}
        for code, line in account.fund.items():
            fund[code[:3]] = fund.get(code[:3], ZERO) + line.project
        right = {
            code: _by_budget(general.get(code, ZERO), fund.get(code, ZERO)) for code in {*general, *fund}
        }
        opening = account.general_opening + account.fund_opening
        whole = opening + account.appropriation
        left_bottom = {
            "revenue_total": account.appropriation,
            "opening_balance": opening,
            "opening_balance_general_public": account.general_opening,
            "opening_balance_government_fund": account.fund_opening,
            "opening_balance_state_capital": ZERO,
            "grand_total_revenue": whole,
        }
        bottom: dict[str, dict[str, Decimal]] = {
            item: {"final": amount} for item, amount in left_bottom.items()
        }
        spent = _by_budget(account.general_total, account.fund_total)
        closing = _by_budget(account.general_closing, account.fund_closing)
        bottom["expenditure_total"] = spent
        bottom["closing_balance"] = closing
        bottom["grand_total_expenditure"] = {measure: spent[measure] + closing[measure] for measure in spent}
        measures = self.form["tables"]["appropriation_summary"]["right_measures"]
        return self._summary("appropriation_summary", left, right, bottom, measures)

    @property
    def _final(self) -> str:
        return str(layouts()["words"]["final"])

    def _summary(
        self,
        table: str,
        left: Mapping[str, Decimal],
        right: Mapping[str, Mapping[str, Decimal]],
        bottom: Mapping[str, Mapping[str, Decimal]],
        measures: list[list[str]],
    ) -> Sheet:
        """Revenue on the left, expenditure on the right, totals on the same rows below both."""
        pen, entry = self._pen(table)
        sheet = pen.sheet
        lines = 0 if pen.is_public else 1
        right_first = 3 + lines
        right_money = right_first + 1 + lines
        columns = right_money + len(measures) - 1
        row = pen.head(entry["name"], self.account.name, entry["form_number"], columns)
        sheet.head((row, 1, row, right_first - 1), pen.words["revenue"])
        sheet.head((row, right_first, row, columns), pen.words["expenditure"])
        row = self._summary_header(pen, row + 1, right_first, right_money, measures)
        first = row
        classes = self._classes()
        for offset, (item, text) in enumerate(entry["left"]):
            sheet.put(row + offset, 1, label(text, self.year), anchor=f"{item}:label")
            pen.money(row + offset, 2 + lines, left[item], f"{item}:final")
        for offset, (function_class, text) in enumerate(classes):
            code = function_class.code
            sheet.put(row + offset, right_first, text, anchor=f"{code}:label")
            amounts = right.get(code, {measure: ZERO for measure, _ in measures})
            pen.moneys(row + offset, right_money, code, amounts)
        row += max(len(classes), len(entry["left"]))
        row = self._summary_bottom(pen, row, entry["bottom"], bottom, right_first, right_money)
        if lines:
            count = row - first
            for offset in range(count):
                sheet.put(first + offset, 2, offset + 1, Style.COUNT)
                sheet.put(first + offset, right_first + 1, count + offset + 1, Style.COUNT)
        pen.notes(row, self.form["note"])
        return sheet

    def _summary_header(
        self, pen: Pen, row: int, right_first: int, right_money: int, measures: list[list[str]]
    ) -> int:
        sheet = pen.sheet
        money_left = right_first - 1
        for column in (1, right_first):
            sheet.put(row, column, pen.words["item"], Style.HEAD)
            sheet.put(row + 1, column, pen.words["column_number"], Style.HEAD)
            if not pen.is_public:
                sheet.put(row, column + 1, pen.words["line_number"], Style.HEAD)
        sheet.put(row, money_left, pen.words["final"], Style.HEAD, "header:final")
        sheet.put(row + 1, money_left, 1, Style.COUNT)
        for offset, (measure, text) in enumerate(measures):
            sheet.put(
                row, right_money + offset, label(text, self.year), Style.HEAD, f"header:right_{measure}"
            )
            sheet.put(row + 1, right_money + offset, offset + 2, Style.COUNT)
        return row + 2

    def _summary_bottom(
        self,
        pen: Pen,
        row: int,
        lines: list[list[list[str] | None]],
        bottom: Mapping[str, Mapping[str, Decimal]],
        right_first: int,
        right_money: int,
    ) -> int:
        for pair in lines:
            for side, column, money in ((pair[0], 1, right_first - 1), (pair[1], right_first, right_money)):
                if side is None:
                    continue
                item, text = side
                pen.sheet.put(row, column, label(text, self.year), anchor=f"{item}:label")
                pen.moneys(row, money, item, bottom[item])
            row += 1
        return row

    # Tables by functional classification

    def _coded(self, table: str, rows: list[tuple[str, list[Decimal]]], total_last: bool = False) -> Sheet:
        pen, entry = self._pen(table)
        measures = entry["measures"]
        first = pen.code_columns + 1
        row = pen.head(entry["name"], self.account.name, entry["form_number"], first + len(measures) - 1)
        below = pen.code_header(row)
        for offset, (measure, text) in enumerate(measures):
            area = (row, first + offset, below - 1, first + offset)
            pen.sheet.head(area, label(text, self.year), anchor=f"header:{measure}")
        row = pen.numbers(below, pen.code_columns, len(measures))
        names = function_names(self.year)
        codes = [measure for measure, _ in measures]
        sums = columns_sum([amounts for code, amounts in rows if len(code) == 3], len(measures))
        if not total_last:
            row = self._total_row(pen, row, dict(zip(codes, sums, strict=True)))
        for code, amounts in rows:
            pen.code(row, code, names[code])
            pen.moneys(row, first, code, dict(zip(codes, amounts, strict=True)))
            row += 1
        if total_last:
            row = self._total_row(pen, row, dict(zip(codes, sums, strict=True)))
        pen.notes(row, self.form["note"])
        return pen.sheet

    def _total_row(self, pen: Pen, row: int, amounts: Mapping[str, Decimal | None]) -> int:
        pen.total_label(row, pen.code_columns)
        pen.moneys(row, pen.code_columns + 1, "TOTAL", amounts)
        return row + 1

    def _revenue(self) -> Sheet:
        return self._coded("revenue", revenue_rows(self.account))

    def _expenditure(self) -> Sheet:
        return self._coded("expenditure", expenditure_rows(self.account))

    def _general_public_expenditure(self) -> Sheet:
        return self._coded("general_public_expenditure", general_rows(self.account), self.hand == PUBLIC)

    def _government_fund(self) -> Sheet:
        rows = with_ancestors(
            {
                code: (line.opening, line.revenue, line.project, ZERO, line.project, line.closing)
                for code, line in self.account.fund.items()
            }
        )
        return self._balances("government_fund", rows)

    def _state_capital(self) -> Sheet:
        return self._balances("state_capital", [])

    def _balances(self, table: str, rows: list[tuple[str, list[Decimal]]]) -> Sheet:
        pen, entry = self._pen(table)
        sheet, text = pen.sheet, self.form["balances"]
        first = pen.code_columns + 1
        row = pen.head(entry["name"], self.account.name, entry["form_number"], first + 5)
        below = pen.code_header(row)
        for offset, key in ((0, "opening"), (1, "revenue"), (5, "closing")):
            sheet.head((row, first + offset, below - 1, first + offset), text[key], anchor=f"header:{key}")
        sheet.head((row, first + 2, row, first + 4), text["expenditure"])
        for offset, key in ((2, "subtotal"), (3, "basic"), (4, "project")):
            sheet.head(
                (row + 1, first + offset, below - 1, first + offset), text[key], anchor=f"header:{key}"
            )
        row = pen.numbers(below, pen.code_columns, 6)
        names = function_names(self.year)
        if not rows:
            row = self._total_row(pen, row, dict.fromkeys(_BALANCES))
            pen.notes(row, entry["note"])
            return sheet
        sums = columns_sum([amounts for code, amounts in rows if len(code) == 3], 6)
        row = self._total_row(pen, row, dict(zip(_BALANCES, sums, strict=True)))
        for code, amounts in rows:
            pen.code(row, code, names[code])
            pen.moneys(row, first, code, dict(zip(_BALANCES, amounts, strict=True)))
            row += 1
        pen.notes(row, self.form["note"])
        return sheet

    def _general_public_basic_expenditure(self) -> Sheet:
        pen, entry = self._pen("general_public_basic_expenditure")
        return BasicExpenditureTable(pen, entry, self.account).write(self.form["note"])

    def _three_public_expenses(self) -> Sheet:
        pen, entry = self._pen("three_public_expenses")
        return ThreePublicTable(pen, entry, self.account).write()


def _by_budget(general: Decimal, fund: Decimal) -> dict[str, Decimal]:
    return {
        "total": general + fund,
        "general_public": general,
        "government_fund": fund,
        "state_capital": ZERO,
    }
