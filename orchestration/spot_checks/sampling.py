"""Which self-evaluations are spot-checked: by department, more where the risk is higher, drawn by hash.

The order of a stratum is that of SHA-256 over the seed and the code of each self-evaluation. So the draw
needs no random number generator, comes out the same in any language, and a self-evaluation entered later
does not reshuffle the others.
"""

from __future__ import annotations

import hashlib
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import ROUND_CEILING, Decimal


@dataclass(frozen=True, slots=True)
class SelfEvaluation:
    """One self-evaluation that can be drawn.

    Attributes:
        evaluation_code: as entered in the register of evaluations.
        stratum: code of the department or first-level unit it belongs to.
        object_code: what was evaluated.
        object_name: its name.
        score: points out of 100; None where the register gives none.
        cell: where the score was filed: file, sheet and cell.
    """

    evaluation_code: str
    stratum: str
    object_code: str
    object_name: str
    score: Decimal | None
    cell: str


@dataclass(frozen=True, slots=True)
class Allocation:
    """How many of a stratum are drawn.

    Attributes:
        stratum: code of the department.
        population: self-evaluations it has.
        risk_factor: by how much its share is raised, 1 or more.
        sample: how many are drawn.
    """

    stratum: str
    population: int
    risk_factor: Decimal
    sample: int


@dataclass(frozen=True, slots=True)
class Drawn:
    """A self-evaluation that was drawn, with its place in the order of its stratum (from 1) and its hash."""

    evaluation: SelfEvaluation
    place: int
    hash: str


def allocate(
    population: Iterable[SelfEvaluation],
    *,
    share: Decimal,
    least: int,
    risk_factors: Mapping[str, Decimal],
) -> list[Allocation]:
    """How many of each stratum are drawn: the share raised by the stratum's risk, rounded up.

    Args:
        population: all self-evaluations of the year, each code once.
        share: fraction of a stratum that is drawn at a risk factor of 1, above 0 and up to 1.
        least: drawn of every stratum at least, as far as it has so many; 1 or more.
        risk_factors: of strata at higher risk; 1 for those not named.

    Returns:
        One row a stratum, in the order of their codes.

    Raises:
        ValueError: a share, minimum or factor outside its range, or a code that comes twice.

    Source: methodology U25 (at least 10 % and one of every department).
    """
    if not 0 < share <= 1 or least < 1 or any(factor < 1 for factor in risk_factors.values()):
        raise ValueError(f"share {share}, least {least}, risk factors {dict(risk_factors)}")
    sizes = {stratum: len(members) for stratum, members in _strata(population).items()}
    rows = []
    for stratum, size in sorted(sizes.items()):
        factor = risk_factors.get(stratum, Decimal(1))
        wanted = int((share * factor * size).to_integral_value(ROUND_CEILING))
        rows.append(Allocation(stratum, size, factor, min(size, max(wanted, least))))
    return rows


def draw(population: Iterable[SelfEvaluation], allocations: Iterable[Allocation], seed: str) -> list[Drawn]:
    """The self-evaluations to be spot-checked, by stratum and place.

    Args:
        population: as it was allocated.
        allocations: how many of each stratum.
        seed: any text, fixed before the population is known to whoever chooses it.

    Raises:
        ValueError: no seed, or allocations that are not those of the population's strata.
    """
    if not seed:
        raise ValueError("a draw needs a seed")
    strata = _strata(population)
    wanted = {row.stratum: row.sample for row in allocations}
    if set(wanted) != set(strata):
        raise ValueError(f"allocated {sorted(wanted)}, but the population has {sorted(strata)}")
    drawn = []
    for stratum, members in sorted(strata.items()):
        ordered = sorted((draw_hash(seed, one.evaluation_code), one.evaluation_code, one) for one in members)
        drawn += [Drawn(one, place, key) for place, (key, _, one) in enumerate(ordered, start=1)][
            : wanted[stratum]
        ]
    return drawn


def draw_hash(seed: str, evaluation_code: str) -> str:
    """SHA-256 of `seed|evaluation_code` in UTF-8, in hexadecimal digits; the least are drawn."""
    return hashlib.sha256(f"{seed}|{evaluation_code}".encode()).hexdigest()


def _strata(population: Iterable[SelfEvaluation]) -> dict[str, list[SelfEvaluation]]:
    strata: dict[str, list[SelfEvaluation]] = defaultdict(list)
    seen: set[str] = set()
    for one in population:
        if one.evaluation_code in seen:
            raise ValueError(f"evaluation {one.evaluation_code} comes twice")
        seen.add(one.evaluation_code)
        strata[one.stratum].append(one)
    return strata
