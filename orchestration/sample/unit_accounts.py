"""Final accounts of units, and of a department as their sum."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from random import Random
from typing import TYPE_CHECKING

from orchestration.sample.model import FundLine, Line, Project, RevenueLine, UnitAccount
from orchestration.sample.money import ZERO, share, split, total
from orchestration.sample.reference import layouts, load_csv, load_yaml

if TYPE_CHECKING:
    from orchestration.sample.departments import Department


def between(rng: Random, bounds: Sequence[int]) -> int:
    """A whole number within [least, most]."""
    return rng.randint(bounds[0], bounds[1])


def _grown(amount: Decimal, year: int) -> Decimal:
    figures = load_yaml("figures")
    for _ in range(max(0, year - int(figures["first_year"]))):
        amount = share(amount, 1000 + int(figures["growth"]))
    return amount


class AccountMaker:
    """Makes the final account of one unit in one year, from the projects it carries out."""

    def __init__(self, department: Department, position: int, year: int) -> None:
        self.department = department
        self.position = position
        self.year = year
        self.figures = load_yaml("figures")
        self.unit, self.entry = department.unit(position, year)
        self.is_administrative = self.unit.nature == layouts()["unit_register"]["office_nature"]
        self.rng = department.rng("account", position, year)

    def make(self, projects: list[Project]) -> UnitAccount:
        """The account; project expenditure is at least what the unit's projects executed."""
        account = UnitAccount(self.unit.code, self.unit.name)
        basic = self._basic(self.year)
        self._general(account, basic, projects)
        self._own(account, basic)
        if self.position == 0 and "fund" in self.department.template:
            self._fund(account, self.department.template["fund"])
        self._economic(account)
        return account

    def _basic(self, year: int) -> Decimal:
        rng = self.department.rng("basic", self.position)
        bounds = self.figures["unit_basic"]["unit" if self.position else "office"]
        base = _grown(Decimal(between(rng, bounds)), year)
        jitter = self.department.rng("basic", self.position, year)
        return share(base, jitter.randint(960, 1040)) + Decimal(jitter.randint(0, 9999)) / 100

    def _balance(self, kind: str, year: int) -> Decimal:
        rng = self.department.rng(kind, self.position, year)
        return share(self._basic(year), between(rng, self.figures[kind]))

    def _general(self, account: UnitAccount, basic: Decimal, projects: list[Project]) -> None:
        common = load_yaml("templates")["common_items"][
            "administrative" if self.is_administrative else "institution"
        ]
        parts = split(basic, self.figures["basic_shares"])
        for code, amount in zip([self.entry, *common], parts, strict=True):
            account.general.setdefault(code, Line()).basic += amount
        for project in projects:
            if project.unit_code == self.unit.code:
                account.general.setdefault(project.function_code, Line()).project += project.executed
        for code, line in account.general.items():
            unlisted = share(line.project, between(self.rng, self.figures["unlisted_projects"]))
            if code != self.entry or self.position:
                line.project += unlisted
        account.general_opening = self._balance("general_balance", self.year - 1)
        change = self._balance("general_balance", self.year) - account.general_opening
        for code, line in account.general.items():
            extra = change if code == self.entry else ZERO
            account.revenue.setdefault(code, RevenueLine()).appropriation += line.amount + extra

    def _own(self, account: UnitAccount, basic: Decimal) -> None:
        if self.is_administrative:
            return
        spent = share(basic, between(self.rng, self.figures["own_expenditure"]))
        own_basic, own_project = split(spent, [self.rng.randint(40, 70), self.rng.randint(20, 50)])
        account.own[self.entry] = Line(own_basic, own_project)
        operating = ZERO
        if self.position % 3 == 1:
            operating = share(basic, between(self.rng, self.figures["operating_expenditure"]))
            account.operating[self.entry] = operating
        account.own_opening = self._balance("own_balance", self.year - 1)
        change = self._balance("own_balance", self.year) - account.own_opening
        if change < 0:
            account.use_of_fund_balance = share(-change, 500)
        else:
            account.balance_distribution = share(change, 100)
        needed = spent + change + account.balance_distribution - account.use_of_fund_balance
        revenue = account.revenue.setdefault(self.entry, RevenueLine())
        revenue.operating += operating
        revenue.other += share(needed, 80)
        revenue.public_service += needed - share(needed, 80)

    def _fund(self, account: UnitAccount, code: str) -> None:
        def closing(year: int) -> Decimal:
            rng = self.department.rng("fund", year)
            spent = between(rng, self.figures["fund_spent"])
            return share(_grown(Decimal(between(rng, self.figures["fund_revenue"])), year), 1000 - spent)

        rng = self.department.rng("fund", self.year)
        between(rng, self.figures["fund_spent"])
        revenue = _grown(Decimal(between(rng, self.figures["fund_revenue"])), self.year)
        opening = closing(self.year - 1)
        account.fund[code] = FundLine(opening, revenue, opening + revenue - closing(self.year))
        account.revenue.setdefault(code, RevenueLine()).appropriation += revenue

    def _economic(self, account: UnitAccount) -> None:
        items = [row for row in load_csv("economic_items") if row["weight"] != "0"]
        weights = [int(row["weight"]) * self.rng.randint(800, 1200) for row in items]
        basic = total(line.basic for line in account.general.values())
        amounts = split(basic, weights)
        account.economic = {row["code"]: amount for row, amount in zip(items, amounts, strict=True)}
        finals = {
            "overseas_travel": account.economic["30212"],
            "vehicle_purchase": share(
                account.economic["31002"], 100 * between(self.rng, self.figures["vehicle_purchase"])
            ),
            "vehicle_operation": account.economic["30231"],
            "official_reception": account.economic["30217"],
        }
        for item, final in finals.items():
            account.three_public[item] = (
                share(final, between(self.rng, self.figures["three_public_slack"])),
                final,
            )
        complete_three_public(account)


