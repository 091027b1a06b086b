"""The data-quality index of submitters, from the table of results alone, in plain Python."""

from __future__ import annotations

import csv
from collections import defaultdict
from decimal import ROUND_HALF_UP, Decimal
from typing import Any

import duckdb

from orchestration.resources.paths import DBT_PROJECT

Key = tuple[int, str]
"""Fiscal year, submitter."""
TWELVE = Decimal("1e-12")


def seed(name: str) -> list[dict[str, str]]:
    with (DBT_PROJECT / "seeds" / "quality" / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def results(connection: duckdb.DuckDBPyConnection) -> list[dict[str, Any]]:
    cursor = connection.execute(
        "select fiscal_year, submitter_code, submission_id, check_code, gate, severity, check_status"
        " from fct_check_results where submitter_code <> ''"
    )
    names = [column[0] for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def indices(rows: list[dict[str, Any]]) -> dict[Key, tuple[Decimal, str]]:
    """Points and grade by year and submitter."""
    weights = {row["severity"]: int(row["weight"]) for row in seed("quality_severity_weights")}
    component_of = {row["check_code"]: row["component_code"] for row in seed("quality_component_checks")}
    shares = {row["component_code"]: int(row["weight"]) for row in seed("quality_components")}
    due: dict[tuple[Key, str], int] = defaultdict(int)
    passed: dict[tuple[Key, str], int] = defaultdict(int)
    readable: dict[tuple[Key, str], bool] = {}
    for row in rows:
        key = (row["fiscal_year"], row["submitter_code"])
        if row["gate"] == "G1":
            if row["severity"] != "note":
                place = (key, row["submission_id"])
                readable[place] = readable.get(place, True) and row["check_status"] != "failed"
            continue
        component = component_of.get(row["check_code"], "accuracy")
        weight = weights[row["severity"]] if component == "accuracy" else 1
        due[key, component] += weight
        passed[key, component] += 0 if row["check_status"] == "failed" else weight
    for (key, _), is_readable in readable.items():
        due[key, "accuracy"] += weights["block"]
        passed[key, "accuracy"] += weights["block"] if is_readable else 0
    return {key: _index(key, due, passed, shares) for key in {key for key, _ in due}}


def _index(
    key: Key, due: dict[tuple[Key, str], int], passed: dict[tuple[Key, str], int], shares: dict[str, int]
) -> tuple[Decimal, str]:
    parts = {
        component: rounded(Decimal(passed[key, component]) / due[key, component])
        for component in shares
        if due.get((key, component))
    }
    whole = sum(shares[component] for component in parts)
    points = rounded(sum((100 * shares[name] * ratio for name, ratio in parts.items()), Decimal()) / whole)
    return points, _grade(points)


def _grade(points: Decimal) -> str:
    for row in seed("quality_grades"):
        low, high = row["lower_inclusive"], row["upper_exclusive"]
        if (not low or points >= Decimal(low)) and (not high or points < Decimal(high)):
            return row["grade_code"]
    raise AssertionError(points)


def rounded(value: Decimal) -> Decimal:
    return value.quantize(TWELVE, ROUND_HALF_UP)
