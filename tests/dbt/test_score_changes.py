"""Why scores moved: parts that add up to the last decimal, recomputed from the trace in plain decimal."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt.test_score_trace import NEAR, rows_of
from tests.support.from_trace import OF_PEERS, REPORTED, Leaf, Trace, divide, earn, judge

SCHEMES = [
    ("county_expenditure_management", "396-2012"),
    ("county_expenditure_management", "hunan-2013"),
    ("department_expenditure_management", "396-2012"),
]

PARTS = ("own", "peer", "undivided", "unmatched")


def changes_of(connection: duckdb.DuckDBPyConnection, scheme: str, edition: str) -> list[dict[str, Any]]:
    cursor = connection.execute(
        "select * from marts.fct_score_changes where scheme_code = ? and scheme_edition = ?",
        [scheme, edition],
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


@pytest.mark.parametrize(("scheme", "edition"), SCHEMES)
def test_parts_add_up_exactly(scheme: str, edition: str, marts: duckdb.DuckDBPyConnection) -> None:
    changes = changes_of(marts, scheme, edition)
    totals = {key_of(row): row for row in changes if row["is_total"]}
    assert len(totals) > 10
    for row in changes:
        parts = [row[f"{part}_change_points"] for part in (*PARTS, "other")]
        if row["is_total"] and None in (row["points_before"], row["points"]):
            assert row["change_points"] is None and not any(parts)
            continue
        assert sum(parts) == row["change_points"]
        if row["is_total"]:
            assert row["change_points"] == row["points"] - row["points_before"]
    for key, row in totals.items():
        if row["change_points"] is None:
            continue
        leaves = [one for one in changes if not one["is_total"] and key_of(one) == key]
        for part in PARTS:
            assert sum(one[f"{part}_change_points"] for one in leaves) == row[f"{part}_change_points"]


@pytest.mark.parametrize(("scheme", "edition"), SCHEMES)
def test_an_item_of_one_year_only_is_a_part_of_its_own(
    scheme: str, edition: str, marts: duckdb.DuckDBPyConnection
) -> None:
    changes = changes_of(marts, scheme, edition)
    totals = {key_of(row): row for row in changes if row["is_total"]}
    seen: Counter[str] = Counter()
    for row in changes:
        if row["is_total"]:
            continue
        known = (row["points_before"] is not None, row["points"] is not None)
        assert known == (row["is_complete_before"], row["is_complete"])
        total = totals[key_of(row)]
        assert total["is_complete_before"] <= known[0] and total["is_complete"] <= known[1]
        if all(known):
            assert row["unmatched_change_points"] == 0
            seen["both"] += 1
            continue
        assert row["unmatched_change_points"] == (row["points"] if known[1] else -row["points_before"])
        assert all(row[f"{part}_change_points"] == 0 for part in PARTS if part != "unmatched")
        seen["one"] += 1
    assert seen["both"] > 20 and seen["one"] > 5, seen


@pytest.mark.parametrize(("scheme", "edition"), SCHEMES)
def test_own_part_is_what_the_peers_of_the_year_before_say(
    scheme: str, edition: str, marts: duckdb.DuckDBPyConnection
) -> None:
    trace = Trace(rows_of(marts, scheme, edition))
    judged = {key: judge(leaf) for key, leaf in trace.leaves.items()}
    peers = trace._peers(judged)
    seen: Counter[str] = Counter()
    for row in changes_of(marts, scheme, edition):
        if row["is_total"] or not (row["is_complete_before"] and row["is_complete"]):
            continue
        node, (code, year) = row["node_code"], key_of(row)
        key, earlier = ((code, year), node), ((code, year - 1), node)
        leaf, result = trace.leaves[key], trace.results[key]
        if leaf.rule not in OF_PEERS or result["value_status"] != REPORTED:
            assert row["peer_change_points"] == 0
            seen["alone"] += 1
            continue
        if row["undivided_change_points"] != 0:
            assert row["undivided_change_points"] == row["change_points"]
            assert judges_nothing(leaf, peers.get(earlier, []))
            seen["undivided"] += 1
            continue
        if row["change_points"] == 0 and judges_nothing(leaf, peers.get(earlier, [])):
            continue
        among = earn(leaf, judged[key], peers[earlier], trace.stated[node])
        share = min(max(among.share, Decimal(0)), Decimal(1))
        own = share * result["max_points"] - row["points_before"]
        assert abs(own - row["own_change_points"]) <= NEAR, (key, own, row["own_change_points"])
        seen["among peers"] += 1
    assert seen["alone"] > 20
    if edition != "396-2012" or scheme.startswith("county"):
        assert seen["among peers"] > 100


def test_every_complete_pair_of_years_is_there(marts: duckdb.DuckDBPyConnection) -> None:
    wanted = marts.execute(
        "select count(*) from marts.fct_scores as now inner join marts.fct_scores as earlier "
        "using (scheme_code, scheme_edition, subject_code, node_code) "
        "where now.parent_node_code is null and now.fiscal_year = earlier.fiscal_year + 1"
    ).fetchone()
    found = marts.execute("select count(*) from marts.fct_score_changes where is_total").fetchone()
    assert wanted == found and wanted is not None and wanted[0] > 50


def judges_nothing(leaf: Leaf, peers: list[Decimal]) -> bool:
    """Nobody to compare with, or nobody within the window that the bounds are taken from."""
    half = leaf.parameters.get("window_half_width")
    mean = divide(sum(peers, Decimal(0)), Decimal(len(peers))) if peers else None
    return mean is None or (half is not None and not any(abs(peer - mean) < half for peer in peers))


def key_of(row: dict[str, Any]) -> tuple[str, int]:
    return row["subject_code"], row["fiscal_year"]
