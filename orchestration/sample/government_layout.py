"""Layout of 财政总决算: the side-by-side summary and expenditure by function."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orchestration.sample.final_account_layout import numbered_classes
from orchestration.sample.model import GovernmentAccount
from orchestration.sample.money import total
from orchestration.sample.pens import PUBLIC, Pen, sheet_name, unit_of
from orchestration.sample.reference import function_names, label, layouts
from orchestration.sample.sheets import Sheet, Style

_MEASURES = ("budget", "adjusted_budget", "final")
Amounts = Mapping[str, Decimal | None]


class GovernmentLayout:
    """Writes the two sheets of one place."""

    def __init__(self, account: GovernmentAccount, name: str, year: int, hand: str) -> None:
        self.account = account
        self.name = name
        self.year = year
        self.hand = hand
        self.form: dict[str, Any] = layouts()["government_final_account"]

    def sheets(self) -> list[Sheet]:
        """Both sheets."""
        return [self._summary(), self._by_function()]

    def _pen(self, table_code: str, entry: dict[str, Any]) -> Pen:
        tab = sheet_name(label(entry[self.hand], self.year))
        return Pen(Sheet(tab, unit_of(self.hand), table_code), self.hand, self.year)

    def _lines(self) -> dict[str, Amounts]:
        """Every line of the summary except the classes, with its three measures."""
        account = self.account
        lines: dict[str, Amounts] = {item: _measures(values) for item, values in account.revenue.items()}
        spent = tuple(total(values[column] for values in account.expenditure.values()) for column in range(3))
        lines["expenditure_total"] = _measures(spent)
        for kind, values in account.received.items():
            suffix = "" if kind == "total" else f"_{kind}"
            lines[f"transfer_from_upper{suffix}"] = _measures(values)
        for kind, values in account.passed_down.items():
            lines["transfer_to_lower" if kind == "total" else f"transfer_{kind}"] = _measures(values)
        lines["opening_balance"] = _measures(account.opening)
        lines["remitted_to_upper"] = _measures(account.remitted)
        lines["transferred_in"] = _measures(account.transferred_in)
        lines["carry_over_balance"] = {"budget": None, "adjusted_budget": None, "final": account.closing}
        lines["carry_over_to_next_year"] = {
            "budget": None,
            "adjusted_budget": None,
            "final": account.carried_over,
        }
        grand = tuple(
            account.revenue["revenue_total"][column]
            + account.received["total"][column]
            + account.opening[column]
            + account.transferred_in[column]
            for column in range(3)
        )
        lines["grand_total_revenue"] = _measures(grand)
        lines["grand_total_expenditure"] = _measures(grand)
        return lines

    def _summary(self) -> Sheet:
        entry = self.form["summary"]
        pen = self._pen("revenue_expenditure_summary", entry)
        sheet = pen.sheet
        row = pen.head(entry["name"], self.name, entry["form_number"], 8)
        self._summary_header(pen, row, entry)
        row += 3
        lines = self._lines()
        for offset, (item, text) in enumerate(entry["left"]):
            sheet.put(row + offset, 1, label(text, self.year), anchor=f"{item}:label")
            pen.moneys(row + offset, 2, item, lines[item])
        classes = numbered_classes(self.year)
        for offset, (function_class, text) in enumerate(classes):
            code = function_class.code
            sheet.put(row + offset, 5, text, anchor=f"{code}:label")
            pen.moneys(row + offset, 6, code, _measures(self.account.expenditure[code]))
        row += max(len(entry["left"]), len(classes))
        for pair in entry["bottom"]:
            for side, column in ((pair[0], 1), (pair[1], 5)):
                if side is not None:
                    sheet.put(row, column, label(side[1], self.year), anchor=f"{side[0]}:label")
                    pen.moneys(row, column + 1, side[0], lines[side[0]])
            row += 1
        pen.notes(row, entry["note"])
        return sheet

    def _summary_header(self, pen: Pen, row: int, entry: dict[str, Any]) -> None:
        sheet = pen.sheet
        for first, side, number in ((1, "revenue", 1), (5, "expenditure", 4)):
            sheet.head((row, first, row, first + 3), pen.words[side])
            sheet.put(row + 1, first, entry["account"], Style.HEAD)
            for offset, (measure, text) in enumerate(entry["measures"], start=1):
                sheet.put(row + 1, first + offset, text, Style.HEAD, f"header:{side}_{measure}")
            sheet.put(row + 2, first, pen.words["column_number"], Style.HEAD)
            sheet.put_row(row + 2, [number, number + 1, number + 2], Style.COUNT, first + 1)

    def _by_function(self) -> Sheet:
        entry = self.form["by_function"]
        pen = self._pen("expenditure_by_function", entry)
        labels = 2 if pen.is_public else 4
        row = pen.head(entry["name"], self.name, entry["form_number"], labels + 1)
        row = self._function_header(pen, row, entry, labels)
        names = function_names(self.year)
        finals = {code: values[2] for code, values in self.account.expenditure.items() if values[2]}
        body = sorted(
            [*finals.items(), *((code, amount) for code, amount in self.account.groups.items() if amount)]
        )
        spent = {"final": total(finals.values())}
        rows = [(code, {"final": amount}) for code, amount in body]
        rows = [("TOTAL", spent), *rows] if self.hand == PUBLIC else [*rows, ("TOTAL", spent)]
        for number, (code, amounts) in enumerate(rows):
            if number and number % entry["rows_to_a_page"] == 0:
                row = self._function_header(pen, row, entry, labels)
            if code == "TOTAL":
                pen.total_label(row, labels, "total_expenditure")
            else:
                pen.code(row, code, names[code])
            pen.moneys(row, labels + 1, code, amounts)
            row += 1
        pen.notes(row, entry["note"])
        return pen.sheet

    def _function_header(self, pen: Pen, row: int, entry: dict[str, Any], labels: int) -> int:
        sheet, text = pen.sheet, pen.words
        if pen.is_public:
            sheet.put_row(row, [entry["code"], text["function_name"], text["final"]], Style.HEAD)
            below = row + 1
        else:
            sheet.head((row, 1, row, 3), entry["code"])
            sheet.head((row, 4, row + 1, 4), text["function_name"])
            sheet.head((row, 5, row + 1, 5), text["final"])
            sheet.put_row(row + 1, [text["class"], text["group"], text["entry"]], Style.HEAD)
            below = row + 2
        sheet.anchors.setdefault("header:final", (row, labels + 1))
        return pen.numbers(below, labels, 1)


def _measures(values: tuple[Decimal, ...]) -> dict[str, Decimal]:
    return dict(zip(_MEASURES, values, strict=True))
