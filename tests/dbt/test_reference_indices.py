"""Index schemes against what others published: COINr's ASEM example and function vectors, the HDI of UNDP."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest

from tests.support.from_index_trace import hold
from tests.support.real_material import real_file, rows_of
from tests.support.scheme_folders import SchemeWriter, scored_folder, write_table

NEAR = 1e-9
Scores = dict[tuple[str, str], float | None]
Development = dict[tuple[int, str], tuple[Decimal, int]]
EVERYBODY, COUNTRIES = 2021, 2022


def scores_of(folder: Path, values: Path, work: Path) -> Scores:
    with scored_folder(folder, values, work) as results:
        assert hold(results), "each value follows from its trace alone"
        rows = results.execute("select subject_code, node_code, points from marts.fct_scores").fetchall()
        return {(subject, node): None if points is None else float(points) for subject, node, points in rows}


# ---- the ASEM example of COINr -----------------------------------------------------------------------------


def asem_scheme(folder: Path) -> Path:
    scheme = SchemeWriter("asem", about={"valid_from": 2018, "subject_type": "country"})
    meta = [row for row in rows_of("composite", "asem_meta.csv") if row["Type"] in ("Indicator", "Aggregate")]
    for row in meta:
        parent = "" if row["Parent"] in ("", "NA") else row["Parent"]
        if row["Type"] == "Aggregate":
            scheme.inner(row["iCode"], parent, weight=row["Weight"], aggregation="weighted_arithmetic_mean")
            continue
        scheme.leaf(
            row["iCode"],
            parent,
            "normalise_minmax",
            weight=row["Weight"],
            direction="less" if row["Direction"] == "-1" else "more",
            peer_scope="year",
            missing_policy="rescale",
        )
    return scheme.write(folder)


def asem_values(path: Path, order: Callable[[list[Any]], None]) -> Path:
    rows = []
    for row in rows_of("composite", "asem_raw.csv"):
        named = {"subject_code": row["uCode"], "subject_name": row["uName"], "fiscal_year": row["Time"]}
        rows.append(
            {
                **named,
                **{code: value for code, value in row.items() if code not in ("uCode", "uName", "Time")},
            }
        )
    order(rows)
    columns = list(rows[0])[3:]
    order(columns)
    return write_table(
        path, [{**dict(list(row.items())[:3]), **{c: row[c] for c in columns}} for row in rows]
    )


@pytest.mark.parametrize(
    "order", [lambda _: None, random.Random(7).shuffle], ids=["as_published", "shuffled"]
)
def test_asem_equals_coinr_whatever_the_order(
    order: Callable[[list[Any]], None], tmp_path: Path, scoring_work: Path
) -> None:
    expected = rows_of("composite", "simple_minmax_amean_aggregated.csv")
    folder = asem_scheme(tmp_path / "asem")
    with scored_folder(folder, asem_values(tmp_path / "values.csv", order), scoring_work) as results:
        assert hold(results) > 2_800, "each value follows from its trace alone"
        got = {
            (subject, node): points
            for subject, node, points in results.execute(
                "select subject_code, node_code, points from marts.fct_scores"
            ).fetchall()
        }
        ranks = dict(
            results.execute("select subject_code, rank_overall from intermediate.int_scorecards").fetchall()
        )
    compared = 0
    for row in expected:
        for node, published in row.items():
            if node == "uCode":
                continue
            own = got[row["uCode"], node]
            if published in ("", "NA"):
                assert own is None, (row["uCode"], node, own)
                continue
            assert abs(float(own) - float(published)) < NEAR, (row["uCode"], node, own, published)
            compared += 1
    assert compared > 2_800
    for row in rows_of("composite", "simple_minmax_0_100_normalised.csv"):
        for node, published in row.items():
            if node != "uCode" and published not in ("", "NA"):
                assert float(got[row["uCode"], node]) == pytest.approx(float(published), abs=NEAR), node
    totals = {row["uCode"]: float(row["Index"]) for row in expected}
    assert ranks == {code: 1 + sum(other > own for other in totals.values()) for code, own in totals.items()}


# ---- COINr's functions, one by one -------------------------------------------------------------------------

SCALE = {"scale_low": "0", "scale_high": "1"}
NORMALISATIONS: dict[str, tuple[str, Callable[[dict[str, Any]], dict[str, str]]]] = {
    "n_minmax": ("normalise_minmax", lambda _: {}),
    "n_zscore": ("normalise_zscore", lambda _: {}),
    "n_rank": ("normalise_rank", lambda _: {}),
    "n_prank": ("normalise_percentile_rank", lambda _: {}),
    "n_borda": ("normalise_borda", lambda _: {}),
    "n_dist2max": ("normalise_minmax", lambda _: SCALE),
    "n_fracmax": ("normalise_fraction_of_maximum", lambda _: {}),
    "n_scaled": ("normalise_none", lambda _: {}),
    "n_goalposts": ("normalise_goalposts", lambda a: goalposts(a)),
    "n_goalposts_neg": ("normalise_goalposts", lambda a: goalposts(a)),
    "n_dist2targ": (
        "normalise_distance_to_target",
        lambda a: {"target": str(a["targ"]), "is_capped": str(int(a["cap_max"]))},
    ),
}
AGGREGATIONS = {
    "a_amean": "weighted_arithmetic_mean",
    "a_gmean": "weighted_geometric_mean",
    "a_hmean": "weighted_harmonic_mean",
}


def goalposts(arguments: dict[str, Any]) -> dict[str, str]:
    low, high, scale = (str(value) for value in arguments["gposts"])
    return {"lower_bound": low, "upper_bound": high, "scale_high": scale}


def vectors() -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(
        real_file("composite", "function_vectors.json").read_text(encoding="utf-8")
    )
    return found


def test_values_equal_the_function_vectors(tmp_path: Path, scoring_work: Path) -> None:
    scheme = SchemeWriter("vectors")
    scheme.inner("all", aggregation="minimum")
    normalised: dict[str, list[float | None]] = {}
    aggregated: dict[str, float] = {}
    columns: dict[str, list[float | None]] = {}
    for number, vector in enumerate(vectors()):
        node, arguments = f"v{number}", vector["args"]
        if vector["fn"] in AGGREGATIONS:
            scheme.inner(node, "all", weight=1, aggregation=AGGREGATIONS[vector["fn"]])
            for place, (x, weight) in enumerate(zip(arguments["x"], arguments["w"], strict=True)):
                columns[f"{node}_{place}"] = [x]
                scheme.leaf(
                    f"{node}_{place}", node, "normalise_none", weight=weight, peer_scope="year",
                    missing_policy="rescale",
                )  # fmt: skip
            aggregated[node] = vector["result"]
        # Ranks with ties other than the lowest are not offered.
        elif vector["fn"] in NORMALISATIONS and arguments.get("ties", "min") == "min":
            rule, parameters = NORMALISATIONS[vector["fn"]]
            direction = "less" if arguments.get("direction") == -1 else "more"
            scheme.leaf(
                node, "all", rule, parameters(arguments), weight=1, direction=direction, peer_scope="year",
                inputs=[("value", "x")], missing_policy="rescale",
            )  # fmt: skip
            normalised[node], columns["x"] = vector["result"], arguments["x"]
    assert len(normalised) >= 13 and len(aggregated) == 12
    # Aggregations are of the first subject alone.
    values = [
        {"subject_code": f"s{n}", **{code: shown(xs, n) for code, xs in columns.items()}}
        for n in range(len(columns["x"]))
    ]
    got = scores_of(
        scheme.write(tmp_path / "scheme"), write_table(tmp_path / "values.csv", values), scoring_work
    )
    for node, results in normalised.items():
        for number, result in enumerate(results):
            expected = None if result is None else pytest.approx(result, abs=NEAR)
            assert got[f"s{number}", node] == expected, (node, number)
    for node, result in aggregated.items():
        assert got["s0", node] == pytest.approx(result, abs=NEAR), node


def shown(numbers: list[float | None], row: int) -> str:
    number = numbers[row] if row < len(numbers) else None
    return "" if number is None else repr(number)


# ---- the Human Development Index ---------------------------------------------------------------------------


def hdi_scheme(folder: Path) -> Path:
    """Technical note 1 of the report: goalposts 20 to 85, 0 to 18, 0 to 15, 100 to 75,000; geometric mean."""
    scheme = SchemeWriter(
        "hdi", about={"rounding_digits": 3, "rank_basis": "rounded", "subject_type": "country"}
    )
    scheme.inner("hdi", aggregation="weighted_geometric_mean")
    scheme.inner("education", "hdi", weight=1, aggregation="weighted_arithmetic_mean")
    for node, parent, rule, low, high in (
        ("le", "hdi", "normalise_goalposts", "20", "85"),
        ("eys", "education", "normalise_goalposts", "0", "18"),
        ("mys", "education", "normalise_goalposts", "0", "15"),
        ("gnipc", "hdi", "normalise_log_goalposts", "100", "75000"),
    ):
        scheme.leaf(node, parent, rule, {"lower_bound": low, "upper_bound": high, **SCALE}, weight=1)
    return scheme.write(folder)


@pytest.fixture(scope="module")
def development(tmp_path_factory: pytest.TempPathFactory, scoring_work: Path) -> Development:
    """(Year, name) → index and rank: all rows of the table in one year, countries alone in the next."""
    folder = tmp_path_factory.mktemp("development")
    values = [
        {
            "subject_code": row["name"],
            "fiscal_year": year,
            **{node: row[node] for node in ("le", "eys", "mys", "gnipc")},
        }
        for year in (EVERYBODY, COUNTRIES)
        for row in rows_of("hdi", "HDR21-22_expected.csv")
        if year == EVERYBODY or row["kind"] == "country"
    ]
    table = write_table(folder / "values.csv", values)
    with scored_folder(hdi_scheme(folder / "hdi"), table, scoring_work) as results:
        assert hold(results) > 2_000, "each value follows from its trace alone"
        cards = results.execute(
            "select fiscal_year, subject_code, total_points_with_defaults, rank_overall "
            "from intermediate.int_scorecards"
        ).fetchall()
    return {(year, name): (index, rank) for year, name, index, rank in cards}


def test_the_human_development_index_is_the_published_one(development: Development) -> None:
    published = rows_of("hdi", "HDR21-22_expected.csv")
    assert len(published) == sum(year == EVERYBODY for year, _ in development) == 206
    for row in published:
        index, _ = development[EVERYBODY, row["name"]]
        assert index.quantize(Decimal("0.001"), ROUND_HALF_UP) == Decimal(row["published_hdi"]), row


def test_ranks_of_the_human_development_index_with_ties(development: Development) -> None:
    countries = [row for row in rows_of("hdi", "HDR21-22_expected.csv") if row["kind"] == "country"]
    ranks = {name: rank for (year, name), (_, rank) in development.items() if year == COUNTRIES}
    # The report prints the rank by income less the rank by HDI, and ranks on the printed three decimals.
    incomes = sorted((float(row["gnipc"]) for row in countries), reverse=True)
    off = {
        row["name"]: ranks[row["name"]]
        - (incomes.index(float(row["gnipc"])) + 1 - int(row["gni_rank_minus_hdi_rank"]))
        for row in countries
        if row["gni_rank_minus_hdi_rank"].lstrip("-").isdecimal()
    }
    assert len(off) == 191
    assert set(off.values()) == {0}, {name: by for name, by in off.items() if by}
    assert len(set(ranks.values())) < len(ranks), "ties are kept"
