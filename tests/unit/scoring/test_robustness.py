"""Rank intervals, tied groups, and effective weights, against hand cases and a plain recount."""

from __future__ import annotations

from dataclasses import astuple, replace
from itertools import product
from math import floor
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from orchestration.scoring.robustness import (
    Numbers,
    PartitionRanks,
    Perturbation,
    drawn_weights,
    effective_weights,
    rank_intervals,
)

NAN = float("nan")
MOVED = Perturbation(weight_share=0.3, draws=400, seed=11, level=0.9, separation=0.95)
FIXED = replace(MOVED, weight_share=0.0)


def array(*values: object) -> Any:
    return np.array(values, dtype=np.float64)


def names(count: int) -> list[str]:
    return [f"{number:04}" for number in range(count)]


def ranked(
    shares: Numbers,
    points: Numbers,
    moved: Perturbation = MOVED,
    adjustments: Numbers | None = None,
    **more: Any,
) -> PartitionRanks:
    """Overall ranks on a scale of 100 points, of subjects named by their place."""
    added = np.zeros(len(shares)) if adjustments is None else adjustments
    return rank_intervals(shares, points, added, 100.0, moved, **{"keys": names(len(shares)), **more}).overall


def columns(ranks: PartitionRanks) -> list[list[int]]:
    return [column.tolist() for column in astuple(ranks)]


# A plain recount


def plain_scores(shares: Numbers, weights: Numbers, adjustments: Numbers) -> list[float]:
    scores = []
    for row, adjustment in zip(shares.tolist(), adjustments.tolist(), strict=True):
        applies = [(share, weight) for share, weight in zip(row, weights, strict=True) if share == share]
        earned = sum(share * weight for share, weight in applies) / sum(weight for _, weight in applies)
        scores.append(round(min(100.0, max(0.0, 100 * earned + adjustment)), 9))
    return scores


def plain_ranks(scores: list[float], groups: list[int]) -> list[int]:
    return [
        1 + sum(other > score and of == group for other, of in zip(scores, groups, strict=True))
        for score, group in zip(scores, groups, strict=True)
    ]


def plain_tied(
    nominal: list[float], drawn: list[list[float]], groups: list[int], separation: float
) -> list[int]:
    tied = [0] * len(nominal)
    for group in set(groups):
        inside = [one for one in range(len(nominal)) if groups[one] == group]
        leader, number = None, 0
        for score in sorted({nominal[one] for one in inside}, reverse=True):
            equals = [one for one in inside if nominal[one] == score]
            if leader is None or all(
                sum(scores[leader] > scores[one] for scores in drawn) / len(drawn) >= separation
                for one in equals
            ):
                leader, number = equals[0], number + 1
            for one in equals:
                tied[one] = number
    return tied


def plain_result(
    tables: list[Numbers], points: Numbers, adjustments: Numbers, groups: list[int], moved: Perturbation
) -> list[list[int]]:
    """All results for subjects in the order of their keys."""
    nominal = plain_scores(tables[0], points, adjustments)
    drawn = [
        plain_scores(tables[draw % len(tables)], weights, adjustments)
        for draw, weights in enumerate(drawn_weights(points, moved))
    ]
    rank = plain_ranks(nominal, groups)
    ranks = [plain_ranks(scores, groups) for scores in drawn]
    outside = floor(round((1 - moved.level) / 2 * moved.draws, 9))
    low, high, best, worst = [], [], [], []
    for subject, own in enumerate(rank):
        seen = sorted(one[subject] for one in ranks)
        low.append(min(own, seen[outside]))
        high.append(max(own, seen[len(seen) - 1 - outside]))
        best.append(min(own, seen[0]))
        worst.append(max(own, seen[-1]))
    return [rank, low, high, best, worst, plain_tied(nominal, drawn, groups, moved.separation)]


SHARES = st.one_of(st.just(NAN), st.sampled_from([0.0, 0.25, 0.5, 1.0]), st.floats(0, 1, width=16))


