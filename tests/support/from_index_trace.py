"""Values of index schemes recomputed from `fct_score_trace` alone: each scale, and the tree above.

Statistics are binary floats in the models and here; what agrees to nine digits agrees.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from statistics import fmean, stdev

import duckdb

from tests.support.from_trace import LEFT_OUT, MISSING, REPORTED, Leaf, Row, Subject, Trace, judge

NEAR = 1e-9
Key = tuple[Subject, str]
Value = tuple[str, float | None]


class IndexTrace(Trace):
    """One edition of an index scheme in the trace."""

    def values(self) -> dict[Key, Value]:
        """(subject, node) → state and value on the scale of every node, recomputed."""
        found = self._leaf_values()
        (top,) = self.children(None)
        for subject in self.subjects:
            self._climb(subject, top, found)
        return found

    def _leaf_values(self) -> dict[Key, Value]:
        judged = {key: judge(leaf) for key, leaf in self.leaves.items()}
        peers: dict[tuple[object, ...], list[float]] = defaultdict(list)
        places = {}
        for key, leaf in self.leaves.items():
            places[key] = (key[1], leaf.said["peer_year"], leaf.said["band_number"])
            measure = judged[key].measure
            if measure is not None:
                peers[places[key]].append(float(measure))
        return {
            key: _scaled(leaf, judged[key].state, judged[key].measure, peers[places[key]])
            for key, leaf in self.leaves.items()
        }

    def _climb(self, subject: Subject, node: str, found: dict[Key, Value]) -> Value:
        if (subject, node) in found:
            return found[subject, node]
        below = [(child, self._climb(subject, child, found)) for child in self.children(node)]
        found[subject, node] = self._aggregate(subject, node, below)
        return found[subject, node]

    def _aggregate(self, subject: Subject, node: str, below: Sequence[tuple[str, Value]]) -> Value:
        states = [state for _, (state, _) in below]
        if all(state == LEFT_OUT for state in states):
            return LEFT_OUT, None
        if MISSING in states:
            return MISSING, None
        parts = [
            (float(self.results[subject, child]["weight"]), value)
            for child, (_, value) in below
            if value is not None
        ]
        row = self.results[subject, node]
        least = _parameters(row).get("minimum_available_share", 0.0)
        if len(parts) < least * len(below):
            return LEFT_OUT, None
        value = AGGREGATIONS[str(row["aggregation"])](parts)
        return (LEFT_OUT, None) if value is None else (REPORTED, value)


def hold(results: duckdb.DuckDBPyConnection) -> int:
    """Hold every value of the trace's nodes against what its other rows give; how many there were."""
    cursor = results.execute("select * from marts.fct_score_trace")
    names = [column[0] for column in cursor.description]
    trace = IndexTrace(dict(zip(names, row, strict=True)) for row in cursor.fetchall())
    for key, (state, value) in trace.values().items():
        row = trace.results[key]
        assert state == row["value_status"], (key, state, row["value_status"])
        if value is None:
            assert row["points"] is None, key
        else:
            stated = float(row["points"])
            assert math.isclose(value, stated, rel_tol=NEAR, abs_tol=NEAR), (key, value, stated)
    return len(trace.results)


def _parameters(row: Row) -> dict[str, float]:
    pairs = (pair.split("=") for pair in (row["parameters"] or "").split("; ") if pair)
    return {code: float(value) for code, value in pairs}


def _scaled(leaf: Leaf, state: str, measure: object, peers: Sequence[float]) -> Value:
    value = None
    if state == REPORTED:
        parameters = {code: float(number) for code, number in leaf.parameters.items()}
        value = SCALES[leaf.rule](float(str(measure)), list(peers), parameters, leaf.direction == "less")
    if value is not None:
        return REPORTED, value
    policy = leaf.policies[MISSING if state == REPORTED else state]
    return {"incomplete": (MISSING, None), "rescale": (LEFT_OUT, None), "zero": (REPORTED, 0.0)}[policy]


Parameters = Mapping[str, float]
Scale = Callable[[float, list[float], Parameters, bool], float | None]


