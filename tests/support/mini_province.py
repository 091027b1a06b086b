"""A random small province as plain objects; `mini_rows` writes it as raw rows.

It is generated so that every rule and every state occurs: counties far from their band's mean, missing
and not applicable figures, projects evaluated twice, in part, not at all, or without an amount, whole
units evaluated in full and in part, lists and accounts that do not reconcile, parts of a denominator
missing, forms that were replaced or held back. The years differ in what the province itself files: see
`Year`.
"""

from __future__ import annotations

import random
from dataclasses import dataclass, field
from decimal import Decimal

from tests.support.oracle import NOT_APPLICABLE, Figure, seed

PROVINCE = "990000"
CENT = Decimal("0.01")
CLASSES = ("201", "205", "207", "208", "210", "211", "213", "229")


@dataclass(frozen=True)
class Year:
    """What the province files in one of the years, in order.

    Attributes:
        has_account: its own expenditure by function.
        special: special transfers, None for a blank cell, NOT_APPLICABLE.
        has_register: the evaluation register.
        shortage: how far one class of the account falls short of the departments' expenditure in it.
        excess_targets: transfer targets ask for more than there are transfers.
        misprint: how far totals printed by the first department are off.
    """

    has_account: bool = True
    special: Figure = Decimal(0)
    has_register: bool = True
    shortage: Decimal = Decimal(0)
    excess_targets: bool = False
    misprint: Decimal = Decimal(0)


YEARS = {
    2012: Year(has_register=False),
    2013: Year(special=None),
    2014: Year(
        special=NOT_APPLICABLE, shortage=Decimal("0.02"), excess_targets=True, misprint=Decimal("1000.00")
    ),
    2015: Year(has_account=False),
}


@dataclass
class Project:
    code: str
    item: str
    budget: Decimal
    executed: Decimal
    evaluated: list[Decimal | None] = field(default_factory=list)
    target: str = ""  # "", "filed", "empty", "zero", "held"

    @property
    def evaluated_once(self) -> Decimal | None:
        """The largest amount entered, None when no entry names one."""
        return max((amount for amount in self.evaluated if amount is not None), default=None)

    @property
    def covered(self) -> Decimal:
        return max(min(self.evaluated_once or Decimal(0), self.executed), Decimal(0))


@dataclass
class Department:
    code: str
    basic: dict[str, Decimal]
    project_items: dict[str, Decimal]
    projects: list[Project]
    whole: list[Decimal | None] = field(default_factory=list)
    unlisted: Decimal = Decimal(0)
    exceeds: bool = False
    misprint: Decimal = Decimal(0)

    @property
    def total(self) -> Decimal:
        """The printed total."""
        return self.spent + self.misprint

    @property
    def spent(self) -> Decimal:
        return sum(self.basic.values(), Decimal(0)) + sum(self.project_items.values(), Decimal(0))

    @property
    def is_usable(self) -> bool:
        return not self.exceeds and not self.misprint

    @property
    def whole_once(self) -> Decimal:
        return max((amount for amount in self.whole if amount is not None), default=Decimal(0))

    @property
    def projects_once(self) -> Decimal:
        return self.unlisted + sum((p.evaluated_once or Decimal(0) for p in self.projects), Decimal(0))


@dataclass
class MiniProvince:
    years: tuple[int, ...]
    figures: dict[tuple[str, int, str], Figure] = field(default_factory=dict)
    counties: list[str] = field(default_factory=list)
    departments: dict[tuple[str, int], Department] = field(default_factory=dict)
    whole_targets: set[tuple[str, int]] = field(default_factory=set)
    transfers: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    county_evaluations: dict[tuple[str, int], dict[str, Decimal]] = field(default_factory=dict)
    county_whole: dict[tuple[str, int], Decimal] = field(default_factory=dict)
    own_account: dict[int, dict[str, Decimal]] = field(default_factory=dict)


