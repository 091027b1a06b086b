"""The model of the sample province is consistent to the fen before anything is printed."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pytest

from orchestration.sample.counties import county_region, county_year
from orchestration.sample.departments import department_year
from orchestration.sample.final_account_layout import expenditure_rows, general_rows
from orchestration.sample.model import DepartmentYear, GovernmentAccount, UnitAccount
from orchestration.sample.money import ZERO, printed, split, total
from orchestration.sample.province import YearTotals, own_region, province_year
from orchestration.sample.size import SampleSize

SIZE = SampleSize()
YEARS = SIZE.years
REAL_PLACES = Path(__file__).parents[4] / "shared" / "real" / "region_codes"


@pytest.fixture(scope="module")
def departments() -> list[DepartmentYear]:
    return [department_year(index, year, SIZE) for year in YEARS for index in range(SIZE.departments)]


@pytest.fixture(scope="module")
def accounts(departments: list[DepartmentYear]) -> list[UnitAccount]:
    return [account for entry in departments for account in [entry.consolidated, *entry.accounts]]


def test_split_loses_nothing() -> None:
    for amount in (Decimal("0.01"), Decimal("100.00"), Decimal("99999999.97")):
        for weights in ([1], [1, 2, 3], [7, 7, 7, 7], [0, 5]):
            assert total(split(amount, weights)) == amount


def test_printing_rounds_half_up_in_the_unit_of_the_form() -> None:
    assert printed(Decimal("1250.00"), "ten_thousand_yuan") == Decimal("0.13")
    assert printed(Decimal("1250.05"), "yuan") == Decimal("1250.05")


def test_entries_add_up_to_groups_classes_and_total(accounts: list[UnitAccount]) -> None:
    for account in accounts:
        rows = general_rows(account)
        for length in (3, 5, 7):
            assert total(amounts[0] for code, amounts in rows if len(code) == length) == account.general_total
        assert all(amounts[0] == amounts[1] + amounts[2] for _, amounts in rows)
        classes = [amounts[0] for code, amounts in expenditure_rows(account) if len(code) == 3]
        assert total(classes) == account.expenditure_total


def test_balances_close(accounts: list[UnitAccount]) -> None:
    for account in accounts:
        assert account.general_closing >= 0
        assert account.fund_closing >= 0
        own_closing = account.closing - account.general_closing - account.fund_closing
        assert own_closing >= 0
        assert total(account.economic.values()) == total(line.basic for line in account.general.values())
        parts = account.three_public
        assert parts["vehicles"][1] == parts["vehicle_purchase"][1] + parts["vehicle_operation"][1]
        assert (
            parts["total"][1]
            == parts["overseas_travel"][1] + parts["vehicles"][1] + parts["official_reception"][1]
        )


def test_balances_of_one_year_open_the_next() -> None:
    for index in range(SIZE.departments):
        before = department_year(index, YEARS[0], SIZE)
        after = department_year(index, YEARS[1], SIZE)
        for last, this in zip(before.accounts, after.accounts, strict=True):
            assert this.general_opening == last.general_closing
            assert this.fund_opening == last.fund_closing


def test_department_is_the_sum_of_its_units(departments: list[DepartmentYear]) -> None:
    for entry in departments:
        whole, parts = entry.consolidated, entry.accounts
        assert whole.general_total == total(account.general_total for account in parts)
        assert whole.revenue_total == total(account.revenue_total for account in parts)
        assert whole.closing == total(account.closing for account in parts)
        assert whole.three_public["total"][0] == total(account.three_public["total"][0] for account in parts)


def test_projects_fit_into_the_project_expenditure_of_their_entry(departments: list[DepartmentYear]) -> None:
    for entry in departments:
        codes = {project.function_code for project in entry.projects}
        for code in codes:
            executed = total(project.executed for project in entry.projects if project.function_code == code)
            assert ZERO < executed <= entry.consolidated.general[code].project
        assert all(project.executed <= project.adjusted_budget for project in entry.projects)


def test_project_codes_are_unique_and_lasting(departments: list[DepartmentYear]) -> None:
    for entry in departments:
        codes = [project.code for project in entry.projects]
        assert len(codes) == len(set(codes))
        assert all(project.is_new == (project.first_year == entry.year) for project in entry.projects)
        assert all(project.first_year <= entry.year <= project.last_year for project in entry.projects)
    seen: dict[str, tuple[str, str]] = {}
    for entry in departments:
        for project in entry.projects:
            described = (project.name, project.function_code)
            assert seen.setdefault(project.code, described) == described


def test_evaluated_projects_are_listed_and_never_above_their_spending(
    departments: list[DepartmentYear],
) -> None:
    partly = overlapping = 0
    for entry in departments:
        executed = {project.code: project.executed for project in entry.projects}
        projects = [row for row in entry.evaluations if row.object_type == "project"]
        for row in projects:
            assert ZERO < row.amount <= executed[row.object_code]
            partly += row.amount < executed[row.object_code]
        overlapping += any(row.object_type == "department" for row in entry.evaluations) and bool(projects)
    assert partly
    assert overlapping


def _balance(account: GovernmentAccount, column: int) -> Decimal:
    received = account.revenue["revenue_total"][column] + account.received["total"][column]
    received += account.opening[column] + account.transferred_in[column]
    spent = total(values[column] for values in account.expenditure.values())
    spent += account.passed_down["total"][column] + account.remitted[column]
    return received - spent - (account.closing if column == 2 else ZERO)


@pytest.mark.parametrize("year", YEARS)
def test_governments(year: int) -> None:
    totals = YearTotals()
    for index in range(SIZE.departments):
        totals.add_department(department_year(index, year, SIZE))
    received = ZERO
    for index in range(SIZE.counties):
        county = county_year(index, year, SIZE)
        totals.add_county(county)
        received += county.account.received["total"][2]
        _check_government(county.account)
        _check_county(county.base_data, county.account)
    province = province_year(year, SIZE, totals)
    _check_government(province.account)
    assert province.account.passed_down["total"][2] == received
    for code, spent in totals.classes.items():
        assert spent <= province.account.expenditure[code][2]
    assert total(entry.amount for entry in province.programmes) <= received
    assert {row.object_type for row in province.evaluations} >= {"project", "transfer", "comprehensive"}


def _check_government(account: GovernmentAccount) -> None:
    for column in range(3):
        assert _balance(account, column) == 0
        assert account.received["general"][column] > 0
    by_class: dict[str, Decimal] = {}
    for code, amount in account.groups.items():
        assert amount >= 0
        by_class[code[:3]] = by_class.get(code[:3], ZERO) + amount
    assert by_class == {code: values[2] for code, values in account.expenditure.items() if values[2]}
    assert all(values[2] <= values[1] for values in account.expenditure.values())
    assert account.carried_over <= account.closing


def _check_county(data: dict[str, int | Decimal | bool], account: GovernmentAccount) -> None:
    assert 100_000 <= data["total_population"] <= 1_300_000
    assert data["payroll_persons"] < data["total_population"]
    quarters = [data[f"cumulative_expenditure_q{number}"] for number in range(1, 5)]
    assert quarters == sorted(quarters)
    assert quarters[-1] == account.expenditure_total
    assert data["carry_over"] == account.closing


def test_some_counties_lie_beyond_ten_points_of_the_mean() -> None:
    keys = ("205", "207", "208", "210", "211", "213")
    shares = []
    for index in range(SIZE.counties):
        account = county_year(index, YEARS[-1], SIZE).account
        shares.append(100 * total(account.expenditure[code][2] for code in keys) / account.expenditure_total)
    mean = sum(shares) / len(shares)
    assert any(share >= mean + 10 for share in shares)
    assert any(share <= mean - 10 for share in shares)


def test_coverage_rises_and_only_some_reach_the_targets() -> None:
    reached_evaluation, reached_targets = [], []
    for year in YEARS:
        entries = [department_year(index, year, SIZE) for index in range(SIZE.departments)]
        evaluated = [
            total(row.amount for row in entry.evaluations if row.object_type == "project")
            / entry.consolidated.general_total
            for entry in entries
        ]
        targeted = [
            total(project.budget for project in entry.targeted) / total(p.budget for p in entry.projects)
            for entry in entries
        ]
        reached_evaluation.append(sum(ratio >= Decimal("0.1") for ratio in evaluated))
        reached_targets.append(sum(ratio >= Decimal("0.5") for ratio in targeted))
    assert reached_evaluation[0] < reached_evaluation[-1] < SIZE.departments
    assert reached_targets[0] < reached_targets[-1] < SIZE.departments


def test_places_are_fictional_and_enough_for_a_country() -> None:
    places = [county_region(index) for index in range(2900)]
    assert len({place.code for place in places}) == 2900
    assert len({place.name for place in places}) == 2900
    assert {len(place.code) for place in places} == {6}
    assert {place.code[:2] for place in places} == {own_region().code[:2]}


def test_a_size_beyond_the_codes_is_refused() -> None:
    with pytest.raises(ValueError, match="counties"):
        SampleSize(counties=5000)
    with pytest.raises(ValueError, match="departments"):
        SampleSize(departments=0)


def test_no_place_has_the_name_of_a_real_one() -> None:
    lists = sorted(REAL_PLACES.glob("*.tsv"))
    if not lists:
        pytest.skip(f"no lists of real places in {REAL_PLACES.name}")
    words = (
        line.split()[-1] for path in lists for line in path.read_text("utf-8").splitlines() if line.split()
    )
    real = {word[:-1] for word in words}
    assert len(real) > 2000
    assert not [county_region(index).name for index in range(2900) if county_region(index).name[:-1] in real]
