"""The draw: sizes, order, and that anyone draws the same from seed and codes alone."""

from __future__ import annotations

import hashlib
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.spot_checks.sampling import Allocation, SelfEvaluation, allocate, draw


def population(**strata: int) -> list[SelfEvaluation]:
    return [
        SelfEvaluation(f"2014-990000-{stratum}-{number:03d}", stratum, "", "", Decimal("90.0"), "")
        for stratum, count in strata.items()
        for number in range(count)
    ]


TENTH = Decimal("0.1")


@pytest.mark.parametrize(
    ("size", "factor", "sample"),
    [(1, "1", 1), (10, "1", 1), (11, "1", 2), (20, "1", 2), (20, "1.5", 3), (20, "20", 20), (3, "2", 1)],
)
def test_a_tenth_of_each_department_rounded_up(size: int, factor: str, sample: int) -> None:
    rows = allocate(population(a=size), share=TENTH, least=1, risk_factors={"a": Decimal(factor)})
    assert rows == [Allocation("a", size, Decimal(factor), sample)]


def test_every_department_has_its_least() -> None:
    rows = allocate(population(b=7, a=1), share=TENTH, least=2, risk_factors={})
    assert [(row.stratum, row.sample) for row in rows] == [("a", 1), ("b", 2)]


@pytest.mark.parametrize(
    ("share", "least", "factor"), [("0", 1, "1"), ("1.1", 1, "1"), ("0.1", 0, "1"), ("0.1", 1, "0.9")]
)
def test_plans_outside_their_range_are_refused(share: str, least: int, factor: str) -> None:
    with pytest.raises(ValueError, match="share"):
        allocate(population(a=3), share=Decimal(share), least=least, risk_factors={"a": Decimal(factor)})


def test_a_code_that_comes_twice_is_refused() -> None:
    with pytest.raises(ValueError, match="comes twice"):
        allocate(population(a=1) * 2, share=TENTH, least=1, risk_factors={})


def test_the_draw_is_the_order_of_the_hashes() -> None:
    """What a third party would write, without this package."""
    everybody = population(a=20, b=5)
    drawn = draw(everybody, [Allocation("a", 20, Decimal(1), 3), Allocation("b", 5, Decimal(1), 1)], "彩票 7")
    for stratum, count in (("a", 3), ("b", 1)):
        codes = [one.evaluation_code for one in everybody if one.stratum == stratum]
        by_hand = sorted(codes, key=lambda code: hashlib.sha256(f"彩票 7|{code}".encode()).hexdigest())
        assert [
            one.evaluation.evaluation_code for one in drawn if one.evaluation.stratum == stratum
        ] == by_hand[:count]


@given(st.text(min_size=1), st.permutations(population(a=6, b=4)))
def test_the_order_of_the_register_does_not_matter(seed: str, shuffled: list[SelfEvaluation]) -> None:
    rows = allocate(shuffled, share=Decimal("0.5"), least=1, risk_factors={})
    assert draw(shuffled, rows, seed) == draw(population(a=6, b=4), rows, seed)


@given(st.text(min_size=1))
def test_one_entered_later_moves_at_most_one_place(seed: str) -> None:
    before = draw(population(a=9), [Allocation("a", 9, Decimal(1), 3)], seed)
    after = draw(population(a=10), [Allocation("a", 10, Decimal(1), 3)], seed)
    stayed = {one.hash for one in before} & {one.hash for one in after}
    assert len(stayed) >= 2


def test_a_draw_needs_a_seed_and_the_strata_of_its_population() -> None:
    with pytest.raises(ValueError, match="seed"):
        draw(population(a=1), [Allocation("a", 1, Decimal(1), 1)], "")
    with pytest.raises(ValueError, match="population has"):
        draw(population(a=1), [Allocation("b", 1, Decimal(1), 1)], "x")
