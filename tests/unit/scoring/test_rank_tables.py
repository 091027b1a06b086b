"""Leagues out of rows and back: published ranks, intervals by partition, indices on any scale."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb
import pyarrow as pa
import pytest

from orchestration.scoring.rank_tables import Relation, effective_weight_table, rank_interval_table

Row = dict[str, Any]
STILL = {"weight_share": 0.0, "draws": 50, "seed": 1, "interval_level": 0.9, "separation_level": 0.95}


def relation(connection: duckdb.DuckDBPyConnection, rows: Sequence[Row], types: str) -> Relation:
    table = pa.Table.from_pylist(list(rows))
    return connection.from_arrow(table).project(types)


def league(
    shares: dict[str, dict[str, float | None]],
    points: dict[str, float],
    judged: dict[str, float],
    family: str = "points",
    other: dict[tuple[str, str], float] | None = None,
    width: float = 0.0,
    **settings: Any,
) -> tuple[Relation, Relation, Relation]:
    """The three relations of one league; what does not apply goes to the others in proportion."""
    key = {"scheme_code": "s", "scheme_edition": "e", "fiscal_year": 2015}
    inputs, totals = [], []
    for subject, of_nodes in shares.items():
        applying = sum(points[node] for node, share in of_nodes.items() if share is not None)
        for node, share in of_nodes.items():
            if share is not None:
                inputs.append(
                    {
                        **key, "subject_code": subject, "node_code": node, "share": share,
                        "share_low": share - width, "share_high": share + width,
                        "share_other": (other or {}).get((subject, node), share),
                        "own_weight": points[node] * sum(points.values()) / applying,
                        "nominal_weight": points[node],
                    }
                )  # fmt: skip
        totals.append(
            {
                **key, "subject_code": subject, "judged_points": judged[subject], "points": judged[subject],
                "is_complete": True, "family": family, "stated_max_points": float(sum(points.values())),
                "province_code": "p" if subject < "c" else "q", "band_number": 1 if subject != "d" else None,
            }
        )  # fmt: skip
    perturbation = {
        **STILL,
        "scheme_code": "s",
        "scheme_edition": "e",
        "other_peer_scope": "year",
        **settings,
    }
    connection = duckdb.connect()
    return (
        relation(connection, inputs, "*"),
        relation(connection, totals, "* REPLACE (band_number::INT AS band_number)"),
        relation(connection, [perturbation], "*"),
    )


SHARES: dict[str, dict[str, float | None]] = {
    "a": {"x": 1.0, "y": 0.0},
    "b": {"x": 0.0, "y": 1.0},
    "c": {"x": 0.9, "y": None},
    "d": {"x": 0.1, "y": 0.1},
}
POINTS = {"x": 60.0, "y": 40.0}
JUDGED = {"a": 60.0, "b": 43.0, "c": 90.0, "d": 10.0}


def intervals(*relations: Relation) -> dict[str, Row]:
    return {row["subject_code"]: row for row in rank_interval_table(*relations).to_pylist()}


def test_ranks_nothing_is_moved_for_are_the_published_ones() -> None:
    found = intervals(*league(SHARES, POINTS, JUDGED, other_peer_scope=None))
    assert {code: (row["from_overall"], row["to_overall"]) for code, row in found.items()} == {
        "c": (1, 1), "a": (2, 2), "b": (3, 3), "d": (4, 4),
    }  # fmt: skip
    assert {code: row["from_in_province"] for code, row in found.items()} == {"a": 1, "b": 2, "c": 1, "d": 2}
    assert found["d"]["from_in_band"] is None and found["d"]["tied_group_in_band"] is None
    assert [found[code]["from_in_band"] for code in "cab"] == [1, 2, 3]


def test_what_is_beside_the_rules_is_held() -> None:
    """A bonus that lifts b above a stays when nothing else moves."""
    found = intervals(*league(SHARES, POINTS, {**JUDGED, "b": 61.0}, other_peer_scope=None))
    assert (found["b"]["from_overall"], found["b"]["to_overall"]) == (2, 2)


def test_weights_decide_between_opposites_and_not_between_better_and_worse() -> None:
    even = league(
        SHARES, {"x": 50.0, "y": 50.0}, {**JUDGED, "a": 50.0, "b": 50.0}, weight_share=0.3, draws=500
    )
    found = intervals(*even)
    assert (found["a"]["from_overall"], found["a"]["to_overall"]) == (2, 3)
    assert (found["b"]["from_overall"], found["b"]["to_overall"]) == (2, 3)
    assert found["a"]["tied_group_overall"] == found["b"]["tied_group_overall"] == 2
    assert (found["d"]["from_overall"], found["d"]["to_overall"]) == (4, 4)


def test_other_peers_are_half_of_the_draws() -> None:
    found = intervals(*league(SHARES, POINTS, JUDGED, other={("d", "x"): 1.0, ("d", "y"): 1.0}))
    assert (found["d"]["from_overall"], found["d"]["to_overall"]) == (1, 4)
    # Only a scheme that names other peers is tried among them.
    still = intervals(
        *league(SHARES, POINTS, JUDGED, other={("d", "x"): 1.0, ("d", "y"): 1.0}, other_peer_scope=None)
    )
    assert (still["d"]["from_overall"], still["d"]["to_overall"]) == (4, 4)


def test_rounding_moves_equals_apart() -> None:
    shares: dict[str, dict[str, float | None]] = {code: {"x": 0.5} for code in "ab"} | {"c": {"x": 0.2}}
    judged = {"a": 50.0, "b": 50.0, "c": 20.0}
    relations = league(shares, {"x": 100.0}, judged, width=0.01, draws=500, other_peer_scope=None)
    found = intervals(*relations)
    assert [(found[code]["from_overall"], found[code]["to_overall"]) for code in "abc"] == [
        (1, 2), (1, 2), (3, 3),
    ]  # fmt: skip


@pytest.mark.parametrize("shift", [0.0, -250.0])
def test_an_index_may_lie_on_any_scale(shift: float) -> None:
    shares: dict[str, dict[str, float | None]] = {
        "a": {"x": 90 + shift, "y": 10 + shift},
        "b": {"x": 70 + shift, "y": 10 + shift},
        "c": {"x": 10 + shift, "y": 95 + shift},
    }
    judged = {"a": 50 + shift, "b": 40 + shift, "c": 52.5 + shift}
    weights = {"x": 0.5, "y": 0.5}
    found = intervals(*league(shares, weights, judged, family="index", weight_share=0.2, draws=400))
    told = {code: (row["from_overall"], row["to_overall"]) for code, row in found.items()}
    assert told == {"a": (1, 2), "c": (1, 2), "b": (3, 3)}


def test_effective_weights_tell_what_separates_subjects() -> None:
    shares: dict[str, dict[str, float | None]] = {
        "a": {"x": 1.0, "y": 0.5},
        "b": {"x": 0.0, "y": 0.5},
        "c": {"x": 0.5, "y": 0.5},
    }
    judged = {"a": 80.0, "b": 20.0, "c": 50.0}
    rows = {
        row["node_code"]: row for row in effective_weight_table(*league(shares, POINTS, judged)).to_pylist()
    }
    assert rows["x"]["nominal_weight"] == pytest.approx(0.6)
    assert rows["x"]["effective_weight"] == pytest.approx(1.0)
    assert rows["y"]["effective_weight"] == pytest.approx(0.0)
    assert rows["x"]["subject_count"] == 3


def test_without_differences_no_weight_is_effective() -> None:
    shares: dict[str, dict[str, float | None]] = {code: {"x": 0.5, "y": 0.5} for code in "ab"}
    table = effective_weight_table(*league(shares, POINTS, {"a": 50.0, "b": 50.0}))
    assert [row["effective_weight"] for row in table.to_pylist()] == [None, None]


def test_schemes_without_perturbations_have_no_rows() -> None:
    inputs, totals, perturbations = league({"a": {"x": 1.0}}, {"x": 10}, {"a": 10})
    none, undisturbed = inputs.filter("false"), perturbations.filter("false")
    assert rank_interval_table(none, totals, undisturbed).num_rows == 0
    assert effective_weight_table(none, totals, undisturbed).num_rows == 0