@st.composite
def cases(draw: st.DrawFn) -> tuple[list[Numbers], Numbers, Numbers, list[int], Perturbation]:
    count, indicators = draw(st.integers(1, 7)), draw(st.integers(1, 4))
    rows = st.lists(SHARES, min_size=indicators, max_size=indicators).filter(
        lambda row: any(x == x for x in row)
    )
    table = st.lists(rows, min_size=count, max_size=count).map(lambda rows: np.array(rows, dtype=np.float64))
    points = draw(st.lists(st.integers(1, 40), min_size=indicators, max_size=indicators))
    adjustments = draw(st.lists(st.sampled_from([0.0, 0.0, 1.5, -60.0]), min_size=count, max_size=count))
    moved = Perturbation(
        weight_share=draw(st.sampled_from([0.0, 0.1, 0.5])),
        draws=draw(st.integers(1, 40)),
        seed=draw(st.integers(0, 1000)),
        level=draw(st.sampled_from([0.01, 0.5, 0.8, 0.9, 1.0])),
        separation=draw(st.sampled_from([0.5, 0.8, 0.95, 1.0])),
    )
    groups = draw(st.lists(st.sampled_from([7, -2, 40]), min_size=count, max_size=count))
    tables = draw(st.lists(table, min_size=1, max_size=3))
    return tables, np.array(points, dtype=np.float64), np.array(adjustments), groups, moved


@settings(max_examples=120, deadline=None)
@given(cases())
def test_all_results_are_those_of_a_plain_recount(
    case: tuple[list[Numbers], Numbers, Numbers, list[int], Perturbation],
) -> None:
    tables, points, adjustments, groups, moved = case
    count = len(groups)
    found = rank_intervals(
        tables[0], points, adjustments, 100.0, moved, scenarios=tables[1:], keys=names(count),
        partitions={"province": np.array(groups)},
    )  # fmt: skip
    assert set(found.partitions) == {"overall", "province"}
    assert columns(found.overall) == plain_result(tables, points, adjustments, [0] * count, moved)
    assert columns(found.partitions["province"]) == plain_result(tables, points, adjustments, groups, moved)


# Weights


def test_weights_are_uniform_between_their_bounds_before_they_are_made_to_sum_to_one() -> None:
    moved = replace(MOVED, weight_share=0.2, draws=20000)
    weights = drawn_weights(array(30, 10), moved)
    assert weights.sum(axis=1) == pytest.approx(np.ones(20000), abs=1e-12)
    ratio = weights[:, 0] / weights[:, 1]
    # 30 × 0.8 against 10 × 1.2, and the other way round.
    assert 2.0 <= ratio.min() < 2.02 and 4.45 < ratio.max() <= 4.5
    # How often one of two such numbers is more than 1.1 times the other, counted on a grid.
    a, b = np.meshgrid(np.linspace(0.8, 1.2, 2001), np.linspace(0.8, 1.2, 2001))
    assert np.mean(ratio > 3.3) == pytest.approx(np.mean(a / b > 1.1), abs=0.015)


def test_weights_that_are_not_moved_are_the_nominal_ones() -> None:
    assert drawn_weights(array(1, 3), replace(FIXED, draws=2)).tolist() == [[0.25, 0.75], [0.25, 0.75]]


def test_a_seed_gives_the_same_draws_and_another_one_others() -> None:
    first, again = (drawn_weights(array(1, 2, 3), MOVED) for _ in range(2))
    assert np.array_equal(first, again)
    assert not np.array_equal(first, drawn_weights(array(1, 2, 3), replace(MOVED, seed=12)))


# Rank intervals


def test_weights_that_matter_move_ranks_and_those_that_do_not_leave_them() -> None:
    # The first two exchange places with the weights; the third is last under any.
    ranks = ranked(array([1.0, 0.2], [0.2, 1.0], [0.1, 0.1]), array(51, 49))
    assert ranks.rank.tolist() == [1, 2, 3]
    assert ranks.rank_low.tolist() == ranks.rank_best.tolist() == [1, 1, 3]
    assert ranks.rank_high.tolist() == ranks.rank_worst.tolist() == [2, 2, 3]
    assert ranks.tied_group.tolist() == [1, 1, 2]