def generate(
    randomness: int, counties: int = 17, departments: int = 8, years: tuple[int, ...] = tuple(YEARS)
) -> MiniProvince:
    rng = random.Random(randomness)
    province = MiniProvince(years)
    province.counties = [f"99{number:04d}" for number in range(121, 121 + counties)]
    for year in years:
        # The last county files nothing at all: every item of its score is missing.
        for county in province.counties[:-1]:
            _county(province, rng, county, year)
        for number in range(departments):
            _department(province, rng, str(301 + number), year)
        if YEARS[year].has_account:
            province.own_account[year] = _own_account(province, rng, year)
        total = _money(rng, 10**8, 10**9)
        province.transfers[year] = (total, (total * Decimal(rng.randint(0, 90)) / 100).quantize(CENT))
    return province


def _money(rng: random.Random, low: int, high: int) -> Decimal:
    return Decimal(rng.randint(low * 100, high * 100)) / 100


def _county(province: MiniProvince, rng: random.Random, county: str, year: int) -> None:
    def put(code: str, value: Figure) -> None:
        province.figures[county, year, code] = value

    account = "government_final_account.expenditure_by_function.{}.final"
    base = "county_base_data.base_data.{}.value"
    amounts = {code: _money(rng, 10**6, 10**8) for code in CLASSES}
    amounts["229"] *= rng.choice([1, 1, 1, 8])
    for code, amount in amounts.items():
        put(account.format(code), amount)
    put(account.format("TOTAL"), sum(amounts.values(), Decimal(0)))
    put(base.format("total_population"), Decimal(rng.randint(10**5, 10**6)))
    put(base.format("payroll_persons"), Decimal(rng.randint(4000, 20000)))
    for code in ("205", "207", "210"):
        standard = (amounts[code] * Decimal(rng.randint(70, 140)) / 100).quantize(CENT)
        put(base.format(f"standard_expenditure_{code}"), standard)
    # A generator of their own: what others draw stays as it was.
    own = random.Random(f"{county} {year}")
    summary = "government_final_account.revenue_expenditure_summary.{}.final"
    revenue = _money(own, 10**7, 10**8)
    put(summary.format("revenue_total"), revenue)
    put(summary.format("tax_revenue"), (revenue * Decimal(own.randint(50, 95)) / 100).quantize(CENT))
    if own.random() < 0.3:
        put(base.format("standard_expenditure_210"), None)
    total = sum(amounts.values(), Decimal(0))
    budget = (total * Decimal(rng.randint(100, 108)) / 100).quantize(CENT)
    put("government_final_account.revenue_expenditure_summary.expenditure_total.adjusted_budget", budget)
    for quarter, part in (("q1", 20), ("q2", 45), ("q3", 70), ("q4", 100)):
        share = Decimal(part if part == 100 else part + rng.randint(-8, 8)) / 100
        put(base.format(f"cumulative_expenditure_{quarter}"), (total * share).quantize(CENT))
    put(
        base.format("carry_over"),
        rng.choice([None, _money(rng, 0, 10**7)]) if rng.random() < 0.1 else _money(rng, 0, 10**7),
    )
    put(base.format("temporary_payments"), Decimal(0) if rng.random() < 0.2 else _money(rng, 0, 10**7))
    for item in ("budget", "final_account", "three_public", "performance", "explanations"):
        put(base.format(f"openness_{item}"), Decimal(rng.randint(0, 1)))
    province.county_evaluations[county, year] = {
        code: (amounts[code] * Decimal(rng.randint(0, 60)) / 100).quantize(CENT)
        for code in rng.sample(CLASSES, 3)
    }
    # A whole unit of the county: more than its projects, or less, so that the projects alone count.
    projects = sum(province.county_evaluations[county, year].values(), Decimal(0))
    province.county_whole[county, year] = (
        projects * rng.choice([0, Decimal("0.5"), Decimal("1.1")])
    ).quantize(CENT)


