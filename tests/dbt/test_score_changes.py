"""Why scores moved: parts that add up to the last decimal, recomputed from the trace in plain decimal."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.dbt.test_score_trace import NEAR, rows_of
from tests.support.from_trace import OF_PEERS, REPORTED, Trace, earn, judge

SCHEMES = [
    ("county_expenditure_management", "396-2012"),
    ("county_expenditure_management", "hunan-2013"),
    ("department_expenditure_management", "396-2012"),
]


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
    totals = {(row["subject_code"], row["fiscal_year"]): row for row in changes if row["is_total"]}
    split = [row for row in totals.values() if row["own_change_points"] is not None]
    # No department of this province is complete in two years running.
    assert len(split) > 10 or scheme.startswith("department")
    parts = ("own_change_points", "peer_change_points", "other_change_points")
    for row in changes:
        if row["own_change_points"] is not None:
            assert sum(row[part] for part in parts) == row["change_points"]
        assert (row["own_change_points"] is None) == (row["peer_change_points"] is None)
    for row in split:
        leaves = [one for one in changes if not one["is_total"] and key_of(one) == key_of(row)]
        for part in parts[:2]:
            assert sum(one[part] for one in leaves) == row[part]


@pytest.mark.parametrize(("scheme", "edition"), SCHEMES)
def test_own_part_is_what_the_peers_of_the_year_before_say(
    scheme: str, edition: str, marts: duckdb.DuckDBPyConnection
) -> None:
    trace = Trace(rows_of(marts, scheme, edition))
    judged = {key: judge(leaf) for key, leaf in trace.leaves.items()}
    peers = trace._peers(judged)
    seen: Counter[str] = Counter()
    for row in changes_of(marts, scheme, edition):
        if row["is_total"] or row["own_change_points"] is None:
            continue
        node, (code, year) = row["node_code"], key_of(row)
        key, earlier = ((code, year), node), ((code, year - 1), node)
        leaf, result = trace.leaves[key], trace.results[key]
        if leaf.rule not in OF_PEERS or result["value_status"] != REPORTED:
            assert row["peer_change_points"] == 0
            seen["alone"] += 1
            continue
        if result["point_share"] is None:
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


def key_of(row: dict[str, Any]) -> tuple[str, int]:
    return row["subject_code"], row["fiscal_year"]