def test_an_interval_leaves_out_as_many_draws_as_its_level_says() -> None:
    # The weights favour the second subject in about an eighth of the draws.
    shares, points = array([1.0, 0.0], [0.0, 1.0]), array(57, 43)
    weights = drawn_weights(points, MOVED)
    upset = float(np.mean(weights[:, 1] > weights[:, 0]))
    assert 0.05 < upset < 0.2
    just_inside, just_outside = 1 - 2 * (upset - 0.01), 1 - 2 * (upset + 0.01)
    assert ranked(shares, points, replace(MOVED, level=just_inside)).rank_low.tolist() == [1, 1]
    narrow = ranked(shares, points, replace(MOVED, level=just_outside))
    assert narrow.rank_low.tolist() == narrow.rank_high.tolist() == [1, 2]
    assert narrow.rank_best.tolist() == [1, 1] and narrow.rank_worst.tolist() == [2, 2]
    assert ranked(shares, points, replace(MOVED, separation=1 - upset - 0.01)).tied_group.tolist() == [1, 2]
    assert ranked(shares, points, replace(MOVED, separation=1 - upset + 0.01)).tied_group.tolist() == [1, 1]


def test_a_level_of_nine_tenths_leaves_a_whole_twentieth_on_each_side() -> None:
    # (1 - 0.9) / 2 × 400 is a little less than 20 in binary.
    shares, points = array([1.0, 0.0], [0.0, 1.0]), array(60, 40)
    weights = drawn_weights(points, MOVED)
    assert np.count_nonzero(weights[:, 1] > weights[:, 0]) == 20 and (1 - 0.9) / 2 * 400 < 20
    assert ranked(shares, points).rank_low.tolist() == [1, 2]


def test_a_share_of_draws_that_is_just_the_separation_tells_apart() -> None:
    points = array(60, 40)
    weights = drawn_weights(points, MOVED)
    exactly = np.count_nonzero(weights[:, 0] > weights[:, 1]) / MOVED.draws
    ranks = ranked(array([1.0, 0.0], [0.0, 1.0]), points, replace(MOVED, separation=exactly))
    assert ranks.tied_group.tolist() == [1, 2]


def test_subjects_are_held_against_the_leader_and_not_against_their_neighbour() -> None:
    # One indicator, each subject rounded to ± 0.1: neighbours overlap, the first and the last do not.
    shares = array([0.8], [0.7], [0.6], [0.5])
    ranks = ranked(shares, array(5), FIXED, shares_low=shares - 0.1, shares_high=shares + 0.1)
    assert ranks.rank.tolist() == [1, 2, 3, 4]
    assert ranks.tied_group.tolist() == [1, 1, 2, 2]
    assert ranks.rank_best.tolist() == [1, 1, 2, 3] and ranks.rank_worst.tolist() == [2, 3, 4, 4]


def test_unmoved_weights_give_the_nominal_ranks_alone() -> None:
    shares = array([0.5, 0.5], [0.9, 0.1], [0.2, 0.8], [0.9, 0.2])
    # 50, 58, 44 and 62 points of 100.
    assert columns(ranked(shares, array(60, 40), FIXED)) == [[3, 2, 4, 1]] * 6


def test_subjects_all_equal_are_all_first_in_every_draw() -> None:
    shares = np.tile(np.random.default_rng(5).random(37), (61, 1))
    ranks = ranked(shares, np.linspace(1, 9, 37), replace(MOVED, draws=3000))
    assert columns(ranks) == [[1] * 61] * 6


def test_equal_subjects_among_others_stay_equal_in_every_draw() -> None:
    shares = np.repeat(np.random.default_rng(6).random((40, 23)), 3, axis=0)
    ranks = ranked(shares, np.linspace(1, 9, 23), replace(MOVED, draws=2000))
    for column in astuple(ranks):
        assert np.array_equal(column[0::3], column[1::3]) and np.array_equal(column[0::3], column[2::3])
    assert sorted(ranks.rank[::3].tolist()) == list(range(1, 120, 3))


