"""Defects that lie in the facts themselves, so that all tables of the workbook agree on them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal

from orchestration.sample.counties import county_year
from orchestration.sample.defect_places import AnchorNotFoundError, Entry
from orchestration.sample.model import CountyYear, DepartmentYear
from orchestration.sample.money import share
from orchestration.sample.size import SampleSize


def _consolidated_differs(department: DepartmentYear, entry: Entry) -> None:
    """The department's own sum holds an amount that none of its units has; its tables still agree."""
    account = department.consolidated
    entry["right_yuan"] = account.general_total
    code = max(account.general, key=lambda item: account.general[item].project)
    amount = Decimal(entry["value"])
    account.general[code].project += amount
    account.revenue[code].appropriation += amount


def _project_over_item(department: DepartmentYear, entry: Entry) -> None:
    """The first project on the list has executed 30 % more than its entry's whole project expenditure."""
    first = department.projects[0]
    spent = department.consolidated.general[first.function_code].project
    executed = share(spent, 1300)
    entry["right_yuan"] = spent
    changed = replace(first, executed=executed, adjusted_budget=max(first.adjusted_budget, executed))
    department.projects[0] = changed


def _other_opening(county: CountyYear, entry: Entry, size: SampleSize) -> None:
    """The balance brought forward is not the one the year before closed with; the account still balances."""
    account = county.account
    entry["right_yuan"] = account.opening[2]
    moved = share(account.transferred_in[2], 500)
    account.opening = _raised(account.opening, moved)
    account.transferred_in = _raised(account.transferred_in, -moved)


def _figures_of_last_year(county: CountyYear, entry: Entry, size: SampleSize) -> None:
    """The account of the year before, under the new year; only where the list of classes is the same."""
    before = county_year(county.index, county.year - 1, size).account
    if set(before.expenditure) != set(county.account.expenditure):
        raise AnchorNotFoundError(f"{county.year}: other classes than the year before")
    county.account = before


def _raised(values: tuple[Decimal, Decimal, Decimal], by: Decimal) -> tuple[Decimal, Decimal, Decimal]:
    return values[0] + by, values[1] + by, values[2] + by


MODEL_CHANGES: dict[str, Callable[[DepartmentYear, Entry], None]] = {
    "consolidated_differs": _consolidated_differs,
    "project_over_item": _project_over_item,
}
COUNTY_CHANGES: dict[str, Callable[[CountyYear, Entry, SampleSize], None]] = {
    "other_opening": _other_opening,
    "figures_of_last_year": _figures_of_last_year,
}
