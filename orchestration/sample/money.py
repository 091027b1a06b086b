"""Exact money for the sample's model: yuan as Decimal with two places, split without losing a fen."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Decimal
from random import Random

ZERO = Decimal("0.00")
FEN = Decimal("0.01")
DIVISORS = {"yuan": Decimal(1), "ten_thousand_yuan": Decimal(10000)}


def random_stream(*key: object) -> Random:
    """A random stream for `key` alone: a subject's figures do not depend on how many others there are."""
    return Random("/".join(str(part) for part in key))


def total(amounts: Iterable[Decimal]) -> Decimal:
    """The exact sum."""
    return sum(amounts, ZERO)


def share(amount: Decimal, numerator: int, denominator: int = 1000) -> Decimal:
    """`amount` × numerator ÷ denominator, to the fen, half up."""
    return (amount * numerator / denominator).quantize(FEN, ROUND_HALF_UP)


def split(amount: Decimal, weights: Sequence[int]) -> list[Decimal]:
    """Parts by integer weights whose sum is `amount` to the fen; the largest part takes the remainder."""
    fen = int(amount * 100)
    whole = sum(weights)
    parts = [fen * weight // whole for weight in weights]
    parts[weights.index(max(weights))] += fen - sum(parts)
    return [Decimal(part) / 100 for part in parts]


def printed(amount: Decimal, unit: str) -> Decimal:
    """The amount as a form prints it: two decimals of `yuan` or `ten_thousand_yuan`, half up."""
    return (amount / DIVISORS[unit]).quantize(FEN, ROUND_HALF_UP)