def test_ranks_are_competition_ranks_on_rounded_scores() -> None:
    shares = array([0.5], [0.8], [0.5], [0.8000000000001], [0.1])
    ranks = ranked(shares, array(10))
    assert columns(ranks)[:5] == [[3, 1, 3, 1, 5]] * 5 and ranks.tied_group.tolist() == [2, 1, 2, 1, 3]
    assert ranked(shares, array(10), decimals=12).rank.tolist() == [3, 2, 3, 1, 5]


def test_points_of_what_does_not_apply_go_to_the_other_indicators() -> None:
    # 70, (0.9 × 20 + 0.5 × 30) / 50 = 66, and 68.
    shares = array([0.7, 0.7, 0.7], [NAN, 0.9, 0.5], [0.68, NAN, 0.68])
    assert ranked(shares, array(50, 20, 30), FIXED).rank.tolist() == [1, 3, 2]
    # A column that applies to nobody changes nothing.
    beside = np.hstack([shares, np.full((3, 1), NAN)])
    assert columns(ranked(beside, array(50, 20, 30, 99), FIXED)) == columns(
        ranked(shares, array(50, 20, 30), FIXED)
    )


def test_adjustments_are_added_and_scores_cut_at_both_ends() -> None:
    # 100 and 103 are both full points; -5 and 0 are both none.
    shares, adjustments = array([1.0], [0.98], [0.1], [0.0], [0.9]), array(0, 5, -15, 0, 8)
    ranks = ranked(shares, array(10), adjustments=adjustments)
    assert ranks.rank.tolist() == [1, 1, 4, 4, 3] and ranks.tied_group.tolist() == [1, 1, 3, 3, 2]


def test_the_group_of_equals_is_the_leaders_while_one_of_them_is_not_told_apart() -> None:
    # The second and third have 60 points each; only the third ever passes the first.
    shares = array([0.62, 0.62], [0.6, 0.6], [1.0, 0.2])
    assert ranked(shares, array(50, 50)).tied_group.tolist() == [1, 1, 1]
    assert ranked(shares[:2], array(50, 50)).tied_group.tolist() == [1, 2]


def test_the_first_by_key_leads_equals() -> None:
    # Of the two with 60 points one is always above the last, the other one is not.
    shares = array([0.6, 0.6], [1.0, 0.2], [0.55, 0.55])
    assert ranked(shares, array(50, 50), keys=["a", "b", "c"]).tied_group.tolist() == [1, 1, 2]
    assert ranked(shares, array(50, 50), keys=["b", "a", "c"]).tied_group.tolist() == [1, 1, 1]


# Rounding of inputs


def test_shares_are_drawn_uniformly_between_their_bounds() -> None:
    # 0.5 ± 0.1 is above 0.55 in a quarter of the draws, and never above 0.61.
    shares, width = array([0.5], [0.55], [0.61]), array([0.1], [0.0], [0.0])
    for separation, groups in ((0.72, [3, 2, 1]), (0.78, [2, 2, 1])):
        moved = replace(FIXED, draws=4000, separation=separation)
        ranks = ranked(shares, array(5), moved, shares_low=shares - width, shares_high=shares + width)
        assert ranks.tied_group.tolist() == groups
        assert columns(ranks)[3:5] == [[2, 2, 1], [3, 3, 1]]


def test_bounds_need_not_lie_evenly_around_a_share() -> None:
    shares = array([0.5], [0.55])
    ranks = ranked(shares, array(5), FIXED, shares_low=array([0.5], [0.4]), shares_high=array([0.5], [0.55]))
    # The second is nominally first, and above the first in one third of the draws.
    assert ranks.rank.tolist() == [2, 1] and ranks.rank_low.tolist() == [1, 1]
    assert ranks.rank_high.tolist() == [2, 2]
    for separation, groups in ((0.3, [2, 1]), (0.37, [1, 1])):
        moved = replace(FIXED, draws=4000, separation=separation)
        ranks = ranked(
            shares, array(5), moved, shares_low=array([0.5], [0.4]), shares_high=array([0.5], [0.55])
        )
        assert ranks.tied_group.tolist() == groups


