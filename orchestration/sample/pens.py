"""What all layouts share: the head of a form, coded rows, notes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal

from orchestration.sample.money import ZERO
from orchestration.sample.reference import label, layouts, words
from orchestration.sample.sheets import Sheet, Style

PUBLIC = "public"
LEDGER = "ledger"
_NAME_LIMIT = 31
_CARD_NAME = 8
_LEVELS = (3, 5, 7)


def unit_of(hand: str) -> str:
    """Money unit a hand prints in."""
    return "ten_thousand_yuan" if hand == PUBLIC else "yuan"


def unit_word(unit: str) -> str:
    """A money unit as printed."""
    printed_as: dict[str, str] = layouts()["money_units"]
    return printed_as[unit]


def sheet_name(name: str) -> str:
    """A tab's name within Excel's limit."""
    return name[:_NAME_LIMIT]


def card_sheet_name(number: int, name: str) -> str:
    """Tab of a card: its number and the first characters of its subject."""
    return f"{number:02d}{name[:_CARD_NAME]}"


class Pen:
    """Writes one table in one hand: knows blank from not applicable, and how codes stand."""

    def __init__(self, sheet: Sheet, hand: str, year: int, codes_without_zero: bool = False) -> None:
        self.sheet = sheet
        self.hand = hand
        self.year = year
        self.codes_without_zero = codes_without_zero
        self.words = words()

    @property
    def is_public(self) -> bool:
        """Whether the table is written in the public hand."""
        return self.hand == PUBLIC

    def head(self, name: str, who: str, form_number: str, columns: int, who_word: str = "prepared_by") -> int:
        """Title, 编制单位 and 单位 rows; the first row of the header."""
        sheet, name = self.sheet, label(name, self.year)
        title = self.words["title"].format(year=self.year, name=name) if self.is_public else name
        sheet.head((1, 1, 1, columns), title, Style.TITLE, "title")
        who_text = self.words[who_word].format(name=who)
        unit = unit_word(sheet.unit)
        if self.is_public:
            sheet.put(2, 1, who_text, anchor="who")
            sheet.put(2, columns, self.words["unit"].format(unit=unit), anchor="unit")
            return 3
        sheet.put(2, columns, form_number)
        sheet.put(3, 1, who_text, anchor="who")
        sheet.put(3, columns - 1, self.words["year"].format(year=self.year), anchor="year")
        sheet.put(3, columns, self.words["money_unit"].format(unit=unit), anchor="unit")
        return 4

    def money(self, row: int, column: int, amount: Decimal | None, anchor: str = "") -> None:
        """An amount. Nothing spent: blank in the public hand, 0.00 in the other; None: not applicable."""
        if amount is None:
            self.sheet.put(
                row, column, None if self.is_public else self.words["not_applicable"], anchor=anchor
            )
        elif amount == ZERO and self.is_public:
            self.sheet.put(row, column, None, anchor=anchor)
        else:
            self.sheet.put(row, column, amount, Style.MONEY, anchor)

    def moneys(self, row: int, first: int, item: str, amounts: Mapping[str, Decimal | None]) -> None:
        """The amounts of a row, one column each, anchored as item:measure."""
        for column, (measure, amount) in enumerate(amounts.items(), start=first):
            self.money(row, column, amount, f"{item}:{measure}")

    @property
    def code_columns(self) -> int:
        """Columns before the first measure of a table by functional classification: codes and the name."""
        return 2 if self.is_public else 4

    def code_header(self, row: int) -> int:
        """Header of the code and name columns; the row of 栏次."""
        sheet, text = self.sheet, self.words
        if self.is_public:
            sheet.head((row, 1, row, 2), text["item"])
            sheet.put(row + 1, 1, text["function_code"], Style.HEAD)
            sheet.put(row + 1, 2, text["function_name"], Style.HEAD)
            return row + 2
        sheet.head((row, 1, row, 4), text["item"])
        sheet.head((row + 1, 1, row + 1, 3), text["function_code"])
        sheet.head((row + 1, 4, row + 2, 4), text["function_name"])
        sheet.put_row(row + 2, [text["class"], text["group"], text["entry"]], Style.HEAD)
        return row + 3

    def numbers(self, row: int, columns: int, count: int) -> int:
        """The 栏次 row after `columns` label columns; the row below it."""
        self.sheet.head((row, 1, row, columns), self.words["column_number"])
        self.sheet.put_row(row, list(range(1, count + 1)), Style.COUNT, columns + 1)
        return row + 1

    def code(self, row: int, code: str, name: str) -> None:
        """Code and name of a row: in one column, or split over 类 款 项."""
        indent = "  " * _LEVELS.index(len(code))
        if self.is_public:
            self.sheet.put(row, 1, code, anchor=f"{code}:code")
            self.sheet.put(row, 2, indent + name, anchor=f"{code}:label")
            return
        parts: list[str | int] = [code[:3], *(code[at : at + 2] for at in range(3, len(code), 2))]
        if self.codes_without_zero:
            parts = [code[:3], *(int(part) for part in parts[1:])]
        for column, part in enumerate(parts, start=1):
            self.sheet.put(row, column, part, Style.COUNT if isinstance(part, int) else Style.TEXT)
        self.sheet.anchors[f"{code}:code"] = (row, 1)
        self.sheet.put(row, 4, name, anchor=f"{code}:label")

    def total_label(self, row: int, columns: int, word: str = "total") -> None:
        """The merged label of a total row."""
        self.sheet.head((row, 1, row, columns), self.words[word], Style.TEXT, "TOTAL:label")

    def notes(self, row: int, *notes: str) -> None:
        """Notes below the table."""
        for offset, note in enumerate(notes):
            self.sheet.put(row + offset, 1, note)


def with_ancestors(entries: Mapping[str, Sequence[Decimal]]) -> list[tuple[str, list[Decimal]]]:
    """Entries with their groups and classes as sums, in code order, parents first."""
    sums: dict[str, list[Decimal]] = {}
    for code, amounts in entries.items():
        for length in _LEVELS:
            if length <= len(code):
                known = sums.get(code[:length], [ZERO] * len(amounts))
                sums[code[:length]] = [one + other for one, other in zip(known, amounts, strict=True)]
    return sorted(sums.items())


def columns_sum(rows: Sequence[Sequence[Decimal]], count: int) -> list[Decimal]:
    """Column sums; zeros when there is no row."""
    return [sum((row[column] for row in rows), ZERO) for column in range(count)]
