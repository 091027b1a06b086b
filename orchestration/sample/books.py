"""Which workbooks each submitter files, in which hand and container."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

from orchestration.sample.card_layouts import project_target, transfer_target, whole_target
from orchestration.sample.evaluations import own_bureau
from orchestration.sample.final_account_layout import FinalAccountLayout
from orchestration.sample.government_layout import GovernmentLayout
from orchestration.sample.list_layouts import (
    ProjectListLayout,
    evaluation_register,
    fact_table,
    region_register,
    unit_register,
)
from orchestration.sample.model import CountyYear, DepartmentYear, Evaluation, ProvinceYear
from orchestration.sample.money import random_stream
from orchestration.sample.pens import LEDGER, PUBLIC, card_sheet_name
from orchestration.sample.reference import layouts, settings
from orchestration.sample.sheets import Book, Sheet


def _hand(position: int, period: int, phase: int = 0) -> str:
    return LEDGER if position % period == phase else PUBLIC


def _book(
    form: str, year: int, submitter: str, name: str, container: str, sheets: list[Sheet], subject: str = ""
) -> Book:
    month, day = settings()["received"][form]
    file_name = f"{name}{year}年{layouts()[form]['file_name']}"
    return Book(form, year, submitter, file_name, container, (month, day), sheets, subject or submitter)


def _old_or_new(position: int) -> str:
    return "xls" if position % settings()["old_format_every"] == 0 else "xlsx"


def numbered(evaluations: list[Evaluation], region_code: str, year: int) -> list[Evaluation]:
    """The evaluations with their register codes."""
    return [
        replace(item, code=f"{year}-{region_code}-{number:03d}")
        for number, item in enumerate(evaluations, start=1)
    ]


def department_books(department: DepartmentYear, seed: int) -> Iterator[Book]:
    """The department's workbooks: final accounts of all units, project list, targets, management facts."""
    year, code, name, index = department.year, department.code, department.name, department.index
    rules = settings()
    hand = _hand(index + year, rules["ledger_hand_every"])
    old = hand == LEDGER or (index + 2 * year) % (2 * rules["ledger_hand_every"] + 1) == 0
    without_zero = hand == LEDGER and (index + year) % rules["codes_without_zero_every"] == 0
    for number, account in enumerate([department.consolidated, *department.accounts]):
        own_folder = number > 1 and (index + number) % rules["own_folder_every"] == 0
        sheets = FinalAccountLayout(account, year, hand, without_zero).sheets()
        folder = account.code if own_folder else code
        container = "xls" if old else "xlsx"
        yield _book("department_final_account", year, folder, account.name, container, sheets, account.code)
    sheet = ProjectListLayout(department.projects, name, year, hand).write()
    yield _book("project_list", year, code, name, "xls" if hand == LEDGER else "xlsx", [sheet])
    if department.targeted:
        cards = [
            project_target(
                number, project, (code, name), year, random_stream(seed, "card", project.code, year)
            )
            for number, project in enumerate(department.targeted, start=1)
        ]
        yield _book("project_performance_target", year, code, name, _old_or_new(index + year + 1), cards)
    if department.whole_target:
        tab = layouts()["department_performance_target"]["sheet"]
        card = whole_target(tab, department.whole_target, name, year, random_stream(seed, "card", code, year))
        yield _book("department_performance_target", year, code, name, _old_or_new(index + year), [card])
    filed_on = _filed_on("department_management_facts", year)
    facts = fact_table("department_management_facts", department.facts, name, year, filed_on)
    yield _book("department_management_facts", year, code, name, _old_or_new(index + year + 2), [facts])


def _filed_on(form: str, year: int) -> str:
    month, day = settings()["received"][form]
    return f"{year + 1}-{month:02d}-{day:02d}"


def county_books(county: CountyYear, seed: int) -> Iterator[Book]:
    """The county's workbooks: register, government account, base data, targets of its units, evaluations."""
    year, code, name, index = county.year, county.region.code, county.region.name, county.index
    rules = settings()
    place = index + year
    register = unit_register(county.units, name, year)
    yield _book("unit_register", year, code, name, _old_or_new(place), [register])
    hand = _hand(place, rules["county_ledger_hand_every"], 1)
    sheets = GovernmentLayout(county.account, name, year, hand).sheets()
    yield _book("government_final_account", year, code, name, "xls" if hand == LEDGER else "xlsx", sheets)
    unit = "yuan" if place % rules["county_in_yuan_every"] == 0 else "ten_thousand_yuan"
    base = fact_table(
        "county_base_data", county.base_data, name, year, _filed_on("county_base_data", year), unit
    )
    yield _book("county_base_data", year, code, name, _old_or_new(place + 1), [base])
    cards = [
        whole_target(
            card_sheet_name(number, target.unit_name.removeprefix(name)),
            target,
            name,
            year,
            random_stream(seed, "card", target.unit_code, year),
        )
        for number, target in enumerate(county.whole_targets, start=1)
    ]
    if cards:
        yield _book("department_performance_target", year, code, name, _old_or_new(place + 2), cards)
    unit = "yuan" if place % rules["county_in_yuan_every"] == 1 else "ten_thousand_yuan"
    evaluations = evaluation_register(numbered(county.evaluations, code, year), name, year, unit)
    yield _book("evaluation_register", year, code, name, _old_or_new(place), [evaluations])


def province_books(province: ProvinceYear, seed: int) -> Iterator[Book]:
    """The bureau's workbooks: registers, own-level account, transfer targets, evaluations."""
    year, code = province.year, province.region.code
    bureau = own_bureau()
    registers = [unit_register(province.units, bureau, year), region_register(province.regions, bureau, year)]
    yield _book("unit_register", year, code, bureau, "xlsx", registers)
    sheets = GovernmentLayout(province.account, province.region.name, year, PUBLIC).sheets()
    yield _book("government_final_account", year, code, province.region.name, "xlsx", sheets)
    names = {unit.code: unit.name for unit in province.units if unit.is_first_level}
    targeted = [programme for programme in province.programmes if programme.has_target]
    cards = [
        transfer_target(
            number,
            programme,
            names.get(programme.responsible_code, bureau),
            bureau,
            year,
            random_stream(seed, "card", programme.code),
        )
        for number, programme in enumerate(targeted, start=1)
    ]
    if cards:
        yield _book("transfer_performance_target", year, code, bureau, "xlsx", cards)
    evaluations = evaluation_register(
        numbered(province.evaluations, code, year), bureau, year, "ten_thousand_yuan"
    )
    yield _book("evaluation_register", year, code, bureau, "xlsx", [evaluations])
