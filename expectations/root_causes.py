"""Which one cell is wrong, where several sums break: the cell whose correction mends the most of them.

A wrong cell breaks every sum it stands in, each by the same amount. So of all cells of broken sums, the one
whose correction would mend most of them is named, and the sums it explains are grouped under it; then the
next. A sum that no second one speaks for is told at its printed total, unless other sums vouch for the total
and only one addend is large enough to hold the gap.

What belongs here: the grouping, on numbers. What does not: which sums are broken (`expectations.prepare`).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

Place = tuple[str, str, str, str]
"""Submission, form, sheet, cell."""


@dataclass(frozen=True, slots=True)
class Suspect:
    """A cell of a broken sum, with what would have to be added to it to mend that sum.

    Attributes:
        instance_id: the broken sum.
        place: the cell.
        is_total: whether it is the sum's printed total.
        correction_cny: yuan to be added.
        tolerance_cny: yuan that rounding explains in that sum.
        amount_cny: what the cell says, yuan; None when it says nothing.
    """

    instance_id: int
    place: Place
    is_total: bool
    correction_cny: Decimal
    tolerance_cny: Decimal
    amount_cny: Decimal | None

    @property
    def could_hold(self) -> bool:
        """Whether the cell would still say an amount, and none below zero, after the correction."""
        return self.amount_cny is not None and self.amount_cny + self.correction_cny >= 0


@dataclass(frozen=True, slots=True)
class RootCause:
    """A cell that explains broken sums.

    Attributes:
        place: the cell.
        correction_cny: yuan to be added to it; of the sum told first.
        instance_ids: the sums it explains, the one told first in front.
    """

    place: Place
    correction_cny: Decimal
    instance_ids: tuple[int, ...]


def find_root_causes(suspects: Iterable[Suspect], intact: Mapping[Place, int]) -> list[RootCause]:
    """Group broken sums under the cells that explain them.

    Args:
        suspects: every cell of every broken sum.
        intact: how many sums that add up a cell stands in; a correction would break those.

    Returns:
        The causes, those that explain most first; every broken sum belongs to exactly one.
    """
    open_suspects = list(suspects)
    causes: list[RootCause] = []
    while open_suspects:
        groups = [group for own in _by_place(open_suspects).values() for group in _agreeing(own)]
        best = min(groups, key=lambda group: _rank(group, intact))
        if len(best) == 1:
            best = [_alone(best[0].instance_id, open_suspects, intact)]
        told = min(best, key=lambda suspect: (not suspect.is_total, suspect.instance_id))
        others = sorted(suspect.instance_id for suspect in best if suspect is not told)
        causes.append(RootCause(told.place, told.correction_cny, (told.instance_id, *others)))
        explained = {suspect.instance_id for suspect in best}
        open_suspects = [suspect for suspect in open_suspects if suspect.instance_id not in explained]
    return causes


def _alone(instance_id: int, suspects: Iterable[Suspect], intact: Mapping[Place, int]) -> Suspect:
    """The cell at which a sum is told that no other broken sum speaks for."""
    own = [suspect for suspect in suspects if suspect.instance_id == instance_id]
    total = next(suspect for suspect in own if suspect.is_total)
    if not intact.get(total.place):
        return total
    able = [one for one in own if not one.is_total and one.could_hold and not intact.get(one.place)]
    return able[0] if len(able) == 1 else total


def _by_place(suspects: Iterable[Suspect]) -> dict[Place, list[Suspect]]:
    places: dict[Place, list[Suspect]] = defaultdict(list)
    for suspect in suspects:
        places[suspect.place].append(suspect)
    return places


def _agreeing(suspects: list[Suspect]) -> list[list[Suspect]]:
    """The largest set of sums that one correction of this cell would mend, a sum once."""
    sets = []
    for one in suspects:
        mended = {
            other.instance_id: other
            for other in suspects
            if abs(other.correction_cny - one.correction_cny) <= one.tolerance_cny + other.tolerance_cny
        }
        sets.append([*(mended | {one.instance_id: one}).values()])
    return [max(sets, key=len)]


def _rank(group: list[Suspect], intact: Mapping[Place, int]) -> tuple[int, int, bool, int, Place]:
    """Most sums explained first; then the cell with the fewest sums against it; then a printed total."""
    alone = len(group) == 1
    against = 0 if alone else intact.get(group[0].place, 0)
    is_total = any(suspect.is_total for suspect in group)
    return -len(group), against, not is_total, min(one.instance_id for one in group), group[0].place
