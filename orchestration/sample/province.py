"""The province's finance bureau: registers, own-level account, transfers, the evaluation register."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from random import Random
from typing import Any

from orchestration.sample.counties import county_region, prefecture_regions
from orchestration.sample.departments import department_code, department_units, department_year
from orchestration.sample.evaluations import EvaluationDesk, own_bureau
from orchestration.sample.governments import government_account
from orchestration.sample.model import (
    CountyYear,
    DepartmentYear,
    Evaluation,
    Programme,
    ProvinceYear,
    Region,
    Unit,
)
from orchestration.sample.money import ZERO, random_stream, share, split, total
from orchestration.sample.reference import function_classes, layouts, load_csv, load_yaml
from orchestration.sample.size import SampleSize
from orchestration.sample.trajectories import Trajectory


@dataclass
class YearTotals:
    """What the province's forms need of everybody else in a year: sums, not the subjects themselves."""

    classes: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    groups: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    received: dict[str, Decimal] = field(default_factory=lambda: defaultdict(lambda: ZERO))
    units: list[Unit] = field(default_factory=list)
    evaluations: list[Evaluation] = field(default_factory=list)
    county_spending: list[Decimal] = field(default_factory=list)
    opening: Decimal | None = None
    """What the province itself closed the year before with; None in the first year."""

    def add_department(self, department: DepartmentYear) -> None:
        """Take a department into the sums."""
        for code, line in department.consolidated.general.items():
            self.classes[code[:3]] += line.amount
            self.groups[code[:5]] += line.amount
        region = load_yaml("regions")["province"]["code"]
        nature = layouts()["unit_register"]["office_nature"]
        self.units.append(Unit(department.code, department.name, "", region, nature))
        self.units.extend(department.units)
        self.evaluations.extend(department.evaluations)

    def add_county(self, county: CountyYear) -> None:
        """Take a county into the sums."""
        for kind in ("tax_rebate", "general", "special"):
            self.received[kind] += county.account.received[kind][2]
        self.county_spending.append(county.account.expenditure_total)


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_yaml("figures")["province"]
    return rules


