"""Comparing what was found, in order, with what the map expects, in order.

Equality decides what matches; this module only names what does not: renamed when a stranger stands exactly
where an absent one should, else unknown or missing, or moved. Nothing is read from a renamed place.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, field

SEQUENCE = " → "  # between two neighbours in the order a map has them


@dataclass(slots=True)
class Drift:
    """Differences between found and expected.

    Attributes:
        renamed: position among the found → index of the expected it stands for.
        unknown: positions among the found that stand for nothing.
        missing: indexes of expected ones that are absent.
    """

    renamed: dict[int, int] = field(default_factory=dict)
    unknown: list[int] = field(default_factory=list)
    missing: list[int] = field(default_factory=list)


def compare(found: Sequence[int | None], required: Sequence[bool]) -> Drift:
    """Name the differences.

    Args:
        found: for each found thing in order the index of the expected one it equals, None for a stranger.
        required: for each expected thing in order whether it must be there.
    """
    present = {index for index in found if index is not None}
    absent = {index for index, needed in enumerate(required) if needed and index not in present}
    drift = Drift()
    following = 0
    for position, index in enumerate(found):
        if index is not None:
            following = index + 1
        elif following in absent:
            drift.renamed[position] = following
            absent.discard(following)
            following += 1
        else:
            drift.unknown.append(position)
    drift.missing = sorted(absent)
    return drift


def moved(order: Sequence[int]) -> list[int]:
    """Positions that break an ascending order: all but a longest ascending run."""
    best: list[int] = []
    ends: list[int] = []
    before: list[int | None] = []
    for position, value in enumerate(order):
        at = bisect_left(ends, value)
        before.append(best[at - 1] if at else None)
        ends[at : at + 1] = [value]
        best[at : at + 1] = [position]
    kept: set[int] = set()
    step = best[-1] if best else None
    while step is not None:
        kept.add(step)
        step = before[step]
    return [position for position in range(len(order)) if position not in kept]


def neighbours(order: Sequence[int], position: int) -> tuple[int, int]:
    """A moved one and the one it should stand beside, in the order the map has them.

    Args:
        order: indexes of expected things, as found.
        position: the moved one's position in `order`.
    """
    own = order[position]
    before = max((index for index in order if index < own), default=None)
    if before is not None:
        return before, own
    return own, min(index for index in order if index > own)
