"""Evaluations: who judged, when, with what score."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from orchestration.sample.model import Evaluation
from orchestration.sample.reference import load_yaml


def grade_of(score: Decimal) -> str:
    """The grade a score earns."""
    grades: list[tuple[int, str]] = load_yaml("indicators")["grades"]
    return next(grade for lowest, grade in grades if score >= lowest)


class EvaluationDesk:
    """Draws the circumstances of evaluations from one random stream."""

    def __init__(self, rng: Random, year: int) -> None:
        self._rng = rng
        self._year = year
        self._rules = load_yaml("figures")["evaluation"]

    def evaluation(
        self,
        object_type: str,
        object_code: str,
        object_name: str,
        unit_code: str,
        function_code: str,
        amount: Decimal,
    ) -> Evaluation:
        """One evaluation of the desk's year; done in the spring after it."""
        rng = self._rng
        score = Decimal(rng.randint(*self._rules["score"])) / 10
        month, day = rng.randint(*self._rules["month"]), rng.randint(*self._rules["day"])
        return Evaluation(
            object_type=object_type,
            object_code=object_code,
            object_name=object_name,
            unit_code=unit_code,
            function_code=function_code,
            expenditure_year=self._year,
            amount=amount,
            evaluator_kind=rng.choice(self._rules["kinds"]),
            evaluator=rng.choice(load_yaml("indicators")["evaluators"]),
            date=f"{self._year + 1}-{month:02d}-{day:02d}",
            score=score,
            grade=grade_of(score),
        )
