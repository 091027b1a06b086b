"""Layouts of cards: performance targets of projects, departments and transfers, one sheet each."""

from __future__ import annotations

from decimal import Decimal
from random import Random
from typing import Any

from orchestration.sample.model import Programme, Project, WholeTarget
from orchestration.sample.money import ZERO, share
from orchestration.sample.pens import card_sheet_name, unit_word
from orchestration.sample.reference import layouts, load_yaml, words
from orchestration.sample.sheets import Sheet, Style, Value

_UNIT = "ten_thousand_yuan"


class Card:
    """One card: labels and values in merged cells, nested indicator tables, a signature."""

    def __init__(self, form: str, tab: str, who: str, year: int, columns: int, rng: Random) -> None:
        self.form: dict[str, Any] = layouts()[form]
        self.sheet = Sheet(tab, _UNIT, form)
        self.year = year
        self.columns = columns
        self.rng = rng
        self.words = words()
        self.common: dict[str, Any] = layouts()["cards"]
        sheet, text = self.sheet, self.words
        sheet.head((1, 1, 1, columns), self.form["name"], Style.TITLE, "title")
        sheet.head((2, 1, 2, columns), text["card_year"].format(year=year), Style.TEXT, "year")
        sheet.put(3, 1, text["filed_by"].format(name=who), anchor="who")
        sheet.put(3, columns, text["unit"].format(unit=unit_word(_UNIT)), anchor="unit")

    def pair(
        self, row: int, first: int, last: int, field: str, value: Value | None, label_column: int
    ) -> None:
        """A label and its value, merged from `first` to `last`."""
        style = Style.MONEY if isinstance(value, Decimal) else Style.TEXT
        self.sheet.put(row, label_column, self.form["fields"][field], Style.HEAD, f"{field}:label")
        self.sheet.put(row, first, value, style, field)
        self.sheet.merge(row, first, row, last)

    def funds(self, row: int, amounts: dict[str, Decimal], label_end: int) -> int:
        """The block of amounts: a vertical label, one row per amount; the row below."""
        self.sheet.head((row, 1, row + len(amounts) - 1, 1), self.form["fields"]["funds"])
        for offset, (field, amount) in enumerate(amounts.items()):
            area = (row + offset, 2, row + offset, label_end)
            self.sheet.head(area, self.form["fields"][field], anchor=f"{field}:label")
            self.sheet.head(
                (row + offset, label_end + 1, row + offset, self.columns), amount, Style.MONEY, field
            )
        return row + len(amounts)

    def indicators(self, row: int, block: str, horizon: str) -> int:
        """A nested indicator table with vertically merged levels; the row below."""
        sheet = self.sheet
        is_wide = self.columns == 7
        places = [2, 3, 4, 6, 7] if is_wide else [2, 3, 4, 5, 6]
        for column, header in zip(places, self.common["headers"], strict=True):
            sheet.put(row, column, header, Style.HEAD)
        if is_wide:
            sheet.merge(row, 4, row, 5)
        rows = self._indicator_rows()
        sheet.head((row, 1, row + len(rows), 1), self.form[block])
        for offset, values in enumerate(rows, start=1):
            shown = [
                None
                if level < 2 and offset > 1 and rows[offset - 2][: level + 1] == values[: level + 1]
                else value
                for level, value in enumerate(values)
            ]
            for column, value in zip(places, shown, strict=True):
                sheet.put(row + offset, column, value or None)
            sheet.anchors[f"{horizon}:{offset}:target_value"] = (row + offset, places[3])
            sheet.anchors[f"{horizon}:{offset}:indicator"] = (row + offset, places[2])
            if is_wide:
                sheet.merge(row + offset, 4, row + offset, 5)
        for level in (0, 1):
            self._merge_level(row + 1, places[level], [values[: level + 1] for values in rows])
        return row + len(rows) + 1

    def _indicator_rows(self) -> list[list[str]]:
        templates = load_yaml("indicators")["card"]
        drawn = self.rng.sample(range(len(templates)), self.rng.randint(5, 8))
        levels = [level for level, *_ in templates]
        owed = [levels.index(level) for level in load_yaml("indicators")["card_levels_owed"]]
        missing = [at for at in owed if levels[at] not in {levels[one] for one in drawn}]
        chosen = sorted([*drawn, *missing])
        numbers = {"n": self.rng.randint(2, 60), "p": self.rng.randint(80, 98), "q": self.rng.randint(2, 10)}
        return [[str(part).format(**numbers) for part in templates[at]] for at in chosen]

    def _merge_level(self, first: int, column: int, keys: list[list[str]]) -> None:
        start = 0
        for at in range(1, len(keys) + 1):
            if at == len(keys) or keys[at] != keys[start]:
                self.sheet.merge(first + start, column, first + at - 1, column)
                start = at

    def close(self, row: int) -> Sheet:
        """Other remarks and the signature."""
        sheet = self.sheet
        sheet.put(row, 1, self.common["other"], Style.HEAD)
        sheet.head((row, 2, row, self.columns), self.common["other_text"], Style.TEXT)
        person = self.rng.choice(load_yaml("indicators")["people"])
        date = f"{self.year - 1}-{self.rng.randint(9, 11):02d}-{self.rng.randint(1, 28):02d}"
        signature = self.words["signature"].format(person=person, date=date)
        sheet.head((row + 1, 1, row + 1, self.columns), signature, Style.TEXT)
        return sheet

    def contact(self) -> str:
        """A fictional person with a telephone number that cannot be dialled."""
        person = self.rng.choice(load_yaml("indicators")["people"])
        return f"{person} 0000-{self.rng.randint(1000000, 9999999)}"


