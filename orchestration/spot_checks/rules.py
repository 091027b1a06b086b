"""The rules of spot checks by fiscal year, from `rules.yml`."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from typing import Any

import yaml


@dataclass(frozen=True)
class SpotCheckRules:
    """One edition.

    Attributes:
        edition: its name.
        share: fraction of a department's self-evaluations that is drawn at a risk factor of 1.
        least: drawn of every department at least.
        grade_factors: risk factor by grade of the department's data-quality index; 1 for grades not named.
        signal_factor: risk factor of departments a signal of soft evaluation names.
        largest_factor: no department's share is raised by more.
        status: `source` or `default`.
        citation: where the figures come from.
    """

    edition: str
    share: Decimal
    least: int
    grade_factors: dict[str, Decimal]
    signal_factor: Decimal
    largest_factor: Decimal
    status: str
    citation: str

    def risk_factor(self, grade_code: str | None, *, has_signal: bool) -> Decimal:
        """By how much a department's share is raised, 1 or more."""
        graded = self.grade_factors.get(grade_code or "", Decimal(1))
        return min(graded * (self.signal_factor if has_signal else 1), self.largest_factor)


def rules_in(fiscal_year: int) -> SpotCheckRules | None:
    """The edition in force in a fiscal year; None before the first."""
    text = Path(__file__).with_name("rules.yml").read_text(encoding="utf-8")
    editions = [entry for entry in yaml.safe_load(text)["editions"] if entry["valid_from"] <= fiscal_year]
    return _rules(max(editions, key=lambda entry: int(entry["valid_from"]))) if editions else None


def _rules(entry: dict[str, Any]) -> SpotCheckRules:
    factors = entry["risk_factors"]
    return SpotCheckRules(
        edition=entry["edition"],
        share=Decimal(entry["share"]),
        least=int(entry["least"]),
        grade_factors={grade: Decimal(factor) for grade, factor in factors["data_quality_grade"].items()},
        signal_factor=Decimal(factors["signal"]),
        largest_factor=Decimal(factors["largest"]),
        status=entry["status"],
        citation=entry["citation"],
    )
