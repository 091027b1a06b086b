"""Signals as tables: which cases go together, what is told of whom, and silence on honest data."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random
from typing import Any

import duckdb
import pytest

from orchestration.signals.tables import evaluation_signal_table, threshold_bin_table

SEEDS = Path(__file__).resolve().parents[3] / "dbt_project" / "seeds" / "quality"
KINDS = ("self", "external")
FIRMS = [f"firm {number}" for number in range(6)]
UNITS = [f"unit {number}" for number in range(30)]


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    with duckdb.connect() as opened:
        yield opened


def _case(
    year: int, measure: str, peers: str, subject: str, judged: str, value: Any, text: Any = None
) -> Any:
    return (year, measure, peers, subject, judged, value, text)


def _tables(connection: duckdb.DuckDBPyConnection, cases: list[Any]) -> tuple[list[Any], list[Any]]:
    connection.execute(
        "CREATE OR REPLACE TABLE cases (fiscal_year INTEGER, measure_code VARCHAR, peer_group VARCHAR, "
        "subject_code VARCHAR, judged_code VARCHAR, case_value DECIMAL(18,6), case_text VARCHAR, "
        "case_number INTEGER)"
    )
    connection.executemany(
        "INSERT INTO cases VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
        [(*case, number) for number, case in enumerate(cases)],
    )
    results = []
    for table in (evaluation_signal_table, threshold_bin_table):
        relations = [
            connection.table("cases"),
            connection.read_csv(str(SEEDS / "evaluation_signals.csv")),
            connection.read_csv(str(SEEDS / "signal_thresholds.csv")),
        ]
        results.append(table(*relations).to_pylist())
    return results[0], results[1]


def _honest_scores(seed: int, years: range = range(2013, 2016)) -> list[Any]:
    """Scores that depend on the unit and on chance, whoever judges."""
    rng = Random(seed)
    merit = {unit: rng.uniform(-6, 6) for unit in UNITS}
    cases = []
    for year in years:
        for unit in UNITS:
            for _ in range(3):
                score = round(min(99.0, max(55.0, 80 + merit[unit] + rng.gauss(0, 7))), 1)
                cases.append(_case(year, "score", "external", rng.choice(FIRMS), unit, score))
    return cases


def _told(rows: list[Any]) -> set[tuple[str, str]]:
    return {(row["signal_code"], row["subject_code"]) for row in rows if row["is_signal"]}


def test_honest_scores_and_own_words_give_no_signal(connection: duckdb.DuckDBPyConnection) -> None:
    told, asked = 0, 0
    for seed in range(8):
        texts = [
            _case(2015, "annual_target", "annual_target", unit, f"{unit}/{number}", None,
                  f"by the end of the year {unit} completes work number {number} of its programme")
            for unit in UNITS[:5]
            for number in range(6)
        ]  # fmt: skip
        rows, _ = _tables(connection, [*_honest_scores(seed), *texts])
        told += len(_told(rows))
        asked += len(rows)
    assert asked > 200
    # Tests at 1 % tell something of chance now and then; not more often than that.
    assert told <= asked * 0.01


@pytest.mark.parametrize("code", ["score_compression", "full_points", "evaluator_effect"])
def test_a_planted_evaluator_is_found_and_no_other(connection: duckdb.DuckDBPyConnection, code: str) -> None:
    rng = Random(5)
    change = {
        "score_compression": lambda score: 85 + rng.uniform(-1, 1),
        "full_points": lambda score: 100 if rng.random() < 0.5 else score,
        "evaluator_effect": lambda score: min(score + 9, 99),
    }[code]
    cases = [
        (*case[:5], change(case[5]), None) if case[3] == FIRMS[2] else case for case in _honest_scores(11)
    ]
    rows, _ = _tables(connection, cases)
    assert {subject for signal, subject in _told(rows) if signal == code} == {FIRMS[2]}


def test_a_severe_evaluator_is_listed_and_no_signal(connection: duckdb.DuckDBPyConnection) -> None:
    cases = [(*case[:5], case[5] - 12, None) if case[3] == FIRMS[0] else case for case in _honest_scores(3)]
    rows, _ = _tables(connection, cases)
    severe = [
        row for row in rows if row["subject_code"] == FIRMS[0] and row["signal_code"] == "evaluator_effect"
    ]
    assert severe[-1]["observed_value"] < -6 and severe[-1]["p_value"] < 0.01
    assert not any(row["is_signal"] for row in severe)


def test_scores_lifted_over_a_threshold_are_found_with_their_bins(
    connection: duckdb.DuckDBPyConnection,
) -> None:
    rng = Random(9)
    scores = [rng.uniform(70, 99) for _ in range(400)]
    lifted = [score + 2 if 88 <= score < 90 else score for score in scores]
    rows, bins = _tables(
        connection, [_case(2015, "score", "self", "unit", "unit", score) for score in lifted]
    )
    assert _told(rows) == {("threshold_bunching", "score_90")}
    told = next(row for row in rows if row["subject_code"] == "score_90")
    assert told["peer_group"] == "self" and told["observed_value"] == 1
    own = [row for row in bins if row["threshold_code"] == "score_90"]
    assert [row["bin_from"] for row in own] == [82 + number for number in range(16)]
    assert sum(row["case_count"] for row in own if 88 <= row["bin_from"] < 90) == 0
    assert told["sample_count"] == sum(row["case_count"] for row in own if 88 <= row["bin_from"] < 92)


def test_copied_texts_are_counted_for_who_wrote_them(connection: duckdb.DuckDBPyConnection) -> None:
    copied = "complete the construction tasks of the year on time with good quality"
    cases = [
        _case(2015, "annual_target", "annual_target", "copier", f"p{number}", None, copied)
        for number in range(4)
    ] + [
        _case(2015, "annual_target", "annual_target", "writer", f"q{number}", None,
              f"{number} own words, long enough to be compared")
        for number in range(4)
    ]  # fmt: skip
    rows, _ = _tables(connection, cases)
    shares = {row["subject_code"]: (row["observed_value"], row["is_signal"]) for row in rows}
    assert shares == {"copier": (1.0, True), "writer": (0.0, False)}


def test_earlier_years_count_as_long_as_the_window_says(connection: duckdb.DuckDBPyConnection) -> None:
    cases = _honest_scores(1, range(2012, 2016))
    rows, _ = _tables(connection, cases)
    samples = {
        year: sum(
            row["sample_count"]
            for row in rows
            if row["fiscal_year"] == year and row["signal_code"] == "score_compression"
        )
        for year in range(2013, 2016)
    }
    assert samples == {2013: 180, 2014: 270, 2015: 270}


def test_peers_are_of_one_kind_of_evaluation(connection: duckdb.DuckDBPyConnection) -> None:
    cases = [(*case[:2], KINDS[number % 2], *case[3:]) for number, case in enumerate(_honest_scores(2))]
    rows, _ = _tables(connection, cases)
    assert {row["peer_group"] for row in rows if row["signal_code"] == "score_compression"} == set(KINDS)
    assert {row["peer_group"] for row in rows if row["signal_code"] == "evaluator_effect"} == {""}
