"""Departments of the province: units, accounts, projects, targets, evaluations, management facts."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from random import Random
from typing import Any

from orchestration.sample.evaluations import EvaluationDesk, own_bureau
from orchestration.sample.management import management_facts
from orchestration.sample.model import (
    DepartmentYear,
    Evaluation,
    Project,
    Unit,
    UnitAccount,
    WholeTarget,
)
from orchestration.sample.money import ZERO, random_stream, share, total
from orchestration.sample.reference import dated, layouts, load_yaml
from orchestration.sample.size import SampleSize
from orchestration.sample.trajectories import Trajectory, chosen_count
from orchestration.sample.unit_accounts import AccountMaker, between, consolidate

_FIRST_CODE = int(load_yaml("templates")["departments"][0]["code"])


def department_code(index: int) -> str:
    """Code of the department at a position."""
    return str(_FIRST_CODE + index)


@dataclass(frozen=True)
class Department:
    """What a department is, apart from any year: its position and the template it is cut from."""

    index: int
    seed: int

    @property
    def template(self) -> dict[str, Any]:
        """The template this department is cut from."""
        templates: list[dict[str, Any]] = load_yaml("templates")["departments"]
        return templates[self.index % len(templates)]

    @property
    def code(self) -> str:
        """Three-digit unit code."""
        return department_code(self.index)

    def name(self, year: int) -> str:
        """The name in `year`; namesakes beyond the templates are numbered."""
        templates = load_yaml("templates")
        name = dated(self.template["names"], year)
        cycle = self.index // len(templates["departments"])
        if not cycle:
            return name
        province = load_yaml("regions")["province"]["name"]
        pattern: str = templates["further_department"]
        return pattern.format(number=cycle + 1, department=name.removeprefix(province))

    def rng(self, *key: object) -> Random:
        """A random stream of this department."""
        return random_stream(self.seed, "department", self.code, *key)

    def unit(self, position: int, year: int) -> tuple[Unit, str]:
        """The unit at a position (0 is the own office) with its main entry code."""
        templates = load_yaml("templates")
        region = load_yaml("regions")["province"]["code"]
        code = f"{self.code}{position + 1:03d}"
        name = self.name(year)
        if position == 0:
            nature = layouts()["unit_register"]["office_nature"]
            return Unit(code, name + templates["office_suffix"], self.code, region, nature), self.template[
                "office"
            ][0]
        pool = self.template["units"]
        unit_name, nature, entry = pool[(position - 1) % len(pool)]
        if position > len(pool) or self.index >= len(templates["departments"]):
            unit_name = templates["further_unit"].format(department=name, number=position)
        return Unit(code, unit_name, self.code, region, nature), entry


def _projects(department: Department, units: list[Unit], size: SampleSize, year: int) -> list[Project]:
    """The department's list: every slot holds a project for two to four years, then the next one."""
    rules = load_yaml("figures")["project"]
    pool = department.template["projects"]
    projects = []
    for slot in range(size.projects_per_department):
        period = rules["least_years"] + slot % rules["period_spread"]
        first = year - (year + slot % period) % period
        rng = department.rng("project", slot, first)
        name, entry, unit_position = pool[slot % len(pool)]
        if slot >= len(pool):
            name = f"{name}{slot // len(pool) + 1}"
        last = first + period - 1
        name = load_yaml("templates")["project_name"].format(name=name, first=first, last=last)
        unit = units[unit_position if unit_position < len(units) else 0]
        amount = Decimal(between(rng, rules["amount"]) // 10000 * 10000) * rng.choice(rules["steps"])
        in_year = department.rng("project", slot, year)
        adjusted = share(amount, between(in_year, rules["adjusted"]))
        executed = (
            share(adjusted, between(in_year, rules["executed"])) - Decimal(in_year.randint(0, 99999)) / 100
        )
        projects.append(
            Project(
                code=f"{department.code}{first}{slot + 1:03d}",
                name=name,
                unit_code=unit.code,
                unit_name=unit.name,
                function_code=entry,
                is_new=first == year,
                first_year=first,
                last_year=last,
                budget=amount,
                adjusted_budget=adjusted,
                executed=executed,
            )
        )
    return projects


def _targeted(department: Department, projects: list[Project], year: int) -> list[Project]:
    """The projects with a filed target: in a lasting order, up to the trajectory's share of the budget."""
    wanted = Trajectory("department_project_targets").share(department.seed, department.code, year)
    limit = share(total(project.budget for project in projects), wanted)
    order = sorted(projects, key=lambda project: department.rng("targets", project.code).random())
    chosen, reached = [], ZERO
    for project in order:
        if reached >= limit:
            break
        chosen.append(project)
        reached += project.budget
    return sorted(chosen, key=lambda project: project.code)


def _evaluations(
    department: Department, year: int, projects: list[Project], account: UnitAccount
) -> list[Evaluation]:
    """Project evaluations up to the trajectory's share of the department's general budget expenditure."""
    rules = load_yaml("figures")["evaluation"]
    desk = EvaluationDesk(department.rng("evaluations", year), year, own_bureau())
    wanted = Trajectory("department_evaluated").share(department.seed, department.code, year)
    left = share(account.general_total, wanted)
    order = sorted(projects, key=lambda project: department.rng("judged", project.code, year).random())
    rows = []
    for project in order:
        amount = min(project.executed, left)
        if amount < share(project.executed, int(rules["least_part"])):
            continue
        left -= amount
        rows.append(
            desk.evaluation(
                "project",
                project.code,
                project.name,
                department.code,
                project.function_code,
                amount,
                department.name(year),
            )
        )
    return rows


def _filing_departments(size: SampleSize, year: int) -> set[int]:
    wanted = Trajectory("department_whole_targets").share(size.seed, "province", year)
    count = chosen_count(size.departments, wanted)
    order = sorted(
        range(size.departments), key=lambda index: random_stream(size.seed, "whole", index).random()
    )
    return set(order[:count])


def _judged_as_a_whole(size: SampleSize, year: int) -> dict[int, int]:
    """Positions of departments evaluated as a whole, with the part of expenditure judged, per thousand."""
    step = Trajectory("whole_department_evaluations").at(year)
    offset = Trajectory("whole_department_evaluations").position(year)
    positions = [(3 + 5 * offset + 7 * number) % size.departments for number in range(step)]
    return {position: 1000 if number % 2 == 0 else 700 for number, position in enumerate(positions)}


def department_units(index: int, year: int, size: SampleSize) -> list[Unit]:
    """The own office and the subordinate units, in code order."""
    department = Department(index, size.seed)
    return [department.unit(position, year)[0] for position in range(size.units_per_department + 1)]


def department_year(index: int, year: int, size: SampleSize) -> DepartmentYear:
    """Everything about the department at `index` in `year`."""
    department = Department(index, size.seed)
    units = department_units(index, year, size)
    projects = _projects(department, units, size, year)
    accounts = [AccountMaker(department, position, year).make(projects) for position in range(len(units))]
    name = department.name(year)
    whole = consolidate(department.code, name, accounts)
    evaluations = _evaluations(department, year, projects, whole)
    judged = _judged_as_a_whole(size, year)
    if index in judged:
        desk = EvaluationDesk(department.rng("whole", year), year, own_bureau())
        object_name = layouts()["evaluation_register"]["whole_name"].format(name=name)
        amount = share(whole.general_total, judged[index])
        evaluations.append(
            desk.evaluation("department", department.code, object_name, department.code, "", amount, name)
        )
    whole_target = None
    if index in _filing_departments(size, year):
        basic = share(total(line.basic for line in whole.general.values()), 960)
        budget = total(project.budget for project in projects)
        whole_target = WholeTarget(department.code, name, basic, budget, department.template["duty"])
    targeted = _targeted(department, projects, year)
    facts = management_facts(department.rng("facts", year), year, targeted, evaluations)
    return DepartmentYear(
        year,
        index,
        department.code,
        name,
        units,
        accounts,
        whole,
        projects,
        targeted,
        whole_target,
        evaluations,
        facts,
    )
