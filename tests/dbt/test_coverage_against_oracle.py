"""C1 to C5 from the ledger equal what plain arithmetic on the province gives."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pytest

from tests.support.mini_province import CENT, CLASSES, PROVINCE, YEARS, Department, MiniProvince
from tests.support.oracle import divide, table

TARGETS = {
    row["coverage_code"]: Decimal(row["target_ratio"]) for row in table("targets/coverage_targets.csv")
}
REASON_OF_TARGET = {
    "": "no_target_filed",
    "filed": "target_filed",
    "empty": "filed_but_empty",
    "zero": "filed_but_zero",
    "held": "target_held_back",
}


@pytest.fixture
def ratios(marts: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    cursor = marts.execute("select * from marts.fct_coverage_ratios")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(r["coverage_code"], r["subject_type"], r["subject_code"], r["fiscal_year"]): r for r in rows}


def net_of(department: Department) -> Decimal:
    """Projects up to what was spent, then what the whole unit's evaluation has beyond them."""
    projects = sum((p.covered for p in department.projects), Decimal(0))
    refunds = sum((p.executed for p in department.projects if p.executed < 0), Decimal(0))
    open_lines = department.total - projects - refunds
    return projects + min(max(department.whole_once - projects, Decimal(0)), open_lines)


def gross_of(department: Department) -> Decimal:
    entries = [amount for p in department.projects for amount in p.evaluated] + department.whole
    return department.unlisted + sum((amount for amount in entries if amount is not None), Decimal(0))


def once_of(department: Department) -> Decimal:
    return max(department.projects_once, department.whole_once)


def blank_entries(department: Department) -> int:
    return [*department.whole, *(a for p in department.projects for a in p.evaluated)].count(None)


def state_of(department: Department, year: int) -> tuple[str, str | None]:
    if not YEARS[year].has_register:
        return "missing", "evaluation_register_missing"
    if department.exceeds:
        return "withheld", "ledger_exceeds_final_account"
    if department.misprint:
        return "withheld", "ledger_differs_from_total"
    return "reported", None


def gap(code: str, net: Decimal, denominator: Decimal) -> Decimal:
    return max(TARGETS[code] * denominator - net, Decimal(0)).quantize(CENT, rounding=ROUND_HALF_UP)


def test_c1_counts_each_yuan_once(mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]) -> None:
    states, seen = set(), set()
    for (code, year), department in mini_province.departments.items():
        row = ratios["C1", "department", code, year]
        states.add((row["value_status"], row["reason_code"]))
        assert (row["value_status"], row["reason_code"]) == state_of(department, year)
        if row["value_status"] != "reported":
            assert row["coverage_ratio"] is None
            continue
        net, total = net_of(department), department.total
        assert (row["numerator_net_cny"], row["denominator_cny"]) == (net, total)
        assert row["numerator_gross_cny"] == gross_of(department)
        assert row["overlap_cny"] == gross_of(department) - once_of(department) >= 0
        assert row["unplaced_cny"] == once_of(department) - net >= 0
        assert row["entries_without_amount_count"] == blank_entries(department)
        assert row["coverage_ratio"] == divide(net, total)
        assert row["gap_cny"] == gap("C1", net, total)
        assert row["is_target_reached"] == (net >= TARGETS["C1"] * total)
        seen.add("all" if net == total else "part" if department.whole_once > net else "projects")
    assert {state for state, _ in states} == {"reported", "withheld", "missing"} and len(states) == 4
    assert len(seen) >= 2


def test_a_whole_unit_evaluated_in_part_covers_its_amount_only(
    mini_province: MiniProvince, marts: duckdb.DuckDBPyConnection
) -> None:
    found = 0
    for (code, year), department in mini_province.departments.items():
        projects = sum((p.covered for p in department.projects), Decimal(0))
        if not (projects < department.whole_once < department.spent and department.is_usable):
            continue
        if not YEARS[year].has_register:
            continue
        found += 1
        lines = marts.execute(
            "select reason_code, amount_cny, evidence_cell, cell from marts.fct_coverage_ledger "
            "where coverage_code = 'C1' and subject_code = ? and fiscal_year = ?",
            [code, year],
        ).fetchall()
        covered = [line for line in lines if line[0] == "department_evaluation"]
        assert sum((line[1] for line in covered), Decimal(0)) == department.whole_once - projects
        assert all(line[1] > 0 and line[2] and line[2] != line[3] for line in covered)
        assert {line[0] for line in lines} >= {"department_evaluation", "outside_department_evaluation"}
    assert found >= 2


