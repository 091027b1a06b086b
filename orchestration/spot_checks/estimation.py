"""By how much self-evaluations overstate: from the gaps of those audited to all, with an interval.

A stratified estimator: the mean gap of each stratum weighs as many self-evaluations as the stratum has
(Cochran, Sampling Techniques, 3rd ed. 1977, sections 5.3 to 5.4). Strata of which one alone was audited say
nothing about their own spread; they are collapsed into groups of neighbours by code (section 5A.12), which
overstates the variance rather than understates it; a single such stratum takes the mean spread of the
others. The interval is Student's, with degrees of freedom after Satterthwaite (section 5.4).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from scipy import stats


@dataclass(frozen=True, slots=True)
class AuditedStratum:
    """What was audited of a stratum.

    Attributes:
        population: self-evaluations it has.
        gaps: self-score minus audited score of each that was audited, points.
    """

    population: int
    gaps: Sequence[float]

    @property
    def mean(self) -> float:
        """The mean gap, points."""
        return sum(self.gaps) / len(self.gaps)


@dataclass(frozen=True, slots=True)
class Inflation:
    """Overstatement of all self-evaluations.

    Attributes:
        population: self-evaluations of the strata that were audited.
        sample: of them audited.
        mean_gap: self-score minus what an audit would give, mean over all, points.
        standard_error: points; None where the audited say nothing about spread.
        degrees_of_freedom: of the interval; None as above.
        low: lower bound of the interval, points; None as above.
        high: upper bound.
    """

    population: int
    sample: int
    mean_gap: float
    standard_error: float | None
    degrees_of_freedom: float | None
    low: float | None
    high: float | None


_Part = tuple[float, float]
"""A part of the variance (points²), and its degrees of freedom."""


def estimate_inflation(strata: Mapping[str, AuditedStratum], *, confidence: float) -> Inflation | None:
    """The mean gap of all self-evaluations in the strata audited, with its confidence interval.

    Args:
        strata: by code; those of which nothing was audited are left out, and so is what they have.
        confidence: of the interval, between 0 and 1.

    Returns:
        None where nothing was audited. Where every self-evaluation was audited the standard error is 0.

    Raises:
        ValueError: more audited than there are, or a confidence outside its range.
    """
    if not 0 < confidence < 1:
        raise ValueError(f"confidence {confidence}")
    audited = {code: one for code, one in sorted(strata.items()) if one.gaps}
    if not audited:
        return None
    for code, one in audited.items():
        if len(one.gaps) > one.population:
            raise ValueError(f"stratum {code}: {len(one.gaps)} audited of {one.population}")
    population = sum(one.population for one in audited.values())
    sample = sum(len(one.gaps) for one in audited.values())
    mean = sum(one.population * one.mean for one in audited.values()) / population
    parts = _parts(audited, population)
    if parts is None:
        return Inflation(population, sample, mean, None, None, None, None)
    variance = sum(part for part, _ in parts)
    error = sqrt(variance)
    if error == 0:
        return Inflation(population, sample, mean, 0.0, None, mean, mean)
    freedom = variance**2 / sum(part**2 / own for part, own in parts)
    reach = float(stats.t.ppf((1 + confidence) / 2, freedom)) * error
    return Inflation(population, sample, mean, error, freedom, mean - reach, mean + reach)


def _parts(strata: Mapping[str, AuditedStratum], population: int) -> list[_Part] | None:
    """Parts of the variance of the mean; None where strata with one audited leave it open."""
    parts = []
    single = []
    for one in strata.values():
        count = len(one.gaps)
        if count == one.population:
            continue
        if count == 1:
            single.append(one)
            continue
        spread = sum((gap - one.mean) ** 2 for gap in one.gaps) / (count - 1)
        weight = one.population / population
        parts.append((weight**2 * (1 - count / one.population) * spread / count, float(count - 1)))
    if len(single) == 1:
        return _with_mean_spread(single[0], strata, parts, population)
    return parts + [_collapsed(group, population) for group in _groups(single)]


def _with_mean_spread(
    single: AuditedStratum, strata: Mapping[str, AuditedStratum], parts: list[_Part], population: int
) -> list[_Part] | None:
    """The parts with that of the one stratum of which one was audited; None where no other has a spread."""
    others = [one for one in strata.values() if len(one.gaps) > 1]
    freedom = sum(len(one.gaps) - 1 for one in others)
    if not freedom:
        return None
    squares = sum((gap - one.mean) ** 2 for one in others for gap in one.gaps)
    weight = single.population / population
    return [*parts, (weight**2 * (1 - 1 / single.population) * squares / freedom, float(freedom))]


def _groups(single: list[AuditedStratum]) -> list[list[AuditedStratum]]:
    """Neighbours two by two; an odd last one joins the last group."""
    groups = [single[at : at + 2] for at in range(0, len(single), 2)]
    if len(groups) > 1 and len(groups[-1]) == 1:
        groups[-2] += groups.pop()
    return groups


def _collapsed(group: list[AuditedStratum], population: int) -> _Part:
    """Variance of a group of strata with one audited each, from how far their totals lie apart."""
    whole = sum(one.population for one in group)
    estimated = [one.population * one.mean for one in group]
    count = len(group)
    # Totals are compared with what the stratum's size alone would give (Hansen, Hurwitz and Madow 1953).
    squares = sum(
        (total - one.population / whole * sum(estimated)) ** 2
        for one, total in zip(group, estimated, strict=True)
    )
    return count / (count - 1) * squares / population**2, float(count - 1)
