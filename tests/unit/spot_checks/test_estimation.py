"""Overstatement from a sample: against textbook sums, and against the truth in repeated draws."""

from __future__ import annotations

import statistics
from decimal import Decimal

import pytest

from orchestration.spot_checks.estimation import AuditedStratum, estimate_inflation
from orchestration.spot_checks.sampling import SelfEvaluation, allocate, draw


def test_two_strata_by_hand() -> None:
    """N = 10 and 30, gaps 2 4 6 and 0 3: means 4 and 1.5, spreads 4 and 4.5."""
    result = estimate_inflation(
        {"a": AuditedStratum(10, [2, 4, 6]), "b": AuditedStratum(30, [0, 3])}, confidence=0.95
    )
    assert result is not None
    assert (result.population, result.sample) == (40, 5)
    assert result.mean_gap == pytest.approx(2.125)
    first, second = 0.25**2 * 0.7 * 4 / 3, 0.75**2 * (28 / 30) * 4.5 / 2
    assert result.standard_error == pytest.approx((first + second) ** 0.5)
    assert result.degrees_of_freedom == pytest.approx((first + second) ** 2 / (first**2 / 2 + second**2))


def test_all_audited_leaves_no_doubt() -> None:
    result = estimate_inflation({"a": AuditedStratum(2, [1, 3])}, confidence=0.9)
    assert result is not None
    assert (result.mean_gap, result.standard_error, result.low, result.high) == (2, 0, 2, 2)


def test_one_audited_alone_gives_no_interval() -> None:
    result = estimate_inflation({"a": AuditedStratum(5, [4])}, confidence=0.9)
    assert result is not None
    assert (result.mean_gap, result.standard_error, result.low) == (4, None, None)


def test_strata_with_one_audited_are_collapsed() -> None:
    """Two strata of one size: the variance is that of their two gaps, (a − b)² / 4."""
    result = estimate_inflation({"a": AuditedStratum(8, [1]), "b": AuditedStratum(8, [5])}, confidence=0.9)
    assert result is not None
    assert result.mean_gap == 3
    assert result.standard_error == pytest.approx(2)


def test_nothing_audited_estimates_nothing() -> None:
    assert estimate_inflation({"a": AuditedStratum(8, [])}, confidence=0.9) is None


def test_more_audited_than_there_are_is_refused() -> None:
    with pytest.raises(ValueError, match="stratum a"):
        estimate_inflation({"a": AuditedStratum(1, [1, 2])}, confidence=0.9)
    with pytest.raises(ValueError, match="confidence"):
        estimate_inflation({"a": AuditedStratum(1, [1])}, confidence=1)


def test_one_stratum_with_one_audited_takes_the_spread_of_the_others() -> None:
    result = estimate_inflation(
        {"a": AuditedStratum(10, [2, 4, 6]), "b": AuditedStratum(10, [3])}, confidence=0.9
    )
    assert result is not None
    assert result.standard_error == pytest.approx((0.25 * 0.7 * 4 / 3 + 0.25 * 0.9 * 4) ** 0.5)


# Ten self-evaluations in the smallest department: one stratum with a single one drawn. Four: seven such.
@pytest.mark.parametrize(("least", "first"), [(1, 10), (2, 10), (1, 4)])
def test_the_interval_covers_the_truth_as_often_as_it_says(least: int, first: int) -> None:
    """400 draws from a fixed province of 12 departments whose overstatement is known."""
    gaps = {
        f"{stratum:02d}-{number:02d}": (stratum % 5) + (number * 37 % 11) * 0.6
        for stratum in range(12)
        for number in range(first + stratum)
    }
    truth = statistics.fmean(gaps.values())
    everybody = [SelfEvaluation(code, code[:2], "", "", None, "") for code in gaps]
    rows = allocate(everybody, share=Decimal("0.1"), least=least, risk_factors={"03": Decimal(2)})
    sizes = {row.stratum: row.population for row in rows}
    covered, means = 0, []
    for seed in range(400):
        audited: dict[str, list[float]] = {stratum: [] for stratum in sizes}
        for one in draw(everybody, rows, str(seed)):
            audited[one.evaluation.stratum].append(gaps[one.evaluation.evaluation_code])
        result = estimate_inflation(
            {stratum: AuditedStratum(sizes[stratum], own) for stratum, own in audited.items()}, confidence=0.9
        )
        assert result is not None and result.low is not None and result.high is not None
        means.append(result.mean_gap)
        covered += result.low <= truth <= result.high
    assert statistics.fmean(means) == pytest.approx(truth, abs=0.15)
    assert 0.87 <= covered / 400 <= 0.995