def test_the_nominal_rank_is_in_the_interval_even_where_no_draw_gives_it() -> None:
    # Draws from the bound upwards put the second above the first, whatever its nominal share.
    shares = array([0.5], [0.5])
    low = array([0.5], [0.5])
    ranks = ranked(shares, array(5), FIXED, shares_low=low, shares_high=array([0.5], [0.9]))
    assert ranks.rank.tolist() == [1, 1]
    assert ranks.rank_low.tolist() == ranks.rank_best.tolist() == [1, 1]
    assert ranks.rank_high.tolist() == ranks.rank_worst.tolist() == [2, 1]


def test_cells_are_moved_one_by_one_and_by_their_own_width() -> None:
    # Two cells of ± 0.1 and equal weight: their mean stays within 0.05 of 0.5 in three quarters of the draws
    # (a triangle), where both moved alike it would in half of them.
    shares, width = array([0.5, 0.5], [0.55, 0.55]), array([0.1, 0.1], [0.0, 0.0])
    # Above 0.55 is one half of the rest: 1/8.
    for separation, groups in ((0.86, [2, 1]), (0.89, [1, 1])):
        moved = replace(FIXED, draws=6000, separation=separation)
        ranks = ranked(shares, array(5, 5), moved, shares_low=shares - width, shares_high=shares + width)
        assert ranks.tied_group.tolist() == groups


def test_a_moved_cell_counts_by_the_weight_of_its_indicator() -> None:
    # 0.5 ± 0.2 on three quarters of the points is 50 ± 15: above 57.5 in a quarter of the draws.
    shares, width = array([0.5, 0.5], [0.575, 0.575]), array([0.0, 0.2], [0.0, 0.0])
    for separation, groups in ((0.72, [2, 1]), (0.78, [1, 1])):
        moved = replace(FIXED, draws=4000, separation=separation)
        ranks = ranked(shares, array(10, 30), moved, shares_low=shares - width, shares_high=shares + width)
        assert ranks.tied_group.tolist() == groups


def test_bounds_that_are_the_shares_change_nothing() -> None:
    shares = np.random.default_rng(3).random((9, 4))
    shares[2, 1] = NAN
    points = array(1, 2, 3, 4)
    with_bounds = ranked(shares, points, shares_low=shares, shares_high=shares.copy())
    assert columns(with_bounds) == columns(ranked(shares, points))


def test_a_cell_that_does_not_apply_is_not_moved() -> None:
    shares, low, high = (
        array([NAN, 0.5], [0.9, 0.4]),
        array([NAN, 0.5], [0.8, 0.4]),
        array([NAN, 0.5], [1, 0.4]),
    )
    # 50 against 60 to 70 points.
    ranks = ranked(shares, array(10, 10), FIXED, shares_low=low, shares_high=high)
    assert columns(ranks)[:5] == [[2, 1]] * 5


def test_rounding_moves_draws_of_the_base_alone() -> None:
    # In the scenario the first is always below; by rounding it is below in half of the base's draws.
    shares, scenario = array([0.5], [0.5]), array([0.4], [0.5])
    low, high = array([0.3], [0.5]), array([0.7], [0.5])
    moved = replace(FIXED, draws=4000)
    for separation, tied in ((0.72, 2), (0.78, 1)):
        ranks = ranked(
            array([0.499], [0.5]), array(5), replace(moved, separation=separation), shares_low=low,
            shares_high=high, scenarios=[scenario],
        )  # fmt: skip
        assert ranks.tied_group.tolist() == [tied, 1]
    assert ranked(shares, array(5), moved, scenarios=[scenario]).rank_worst.tolist() == [2, 1]