def _department(province: MiniProvince, rng: random.Random, code: str, year: int) -> None:
    items = [f"20{rng.randint(1, 9)}{rng.randint(1, 9):02d}{n:02d}" for n in range(1, 4)]
    department = Department(
        code,
        {item: _money(rng, 10**5, 10**7) for item in items[:2]},
        {item: _money(rng, 10**7, 10**8) for item in items},
        [],
        # Every fourth department's list exceeds its account, so that a withheld ratio always occurs.
        exceeds=int(code) % 4 == year % 4,
        misprint=YEARS[year].misprint if code == "301" else Decimal(0),
        unlisted=_money(rng, 10**5, 10**6) if rng.random() < 0.3 else Decimal(0),
    )
    for item in items:
        left = department.project_items[item]
        for number in range(rng.randint(1, 3)):
            executed = (left * Decimal(rng.randint(10, 50)) / 100).quantize(CENT)
            left -= executed
            evaluated: list[Decimal | None] = [
                (executed * Decimal(rng.choice([40, 80, 100, 130])) / 100).quantize(CENT)
                for _ in range(rng.choice([0, 0, 1, 2]))
            ]
            if rng.random() < 0.15:
                evaluated.append(None)
            department.projects.append(
                Project(
                    f"{code}-{item}-{number}",
                    item,
                    executed + 5,
                    executed,
                    evaluated,
                    rng.choice(["", "filed", "filed", "empty", "zero", "held"]),
                )
            )
    _refund_and_whole(department, items[2], year)
    if department.exceeds:
        department.projects[0].executed += department.project_items[department.projects[0].item]
    province.departments[code, year] = department
    if rng.random() < 0.6:
        province.whole_targets.add((code, year))
    _facts(province, rng, code, year)


def _refund_and_whole(department: Department, item: str, year: int) -> None:
    # Money paid back: a negative execution, which no evaluation can cover.
    refund = Project(f"{department.code}-{item}-R", item, Decimal(5), Decimal("-12.34"), [Decimal(7)])
    department.projects.append(refund)
    covered = sum((p.covered for p in department.projects), Decimal(0))
    kinds: list[list[Decimal | None]] = [
        [],
        [],
        [],
        [department.spent],
        [(department.spent * 7 / 10).quantize(CENT), (department.spent * 6 / 10).quantize(CENT)],
        [(covered / 2).quantize(CENT)],
        [None],
    ]
    department.whole = kinds[(int(department.code) + year) % len(kinds)]


def _facts(province: MiniProvince, rng: random.Random, code: str, year: int) -> None:
    """What the scheme of departments asks for: now and then blank, or not applicable."""
    # Sorted: the order of a set changes from run to run, and with it every random figure.
    for node in sorted({i["metric_code"] for i in seed("inputs")}):
        for term in seed("metric_terms"):
            if term["metric_code"] == node and term["figure_code"].startswith("department_management_facts"):
                value: Figure = Decimal(rng.randint(0, 3))
                if rng.random() < 0.04:
                    value = None
                elif rng.random() < (0.5 if term["figure_code"].endswith("recheck_gap.value") else 0.03):
                    value = NOT_APPLICABLE
                province.figures[code, year, term["figure_code"]] = value


def _own_account(province: MiniProvince, rng: random.Random, year: int) -> dict[str, Decimal]:
    """What the province spends by class: its departments' expenditure and something beside them."""
    classes = {code: _money(rng, 10**8, 10**9) for code in CLASSES}
    for (_, of_year), department in province.departments.items():
        if of_year == year:
            for amounts in (department.basic, department.project_items):
                for item, amount in amounts.items():
                    classes[item[:3]] = classes.get(item[:3], Decimal(0)) + amount
    if shortage := YEARS[year].shortage:
        spent: dict[str, Decimal] = {}
        for (_, of_year), department in province.departments.items():
            if of_year == year and department.is_usable:
                for amounts in (department.basic, department.project_items):
                    for item, amount in amounts.items():
                        spent[item[:3]] = spent.get(item[:3], Decimal(0)) + amount
        short = min(spent)
        # Beyond what rounding each printed addend could explain.
        classes[short] = spent[short] - shortage * 100
    return classes
