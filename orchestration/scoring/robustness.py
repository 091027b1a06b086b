"""How far ranks can be relied on: their intervals, subjects that cannot be told apart, effective weights.

A composite score rests on weights somebody chose and on inputs rounded before they were filed. Ranks are
therefore given with the interval they stay in when both are moved.

What belongs here: arithmetic on tables of shares, the part of an indicator's points a subject earned (0..1,
nan where the indicator does not apply and its points are shared out among the others). What does not: how a
share comes about, how far rounding moves it, where tables are read from, and what is shown.

Source: OECD and JRC, Handbook on Constructing Composite Indicators (2008), step 7, for weights and inputs
drawn at random.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from itertools import groupby
from types import MappingProxyType
from typing import Any

import numpy as np
from numpy.typing import NDArray

Numbers = NDArray[np.float64]
Integers = NDArray[np.int64]
Ranks = NDArray[np.unsignedinteger[Any]]

OVERALL = "overall"
# Scores that differ by less differ by arithmetic, not by what was measured.
_DECIMALS = 9
# Scores held at a time: enough to make loops cheap, few enough to stay in the processor's cache.
_CHUNK = 2**16
# Rounding is drawn in this many steps a cell; four such numbers come from one word of the generator.
_STEPS = 2**16
_STEPS_A_WORD = 4


@dataclass(frozen=True, slots=True)
class Perturbation:
    """How weights are moved, and how results are told.

    Attributes:
        weight_share: each weight is drawn uniformly from itself ± this share of it, 0 ≤ weight_share < 1.
        draws: number of draws, at least 1.
        seed: start of the random numbers; the same seed gives the same results.
        level: share of the draws the interval covers, 0 < level ≤ 1; half of the rest lies on each side.
        separation: share of the draws in which a subject must be strictly above another to be told apart from
            it, 0 < separation ≤ 1.

    Raises:
        ValueError: a value outside these bounds.
    """

    weight_share: float
    draws: int
    seed: int
    level: float
    separation: float

    def __post_init__(self) -> None:
        if not 0 <= self.weight_share < 1:
            raise ValueError(f"weight_share must be at least 0 and below 1, not {self.weight_share}")
        if self.draws < 1:
            raise ValueError(f"draws must be at least 1, not {self.draws}")
        if not 0 < self.level <= 1:
            raise ValueError(f"level must be above 0 and at most 1, not {self.level}")
        if not 0 < self.separation <= 1:
            raise ValueError(f"separation must be above 0 and at most 1, not {self.separation}")


@dataclass(frozen=True, slots=True)
class PartitionRanks:
    """Ranks within the groups of one partition, one of each a subject, in the caller's order.

    Ranks are competition ranks (1, 2, 2, 4), the highest score first.

    Attributes:
        rank: rank by the nominal weights and shares.
        rank_low: best rank of the interval.
        rank_high: worst rank of the interval; rank_low ≤ rank ≤ rank_high.
        rank_best: best rank of any draw, or the nominal one if that is better.
        rank_worst: worst rank of any draw, or the nominal one if that is worse.
        tied_group: number from 1 within the partition's group; subjects of one number cannot be told apart
            from the first of them.
    """

    rank: Integers
    rank_low: Integers
    rank_high: Integers
    rank_best: Integers
    rank_worst: Integers
    tied_group: Integers


@dataclass(frozen=True, slots=True)
class RankIntervals:
    """Ranks of the same draws within several partitions.

    Attributes:
        partitions: name of a partition → ranks within its groups; `overall` is always there.
    """

    partitions: Mapping[str, PartitionRanks]

    @property
    def overall(self) -> PartitionRanks:
        """Ranks among all subjects."""
        return self.partitions[OVERALL]


def drawn_weights(points: Numbers, perturbation: Perturbation) -> Numbers:
    """Weights of all draws, each draw summing to 1.

    They depend on nothing but the points and the perturbation: any set of subjects meets the same ones.

    Args:
        points: nominal points of each indicator, above 0, shape (k,).
        perturbation: how far they are moved, how often, and the seed.

    Returns:
        Shape (draws, k).

    Raises:
        ValueError: points that are not positive numbers in one row.
    """
    return _weights(_checked_points(points), perturbation, _generator(perturbation.seed))


def rank_intervals(
    shares: Numbers,
    points: Numbers,
    adjustments: Numbers,
    full_points: float,
    perturbation: Perturbation,
    shares_low: Numbers | None = None,
    shares_high: Numbers | None = None,
    scenarios: Sequence[Numbers] = (),
    decimals: int = _DECIMALS,
    *,
    keys: Sequence[str],
    partitions: Mapping[str, Integers] = MappingProxyType({}),
    stretches: Numbers | None = None,
    is_cut: bool = True,
) -> RankIntervals:
    """Ranks of subjects with the intervals they stay in when weights and rounded inputs are moved.

    A score is full_points × Σ share × stretch × weight / Σ stretch × weight over the indicators that apply,
    plus the adjustment, cut to 0..full_points and rounded to `decimals`.

    The first subject by nominal score leads a tied group; of equal ones, the first by key. Those after it
    belong to the group while the leader's score is strictly above theirs in less than
    `perturbation.separation` of the draws; the first that is told apart leads the next group. Subjects of one
    nominal score always share a group: the leader's, while any of them cannot be told apart from it.

    Args:
        shares: share of an indicator's points each subject earned, 0..1, shape (n, k).
        points: nominal points of each indicator, above 0, shape (k,).
        adjustments: points added to or taken off each subject's score, shape (n,).
        full_points: the highest score there is, in points.
        perturbation: how weights are moved, and how results are told.
        shares_low: least share of each cell that its rounded inputs allow, shape (n, k). Shares are drawn
            uniformly between this and shares_high, each cell for itself, in 65536 steps.
        shares_high: greatest share of each cell, shape (n, k).
        scenarios: other tables of shares, each of shape (n, k). Draws are dealt to the base and to these in
            turn; cells of the base alone are moved by rounding.
        decimals: decimals of a score that count when scores are compared; halves are rounded to even, in
            binary, so that few decimals may part from ranks computed in exact decimals.
        keys: name of each subject, no two the same; subjects are given their random numbers in the order of
            keys, so that the order of rows does not matter.
        partitions: name → number of the group each subject is ranked in, shape (n,).
        stretches: how much more than its nominal points an indicator weighs for a subject, because others do
            not apply to it, above 0, shape (n, k); 1 throughout if not given.
        is_cut: whether scores end at 0 and at full_points.

    Raises:
        ValueError: shapes do not fit; numbers are outside their bounds; a bound is on the wrong side of its
            share; no indicator applies to a subject; a key comes twice; a partition is called `overall`.
    """
    points = _checked_points(points)
    _check_subjects(adjustments, full_points, keys, partitions)
    for table in (shares, *scenarios):
        _check_shares(table, points, keys)
    low, high = _bounds(shares, shares_low, shares_high)
    _check_bounds(shares, low, high, points, keys)

    by_key = np.array(sorted(range(len(keys)), key=keys.__getitem__), dtype=np.int64)
    scale = _Scale(adjustments[by_key], full_points, decimals, is_cut)
    stretch = _checked_stretches(stretches, shares)[by_key]
    numbers = {OVERALL: np.zeros(len(keys), dtype=np.int64), **partitions}
    groups = {name: _Groups.of(of_subjects[by_key]) for name, of_subjects in numbers.items()}
    tables = [
        _Table.of(low[by_key], stretch, np.nan_to_num(high - low)[by_key]),
        *(_Table.of(table[by_key], stretch) for table in scenarios),
    ]
    nominal = scale.scores(_Table.of(shares[by_key], stretch).earned(points[None, :]))
    order = np.argsort(-nominal, axis=1)
    drawn = _drawn_ranks(scale, tables, points, perturbation, groups)
    told = {
        name: _told(one.ranks(nominal, order)[0], drawn[name], one, perturbation)
        for name, one in groups.items()
    }
    return RankIntervals({name: _in_order_of(by_key, ranks) for name, ranks in told.items()})


def effective_weights(shares: Numbers, points: Numbers, stretches: Numbers | None = None) -> Numbers:
    """Share of the variance of scores each indicator accounts for, to be held against its nominal weight.

    This is the covariance decomposition: cov(contribution, score) / var(score) over subjects, where the score
    is without adjustments and not cut, and a contribution is what the indicator adds to it: nothing where it
    does not apply, more than share × weight where others do not. An indicator on which all subjects earn the
    same accounts for nothing, whatever its points; one that runs against the others accounts for less than
    nothing.

    Args:
        shares: share of an indicator's points each subject earned, 0..1, shape (n, k).
        points: nominal points of each indicator, above 0, shape (k,).
        stretches: as of `rank_intervals`.

    Returns:
        Shape (k,), summing to 1; all nan where scores have no variance, as with fewer than two subjects.

    Raises:
        ValueError: shapes do not fit, numbers are outside their bounds, or no indicator applies to a subject,
            which is named by its row, counted from 0.

    """
    points = _checked_points(points)
    _check_shares(shares, points, [str(row) for row in range(len(shares))])
    weights = np.where(np.isnan(shares), 0.0, points * _checked_stretches(stretches, shares))
    contributions = np.nan_to_num(shares) * weights / weights.sum(axis=1, keepdims=True)
    scores = contributions.sum(axis=1)
    if not len(scores) or np.ptp(scores) < 10.0**-_DECIMALS:
        return np.full(len(points), np.nan)
    deviations = contributions - contributions.mean(axis=0)
    # Scores' own deviations are taken from these, so that shares of the variance sum to 1.
    of_scores = deviations.sum(axis=1)
    effective: Numbers = deviations.T @ of_scores / (of_scores @ of_scores)
    return effective


@dataclass(frozen=True, slots=True)
class _Table:
    """Shares made ready for weighting.

    Subjects of the same shares are one row here: their scores are equal to the last bit, whichever order a
    matrix product adds in.

    Attributes:
        shares: shares of distinct subjects times their stretch, 0 where an indicator does not apply, shape
            (k, distinct).
        applies: the stretch where an indicator applies, else 0, shape (k, distinct).
        place: subject → its row among the distinct ones, shape (n,).
        moved: columns of which a cell is moved by rounding, shape (c,).
        steps: a step of each of their cells, 0 where it is not moved, shape (c, n).
    """

    shares: Numbers
    applies: Numbers
    place: Integers
    moved: Integers
    steps: NDArray[np.float32]

    @classmethod
    def of(cls, shares: Numbers, stretches: Numbers, widths: Numbers | None = None) -> _Table:
        """A table whose cells are moved upwards by as much as `widths`."""
        applies = np.where(np.isnan(shares), 0.0, stretches)
        steps = np.zeros_like(shares) if widths is None else applies * widths / _STEPS
        # Steps are drawn from 0; half a step more puts them evenly between the bounds.
        rows = np.hstack([np.nan_to_num(shares) * applies + steps / 2, applies])
        distinct, place = np.unique(rows, axis=0, return_inverse=True)
        values, applies = np.hsplit(distinct, [shares.shape[1]])
        moved = np.flatnonzero(steps.any(axis=0))
        return cls(
            values.T, applies.T, place.reshape(-1), moved, np.ascontiguousarray(steps[:, moved].T, np.float32)
        )

    def earned(self, weights: Numbers, generator: np.random.Generator | None = None) -> Numbers:
        """Share of all points that apply which each subject earned in each draw, shape (draws, n).

        Without a generator no cell is moved.
        """
        earned = (weights @ self.shares)[:, self.place]
        if generator is not None and self.moved.size:
            for row, weight in enumerate(weights[:, self.moved].astype(np.float32)):
                earned[row] += weight @ self._rounding(generator)
        earned /= (weights @ self.applies)[:, self.place]
        return earned

    def _rounding(self, generator: np.random.Generator) -> NDArray[np.float32]:
        """How far one draw moves each cell, shape (c, n)."""
        words = generator.bit_generator.random_raw(math.ceil(self.steps.size / _STEPS_A_WORD))
        # Byte order is stated because results must not depend on the machine.
        numbers = words.astype("<u8", copy=False).view("<u2")[: self.steps.size]
        moved = numbers.reshape(self.steps.shape).astype(np.float32)
        moved *= self.steps
        return moved


@dataclass(frozen=True, slots=True)
class _Scale:
    """What makes scores of shares earned: each subject's adjustment, the highest score, and its decimals."""

    adjustments: Numbers
    full_points: float
    decimals: int
    is_cut: bool

    def scores(self, earned: Numbers) -> Numbers:
        """Scores in points of shares earned, shape (draws, n); what was given is overwritten."""
        earned *= self.full_points
        earned += self.adjustments
        if self.is_cut:
            np.clip(earned, 0, self.full_points, out=earned)
        return np.round(earned, self.decimals, out=earned)