def test_an_entry_without_an_amount_covers_nothing_and_says_so(
    mini_province: MiniProvince, marts: duckdb.DuckDBPyConnection
) -> None:
    unknown = 0
    for (code, year), department in mini_province.departments.items():
        if not YEARS[year].has_register or department.whole:
            continue
        expected = {
            p.code for p in department.projects if p.evaluated and p.evaluated_once is None and p.executed > 0
        }
        rows = marts.execute(
            "select object_code from marts.fct_coverage_ledger where coverage_code = 'C1'"
            " and subject_code = ? and fiscal_year = ? and reason_code = 'evaluated_amount_missing'",
            [code, year],
        ).fetchall()
        assert {row[0] for row in rows} == expected
        unknown += len(expected)
    assert unknown
    whole = marts.execute(
        "select distinct coverage_status from marts.fct_coverage_ledger where coverage_code = 'C1'"
        " and object_type = 'basic_expenditure' and reason_code = 'evaluated_amount_missing'"
    ).fetchall()
    assert whole == [("not_classifiable",)]


def test_c2_of_a_county_counts_a_register_entry_once(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]
) -> None:
    kinds = set()
    for (county, year), evaluated in mini_province.county_evaluations.items():
        row = ratios["C2", "region", county, year]
        account = "government_final_account.expenditure_by_function.{}.final"
        total = sum(
            (Decimal(str(mini_province.figures[county, year, account.format(c)])) for c in CLASSES),
            Decimal(0),
        )
        projects, whole = sum(evaluated.values(), Decimal(0)), mini_province.county_whole[county, year]
        net = max(projects, whole)
        kinds.add((whole > projects, whole > 0))
        assert row["value_status"] == "reported"
        assert (row["numerator_net_cny"], row["denominator_cny"]) == (net, total)
        assert row["numerator_gross_cny"] == 2 * projects + whole
        assert row["unplaced_cny"] == 0
        assert row["coverage_ratio"] == divide(net, total)
    assert kinds == {(False, False), (False, True), (True, True)}


def test_c2_of_the_province_rests_on_its_departments_and_else_on_the_register(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]], marts: duckdb.DuckDBPyConnection
) -> None:
    states = {}
    for year in mini_province.years:
        row = ratios["C2", "region", PROVINCE, year]
        states[year] = (row["value_status"], row["reason_code"])
        if row["value_status"] != "reported":
            continue
        departments = [d for (_, y), d in mini_province.departments.items() if y == year]
        net = sum((net_of(d) if d.is_usable else once_of(d) for d in departments), Decimal(0))
        assert any(not d.is_usable and once_of(d) > d.projects_once for d in departments)
        assert row["numerator_net_cny"] == net
        assert row["denominator_cny"] == sum(mini_province.own_account[year].values(), Decimal(0))
        assert row["numerator_gross_cny"] == sum((gross_of(d) for d in departments), Decimal(0))
        rests = marts.execute(
            "select distinct reason_code from marts.fct_coverage_ledger where coverage_code = 'C2'"
            " and subject_code = ? and fiscal_year = ? and object_type = 'class_remainder'",
            [PROVINCE, year],
        ).fetchall()
        assert rests == [("outside_usable_accounts",)]
    assert states == {
        2012: ("missing", "evaluation_register_missing"),
        2013: ("reported", None),
        2014: ("withheld", "ledger_exceeds_final_account"),
        2015: ("missing", "final_account_missing"),
    }