def project_target(
    number: int, project: Project, department: tuple[str, str], year: int, rng: Random
) -> Sheet:
    """项目支出绩效目标申报表 of one project; `department` is (code, name)."""
    code, name = department
    card = Card("project_performance_target", card_sheet_name(number, project.name), name, year, 7, rng)
    form = card.form
    natures = layouts()["project_list"]["natures"]
    period = form["period"].format(first=project.first_year, last=project.last_year)
    rows: list[tuple[str, str, str, str]] = [
        ("project_name", project.name, "project_code", project.code),
        ("project_nature", natures["new" if project.is_new else "continued"], "project_period", period),
        ("department_name", name, "department_code", code),
        ("implementing_unit", project.unit_name, "contact", card.contact()),
    ]
    for row, (left, left_value, right, right_value) in enumerate(rows, start=4):
        card.pair(row, 2, 4, left, left_value, 1)
        card.pair(row, 6, 7, right, right_value, 5)
    own = share(project.budget, rng.choice([0, 0, 0, 100]))
    amounts = {
        "requested_amount": project.budget + own,
        "requested_fiscal": project.budget,
        "requested_own": own,
        "requested_other": ZERO,
    }
    row = card.funds(8, amounts, 4)
    texts = {"name": project.name, "unit": project.unit_name, "year": year, "last": project.last_year}
    for field in ("overview", "basis", "long_term_target", "annual_target"):
        card.pair(row, 2, 7, field, form[field].format(**texts), 1)
        row += 1
    row = card.indicators(row, "long_term_block", "long_term")
    row = card.indicators(row, "annual_block", "annual")
    return card.close(row)


def whole_target(tab: str, target: WholeTarget, who: str, year: int, rng: Random) -> Sheet:
    """部门整体支出绩效目标申报表 of one first-level unit."""
    card = Card("department_performance_target", tab, who, year, 6, rng)
    card.pair(4, 2, 3, "unit_name", target.unit_name, 1)
    card.pair(4, 5, 6, "unit_code", target.unit_code, 4)
    card.pair(5, 2, 6, "contact", card.contact(), 1)
    amounts = {
        "total_budget": target.basic + target.project,
        "basic_budget": target.basic,
        "project_budget": target.project,
    }
    row = card.funds(6, amounts, 3)
    card.pair(row, 2, 6, "duty", target.duty, 1)
    annual = card.form["annual_target"].format(year=year, name=target.unit_name)
    card.pair(row + 1, 2, 6, "annual_target", annual, 1)
    row = card.indicators(row + 2, "block", "annual")
    return card.close(row)


def transfer_target(
    number: int, programme: Programme, responsible: str, who: str, year: int, rng: Random
) -> Sheet:
    """转移支付绩效目标申报表 of one programme."""
    card = Card("transfer_performance_target", card_sheet_name(number, programme.name), who, year, 6, rng)
    card.pair(4, 2, 3, "programme_name", programme.name, 1)
    card.pair(4, 5, 6, "programme_code", programme.code, 4)
    card.pair(5, 2, 3, "transfer_kind", card.form["kinds"][programme.kind], 1)
    card.pair(5, 5, 6, "responsible_department", responsible, 4)
    card.pair(6, 2, 6, "amount", programme.amount, 1)
    card.pair(7, 2, 6, "annual_target", card.form["annual_target"].format(year=year, name=programme.name), 1)
    row = card.indicators(8, "block", "annual")
    return card.close(row)
