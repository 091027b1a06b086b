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


def own_bureau() -> str:
    """Name of the province's finance bureau."""
    name: str = load_yaml("regions")["province"]["bureau"]
    return name


class EvaluationDesk:
    """Draws the circumstances of evaluations from one random stream."""

    def __init__(self, rng: Random, year: int, bureau: str) -> None:
        self._rng = rng
        self._year = year
        self._bureau = bureau
        self._rules = load_yaml("figures")["evaluation"]

    def evaluation(
        self,
        object_type: str,
        object_code: str,
        object_name: str,
        unit_code: str,
        function_code: str,
        amount: Decimal,
        owner: str,
    ) -> Evaluation:
        """One evaluation of the desk's year; done in the spring after it.

        Who owns the object judges it himself, or the finance bureau does, or a firm.
        """
        rng = self._rng
        tenths = rng.randint(*self._rules["score"])
        month, day = rng.randint(*self._rules["month"]), rng.randint(*self._rules["day"])
        kind = rng.choice(self._rules["kinds"])
        firm = rng.choice(load_yaml("indicators")["evaluators"])
        evaluator = {"self": owner, "finance": self._bureau, "third_party": firm}[kind]
        score = Decimal(self._softened(tenths, kind, evaluator)) / 10
        return Evaluation(
            object_type=object_type,
            object_code=object_code,
            object_name=object_name,
            unit_code=unit_code,
            function_code=function_code,
            expenditure_year=self._year,
            amount=amount,
            evaluator_kind=kind,
            evaluator=evaluator,
            date=f"{self._year + 1}-{month:02d}-{day:02d}",
            score=score,
            grade=grade_of(score),
        )

    def _softened(self, tenths: int, kind: str, evaluator: str) -> int:
        """The score a soft evaluator tells: the signals of soft evaluation have something to find."""
        given = min(tenths + self._rules["lenient"].get(evaluator, 0), self._rules["score"][1])
        lifted = self._rules["lifted"]
        if kind == lifted["kind"] and lifted["threshold"] - lifted["reach"] <= given < lifted["threshold"]:
            return int(given + lifted["reach"])
        return int(given)