def test_draws_are_dealt_evenly_among_base_and_scenarios() -> None:
    # In one of three tables the second is above.
    base, other = array([0.6], [0.5]), array([0.4], [0.5])
    for separation, groups in ((0.6, [1, 2]), (0.7, [1, 1])):
        moved = replace(FIXED, draws=300, separation=separation)
        assert ranked(base, array(5), moved, scenarios=[base, other]).tied_group.tolist() == groups
    # The level leaves out a third on each side, or just less.
    for level, low in ((0.32, [1, 2]), (0.36, [1, 1])):
        moved = replace(FIXED, draws=300, level=level)
        assert ranked(base, array(5), moved, scenarios=[base, other]).rank_low.tolist() == low


# Order, chunks and partitions


@settings(max_examples=25, deadline=None)
@given(st.permutations(range(12)), st.booleans())
def test_the_order_of_subjects_does_not_matter(order: list[int], rounded: bool) -> None:
    numbers = np.random.default_rng(1)
    shares = numbers.random((12, 5)).round(1)
    shares[3, 2] = shares[8, 0] = NAN
    low, high = np.clip(shares - 0.05, 0, 1), np.clip(shares + 0.05, 0, 1)
    adjustments, city = numbers.integers(-2, 3, 12).astype(np.float64), numbers.integers(0, 3, 12)
    keys = [f"县{number}" for number in range(12)]

    def both(rows: list[int]) -> list[list[int]]:
        bounds: dict[str, Any] = {"shares_low": low[rows], "shares_high": high[rows]} if rounded else {}
        found = rank_intervals(
            shares[rows], array(1, 2, 3, 4, 5), adjustments[rows], 100.0, MOVED, **bounds,
            scenarios=[low[rows]], keys=[keys[row] for row in rows], partitions={"city": city[rows]},
        )  # fmt: skip
        return columns(found.overall) + columns(found.partitions["city"])

    assert both(order) == [[column[row] for row in order] for column in both(list(range(12)))]