def _on_scale(share: float, parameters: Parameters) -> float:
    low, high = parameters.get("scale_low", 0.0), parameters.get("scale_high", 100.0)
    return low + share * (high - low)


def _minmax(own: float, peers: list[float], parameters: Parameters, is_less: bool) -> float | None:
    low = parameters.get("lower_bound", min(peers))
    high = parameters.get("upper_bound", max(peers))
    if low == high:
        return None
    return _on_scale((high - own if is_less else own - low) / (high - low), parameters)


def _zscore(own: float, peers: list[float], parameters: Parameters, is_less: bool) -> float | None:
    if len(peers) < 2 or not stdev(peers):
        return None
    away = (own - fmean(peers)) / stdev(peers) * (-1 if is_less else 1)
    return away * parameters.get("scale_deviation", 1.0) + parameters.get("scale_mean", 0.0)


def _below(own: float, peers: list[float], is_less: bool) -> int:
    return sum(other > own if is_less else other < own for other in peers)


def _percentile(own: float, peers: list[float], _: Parameters, is_less: bool) -> float | None:
    return _below(own, peers, is_less) / (len(peers) - 1) if len(peers) > 1 else None


def _to_target(own: float, peers: list[float], parameters: Parameters, is_less: bool) -> float | None:
    target, worst = parameters["target"], max(peers) if is_less else min(peers)
    if target == worst:
        return None
    way = (own - worst) / (target - worst)
    return min(way, 1.0) if parameters.get("is_capped", 1.0) == 1 else way


def _of_maximum(own: float, peers: list[float], _: Parameters, is_less: bool) -> float | None:
    above, below = (min(peers), own) if is_less else (own, max(peers))
    return above / below if below else None


def _goalposts(own: float, _: list[float], parameters: Parameters, is_less: bool) -> float:
    low, high = parameters["lower_bound"], parameters["upper_bound"]
    share = (min(max(own, low), high) - low) / (high - low)
    return _on_scale(1 - share if is_less else share, parameters)


def _log_goalposts(own: float, _: list[float], parameters: Parameters, is_less: bool) -> float | None:
    if own <= 0:
        return None
    low, high = parameters["lower_bound"], parameters["upper_bound"]
    share = (math.log(min(max(own, low), high)) - math.log(low)) / (math.log(high) - math.log(low))
    return _on_scale(1 - share if is_less else share, parameters)


SCALES: dict[str, Scale] = {
    "normalise_none": lambda own, _, __, is_less: -own if is_less else own,
    "normalise_minmax": _minmax,
    "normalise_zscore": _zscore,
    "normalise_rank": lambda own, peers, _, is_less: float(_below(own, peers, is_less) + 1),
    "normalise_percentile_rank": _percentile,
    "normalise_borda": lambda own, peers, _, is_less: float(_below(own, peers, is_less)),
    "normalise_distance_to_target": _to_target,
    "normalise_fraction_of_maximum": _of_maximum,
    "normalise_goalposts": _goalposts,
    "normalise_log_goalposts": _log_goalposts,
}

Parts = list[tuple[float, float]]


def _weights(parts: Parts) -> float:
    return sum(weight for weight, _ in parts)


def _arithmetic(parts: Parts) -> float | None:
    return sum(w * v for w, v in parts) / _weights(parts) if _weights(parts) else None


def _geometric(parts: Parts) -> float | None:
    if not _weights(parts) or min(v for _, v in parts) < 0:
        return None
    if min(v for _, v in parts) == 0:
        return 0.0
    return math.exp(sum(w * math.log(v) for w, v in parts) / _weights(parts))


def _harmonic(parts: Parts) -> float | None:
    if not _weights(parts) or min(v for _, v in parts) < 0:
        return None
    if min(v for _, v in parts) == 0:
        return 0.0
    return _weights(parts) / sum(w / v for w, v in parts)


AGGREGATIONS: dict[str, Callable[[Parts], float | None]] = {
    "weighted_arithmetic_mean": _arithmetic,
    "weighted_geometric_mean": _geometric,
    "weighted_harmonic_mean": _harmonic,
    "minimum": lambda parts: min((v for _, v in parts), default=None),
}
