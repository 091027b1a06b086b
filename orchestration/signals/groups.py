"""One evaluator or unit beside all the others: scores too close together, full points too often."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class GroupSignal:
    """What a statistic says of one group.

    Attributes:
        group: whom it is about.
        sample: cases of the group.
        own: the group's figure: its spread in points, or its share with full points.
        others: the same of all other cases.
        p_value: how often chance alone would set the group that far apart in this direction, corrected for
            the number of groups asked (Benjamini and Hochberg, 1995).
    """

    group: str
    sample: int
    own: float
    others: float
    p_value: float


def compressed_scores(scores: Mapping[str, Sequence[float]], *, least: int) -> list[GroupSignal]:
    """Groups whose scores lie closer together than those of all others.

    Args:
        scores: group → scores in points.
        least: cases a group and its others must have at least, 3 or more.

    Returns:
        One signal per group with enough cases; the figure is the mean distance from the median, in points.
        The test is that of Brown and Forsythe (1974), which does not ask for normal scores, on one side.

    Raises:
        ValueError: `least` below 3.
    """
    if least < 3:
        raise ValueError(f"a spread needs at least 3 cases, not {least}")
    found = []
    for group, own, others in _beside_others(scores, least):
        own_spread, other_spread = _spread(own), _spread(others)
        p_value = 1.0
        if own_spread < other_spread:
            both_sides = stats.levene(own, others, center="median").pvalue
            p_value = float(both_sides) / 2
        found.append(GroupSignal(group, len(own), own_spread, other_spread, p_value))
    return _corrected(found)


def nobody_loses_points(
    scores: Mapping[str, Sequence[float]], *, full_from: float, least: int
) -> list[GroupSignal]:
    """Groups that give full points more often than all others do.

    Args:
        scores: group → scores in points.
        full_from: from this score on nothing was taken off.
        least: cases a group and its others must have at least, 1 or more.

    Returns:
        One signal per group with enough cases; the figure is the share with full points, a fraction. The test
        is Fisher's exact one, on one side.

    Raises:
        ValueError: `least` below 1.
    """
    if least < 1:
        raise ValueError(f"a share needs at least 1 case, not {least}")
    found = []
    for group, own, others in _beside_others(scores, least):
        own_full, other_full = int((own >= full_from).sum()), int((others >= full_from).sum())
        table = [[own_full, len(own) - own_full], [other_full, len(others) - other_full]]
        p_value = float(stats.fisher_exact(table, alternative="greater").pvalue)
        found.append(GroupSignal(group, len(own), own_full / len(own), other_full / len(others), p_value))
    return _corrected(found)


def _beside_others(scores: Mapping[str, Sequence[float]], least: int) -> list[tuple[str, Numbers, Numbers]]:
    """Groups with enough cases, each with its scores and those of all others, in the order of their names."""
    pairs = []
    for group in sorted(scores):
        own = np.asarray(scores[group], dtype=float)
        rest = [np.asarray(values, dtype=float) for other, values in scores.items() if other != group]
        others = np.concatenate(rest) if rest else np.empty(0)
        if min(len(own), len(others)) >= least:
            pairs.append((group, own, others))
    return pairs


def _spread(values: Numbers) -> float:
    return float(np.abs(values - np.median(values)).mean())


def _corrected(found: Sequence[GroupSignal]) -> list[GroupSignal]:
    if not found:
        return []
    p_values = stats.false_discovery_control([signal.p_value for signal in found])
    return [
        GroupSignal(signal.group, signal.sample, signal.own, signal.others, float(p_value))
        for signal, p_value in zip(found, p_values, strict=True)
    ]
