"""How the scoring commands write points, ranks and what changes of them."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

_HUNDREDTH = Decimal("0.01")
NOTHING = "-"


def points(value: Decimal | None) -> str:
    """Points with two decimals, half up."""
    return NOTHING if value is None else format(value.quantize(_HUNDREDTH, ROUND_HALF_UP), "f")


def signed(value: Decimal | None) -> str:
    """A change in points, with its sign."""
    return NOTHING if value is None else format(value.quantize(_HUNDREDTH, ROUND_HALF_UP), "+f")


def rank(value: int | None) -> str:
    """A rank; incomplete subjects have none."""
    return NOTHING if value is None else str(value)


def moved(old: str, new: str) -> str:
    """What was and what is, once where they are the same."""
    return new if old == new else f"{old} → {new}"
