"""Figures that crowd just above a threshold that has consequences."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Bin:
    """Figures from `lower` up to, not including, `upper`: how many there are, and how many a smooth course
    would have."""

    lower: float
    upper: float
    observed: int
    expected: float


@dataclass(frozen=True, slots=True)
class Bunching:
    """What the figures around a threshold say.

    Attributes:
        threshold: from here on something changes (a grade, a fine, a question asked).
        sample: figures within the bins looked at.
        above: figures in the bins at the threshold and just above it.
        below: figures in as many bins just below it.
        expected_share: share of the two together that a smooth course has above.
        p_value: how often chance alone would put as many above.
        bins: all bins, for the picture.
    """

    threshold: float
    sample: int
    above: int
    below: int
    expected_share: float
    p_value: float
    bins: tuple[Bin, ...]


def bunching(
    values: Sequence[float], threshold: float, *, width: float, bins_each_side: int, excluded: int, least: int
) -> Bunching | None:
    """Whether figures crowd above a threshold and are missing below it.

    The course of the counts is fitted as a straight line through the bins away from the threshold, as studies
    of bunching do (Chetty, Friedman, Olsen and Pistaferri, 2011); then the split of the figures next to the
    threshold is compared with the split the line has (exact binomial test, one side). The number of figures
    near the threshold says nothing by itself: a hump there is no proof.

    Args:
        values: the figures, in the unit of the threshold.
        threshold: belongs to the upper side.
        width: of a bin, above 0.
        bins_each_side: bins looked at on each side.
        excluded: bins next to the threshold on each side that are compared and not fitted; at least 1, and at
            least two bins must be left on each side.
        least: figures the compared bins must hold at least.

    Returns:
        None where there are too few figures.

    Raises:
        ValueError: a width or number of bins outside these bounds.
    """
    if width <= 0 or excluded < 1 or bins_each_side - excluded < 2:
        raise ValueError(
            f"bins cannot be fitted: width {width}, {bins_each_side} a side, {excluded} excluded"
        )
    counts = _counts(values, threshold, width, bins_each_side)
    middle = slice(bins_each_side - excluded, bins_each_side + excluded)
    if counts[middle].sum() < least:
        return None
    expected = _straight_line(counts, middle)
    below, above = counts[middle][:excluded].sum(), counts[middle][excluded:].sum()
    expected_below, expected_above = expected[middle][:excluded].sum(), expected[middle][excluded:].sum()
    share = float(expected_above / (expected_below + expected_above))
    test = stats.binomtest(int(above), int(above + below), share, alternative="greater")
    bins = tuple(
        Bin(threshold + at * width, threshold + (at + 1) * width, int(count), float(smooth))
        for at, (count, smooth) in enumerate(zip(counts, expected, strict=True), start=-bins_each_side)
    )
    return Bunching(threshold, int(counts.sum()), int(above), int(below), share, float(test.pvalue), bins)


# A figure this near below an edge, in widths, stands on it: 0.8 computed is not less than 0.8 written.
_ON_EDGE = 1e-9
# A bin is never expected to be quite empty, or the split would be certain.
_SMALLEST = 0.5


def _counts(values: Sequence[float], threshold: float, width: float, bins_each_side: int) -> Numbers:
    places = [math.floor((value - threshold) / width + _ON_EDGE) + bins_each_side for value in values]
    inside = [place for place in places if 0 <= place < 2 * bins_each_side]
    counted = np.bincount(np.array(inside, dtype=np.int64), minlength=2 * bins_each_side)
    return counted.astype(np.float64)


def _straight_line(counts: Numbers, middle: slice) -> Numbers:
    places = np.arange(len(counts), dtype=float)
    kept = np.ones(len(counts), dtype=bool)
    kept[middle] = False
    slope, start = np.polyfit(places[kept], counts[kept], 1)
    line: Numbers = np.clip(start + slope * places, _SMALLEST, None)
    return line