def test_c3_counts_units(mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]) -> None:
    for year in mini_province.years:
        units = [code for code, of_year in mini_province.departments if of_year == year]
        filed = [code for code, of_year in mini_province.whole_targets if of_year == year]
        row = ratios["C3", "region", PROVINCE, year]
        assert (row["numerator_count"], row["denominator_count"]) == (len(filed), len(units))
        assert row["coverage_ratio"] == divide(Decimal(len(filed)), Decimal(len(units)))
        needed = TARGETS["C3"] * len(units) - len(filed)
        assert row["gap_count"] == max(-(-needed // 1), 0)
        county = ratios["C3", "region", mini_province.counties[0], year]
        assert (county["value_status"], county["reason_code"]) == ("missing", "register_missing")


def test_c4_leaves_tax_rebates_out_and_needs_every_part(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]
) -> None:
    states = {}
    for year, (total, filed) in mini_province.transfers.items():
        row = ratios["C4", "region", PROVINCE, year]
        states[year] = (row["value_status"], row["reason_code"])
        if row["value_status"] == "reported":
            assert (row["numerator_net_cny"], row["denominator_cny"]) == (filed, total)
            assert row["gap_cny"] == gap("C4", filed, total)
        else:
            assert row["coverage_ratio"] is None
    assert states == {
        2012: ("reported", None),
        2013: ("missing", "final_account_missing"),
        2014: ("withheld", "ledger_exceeds_final_account"),
        2015: ("reported", None),
    }


def test_c5_takes_only_filed_targets(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]], marts: duckdb.DuckDBPyConnection
) -> None:
    states = set()
    for (code, year), department in mini_province.departments.items():
        row = ratios["C5", "department", code, year]
        states.add(row["value_status"])
        if department.misprint:
            assert (row["value_status"], row["reason_code"]) == ("withheld", "ledger_differs_from_total")
            continue
        total = sum((p.budget for p in department.projects), Decimal(0))
        net = sum((p.budget for p in department.projects if p.target == "filed"), Decimal(0))
        assert (row["numerator_net_cny"], row["denominator_cny"]) == (net, total)
        assert row["coverage_ratio"] == divide(net, total)
        reasons = dict(
            marts.execute(
                "select object_code, reason_code from marts.fct_coverage_ledger"
                " where coverage_code = 'C5' and subject_code = ? and fiscal_year = ?",
                [code, year],
            ).fetchall()
        )
        assert reasons == {p.code: REASON_OF_TARGET[p.target] for p in department.projects}
    assert states == {"reported", "withheld"}


def test_pooled_rows_leave_withheld_departments_out(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]
) -> None:
    for year in mini_province.years:
        counted = [
            d
            for (_, y), d in mini_province.departments.items()
            if y == year and state_of(d, year) == ("reported", None)
        ]
        pooled = ratios["C1", "region", PROVINCE, year]
        if not counted:
            assert (pooled["value_status"], pooled["coverage_ratio"]) == ("missing", None)
            continue
        assert pooled["denominator_cny"] == sum((d.total for d in counted), Decimal(0))
        assert pooled["numerator_net_cny"] == sum((net_of(d) for d in counted), Decimal(0))
        assert pooled["subjects_reported"] == len(counted)
        reached = [d for d in counted if net_of(d) >= TARGETS["C1"] * d.total]
        assert pooled["subjects_reached"] == len(reached)


def test_targets_are_those_of_the_plan() -> None:
    # 财预[2012]396号, annex 1, part 3 (4).
    plan = {"C1": "0.10", "C2": "0.20", "C3": "0.30", "C4": "0.40", "C5": "0.50"}
    assert {code: Decimal(ratio) for code, ratio in plan.items()} == TARGETS


def test_ledger_adds_up_to_the_final_account(
    mini_province: MiniProvince, marts: duckdb.DuckDBPyConnection
) -> None:
    for (code, year), department in mini_province.departments.items():
        rows = marts.execute(
            "select amount_cny, coverage_status, reason_code from marts.fct_coverage_ledger "
            "where coverage_code = 'C1' and subject_code = ? and fiscal_year = ?",
            [code, year],
        ).fetchall()
        assert sum((amount for amount, *_ in rows), Decimal(0)) == department.total
        assert all(reason for *_, reason in rows)