@pytest.mark.parametrize("chunk", [1, 30, 10**7])
def test_how_many_draws_are_held_at_a_time_does_not_matter(
    chunk: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    shares = np.random.default_rng(2).random((10, 6))
    more: dict[str, Any] = {"shares_low": shares * 0.9, "shares_high": shares, "scenarios": [shares**2]}
    expected = columns(ranked(shares, np.ones(6), **more))
    monkeypatch.setattr("orchestration.scoring.robustness._CHUNK", chunk)
    assert columns(ranked(shares, np.ones(6), **more)) == expected


def test_ranks_within_a_partition_are_those_of_its_groups_alone() -> None:
    shares, points = np.random.default_rng(4).random((30, 5)), array(5, 4, 3, 2, 1)
    band = np.array([number % 3 * 100 - 100 for number in range(30)])
    found = rank_intervals(
        shares, points, np.zeros(30), 100.0, MOVED, keys=names(30), partitions={"band": band}
    ).partitions["band"]
    for group in set(band.tolist()):
        inside = band == group
        alone = columns(ranked(shares[inside], points))
        assert [column[inside].tolist() for column in astuple(found)] == alone
    assert found.rank.max() == 10


def test_more_groups_than_fit_a_byte_and_more_subjects_than_fit_two() -> None:
    count = 70000
    shares = np.linspace(1, 0, count)[:, None]
    found = rank_intervals(
        shares,
        array(1),
        np.zeros(count),
        100.0,
        replace(FIXED, draws=2),
        keys=[f"{number:05}" for number in range(count)],
        partitions={"pair": np.arange(count) % (count // 2)},
    )
    assert np.array_equal(found.overall.rank_worst, np.arange(1, count + 1))
    assert np.array_equal(found.overall.tied_group, np.arange(1, count + 1))
    assert np.array_equal(found.partitions["pair"].rank_high, np.repeat([1, 2], count // 2))


# Small and impossible tables


def test_no_subject_has_no_rank() -> None:
    found = rank_intervals(
        np.zeros((0, 3)), array(1, 2, 3), np.zeros(0), 100.0, MOVED, keys=[],
        partitions={"city": np.zeros(0, dtype=np.int64)}, scenarios=[np.zeros((0, 3))],
    )  # fmt: skip
    assert columns(found.overall) == columns(found.partitions["city"]) == [[]] * 6


def test_one_subject_is_first() -> None:
    assert columns(ranked(array([0.3, NAN]), array(1, 2))) == [[1]] * 6


def test_one_indicator_cannot_be_weighted_otherwise() -> None:
    assert columns(ranked(array([0.3], [0.9], [0.6]), array(7))) == [[3, 1, 2]] * 6


def test_one_draw_is_enough() -> None:
    moved = replace(MOVED, draws=1, level=0.01)
    assert columns(ranked(array([0.3], [0.9]), array(7), moved)) == [[2, 1]] * 6


GOOD = array([0.5, 0.5], [0.2, NAN])
BAD_TABLES: list[tuple[dict[str, Any], str]] = [
    ({"shares": array([0.5, 0.5], [NAN, NAN])}, "no indicator applies: B"),
    ({"shares": array([0.5, 1.1], [0.2, 0.1])}, "outside 0 to 1: A"),
    ({"shares": array([0.5, 0.1], [0.2, -0.1])}, "outside 0 to 1: B"),
    ({"shares": array([0.5, 0.5])}, "shape"),
    ({"shares": array(0.5, 0.5)}, "shape"),
    ({"points": array(1, 2, 3)}, "shape"),
    ({"points": array([1, 2])}, "points"),
    ({"points": array(1, 0)}, "points"),
    ({"points": array(1, NAN)}, "points"),
    ({"adjustments": array(0)}, "adjustments"),
    ({"adjustments": array(0, NAN)}, "adjustments"),
    ({"full_points": 0.0}, "full_points"),
    ({"full_points": NAN}, "full_points"),
    ({"keys": ["A"]}, "adjustments"),
    ({"keys": ["A", "A"]}, "twice: A"),
    ({"shares_low": GOOD}, "come in twos"),
    ({"shares_high": GOOD}, "come in twos"),
    ({"shares_low": array([0.5, 0.6], [0.2, NAN]), "shares_high": GOOD}, "outside their bounds: A"),
    ({"shares_low": GOOD, "shares_high": array([0.5, 0.5], [0.1, NAN])}, "outside their bounds: B"),
    ({"shares_low": GOOD, "shares_high": array([0.5, 0.5], [0.2, 0.3])}, "not both there: B"),
    ({"shares_low": array([0.5, NAN], [0.2, NAN]), "shares_high": GOOD}, "not both there: A"),
    ({"shares_low": GOOD[:1], "shares_high": GOOD}, "shape"),
    ({"shares_low": GOOD, "shares_high": GOOD + 0.6}, "outside 0 to 1: A"),
    ({"scenarios": [GOOD, array([NAN, NAN], [0.2, 0.1])]}, "no indicator applies: A"),
    ({"scenarios": [GOOD[:, :1]]}, "shape"),
    ({"partitions": {"city": np.zeros(3, dtype=np.int64)}}, "partition city"),
    ({"partitions": {"overall": np.zeros(2, dtype=np.int64)}}, "overall"),
]


@pytest.mark.parametrize(("wrong", "said"), BAD_TABLES)
def test_what_does_not_fit_is_refused(wrong: dict[str, Any], said: str) -> None:
    good: dict[str, Any] = {
        "shares": GOOD, "points": array(1, 2), "adjustments": array(0, 0), "full_points": 100.0,
        "perturbation": MOVED, "keys": ["A", "B"],
    }  # fmt: skip
    assert rank_intervals(**good).overall.rank.tolist() == [1, 2]
    with pytest.raises(ValueError, match=said):
        rank_intervals(**{**good, **wrong})


@pytest.mark.parametrize(
    ("field", "values"),
    [
        ("draws", [0, -1]),
        ("weight_share", [-0.1, 1.0, NAN]),
        ("level", [0.0, 1.1, NAN]),
        ("separation", [0.0, 1.1, NAN]),
    ],
)
def test_a_perturbation_outside_its_bounds_is_refused(field: str, values: list[Any]) -> None:
    for value in values:
        with pytest.raises(ValueError, match=field):
            replace(MOVED, **{field: value})


# Effective weights


def test_indicators_that_vary_alike_account_for_variance_by_their_points() -> None:
    assert effective_weights(array([1, 1], [0, 0], [0.5, 0.5]), array(30, 10)) == pytest.approx([0.75, 0.25])


def test_an_indicator_without_variance_accounts_for_nothing() -> None:
    assert effective_weights(array([0.4, 1], [0.4, 0]), array(90, 10)) == pytest.approx([0, 1])


def test_uncorrelated_indicators_account_for_the_square_of_their_points() -> None:
    every_pair = np.array(list(product([0.0, 1.0], repeat=2)))
    assert effective_weights(every_pair, array(3, 1)) == pytest.approx([0.9, 0.1])


def test_an_indicator_that_runs_against_the_others_accounts_for_less_than_nothing() -> None:
    # Contributions 0.75 x and -0.25 x: covariances with their sum 0.5 x in the ratio of 3 to -1.
    assert effective_weights(array([1, 0], [0, 1], [0.5, 0.5]), array(3, 1)) == pytest.approx([1.5, -0.5])


def test_an_indicator_contributes_more_where_others_do_not_apply() -> None:
    # Contributions (0.25, 0.5), (1, 0), (0, 0); means 5/12 and 1/6; scores 0.75, 1, 0.
    found = effective_weights(array([0.5, 1.0], [1.0, NAN], [0.0, 0.0]), array(1, 1))
    # Σ(c1 - 5/12)(s - 7/12) = 11/24, Σ(c2 - 1/6)(s - 7/12) = 1/12, var = 13/24.
    assert found == pytest.approx([11 / 13, 2 / 13])


@pytest.mark.parametrize(
    "shares",
    [np.zeros((0, 2)), array([0.5, 0.1]), array([0.3, 0.3], [0.3, 0.3]), array([0.1, 0.3], [0.3, 0.1])],
)
def test_scores_without_variance_have_no_effective_weights(shares: Numbers) -> None:
    found = effective_weights(shares, array(1, 1))
    assert found.shape == (2,) and np.isnan(found).all()


def test_what_arithmetic_leaves_between_equal_scores_is_no_variance() -> None:
    shares = array([0.1, 0.2, 0.3], [0.3, 0.2, 0.1])
    assert (shares[0] / 3).sum() != (shares[1] / 3).sum()
    assert np.isnan(effective_weights(shares, np.ones(3))).all()


@given(cases())
def test_effective_weights_sum_to_one_or_are_not_there(
    case: tuple[list[Numbers], Numbers, Numbers, list[int], Perturbation],
) -> None:
    shares, points = case[0][0], case[1]
    found = effective_weights(shares, points)
    scores = plain_scores(shares, points, np.zeros(len(shares)))
    if max(scores) - min(scores) > 1e-6:
        assert found.sum() == pytest.approx(1, abs=1e-6)
    else:
        assert np.isnan(found).all() or found.sum() == pytest.approx(1, abs=1e-6)


@pytest.mark.parametrize(
    ("shares", "points", "said"),
    [
        (array([0.5, 0.5], [NAN, NAN]), array(1, 1), "no indicator applies: 1"),
        (array([0.5, 0.5]), array(1), "shape"),
        (array([0.5, 5.0]), array(1, 1), "outside 0 to 1: 0"),
        (array([0.5, 0.5]), array(1, -1), "points"),
    ],
)
def test_effective_weights_refuse_what_does_not_fit(shares: Numbers, points: Numbers, said: str) -> None:
    with pytest.raises(ValueError, match=said):
        effective_weights(shares, points)


# Strengths and weaknesses
