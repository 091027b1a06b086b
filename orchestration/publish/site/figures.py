"""Numbers as readers see them: exact decimals in, text out, rounded half up at the last moment."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

from orchestration.publish.site.contract import Number

NOTHING = "—"
_YUAN_PER_WAN = Decimal(10_000)
_TWO_PLACES = Decimal("0.01")
_HUNDRED = Decimal(100)
_TRACE_PLACES = 6
_TRACE_STEP = Decimal(1).scaleb(-_TRACE_PLACES)


def wan(amount: Number) -> str:
    """An amount in yuan as 万元 with two decimals and grouping."""
    return NOTHING if amount is None else _grouped(Decimal(amount) / _YUAN_PER_WAN, _TWO_PLACES)


def percent(ratio: Number) -> str:
    """A fraction as a percentage with two decimals."""
    return NOTHING if ratio is None else f"{_grouped(Decimal(ratio) * _HUNDRED, _TWO_PLACES)}%"


def signed_points(ratio: Number) -> str:
    """A difference of fractions in percentage points, with its sign."""
    return signed(None if ratio is None else Decimal(ratio) * _HUNDRED)


def signed(value: Number) -> str:
    """A difference of points with its sign and two decimals: `+1.25`."""
    if value is None:
        return NOTHING
    shown = _grouped(Decimal(value), _TWO_PLACES)
    return shown if shown.startswith("-") else f"+{shown}"


def probability(value: Number) -> str:
    """A probability as a fraction with the six decimals it is kept with; never shown as nought."""
    if value is None:
        return NOTHING
    shown = Decimal(value).quantize(_TRACE_STEP, ROUND_HALF_UP)
    return f"{shown:f}" if shown else f"< {_TRACE_STEP:f}"


def whole_percent(ratio: Number) -> str:
    """A fraction as a percentage with no more decimals than it has: a target."""
    if ratio is None:
        return NOTHING
    return f"{(Decimal(ratio) * _HUNDRED).normalize():f}%"


def points(value: Number) -> str:
    """Score points with two decimals."""
    return NOTHING if value is None else _grouped(Decimal(value), _TWO_PLACES)


def total(value: Number) -> str:
    """A total as its scheme rounds it: two decimals, more where the scheme keeps more, as an index does."""
    if value is None:
        return NOTHING
    exact = Decimal(value).normalize()
    return points(exact) if -int(exact.as_tuple().exponent) <= 2 else f"{exact:,f}"


def max_points(value: Number) -> str:
    """The points a node can give, with no more decimals than they have."""
    return NOTHING if value is None else f"{Decimal(value).normalize():f}"


def count(value: Number) -> str:
    """A count with grouping."""
    return NOTHING if value is None else f"{int(value):,}"


def plain(value: Number) -> str:
    """A number of the trace: grouped, without trailing zeros, at most six decimals."""
    if value is None:
        return NOTHING
    exact = Decimal(value).normalize()
    return f"{exact:,f}" if -int(exact.as_tuple().exponent) <= _TRACE_PLACES else _grouped(exact, _TRACE_STEP)


def sort_key(value: Number) -> str:
    """A number for the page's sorting script; empty sorts last."""
    return "" if value is None else f"{Decimal(value):f}"


def bar_share(value: Number, whole: Number) -> str:
    """Width of a bar in percent, 0 to 100, two decimals; "0" when there is nothing to show."""
    if value is None or not whole:
        return "0"
    share = min(max(Decimal(value) / Decimal(whole), Decimal(0)), Decimal(1))
    return f"{(share * _HUNDRED).quantize(_TWO_PLACES, ROUND_HALF_UP):f}"


def mini_scale(target: Number) -> Number:
    """Ratio at the right end of a small bar: twice the target, so that the target's mark stands in the
    middle.
    """
    return None if target is None else min(Decimal(target) * 2, Decimal(1))


def _grouped(value: Decimal, step: Decimal) -> str:
    rounded = value.quantize(step, ROUND_HALF_UP)
    # A small negative amount rounds to "-0.00", which is no number a reader knows.
    return f"{rounded if rounded else abs(rounded):,f}"