@dataclass(frozen=True, slots=True)
class _Groups:
    """The groups of one partition.

    Attributes:
        codes: subject → number of its group, from 0 without gaps, shape (n,).
        starts: group → where it starts when subjects stand group by group, shape (groups,).
    """

    codes: NDArray[np.integer[Any]]
    starts: Integers

    @classmethod
    def of(cls, numbers: Integers) -> _Groups:
        """The groups of a partition whose numbers may have gaps."""
        _, codes, sizes = np.unique(numbers, return_inverse=True, return_counts=True)
        # Small integers, because sorting those takes a fraction of the time of sorting scores once more.
        return cls(codes.reshape(-1).astype(np.min_scalar_type(len(sizes))), np.cumsum(sizes) - sizes)

    def ranks(self, scores: Numbers, order: Integers) -> Ranks:
        """Competition ranks within groups, shape (draws, n).

        Args:
            scores: of each subject in each draw, shape (draws, n).
            order: subjects of each draw, the highest score first, shape (draws, n).
        """
        draws, count = scores.shape
        cells = self._by_group(order) + _row_starts(draws, count)
        ordered = scores.reshape(-1)[cells]
        leads = np.ones((draws, count), dtype=np.bool_)
        np.not_equal(ordered[:, 1:], ordered[:, :-1], out=leads[:, 1:])
        leads[:, self.starts] = True
        kind = _rank_type(count)
        firsts = np.where(leads, np.arange(count, dtype=kind), kind(0))
        np.maximum.accumulate(firsts, axis=1, out=firsts)
        firsts -= np.repeat(self.starts, np.diff(self.starts, append=count)).astype(kind)
        firsts += kind(1)
        ranks = np.empty((draws, count), dtype=kind)
        ranks.reshape(-1)[cells] = firsts
        return ranks

    def _by_group(self, order: Integers) -> Integers:
        """Subjects of each draw group by group, within a group as they stood."""
        if len(self.starts) < 2:
            return order
        by_group: Integers = np.argsort(self.codes[order], axis=1, kind="stable")
        by_group += _row_starts(*order.shape)
        return order.reshape(-1)[by_group]

    def tied(self, nominal: Ranks, drawn: Ranks, separation: float) -> Integers:
        """Subject → its tied group within its group; subjects are in the order of their keys.

        Within a group one score is above another where its competition rank is.
        """
        tied = np.zeros(len(self.codes), dtype=np.int64)
        standing = list(zip(self.codes.tolist(), nominal.tolist(), strict=True))
        by_standing = sorted(range(len(standing)), key=standing.__getitem__)
        for _, subjects in groupby(by_standing, lambda subject: standing[subject][0]):
            leader, number = -1, 0
            for _, alike in groupby(subjects, lambda subject: standing[subject][1]):
                equals = list(alike)
                if number == 0 or all(_is_above(drawn[leader], drawn[one], separation) for one in equals):
                    leader, number = equals[0], number + 1
                tied[equals] = number
        return tied


