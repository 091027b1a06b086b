"""A random small province as plain objects, and the same province as raw rows.

It is generated so that every rule and every state occurs: counties far from their band's mean, missing
and not applicable figures, projects evaluated twice, in part, not at all, whole departments evaluated,
lists that do not reconcile.
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


@dataclass
class Project:
    code: str
    item: str
    budget: Decimal
    executed: Decimal
    evaluated: list[Decimal] = field(default_factory=list)
    target: str = ""  # "", "filed", "empty", "zero"


@dataclass
class Department:
    code: str
    basic: dict[str, Decimal]
    project_items: dict[str, Decimal]
    projects: list[Project]
    whole_evaluated: bool = False
    exceeds: bool = False

    @property
    def total(self) -> Decimal:
        return sum(self.basic.values(), Decimal(0)) + sum(self.project_items.values(), Decimal(0))


@dataclass
class MiniProvince:
    years: tuple[int, ...]
    figures: dict[tuple[str, int, str], Figure] = field(default_factory=dict)
    counties: list[str] = field(default_factory=list)
    departments: dict[tuple[str, int], Department] = field(default_factory=dict)
    whole_targets: set[tuple[str, int]] = field(default_factory=set)
    transfers: dict[int, tuple[Decimal, Decimal]] = field(default_factory=dict)
    county_evaluations: dict[tuple[str, int], dict[str, Decimal]] = field(default_factory=dict)


def generate(
    randomness: int, counties: int = 17, departments: int = 4, years: tuple[int, ...] = (2012, 2013)
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


def _department(province: MiniProvince, rng: random.Random, code: str, year: int) -> None:
    items = [f"20{rng.randint(1, 9)}{rng.randint(1, 9):02d}{n:02d}" for n in range(1, 4)]
    department = Department(
        code,
        {item: _money(rng, 10**5, 10**7) for item in items[:2]},
        {item: _money(rng, 10**7, 10**8) for item in items},
        [],
        whole_evaluated=rng.random() < 0.25,
        # Every fourth department's list exceeds its account, so that a withheld ratio always occurs.
        exceeds=int(code) % 4 == year % 4,
    )
    for item in items:
        left = department.project_items[item]
        for number in range(rng.randint(1, 3)):
            executed = (left * Decimal(rng.randint(10, 50)) / 100).quantize(CENT)
            left -= executed
            evaluated = [
                (executed * Decimal(rng.choice([40, 80, 100, 130])) / 100).quantize(CENT)
                for _ in range(rng.choice([0, 0, 1, 2]))
            ]
            department.projects.append(
                Project(
                    f"{code}-{item}-{number}",
                    item,
                    executed + 5,
                    executed,
                    evaluated,
                    rng.choice(["", "filed", "filed", "empty", "zero"]),
                )
            )
    if department.exceeds:
        department.projects[0].executed += department.project_items[department.projects[0].item]
    province.departments[code, year] = department
    if rng.random() < 0.6:
        province.whole_targets.add((code, year))
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


def write(province: MiniProvince, store: RawStore) -> None:
    for year in province.years:
        _write_registers(province, store, year)
        for county in province.counties[:-1]:
            _write_county(province, store, county, year)
        for (code, of_year), department in province.departments.items():
            if of_year == year:
                _write_department(province, store, code, year, department)
        _write_transfers(province, store, year)
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
    for class_code, amount in province.county_evaluations[county, year].items():
        for repeat in range(2):  # entered twice: counts once
            store.add(
                "evaluation_register",
                sid,
                evaluation_code=f"{county}{class_code}{repeat}",
                object_type="项目支出",
                object_code=f"{county}-{class_code}",
                unit_code=f"{county}301",
                function_code=class_code,
                expenditure_year=str(year),
                evaluated_amount=str(amount),
                unit_label="元",
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
    register = store.submission(f"evaluations{year}", year, PROVINCE, "evaluation_register")
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
        for number, amount in enumerate(project.evaluated):
            store.add(
                "evaluation_register",
                register,
                evaluation_code=f"{project.code}/{number}",
                object_type="项目支出",
                object_code=project.code,
                unit_code=department.code,
                function_code=project.item,
                expenditure_year=str(year),
                evaluated_amount=str(amount),
                unit_label="元",
            )
        if project.target:
            sheet = f"S{project.code}"
            store.add(
                "project_performance_target",
                sid,
                _sheet=sheet,
                project_code=project.code,
                unit_label="元",
                requested_amount="0" if project.target == "zero" else str(project.budget),
            )
            store.add(
                "project_performance_target_indicators",
                sid,
                _sheet=sheet,
                project_code=project.code,
                target_value="" if project.target == "empty" else "95",
            )
    if department.whole_evaluated:
        store.add(
            "evaluation_register",
            register,
            evaluation_code=f"W{department.code}",
            object_type="部门整体支出",
            object_code=department.code,
            unit_code=department.code,
            expenditure_year=str(year),
            evaluated_amount=str(department.total),
            unit_label="元",
        )


def _write_transfers(province: MiniProvince, store: RawStore, year: int) -> None:
    total, filed = province.transfers[year]
    sid = store.submission(f"government{year}", year, PROVINCE, "government_final_account")
    store.submission(sid, year, PROVINCE, "transfer_performance_target")
    store.submission(f"evaluations{year}", year, PROVINCE, "evaluation_register")
    for item, amount in (
        ("transfer_general", total),
        ("transfer_special", Decimal(0)),
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
            value_text=str(amount),
        )
    store.add("transfer_performance_target", sid, programme_code="T1", amount=str(filed), unit_label="元")
    store.add("transfer_performance_target_indicators", sid, programme_code="T1", target_value="95")
