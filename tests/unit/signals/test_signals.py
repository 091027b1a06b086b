"""Statistics of soft evaluation: silent where the effect is absent, and finding it where it is planted."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.signals.bunching import bunching
from orchestration.signals.copies import Copies, Text, copied_texts
from orchestration.signals.evaluators import Judgement, evaluator_effects
from orchestration.signals.groups import compressed_scores, nobody_loses_points

ALPHA = 0.01
TRIALS = 200
"""A statistic that keeps its word is wrong in about ALPHA of the trials; thrice that is allowed to chance."""


def scores_of(rng: np.random.Generator, groups: int, each: int) -> dict[str, list[float]]:
    return {f"g{number}": list(rng.normal(82, 7, each).clip(0, 100)) for number in range(groups)}


def judgements(rng: np.random.Generator, lift: float) -> list[Judgement]:
    """Six evaluators, twelve units with levels of their own, one evaluator `lift` points above the others."""
    level = rng.normal(80, 6, 12)
    return [
        Judgement(f"e{who}", f"u{unit}", float(level[unit] + rng.normal(0, 3) + (lift if who == 0 else 0)))
        for who in range(6)
        for unit in rng.choice(12, size=8, replace=False)
    ]


def near(rng: np.random.Generator, moved: float, count: int = 400) -> list[float]:
    """Rates of execution, of which a part of those just below 80 % says 80 %."""
    values = rng.beta(12, 3, count)
    cheats = (values >= 0.78) & (values < 0.80) & (rng.random(count) < moved)
    values[cheats] = 0.80 + rng.random(int(cheats.sum())) * 0.01
    return [round(float(value), 4) for value in values]


def test_compression_is_silent_on_null_data() -> None:
    wrong = 0
    for seed in range(TRIALS):
        found = compressed_scores(scores_of(np.random.default_rng(seed), 8, 20), least=10)
        wrong += any(signal.p_value < ALPHA for signal in found)
    assert wrong <= 3 * ALPHA * TRIALS


def test_compression_planted_is_found_at_its_group_alone() -> None:
    for seed in range(20):
        rng = np.random.default_rng(seed)
        scores = scores_of(rng, 8, 20)
        scores["g3"] = list(rng.normal(90, 1, 20))
        found = [signal.group for signal in compressed_scores(scores, least=10) if signal.p_value < ALPHA]
        assert found == ["g3"]


def test_full_points_are_silent_on_null_data_and_found_where_planted() -> None:
    wrong = 0
    for seed in range(TRIALS):
        rng = np.random.default_rng(seed)
        scores = {
            f"g{number}": [100.0 if draw < 0.1 else 85.0 for draw in rng.random(20)] for number in range(8)
        }
        found = nobody_loses_points(scores, full_from=100, least=10)
        wrong += any(signal.p_value < ALPHA for signal in found)
        scores["g5"] = [100.0] * 20
        planted = nobody_loses_points(scores, full_from=100, least=10)
        assert [signal.group for signal in planted if signal.p_value < ALPHA] == ["g5"]
    assert wrong <= 3 * ALPHA * TRIALS


def test_groups_below_the_minimum_say_nothing() -> None:
    scores = {"few": [100.0] * 9, "many": [80.0] * 30}
    assert {signal.group for signal in nobody_loses_points(scores, full_from=100, least=10)} == set()
    scores["more"] = [81.0] * 30
    assert {signal.group for signal in nobody_loses_points(scores, full_from=100, least=10)} == {
        "many",
        "more",
    }
    with pytest.raises(ValueError, match="at least 3"):
        compressed_scores(scores, least=2)


def test_evaluators_alike_are_silent() -> None:
    wrong = 0
    for seed in range(TRIALS):
        found = evaluator_effects(judgements(np.random.default_rng(seed), 0), least=5)
        wrong += any(effect.p_value < ALPHA for effect in found)
    assert wrong <= 3 * ALPHA * TRIALS


def test_a_generous_evaluator_is_found_whatever_was_judged() -> None:
    for seed in range(20):
        found = {
            effect.evaluator: effect
            for effect in evaluator_effects(judgements(np.random.default_rng(seed), 12), least=5)
        }
        generous = found["e0"]
        assert generous.p_value < ALPHA
        # 12 above five others is 10 above the mean of the six.
        assert generous.effect == pytest.approx(10, abs=4 * generous.standard_error)


def test_a_good_object_does_not_make_its_evaluator_generous() -> None:
    """By hand: A judged the better objects and nobody scores higher than anybody on the same one."""
    scores = [
        ("A", "good", 90),
        ("A", "better", 95),
        ("B", "good", 90),
        ("B", "poor", 60),
        ("C", "better", 95),
        ("C", "poor", 60),
    ]
    found = evaluator_effects([Judgement(*one) for one in scores], least=2)
    assert [(effect.evaluator, round(effect.effect, 9), effect.p_value) for effect in found] == [
        (name, pytest.approx(0), 1.0) for name in "ABC"
    ]


def test_evaluators_without_a_common_object_are_not_compared() -> None:
    apart = [
        Judgement("A", "x", 90),
        Judgement("A", "y", 91),
        Judgement("B", "p", 60),
        Judgement("B", "q", 61),
    ]
    assert evaluator_effects(apart, least=2) == []


def test_bunching_is_silent_on_smooth_rates() -> None:
    wrong = 0
    for seed in range(TRIALS):
        said = bunching(
            near(np.random.default_rng(seed), 0), 0.8, width=0.01, bins_each_side=10, excluded=2, least=20
        )
        wrong += said is not None and said.p_value < ALPHA
    assert wrong <= 3 * ALPHA * TRIALS


def test_bunching_planted_is_found_and_drawn() -> None:
    found = 0
    for seed in range(20):
        said = bunching(
            near(np.random.default_rng(seed), 0.9), 0.8, width=0.01, bins_each_side=10, excluded=2, least=20
        )
        assert said is not None
        assert sum(one.observed for one in said.bins) == said.sample
        assert len(said.bins) == 20
        found += said.p_value < ALPHA
    assert found >= 19


def test_a_figure_on_the_threshold_is_above_it() -> None:
    values = [0.8] * 12 + [0.7999] * 8 + [0.1 + 0.7] * 1
    said = bunching(values, 0.8, width=0.01, bins_each_side=4, excluded=1, least=20)
    assert said is not None
    assert (said.above, said.below) == (13, 8)
    assert bunching(values[:10], 0.8, width=0.01, bins_each_side=4, excluded=1, least=20) is None


@pytest.mark.parametrize("wrong", [{"width": 0.0}, {"excluded": 0}, {"bins_each_side": 3, "excluded": 2}])
def test_bins_that_cannot_be_fitted_are_refused(wrong: dict[str, float]) -> None:
    right = {"width": 0.01, "bins_each_side": 6, "excluded": 1, "least": 1}
    with pytest.raises(ValueError, match="cannot be fitted"):
        bunching([0.8], 0.8, **{**right, **wrong})  # type: ignore[arg-type]


def test_copies_are_counted_on_both_sides_and_short_texts_not_at_all() -> None:
    texts = [
        Text("301", "p1", "已按计划完成全部采购，设备运行正常。"),
        Text("302", "p2", "已按计划完成全部采购,设备运行正常"),
        Text("302", "p3", "完成"),
        Text("303", "p4", "完成"),
        Text("303", "p5", "培训教师一千二百人次，合格率达到要求。"),
        Text("303", "p5", "培训教师一千二百人次，合格率达到要求。"),
    ]
    assert copied_texts(texts, shortest=8) == [Copies("301", 1, 1), Copies("302", 1, 1), Copies("303", 2, 0)]


@given(st.lists(st.sampled_from(["甲乙丙丁戊己", "子丑寅卯辰巳", "abcdefgh"]), max_size=12))
def test_copied_is_never_more_than_written(written: list[str]) -> None:
    rows = copied_texts([Text("g", str(at), text) for at, text in enumerate(written)], shortest=4)
    assert sum(row.sample for row in rows) == len(written)
    assert sum(row.copied for row in rows) == sum(written.count(text) > 1 for text in written)
