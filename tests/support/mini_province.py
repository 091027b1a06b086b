"""A random small province as plain objects, and the same province as raw rows.

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
from tests.support.raw_store import RawStore

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
    for node in sorted({i["metric_code"] for i in seed("schemes/node_inputs.csv")}):
        for term in seed("schemes/metric_terms.csv"):
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


def write(province: MiniProvince, store: RawStore) -> None:
    for year in province.years:
        _write_registers(province, store, year)
        for county in province.counties[:-1]:
            _write_county(province, store, county, year)
        for (code, of_year), department in province.departments.items():
            if of_year == year:
                _write_department(province, store, code, year, department)
        _write_transfers(province, store, year)
        if year in province.own_account:
            _write_own_account(store, year, province.own_account[year])
    store.write()


def _write_registers(province: MiniProvince, store: RawStore, year: int) -> None:
    sid = store.submission(f"register{year}", year, PROVINCE, "unit_register")
    store.submission(sid, year, PROVINCE, "region_register")
    store.add("region_register", sid, region_code=PROVINCE, region_name="示例省", region_type="省")
    for county in province.counties:
        store.add(
            "region_register",
            sid,
            region_code=county,
            region_name=f"县{county}",
            region_type="县",
            parent_region_code=PROVINCE,
        )
    for code, of_year in province.departments:
        if of_year == year:
            store.add(
                "unit_register",
                sid,
                unit_code=code,
                unit_name=f"部门{code}",
                unit_level="一级",
                region_code=PROVINCE,
            )


def _write_own_account(store: RawStore, year: int, classes: dict[str, Decimal]) -> None:
    sid = store.submission(f"government{year}", year, PROVINCE, "government_final_account")
    lines = {**classes, "TOTAL": sum(classes.values(), Decimal(0))}
    for item, amount in lines.items():
        store.add(
            "government_final_account",
            sid,
            table_code="expenditure_by_function",
            item_code=item,
            item_label=item,
            measure_code="final",
            row_kind="total" if item == "TOTAL" else "value",
            unit_label="元",
            decimals="2",
            value_text=str(amount),
        )


def _evaluation(
    store: RawStore,
    submission: str,
    year: int,
    code: str,
    kind: str,
    unit: str,
    amount: Decimal | None,
    **more: str,
) -> None:
    store.add(
        "evaluation_register",
        submission,
        evaluation_code=code,
        object_type=kind,
        unit_code=unit,
        expenditure_year=str(year),
        evaluated_amount="" if amount is None else str(amount),
        unit_label="元",
        **more,
    )


def _figure_text(value: Figure) -> str:
    if value is None:
        return ""
    return "不适用" if value == NOT_APPLICABLE else str(value)


def _write_county(province: MiniProvince, store: RawStore, county: str, year: int) -> None:
    sid = store.submission(f"county{county}{year}", year, county, "county_base_data")
    store.submission(sid, year, county, "government_final_account")
    store.submission(sid, year, county, "evaluation_register")
    for (subject, of_year, code), value in province.figures.items():
        if subject != county or of_year != year:
            continue
        form, table, item, measure = code.split(".")
        store.add(
            form,
            sid,
            table_code=table,
            item_code=item,
            measure_code=measure,
            item_label=item,
            row_kind="total" if item == "TOTAL" else "value",
            unit_label="元",
            decimals="2",
            value_text=_figure_text(value),
        )
    unit = f"{county}301"
    for class_code, amount in province.county_evaluations[county, year].items():
        for repeat in range(2):  # entered twice: counts once
            _evaluation(
                store,
                sid,
                year,
                f"{county}{class_code}{repeat}",
                "项目支出",
                unit,
                amount,
                object_code=f"{county}-{class_code}",
                function_code=class_code,
            )
    if whole := province.county_whole[county, year]:
        _evaluation(store, sid, year, f"{county}W", "部门整体支出", unit, whole, object_code=unit)
    # Transfers to lower levels are not own-level expenditure, and another year's spending not this year's.
    _evaluation(store, sid, year, f"{county}T", "转移支付", unit, Decimal(10**6), object_code=f"{county}-T")
    # A register that was replaced by the one above.
    old = store.submission(f"old{county}{year}", year, county, "evaluation_register")
    store.hold(old, "evaluation_register", superseded=True)
    _evaluation(
        store,
        old,
        year,
        f"{county}O",
        "项目支出",
        unit,
        Decimal(10**6),
        object_code=f"{county}-O",
        function_code="201",
    )


def _write_department(
    province: MiniProvince, store: RawStore, code: str, year: int, department: Department
) -> None:
    sid = store.submission(f"department{code}{year}", year, code, "department_final_account")
    for form in (
        "project_list",
        "project_performance_target",
        "department_performance_target",
        "department_management_facts",
    ):
        store.submission(sid, year, code, form)
    label = f"部门{code}"
    common = {
        "table_code": "general_public_expenditure",
        "unit_label": "元",
        "decimals": "2",
        "reporting_unit_label": label,
    }
    for item in sorted({*department.basic, *department.project_items}):
        for measure, amounts in (("basic", department.basic), ("project", department.project_items)):
            store.add(
                "department_final_account",
                sid,
                item_code=item,
                item_label=item,
                measure_code=measure,
                value_text=str(amounts.get(item, "")),
                **common,
            )
    for class_code in sorted({item[:3] for item in department.project_items}):
        store.add(
            "department_final_account",
            sid,
            item_code=class_code,
            item_label=class_code,
            measure_code="project",
            value_text="0",
            **common,
        )
    store.add(
        "department_final_account",
        sid,
        item_code="TOTAL",
        row_kind="total",
        measure_code="total",
        value_text=str(department.total),
        **common,
    )
    _write_projects(store, sid, year, label, department)
    for (subject, of_year, figure), value in province.figures.items():
        if subject == code and of_year == year:
            form, table, item, measure = figure.split(".")
            store.add(
                form,
                sid,
                table_code=table,
                item_code=item,
                measure_code=measure,
                item_label=item,
                reporting_unit_label=label,
                value_text=_figure_text(value),
            )
    if (code, year) in province.whole_targets:
        store.add(
            "department_performance_target",
            sid,
            unit_code=code,
            unit_name=label,
            total_budget="1",
            unit_label="元",
        )
        store.add(
            "department_performance_target_indicators", sid, unit_code=code, indicator="i", target_value="≥1"
        )


def _write_projects(store: RawStore, sid: str, year: int, label: str, department: Department) -> None:
    if YEARS[year].has_register:
        _write_evaluations(store, year, department)
    held = store.submission(
        f"held{department.code}{year}", year, department.code, "project_performance_target"
    )
    store.hold(held, "project_performance_target")
    for project in department.projects:
        store.add(
            "project_list",
            sid,
            project_code=project.code,
            project_name=project.code,
            unit_code=department.code,
            function_code=project.item,
            budget_amount=str(project.budget),
            executed_amount=str(project.executed),
            reporting_unit_label=label,
            unit_label="元",
        )
        filed = held if project.target == "held" else sid
        if project.target:
            sheet = f"S{project.code}"
            store.add(
                "project_performance_target",
                filed,
                _sheet=sheet,
                project_code=project.code,
                unit_label="元",
                requested_amount="0" if project.target == "zero" else str(project.budget),
            )
            store.add(
                "project_performance_target_indicators",
                filed,
                _sheet=sheet,
                project_code=project.code,
                target_value="" if project.target == "empty" else "95",
            )
    store.add(
        "project_list",
        sid,
        row_kind="total",
        budget_amount=str(sum((p.budget for p in department.projects), Decimal(0)) + department.misprint),
        reporting_unit_label=label,
        unit_label="元",
    )


def _write_evaluations(store: RawStore, year: int, department: Department) -> None:
    register = store.submission(f"evaluations{year}", year, PROVINCE, "evaluation_register")
    code = department.code
    for project in department.projects:
        for number, amount in enumerate(project.evaluated):
            _evaluation(
                store,
                register,
                year,
                f"{project.code}/{number}",
                "项目支出",
                code,
                amount,
                object_code=project.code,
                function_code=project.item,
            )
    if department.unlisted:
        _evaluation(
            store,
            register,
            year,
            f"U{code}",
            "项目支出",
            code,
            department.unlisted,
            object_code=f"{code}-unlisted",
            function_code=department.projects[0].item,
        )
    for number, amount in enumerate(department.whole):
        _evaluation(
            store, register, year, f"W{code}/{number}", "部门整体支出", code, amount, object_code=code
        )


def _write_transfers(province: MiniProvince, store: RawStore, year: int) -> None:
    total, filed = province.transfers[year]
    rules = YEARS[year]
    sid = store.submission(f"government{year}", year, PROVINCE, "government_final_account")
    store.submission(sid, year, PROVINCE, "transfer_performance_target")
    if rules.has_register:
        store.submission(f"evaluations{year}", year, PROVINCE, "evaluation_register")
    for item, amount in (
        ("transfer_general", total),
        ("transfer_special", rules.special),
        ("transfer_tax_rebate", Decimal(7)),
    ):
        store.add(
            "government_final_account",
            sid,
            table_code="revenue_expenditure_summary",
            item_code=item,
            measure_code="final",
            unit_label="元",
            decimals="2",
            value_text=_figure_text(amount),
        )
    asked = total + 1 if rules.excess_targets else filed
    store.add("transfer_performance_target", sid, programme_code="T1", amount=str(asked), unit_label="元")
    store.add("transfer_performance_target_indicators", sid, programme_code="T1", target_value="95")