def _finals(rng: Random, totals: YearTotals, year: int) -> dict[str, Decimal]:
    """Expenditure by class: what departments spent, and lump sums no department accounts for."""
    other = _rules()["classes_without_department"]
    finals = {}
    for entry in function_classes(year):
        amount = totals.classes.get(entry.code, ZERO)
        amount += share(amount, rng.randint(*_rules()["lump_share"]))
        if entry.code in other["classes"]:
            amount += Decimal(rng.randint(other["least"] // 100, other["most"] // 100) * 100)
        finals[entry.code] = amount
    return finals


def _programmes(seed: int, year: int, passed: dict[str, Decimal], departments: int) -> list[Programme]:
    rng = random_stream(seed, "programmes", year)
    codes = {department_code(index) for index in range(departments)}
    province = load_yaml("regions")["province"]["code"]
    programmes: list[Programme] = []
    for kind in ("general", "special"):
        rows = [row for row in load_csv("transfers") if row["kind"] == kind]
        amount = share(passed[kind], rng.randint(*_rules()["programme_part"]))
        parts = split(amount, [int(row["weight"]) * rng.randint(85, 115) for row in rows])
        for row, part in zip(rows, parts, strict=True):
            responsible = row["responsible_department"]
            responsible = responsible if responsible in codes else province
            code = f"{province}{year % 100:02d}{row['code']}"
            programmes.append(Programme(code, row["name"], kind, responsible, part, False))
    return _with_targets(seed, year, programmes, total(passed.values()))


def _with_targets(seed: int, year: int, programmes: list[Programme], passed: Decimal) -> list[Programme]:
    """Programmes with a filed target, in a lasting order, up to the trajectory's share of all transfers."""
    limit = share(passed, Trajectory("province_transfer_targets").share(seed, "province", year))
    reached = ZERO
    chosen: set[str] = set()
    for programme in sorted(
        programmes, key=lambda entry: random_stream(seed, "transfer", entry.name).random()
    ):
        if reached + share(programme.amount, 500) > limit and chosen:
            continue
        chosen.add(programme.code)
        reached += programme.amount
    return [replace(programme, has_target=programme.code in chosen) for programme in programmes]


def _other_evaluations(
    year: int, size: SampleSize, totals: YearTotals, programmes: list[Programme]
) -> list[Evaluation]:
    """Evaluations by the bureau itself: transfers, and the comprehensive expenditure of counties."""
    rng = random_stream(size.seed, "bureau", year)
    desk = EvaluationDesk(rng, year, own_bureau())
    rows = []
    count = Trajectory("comprehensive_evaluations").at(year)
    for programme in [entry for entry in programmes if entry.has_target][:count]:
        amount = share(programme.amount, rng.choice([500, 800, 1000]))
        unit = "" if programme.responsible_code == own_region().code else programme.responsible_code
        rows.append(
            desk.evaluation("transfer", programme.code, programme.name, unit, "", amount, own_bureau())
        )
    pattern = layouts()["evaluation_register"]["comprehensive_name"]
    for number in range(min(count, size.counties)):
        index = (year + 5 * number) % size.counties
        region = county_region(index)
        spending = totals.county_spending[index]
        rows.append(
            desk.evaluation(
                "comprehensive",
                region.code,
                pattern.format(name=region.name),
                "",
                "",
                spending,
                region.name,
            )
        )
    return rows


def late_evaluations(year: int, size: SampleSize) -> list[Evaluation]:
    """One evaluation of the year before, entered late: its money belongs to the year it was spent in."""
    if year - 1 not in size.years:
        return []
    department = department_year((year + 1) % size.departments, year - 1, size)
    judged = {row.object_code for row in department.evaluations}
    project = next((entry for entry in department.projects if entry.code not in judged), None)
    if project is None or any(row.object_type == "department" for row in department.evaluations):
        return []
    desk = EvaluationDesk(random_stream(size.seed, "late", year), year, own_bureau())
    row = desk.evaluation(
        "project",
        project.code,
        project.name,
        department.code,
        project.function_code,
        share(project.executed, 900),
        department.name,
    )
    return [replace(row, expenditure_year=year - 1)]


def own_region() -> Region:
    """The province itself."""
    province = load_yaml("regions")["province"]
    return Region(province["code"], province["name"], layouts()["region_register"]["types"]["province"], "")


def province_year(year: int, size: SampleSize, totals: YearTotals) -> ProvinceYear:
    """The bureau's year, from the sums of all others."""
    rng = random_stream(size.seed, "province", year)
    rules = _rules()
    finals = _finals(rng, totals, year)
    passed = {kind: totals.received[kind] for kind in ("tax_rebate", "general", "special")}
    spent = total(finals.values())
    closing = share(spent, random_stream(size.seed, "closing", year).randint(*rules["closing"]))
    growth = 1000 - int(load_yaml("figures")["growth"])
    before = random_stream(size.seed, "closing", year - 1).randint(*rules["closing"])
    opening = share(spent, growth * before, 1000000) if totals.opening is None else totals.opening
    account = government_account(rng, finals, passed, opening, closing, rules, totals.groups)
    programmes = _programmes(size.seed, year, passed, size.departments)
    evaluations = [
        *totals.evaluations,
        *_other_evaluations(year, size, totals, programmes),
        *late_evaluations(year, size),
    ]
    regions = [own_region(), *prefecture_regions(size.counties)]
    regions.extend(county_region(index) for index in range(size.counties))
    return ProvinceYear(
        year=year,
        region=own_region(),
        regions=sorted(regions, key=lambda region: region.code),
        units=totals.units,
        account=account,
        programmes=programmes,
        evaluations=evaluations,
    )


__all__ = ["YearTotals", "department_units", "late_evaluations", "own_region", "province_year"]
