"""Changes of index totals: own data among the peers of the year before, then what those peers did."""

from __future__ import annotations

import math
import random
from decimal import Decimal
from pathlib import Path

import duckdb
import pytest

from tests.support.explanations import explain_all
from tests.support.from_index_trace import NEAR, SCALES, IndexTrace, Key, Value
from tests.support.from_trace import LEFT_OUT, REPORTED, Subject, judge
from tests.support.scheme_folders import SchemeWriter, scored_folder, write_table

POSTS = {"lower_bound": "1", "upper_bound": "90"}
RULES = {
    "normalise_minmax": {},
    "normalise_zscore": {"scale_mean": "50", "scale_deviation": "10"},
    "normalise_rank": {},
    "normalise_percentile_rank": {},
    "normalise_borda": {},
    "normalise_distance_to_target": {"target": "70"},
    "normalise_fraction_of_maximum": {},
    "normalise_goalposts": POSTS,
    "normalise_log_goalposts": POSTS,
    "normalise_none": {},
}
COUNTED = ("normalise_rank", "normalise_percentile_rank", "normalise_borda")
YEARS = (2015, 2016, 2017)
PARTS = ("own", "peer", "undivided", "unmatched", "other")


def scheme(folder: Path) -> Path:
    """A tree of two groups with every normalisation, a third of them the less the better."""
    writer = SchemeWriter("index_changes")
    writer.inner("total", weight=1, aggregation="weighted_arithmetic_mean")
    for group, aggregation in (("first", "weighted_arithmetic_mean"), ("second", "minimum")):
        writer.inner(group, "total", weight=2 if group == "first" else 1, aggregation=aggregation)
        for number, (rule, parameters) in enumerate(RULES.items()):
            writer.leaf(
                f"{group}_{rule}",
                group,
                rule,
                parameters,
                weight=number + 1,
                direction="less" if number % 3 == 0 else "more",
                peer_scope="all_years" if rule == "normalise_zscore" and group == "second" else "year",
                missing_policy="incomplete",
                not_applicable_policy="rescale",
            )
    return writer.write(folder)


def values(path: Path) -> Path:
    """Eight subjects with many equal values; one lacks a value in a year, to another one does not apply."""
    dice = random.Random(11)
    rows = []
    for year in YEARS:
        for number in range(8):
            row: dict[str, object] = {"subject_code": f"s{number}", "fiscal_year": year}
            for group in ("first", "second"):
                row |= {f"{group}_{rule}": dice.randint(2, 12) * 5 for rule in RULES}
            if (number, year) == (6, 2016):
                row["first_normalise_rank"] = ""
            if (number, year) == (7, 2016):
                row["first_normalise_minmax"] = "不适用"
            rows.append(row)
    return write_table(path, rows)


def own_total(trace: IndexTrace, subject: Subject) -> float:
    """The total of a subject among the peers of the year before, from the trace alone."""
    earlier = (subject[0], subject[1] - 1)
    found: dict[Key, Value] = {}
    for key, leaf in trace.leaves.items():
        if key[0] != subject:
            continue
        before = trace.leaves[earlier, key[1]].said["peer_year"]
        measures = {
            other[0]: float(str(judge(one).measure))
            for other, one in trace.leaves.items()
            if other[1] == key[1] and one.said["peer_year"] == before and judge(one).measure is not None
        }
        judged = judge(leaf)
        if judged.measure is None:
            found[key] = (LEFT_OUT, None)
            continue
        own = float(str(judged.measure))
        if leaf.rule in COUNTED and before != leaf.said["peer_year"]:
            measures[earlier] = own
        numbers = {code: float(number) for code, number in leaf.parameters.items()}
        value = SCALES[leaf.rule](own, list(measures.values()), numbers, leaf.direction == "less")
        found[key] = (REPORTED, value)
    (top,) = trace.children(None)
    total = trace._climb(subject, top, found)[1]
    assert total is not None
    return total


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory, scoring_work: Path):  # type: ignore[no-untyped-def]
    place = tmp_path_factory.mktemp("index_changes")
    with scored_folder(scheme(place / "scheme"), values(place / "values.csv"), scoring_work) as connection:
        yield connection


def test_own_and_peers_of_a_total(results: duckdb.DuckDBPyConnection) -> None:
    cursor = results.execute("select * from marts.fct_score_trace")
    names = [column[0] for column in cursor.description]
    trace = IndexTrace(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    rows = results.execute(
        "select subject_code, fiscal_year, points_before, points, change_points, is_total, "
        + ", ".join(f"{part}_change_points" for part in PARTS)
        + " from marts.fct_score_changes order by all"
    ).fetchall()
    # Of each subject two years have one before; one subject has no total in the middle one.
    assert [(row[0], row[1]) for row in rows] == [
        (f"s{number}", year) for number in range(8) for year in YEARS[1:]
    ]
    moved = 0
    for code, year, before, now, change, is_total, *parts in rows:
        if code == "s6":
            assert None in (before, now) and change is None and not any(parts)
            continue
        assert is_total and sum(parts) == change == now - before
        own, peer, undivided, unmatched, other = parts
        assert unmatched == other == 0
        expected = own_total(trace, (code, year))
        assert math.isclose(float(before + own), expected, rel_tol=NEAR, abs_tol=NEAR), (code, year)
        assert undivided == 0
        moved += own != 0 and peer != 0
    assert moved == 14


def test_a_total_that_is_not_known_has_no_change(results: duckdb.DuckDBPyConnection) -> None:
    (points,) = results.execute(
        "select points from marts.fct_scores "
        "where subject_code = 's6' and fiscal_year = 2016 and parent_node_code is null"
    ).fetchone() or (Decimal(0),)
    assert points is None


def test_an_index_is_told_by_weights(results: duckdb.DuckDBPyConnection) -> None:
    found, seen = explain_all(results)
    assert {key for key in seen if key.startswith("index")} == {
        "index_total", "index_total_incomplete", "index_node", "index_node_missing", "index_node_left_out",
    }  # fmt: skip
    assert not any(key.startswith(("node", "total")) for key in seen)
    (one,) = (one for one in found if (one.card["subject_code"], one.card["fiscal_year"]) == ("s6", 2016))
    said = one.sentences[0].said("en")
    assert said.endswith("and not ranked; missing: first_normalise_rank.")
    (total,) = (one for one in found if (one.card["subject_code"], one.card["fiscal_year"]) == ("s0", 2017))
    published = format(total.card["total_points_with_defaults"].normalize(), "f")
    assert f"has an index of {published} for 2017" in total.sentences[0].said("en")
