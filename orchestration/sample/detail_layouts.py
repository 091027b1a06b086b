"""The tables of 部门决算 that are not by function: economic classification and three public expenses."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from orchestration.sample.model import UnitAccount
from orchestration.sample.money import ZERO, total
from orchestration.sample.pens import Pen
from orchestration.sample.reference import load_csv
from orchestration.sample.sheets import Sheet, Style


class BasicExpenditureTable:
    """Basic expenditure by economic classification: left-right in the public hand, one list in the other."""

    def __init__(self, pen: Pen, entry: dict[str, Any], account: UnitAccount) -> None:
        self.pen = pen
        self.entry = entry
        self.account = account
        self.items = [(row["code"], row["name"], row["kind"]) for row in load_csv("economic_items")]
        self.amounts: Mapping[str, Decimal] = {code: self._amount(code) for code, _, _ in self.items}
        self.sums: Mapping[str, Decimal] = {
            kind: total(self.amounts[code] for code, _, of in self.items if of == kind and len(code) == 3)
            for kind in ("personnel", "operating")
        }

    def write(self, note: str) -> Sheet:
        """The sheet, with `note` below."""
        row = self._public() if self.pen.is_public else self._ledger()
        self.pen.notes(row, note)
        return self.pen.sheet

    def _amount(self, code: str) -> Decimal:
        economic = self.account.economic
        if len(code) == 5:
            return economic.get(code, ZERO)
        return total(amount for entry, amount in economic.items() if entry.startswith(code))

    def _public(self) -> int:
        pen, entry, sums = self.pen, self.entry, self.sums
        sheet, text = pen.sheet, pen.words
        row = pen.head(entry["name"], self.account.name, entry["form_number"], 6)
        header = [text["economic_code"], text["function_name"], text["final"]]
        sheet.put_row(row, header * 2, Style.HEAD)
        sheet.anchors["header:final"] = (row, 3)
        length = 0
        for first, kind in ((1, "personnel"), (4, "operating")):
            side = [(code, name) for code, name, of in self.items if of == kind]
            length = max(length, len(side))
            for offset, (code, name) in enumerate(side, start=1):
                sheet.put(row + offset, first, code, anchor=f"{code}:code")
                sheet.put(row + offset, first + 1, name, anchor=f"{code}:label")
                pen.money(row + offset, first + 2, self.amounts[code], f"{code}:final")
        row += length + 1
        for first, kind, word in (
            (1, "personnel", "personnel_total"),
            (4, "operating", "operating_cost_total"),
        ):
            sheet.head((row, first, row, first + 1), text[word], Style.TEXT, f"{word}:label")
            pen.money(row, first + 2, sums[kind], f"{word}:final")
        sheet.head((row + 1, 1, row + 1, 5), text["total"], Style.TEXT, "TOTAL:label")
        pen.money(row + 1, 6, total(sums.values()), "TOTAL:final")
        return row + 2

    def _ledger(self) -> int:
        pen, entry, sums = self.pen, self.entry, self.sums
        sheet, text = pen.sheet, pen.words
        row = pen.head(entry["name"], self.account.name, entry["form_number"], 4)
        sheet.head((row, 1, row, 2), text["economic_code"])
        sheet.head((row, 3, row + 1, 3), text["function_name"])
        sheet.head((row, 4, row + 1, 4), text["final"], anchor="header:final")
        sheet.put_row(row + 1, [text["class"], text["group"]], Style.HEAD)
        row = pen.numbers(row + 2, 3, 1)
        pen.total_label(row, 3)
        pen.money(row, 4, total(sums.values()), "TOTAL:final")
        for code, name, _ in sorted(self.items):
            row += 1
            sheet.put(row, 1, code[:3], anchor=f"{code}:code")
            sheet.put(row, 2, code[3:] or None)
            sheet.put(row, 3, name, anchor=f"{code}:label")
            pen.money(row, 4, self.amounts[code], f"{code}:final")
        for kind, word in (("personnel", "personnel_total"), ("operating", "operating_cost_total")):
            row += 1
            sheet.head((row, 1, row, 3), text[word], Style.TEXT, f"{word}:label")
            pen.money(row, 4, sums[kind], f"{word}:final")
        return row + 1


class ThreePublicTable:
    """The three public expenses: one wide row in the public hand, six rows in the other."""

    def __init__(self, pen: Pen, entry: dict[str, Any], account: UnitAccount) -> None:
        self.pen = pen
        self.entry = entry
        self.account = account

    def write(self) -> Sheet:
        """The sheet with its note."""
        row = self._public() if self.pen.is_public else self._ledger()
        self.pen.notes(row, self.entry["note"])
        return self.pen.sheet

    def _public(self) -> int:
        pen, entry = self.pen, self.entry
        sheet = pen.sheet
        row = pen.head(entry["name"], self.account.name, entry["form_number"], 12)
        sheet.head((row, 1, row, 12), entry["banner"])
        texts = {item: text for item, text, _ in entry["lines"]}
        for item, area in {
            "total": (row + 1, 1, row + 2, 2),
            "overseas_travel": (row + 1, 3, row + 2, 4),
            "official_reception": (row + 1, 11, row + 2, 12),
            "vehicles": (row + 2, 5, row + 2, 6),
            "vehicle_purchase": (row + 2, 7, row + 2, 8),
            "vehicle_operation": (row + 2, 9, row + 2, 10),
        }.items():
            sheet.head(area, texts[item], anchor=f"header:{item}")
            column = area[1]
            sheet.put_row(row + 3, [entry["budget"], pen.words["final"]], Style.HEAD, column)
            budget, final = self.account.three_public[item]
            pen.moneys(row + 4, column, item, {"budget": budget, "final": final})
        sheet.head((row + 1, 5, row + 1, 10), entry["vehicles"])
        return row + 5

    def _ledger(self) -> int:
        pen, entry = self.pen, self.entry
        sheet, text = pen.sheet, pen.words
        row = pen.head(entry["name"], self.account.name, entry["form_number"], 4)
        sheet.put_row(row, [text["item"], text["line_number"], entry["budget"], text["final"]], Style.HEAD)
        sheet.put_row(row + 1, [text["column_number"], None, 1, 2], Style.HEAD)
        for number, (item, _, name) in enumerate(entry["lines"], start=1):
            sheet.put(row + 1 + number, 1, name, anchor=f"{item}:label")
            sheet.put(row + 1 + number, 2, number, Style.COUNT)
            budget, final = self.account.three_public[item]
            pen.moneys(row + 1 + number, 3, item, {"budget": budget, "final": final})
        return row + 2 + len(entry["lines"])
