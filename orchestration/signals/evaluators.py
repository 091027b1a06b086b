"""Who scores high whatever the object: effects of evaluators with the objects they judged held constant."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray
from scipy import stats
from scipy.sparse import coo_array
from scipy.sparse.csgraph import connected_components

Numbers = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Judgement:
    """One score somebody gave.

    Attributes:
        evaluator: who gave it.
        judged: what it was given to, as far as it is held constant: an object, or the unit that owns it.
        score: in points.
    """

    evaluator: str
    judged: str
    score: float


@dataclass(frozen=True, slots=True)
class EvaluatorEffect:
    """How far an evaluator's scores lie above what others gave to the same.

    Attributes:
        evaluator: who.
        sample: scores the effect rests on.
        effect: in points, against the mean of the evaluators compared.
        standard_error: of the effect, in points.
        p_value: how often chance alone would give an effect that far from 0 on either side, corrected for
            the number of evaluators (Benjamini and Hochberg, 1995).
    """

    evaluator: str
    sample: int
    effect: float
    standard_error: float
    p_value: float


def evaluator_effects(judgements: Sequence[Judgement], *, least: int) -> list[EvaluatorEffect]:
    """Effects of evaluators in score = evaluator + judged + rest, by least squares.

    Evaluators can be compared only where a chain of things both judged leads from one to the other; what is
    outside the largest such set is left out, as are evaluators with few scores.

    Args:
        judgements: all scores.
        least: scores an evaluator must have given at least, 2 or more.

    Returns:
        Effects in the order of the names; none where fewer than two evaluators can be compared, or no
        scores are left to judge chance by.

    Raises:
        ValueError: `least` below 2.
    """
    if least < 2:
        raise ValueError(f"an effect needs at least 2 scores, not {least}")
    given = Counter(one.evaluator for one in judgements)
    compared = _connected([one for one in judgements if given[one.evaluator] >= least])
    given = Counter(one.evaluator for one in compared)
    if len(given) < 2 or min(given.values()) < least:
        return []
    evaluators, things = sorted(given), sorted({one.judged for one in compared})
    design = _design(compared, evaluators, things)
    scores = np.array([one.score for one in compared])
    solution, _, rank, _ = np.linalg.lstsq(design, scores, rcond=None)
    freedom = len(compared) - int(rank)
    if freedom < 1:
        return []
    rest = scores - design @ solution
    # An evaluator against the mean of all: contrasts that the one column too many in the design cannot move.
    size = len(evaluators)
    contrast = np.zeros((size, design.shape[1]))
    contrast[:, :size] = np.eye(size) - 1 / size
    variance = float(rest @ rest) / freedom
    covariance = contrast @ np.linalg.pinv(design.T @ design) @ contrast.T * variance
    effects, errors = contrast @ solution, np.sqrt(np.clip(np.diag(covariance), 0, None))
    p_values = stats.false_discovery_control(
        [_p_value(*pair, freedom) for pair in zip(effects, errors, strict=True)]
    )
    return [
        EvaluatorEffect(name, given[name], float(effect), float(error), float(p_value))
        for name, effect, error, p_value in zip(evaluators, effects, errors, p_values, strict=True)
    ]


# Differences below this, in points, are arithmetic.
_NOTHING = 1e-9


def _p_value(effect: float, error: float, freedom: int) -> float:
    if abs(effect) < _NOTHING:
        return 1.0
    if error < _NOTHING:
        return 0.0
    return float(2 * stats.t.sf(abs(effect) / error, freedom))


def _design(compared: Sequence[Judgement], evaluators: Sequence[str], things: Sequence[str]) -> Numbers:
    """One row per score, one column per evaluator and then per thing judged."""
    place = {name: at for at, name in enumerate(evaluators)}
    thing = {name: at for at, name in enumerate(things, start=len(evaluators))}
    design = np.zeros((len(compared), len(evaluators) + len(things)))
    for row, one in enumerate(compared):
        design[row, place[one.evaluator]] = 1
        design[row, thing[one.judged]] = 1
    return design


def _connected(judgements: Sequence[Judgement]) -> list[Judgement]:
    """Judgements of the largest set in which everybody can be compared with everybody, by a chain."""
    if not judgements:
        return []
    nodes = sorted(
        {("evaluator", one.evaluator) for one in judgements} | {("judged", one.judged) for one in judgements}
    )
    place = {node: at for at, node in enumerate(nodes)}
    rows = [place["evaluator", one.evaluator] for one in judgements]
    columns = [place["judged", one.judged] for one in judgements]
    graph = coo_array((np.ones(len(judgements)), (rows, columns)), shape=(len(nodes), len(nodes)))
    _, labels = connected_components(graph, directed=False)
    sizes = Counter(int(labels[row]) for row in rows)
    largest = min(sizes, key=lambda label: (-sizes[label], label))
    return [one for one, row in zip(judgements, rows, strict=True) if labels[row] == largest]