def _is_above(leader: Ranks, subject: Ranks, separation: float) -> bool:
    """Whether a leader's rank is the better one in so many draws that the two can be told apart."""
    return bool(np.count_nonzero(leader < subject) / len(leader) >= separation)


def _drawn_ranks(
    scale: _Scale,
    tables: Sequence[_Table],
    points: Numbers,
    moved: Perturbation,
    groups: Mapping[str, _Groups],
) -> dict[str, Ranks]:
    """Partition → ranks of each subject in all draws, shape (n, draws)."""
    generator = _generator(moved.seed)
    weights = _weights(points, moved, generator)
    count = len(scale.adjustments)
    # All draws are kept: intervals need each subject's own, tied groups those of two side by side.
    drawn = {name: np.empty((count, moved.draws), dtype=_rank_type(count)) for name in groups}
    done = 0
    for number, table in enumerate(tables):
        for part in _chunks(weights[number :: len(tables)], count):
            scores = scale.scores(table.earned(part, generator))
            order = np.argsort(-scores, axis=1)
            for name, one in groups.items():
                drawn[name][:, done : done + len(part)] = one.ranks(scores, order).T
            done += len(part)
    return drawn


def _told(nominal: Ranks, drawn: Ranks, groups: _Groups, told: Perturbation) -> PartitionRanks:
    """Ranks of one partition with their intervals; the draws are sorted in place."""
    tied = groups.tied(nominal, drawn, told.separation)
    drawn.sort(axis=1, kind="stable")
    # Rounded, because (1 - 0.9) / 2 × 10000 is 499.99… in binary.
    outside = math.floor(round((1 - told.level) / 2 * told.draws, _DECIMALS))
    best, low = (np.minimum(drawn[:, place], nominal).astype(np.int64) for place in (0, outside))
    worst, high = (np.maximum(drawn[:, -1 - place], nominal).astype(np.int64) for place in (0, outside))
    return PartitionRanks(
        rank=nominal.astype(np.int64),
        rank_low=low,
        rank_high=high,
        rank_best=best,
        rank_worst=worst,
        tied_group=tied,
    )