def complete_three_public(account: UnitAccount) -> None:
    """Fill the sums of the three public expenses from their parts."""
    parts = account.three_public
    for sum_item, addends in (
        ("vehicles", ("vehicle_purchase", "vehicle_operation")),
        ("total", ("overseas_travel", "vehicles", "official_reception")),
    ):
        parts[sum_item] = (
            total(parts[item][0] for item in addends),
            total(parts[item][1] for item in addends),
        )


def consolidate(code: str, name: str, accounts: list[UnitAccount]) -> UnitAccount:
    """The sum of unit accounts, entry by entry."""
    whole = UnitAccount(code, name)
    for account in accounts:
        for entry, line in account.general.items():
            target = whole.general.setdefault(entry, Line())
            target.basic += line.basic
            target.project += line.project
        for entry, line in account.own.items():
            target = whole.own.setdefault(entry, Line())
            target.basic += line.basic
            target.project += line.project
        for entry, amount in account.operating.items():
            whole.operating[entry] = whole.operating.get(entry, ZERO) + amount
        for entry, fund in account.fund.items():
            kept = whole.fund.setdefault(entry, FundLine())
            kept.opening, kept.revenue, kept.project = (
                kept.opening + fund.opening,
                kept.revenue + fund.revenue,
                kept.project + fund.project,
            )
        _add_revenue(whole, account)
        _add_economic(whole, account)
        whole.general_opening += account.general_opening
        whole.own_opening += account.own_opening
        whole.use_of_fund_balance += account.use_of_fund_balance
        whole.balance_distribution += account.balance_distribution
    return whole


def _add_revenue(whole: UnitAccount, account: UnitAccount) -> None:
    for entry, revenue in account.revenue.items():
        target = whole.revenue.setdefault(entry, RevenueLine())
        target.appropriation += revenue.appropriation
        target.public_service += revenue.public_service
        target.operating += revenue.operating
        target.other += revenue.other


def _add_economic(whole: UnitAccount, account: UnitAccount) -> None:
    for code, amount in account.economic.items():
        whole.economic[code] = whole.economic.get(code, ZERO) + amount
    for item, (budget, final) in account.three_public.items():
        known = whole.three_public.get(item, (ZERO, ZERO))
        whole.three_public[item] = (known[0] + budget, known[1] + final)
