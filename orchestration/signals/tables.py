"""Signals of all years of a build, as tables.

What belongs here: which cases go into which statistic, and results back into rows. What does not: the
statistics, and where cases come from (the dbt model int_signal_cases).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, TypeAlias

import duckdb
import pyarrow as pa

from orchestration.signals.bunching import Bunching, bunching
from orchestration.signals.copies import Text, copied_texts
from orchestration.signals.evaluators import Judgement, evaluator_effects
from orchestration.signals.groups import compressed_scores, nobody_loses_points

Relation = duckdb.DuckDBPyRelation
Row: TypeAlias = Mapping[str, Any]
Cases: TypeAlias = Mapping[str, Sequence[Row]]
_SCORE = "score"
_TEXTS = ("annual_target", "actual_attainment")
_EVERYBODY = ""
_SIGNAL_FIELDS = pa.schema(
    [
        ("fiscal_year", pa.int32()),
        ("signal_code", pa.string()),
        ("peer_group", pa.string()),
        ("subject_code", pa.string()),
        ("sample_count", pa.int32()),
        ("observed_value", pa.float64()),
        ("comparison_value", pa.float64()),
        ("standard_error", pa.float64()),
        ("p_value", pa.float64()),
        ("is_signal", pa.bool_()),
    ]
)
_BIN_FIELDS = pa.schema(
    [
        ("fiscal_year", pa.int32()),
        ("threshold_code", pa.string()),
        ("peer_group", pa.string()),
        ("bin_from", pa.float64()),
        ("bin_to", pa.float64()),
        ("case_count", pa.int32()),
        ("expected_count", pa.float64()),
    ]
)


def evaluation_signal_table(cases: Relation, rules: Relation, thresholds: Relation) -> pa.Table:
    """What each statistic says of each subject it has enough cases of, in every fiscal year with cases.

    Args:
        cases: int_signal_cases.
        rules: evaluation_signals.
        thresholds: signal_thresholds.

    Returns:
        One row per fiscal year, signal, peer group and subject: an evaluator, a department or a threshold.
        `observed_value` stands beside `comparison_value`, both in the unit of the signal: points of spread,
        fractions, or points above the mean of the evaluators compared (whose comparison is 0).
    """
    rows: list[dict[str, Any]] = []
    for year, of_year in _years(cases):
        for rule in _in_force(rules, year):
            window = _window(of_year, year, rule["window_years"])
            if rule["signal_code"] == _BUNCHING:
                found = _bunched(window, rule, _in_force(thresholds, year))
            else:
                found = _STATISTICS[rule["signal_code"]](window, rule)
            rows += ({"fiscal_year": year, "signal_code": rule["signal_code"], **row} for row in found)
    return pa.Table.from_pylist(rows, _SIGNAL_FIELDS)


def threshold_bin_table(cases: Relation, rules: Relation, thresholds: Relation) -> pa.Table:
    """The bins behind every bunching statistic, for its picture.

    Args:
        cases: int_signal_cases.
        rules: evaluation_signals.
        thresholds: signal_thresholds.

    Returns:
        One row per fiscal year, threshold, peer group and bin; the threshold is the lower bound of one of
        the bins. Only where the statistic had enough cases.
    """
    rows: list[dict[str, Any]] = []
    for year, of_year in _years(cases):
        for rule in _in_force(rules, year):
            if rule["signal_code"] != _BUNCHING:
                continue
            window = _window(of_year, year, rule["window_years"])
            for threshold, peers, found in _bunchings(window, rule, _in_force(thresholds, year)):
                rows += (
                    {
                        "fiscal_year": year,
                        "threshold_code": threshold["threshold_code"],
                        "peer_group": peers,
                        "bin_from": one.lower,
                        "bin_to": one.upper,
                        "case_count": one.observed,
                        "expected_count": one.expected,
                    }
                    for one in found.bins
                )
    return pa.Table.from_pylist(rows, _BIN_FIELDS)


def _years(cases: Relation) -> Iterator[tuple[int, Mapping[int, Sequence[Row]]]]:
    """Each fiscal year with cases, and the cases of all years in one order."""
    by_year: dict[int, list[Row]] = defaultdict(list)
    order = "fiscal_year, measure_code, peer_group, subject_code, judged_code, case_number"
    for row in cases.order(order).to_arrow_table().to_pylist():
        by_year[row["fiscal_year"]].append(row)
    for year in sorted(by_year):
        yield year, by_year


def _in_force(rules: Relation, year: int) -> list[Row]:
    rows = rules.to_arrow_table().to_pylist()
    return [
        row
        for row in rows
        if row["valid_from"] <= year and (row["valid_to"] is None or row["valid_to"] >= year)
    ]


def _window(by_year: Mapping[int, Sequence[Row]], year: int, width: int) -> Cases:
    """The cases of the last `width` years by measure."""
    by_measure: dict[str, list[Row]] = defaultdict(list)
    for each in range(year - width + 1, year + 1):
        for row in by_year.get(each, ()):
            by_measure[row["measure_code"]].append(row)
    return by_measure


def _by_peers(rows: Sequence[Row]) -> dict[str, list[Row]]:
    peers: dict[str, list[Row]] = defaultdict(list)
    for row in rows:
        peers[row["peer_group"]].append(row)
    return peers


def _by_subject(rows: Sequence[Row]) -> dict[str, list[float]]:
    values: dict[str, list[float]] = defaultdict(list)
    for row in rows:
        values[row["subject_code"]].append(float(row["case_value"]))
    return values


def _compressed(cases: Cases, rule: Row) -> Iterator[dict[str, Any]]:
    for peers, rows in _by_peers(cases.get(_SCORE, ())).items():
        for one in compressed_scores(_by_subject(rows), least=rule["least_count"]):
            yield _row(rule, peers, one.group, one.sample, one.own, one.others, one.p_value)


def _full_points(cases: Cases, rule: Row) -> Iterator[dict[str, Any]]:
    for peers, rows in _by_peers(cases.get(_SCORE, ())).items():
        found = nobody_loses_points(
            _by_subject(rows), full_from=float(rule["bound"]), least=rule["least_count"]
        )
        for one in found:
            yield _row(rule, peers, one.group, one.sample, one.own, one.others, one.p_value)


def _evaluators(cases: Cases, rule: Row) -> Iterator[dict[str, Any]]:
    judgements = [
        Judgement(row["subject_code"], row["judged_code"], float(row["case_value"]))
        for row in cases.get(_SCORE, ())
    ]
    for one in evaluator_effects(judgements, least=rule["least_count"]):
        row = _row(rule, _EVERYBODY, one.evaluator, one.sample, one.effect, 0.0, one.p_value)
        # Severe evaluators have an effect as well; only the lenient ones are a signal of softness.
        yield {**row, "standard_error": one.standard_error, "is_signal": row["is_signal"] and one.effect > 0}


def _copied(cases: Cases, rule: Row) -> Iterator[dict[str, Any]]:
    for measure in _TEXTS:
        texts = [
            Text(row["subject_code"], row["judged_code"], row["case_text"]) for row in cases.get(measure, ())
        ]
        for one in copied_texts(texts, shortest=int(rule["bound"])):
            if one.sample < rule["least_count"]:
                continue
            share, bound = one.copied / one.sample, float(rule["share_from"])
            row = _row(rule, measure, one.group, one.sample, share, bound, None)
            yield {**row, "is_signal": share >= bound}


def _bunched(cases: Cases, rule: Row, thresholds: Sequence[Row]) -> Iterator[dict[str, Any]]:
    for threshold, peers, found in _bunchings(cases, rule, thresholds):
        compared = found.above + found.below
        share = found.above / compared
        yield _row(
            rule, peers, threshold["threshold_code"], compared, share, found.expected_share, found.p_value
        )


def _bunchings(cases: Cases, rule: Row, thresholds: Sequence[Row]) -> Iterator[tuple[Row, str, Bunching]]:
    for threshold in thresholds:
        for peers, rows in _by_peers(cases.get(threshold["measure_code"], ())).items():
            found = bunching(
                [float(row["case_value"]) for row in rows],
                float(threshold["threshold"]),
                width=float(threshold["bin_width"]),
                bins_each_side=threshold["bins_each_side"],
                excluded=threshold["excluded_bins"],
                least=rule["least_count"],
            )
            if found is not None:
                yield threshold, peers, found


def _row(
    rule: Row,
    peers: str,
    subject: str,
    sample: int,
    observed: float,
    comparison: float,
    p_value: float | None,
) -> dict[str, Any]:
    return {
        "peer_group": peers,
        "subject_code": subject,
        "sample_count": sample,
        "observed_value": observed,
        "comparison_value": comparison,
        "standard_error": None,
        "p_value": p_value,
        "is_signal": p_value is not None and p_value < float(rule["p_value_below"]),
    }


_BUNCHING = "threshold_bunching"
_STATISTICS = {
    "score_compression": _compressed,
    "full_points": _full_points,
    "evaluator_effect": _evaluators,
    "copied_texts": _copied,
}
