"""C1 to C5 from the ledger equal what plain arithmetic on the province gives."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb
import pytest

from tests.support.mini_province import CENT, CLASSES, PROVINCE, Department, MiniProvince
from tests.support.oracle import divide, seed

TARGETS = {row["coverage_code"]: Decimal(row["target_ratio"]) for row in seed("targets/coverage_targets.csv")}


@pytest.fixture
def ratios(marts: duckdb.DuckDBPyConnection) -> dict[tuple[str, str, str, int], dict[str, Any]]:
    cursor = marts.execute("select * from marts.fct_coverage_ratios")
    names = [column[0] for column in cursor.description]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {(r["coverage_code"], r["subject_type"], r["subject_code"], r["fiscal_year"]): r for r in rows}


def net_of(department: Department) -> Decimal:
    if department.whole_evaluated:
        return department.total
    return sum(
        (min(max(p.evaluated, default=Decimal(0)), p.executed) for p in department.projects), Decimal(0)
    )


def gross_of(department: Department) -> Decimal:
    gross = sum((amount for p in department.projects for amount in p.evaluated), Decimal(0))
    return gross + (department.total if department.whole_evaluated else 0)


def gap(code: str, net: Decimal, denominator: Decimal) -> Decimal:
    return max(TARGETS[code] * denominator - net, Decimal(0)).quantize(CENT, rounding=ROUND_HALF_UP)


def test_c1_counts_each_yuan_once(mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]) -> None:
    states = set()
    for (code, year), department in mini_province.departments.items():
        row = ratios["C1", "department", code, year]
        states.add(row["value_status"])
        if department.exceeds:
            assert (row["value_status"], row["reason_code"]) == ("withheld", "ledger_exceeds_final_account")
            assert row["coverage_ratio"] is None
            continue
        net, total = net_of(department), department.total
        assert row["value_status"] == "reported"
        assert (row["numerator_net_cny"], row["denominator_cny"]) == (net, total)
        assert row["numerator_gross_cny"] == gross_of(department)
        assert row["overlap_cny"] == gross_of(department) - net
        assert row["coverage_ratio"] == divide(net, total)
        assert row["gap_cny"] == gap("C1", net, total)
        assert row["is_target_reached"] == (net >= TARGETS["C1"] * total)
    assert states == {"reported", "withheld"}


def test_c2_of_a_county_counts_a_register_entry_once(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]
) -> None:
    for (county, year), evaluated in mini_province.county_evaluations.items():
        row = ratios["C2", "region", county, year]
        total = sum(
            (
                Decimal(
                    str(
                        mini_province.figures[
                            county, year, f"government_final_account.expenditure_by_function.{c}.final"
                        ]
                    )
                )
                for c in CLASSES
            ),
            Decimal(0),
        )
        net = sum(evaluated.values(), Decimal(0))
        assert row["value_status"] == "reported"
        assert (row["numerator_net_cny"], row["denominator_cny"]) == (net, total)
        assert row["numerator_gross_cny"] == 2 * net
        assert row["coverage_ratio"] == divide(net, total)


def test_c2_of_the_province_is_missing_without_its_final_account(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]
) -> None:
    for year in mini_province.years:
        row = ratios["C2", "region", PROVINCE, year]
        assert (row["value_status"], row["reason_code"]) == ("missing", "final_account_missing")


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


def test_c4_leaves_tax_rebates_out(mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]) -> None:
    for year, (total, filed) in mini_province.transfers.items():
        row = ratios["C4", "region", PROVINCE, year]
        assert (row["numerator_net_cny"], row["denominator_cny"]) == (filed, total)
        assert row["gap_cny"] == gap("C4", filed, total)


def test_c5_takes_only_filed_targets(mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]) -> None:
    for (code, year), department in mini_province.departments.items():
        row = ratios["C5", "department", code, year]
        total = sum((p.budget for p in department.projects), Decimal(0))
        net = sum((p.budget for p in department.projects if p.target == "filed"), Decimal(0))
        assert (row["numerator_net_cny"], row["denominator_cny"]) == (net, total)
        assert row["coverage_ratio"] == divide(net, total)


def test_pooled_rows_leave_withheld_departments_out(
    mini_province: MiniProvince, ratios: dict[Any, dict[str, Any]]
) -> None:
    for year in mini_province.years:
        counted = [d for (_, y), d in mini_province.departments.items() if y == year and not d.exceeds]
        pooled = ratios["C1", "region", PROVINCE, year]
        assert pooled["denominator_cny"] == sum((d.total for d in counted), Decimal(0))
        assert pooled["numerator_net_cny"] == sum((net_of(d) for d in counted), Decimal(0))
        assert pooled["subjects_reported"] == len(counted)
        reached = [d for d in counted if net_of(d) >= TARGETS["C1"] * d.total]
        assert pooled["subjects_reached"] == len(reached)


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
