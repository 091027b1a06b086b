"""The trace is complete by itself: every point follows from its rows alone, recomputed in plain decimal."""

from __future__ import annotations

from collections import Counter
from decimal import Decimal
from typing import Any

import duckdb
import pytest

from tests.support.from_trace import REPORTED, Trace

# Shares have twelve decimals; a stretched one is rounded once more a level in SQL than here.
NEAR = Decimal(5).scaleb(-11)


def rows_of(connection: duckdb.DuckDBPyConnection, scheme: str, edition: str) -> list[dict[str, Any]]:
    cursor = connection.execute(
        "select * from marts.fct_score_trace where scheme_code = ? and scheme_edition = ?", [scheme, edition]
    )
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def compare(trace: Trace) -> Counter[str]:
    """Hold the recomputed points of every node against the ones the trace states."""
    seen: Counter[str] = Counter()
    for key, points in trace.points().items():
        stated = trace.results[key]
        if stated["value_status"] == REPORTED:
            assert points is not None, key
            assert abs(points - stated["points"]) <= NEAR, (key, points, stated["points"])
        else:
            assert points is None, (key, points, stated["value_status"])
        seen[stated["value_status"]] += 1
    return seen


@pytest.mark.parametrize(
    ("scheme", "edition"),
    [
        ("county_expenditure_management", "396-2012"),
        ("county_expenditure_management", "hunan-2013"),
        ("department_expenditure_management", "396-2012"),
    ],
)
def test_every_score_follows_from_its_trace_alone(
    scheme: str, edition: str, marts: duckdb.DuckDBPyConnection
) -> None:
    seen = compare(Trace(rows_of(marts, scheme, edition)))
    assert seen[REPORTED] > 500 and seen["missing"] > 0


def test_the_points_of_the_trace_are_those_of_the_scores(marts: duckdb.DuckDBPyConnection) -> None:
    differing = marts.execute(
        """
        select
            count(*),
            count(*) filter (s.points is distinct from t.points)
        from marts.fct_scores as s left join marts.fct_score_trace as t
            on s.scheme_code = t.scheme_code and s.scheme_edition = t.scheme_edition
            and s.subject_code = t.subject_code and s.fiscal_year = t.fiscal_year
            and s.node_code = t.node_code
            and t.trace_part = 'node'
        """
    ).fetchone()
    assert differing is not None and differing[0] > 1000 and differing[1] == 0


def test_a_row_taken_out_of_the_trace_shows(marts: duckdb.DuckDBPyConnection) -> None:
    rows = rows_of(marts, "county_expenditure_management", "396-2012")
    of_node = [row for row in rows if row["node_code"] == "overall_guarantee"]
    # At either end of the scale, or without a value, a figure more or less may change nothing.
    moved = {
        (row["subject_code"], row["fiscal_year"])
        for row in of_node
        if row["point_share"] is not None and 0 < row["point_share"] < 1
    }
    lost = next(
        row
        for row in of_node
        if (row["subject_code"], row["fiscal_year"]) in moved
        and row["trace_part"] == "figure"
        and row["input_value"]
    )
    with pytest.raises(AssertionError):
        compare(Trace(row for row in rows if row is not lost))