def _in_order_of(by_key: Integers, ranks: PartitionRanks) -> PartitionRanks:
    """Ranks of subjects in the order of their keys, put back into the caller's order."""
    back = np.argsort(by_key)
    return PartitionRanks(**{one.name: getattr(ranks, one.name)[back] for one in fields(ranks)})


def _weights(points: Numbers, moved: Perturbation, generator: np.random.Generator) -> Numbers:
    """Weights of all draws, shape (draws, k), each draw summing to 1."""
    sides = 2 * generator.random((moved.draws, len(points))) - 1
    weights: Numbers = points * (1 + moved.weight_share * sides)
    weights /= weights.sum(axis=1, keepdims=True)
    return weights


def _generator(seed: int) -> np.random.Generator:
    return np.random.Generator(np.random.PCG64(seed))


def _chunks(weights: Numbers, count: int) -> Iterator[Numbers]:
    """Weights of as many draws at a time as scores of `count` subjects may be held."""
    size = max(1, _CHUNK // max(1, count))
    for start in range(0, len(weights), size):
        yield weights[start : start + size]


def _row_starts(rows: int, columns: int) -> Integers:
    """Where each row starts in a table laid out row by row, shape (rows, 1)."""
    return np.arange(rows, dtype=np.int64)[:, None] * columns


def _rank_type(count: int) -> type[np.uint16] | type[np.uint32]:
    """The smallest kind of integer ranks of so many subjects fit in."""
    return np.uint16 if count <= np.iinfo(np.uint16).max else np.uint32


def _checked_points(points: Numbers) -> Numbers:
    if points.ndim != 1 or not np.all(np.isfinite(points) & (points > 0)):
        raise ValueError("points must be one row of numbers above 0")
    return points


def _check_subjects(
    adjustments: Numbers, full_points: float, keys: Sequence[str], partitions: Mapping[str, Integers]
) -> None:
    """Refuse whatever is given once a subject and does not fit."""
    twice = [key for key, times in Counter(keys).items() if times > 1]
    if twice:
        raise ValueError(f"keys come twice: {', '.join(twice)}")
    if not (math.isfinite(full_points) and full_points > 0):
        raise ValueError(f"full_points must be above 0, not {full_points}")
    if adjustments.shape != (len(keys),) or not np.all(np.isfinite(adjustments)):
        raise ValueError(f"adjustments must be {len(keys)} numbers, one a subject")
    if OVERALL in partitions:
        raise ValueError(f"the partition {OVERALL} is always there and cannot be given")
    for name, numbers in partitions.items():
        if numbers.shape != (len(keys),):
            raise ValueError(
                f"partition {name} has shape {numbers.shape}, but there are {len(keys)} subjects"
            )


def _check_shares(shares: Numbers, points: Numbers, keys: Sequence[str]) -> None:
    """Refuse shares that do not fit, are outside 0..1, or leave a subject without an indicator."""
    expected = (len(keys), len(points))
    if shares.shape != expected:
        raise ValueError(f"shares have shape {shares.shape}, subjects and indicators {expected}")
    outside = np.any((shares < 0) | (shares > 1), axis=1)
    if outside.any():
        raise ValueError(f"shares outside 0 to 1: {_named(outside, keys)}")
    without = np.all(np.isnan(shares), axis=1)
    if without.any():
        raise ValueError(f"no indicator applies: {_named(without, keys)}")


def _checked_stretches(stretches: Numbers | None, shares: Numbers) -> Numbers:
    """Stretches of the shape of the shares; 1 where none are given."""
    if stretches is None:
        return np.ones_like(shares)
    applies = ~np.isnan(shares)
    if stretches.shape != shares.shape or not np.all(stretches[applies] > 0):
        raise ValueError("stretches must be numbers above 0, one for each share")
    return np.where(applies, stretches, 1.0)


def _bounds(shares: Numbers, low: Numbers | None, high: Numbers | None) -> tuple[Numbers, Numbers]:
    """Both bounds of shares, which are the shares themselves where none are given."""
    if low is None and high is None:
        return shares, shares
    if low is None or high is None:
        raise ValueError("bounds of shares come in twos, shares_low and shares_high")
    return low, high


def _check_bounds(shares: Numbers, low: Numbers, high: Numbers, points: Numbers, keys: Sequence[str]) -> None:
    """Refuse bounds that do not fit their shares."""
    for bound in (low, high):
        _check_shares(bound, points, keys)
        differs = np.any(np.isnan(bound) != np.isnan(shares), axis=1)
        if differs.any():
            raise ValueError(f"shares and bounds are not both there: {_named(differs, keys)}")
    outside = np.any((low > shares) | (shares > high), axis=1)
    if outside.any():
        raise ValueError(f"shares outside their bounds: {_named(outside, keys)}")


def _named(chosen: NDArray[np.bool_], keys: Sequence[str]) -> str:
    return ", ".join(keys[row] for row in np.flatnonzero(chosen).tolist())
