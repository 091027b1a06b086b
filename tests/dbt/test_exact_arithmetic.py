"""Properties of the money and ratio macros, against plain `decimal`."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path

import duckdb
import jinja2
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tests.support.oracle import divide

MACROS = Path(__file__).resolve().parents[2] / "dbt_project" / "macros"


def macro(path: str, name: str, *arguments: object, **given: object) -> str:
    source = (MACROS / path).read_text(encoding="utf-8")
    module = jinja2.Environment().from_string(source, globals=given).module
    return str(getattr(module, name)(*arguments))


YUAN = st.decimals(min_value=Decimal("-1e13"), max_value=Decimal("1e13"), places=2)
POSITIVE_YUAN = st.decimals(min_value=Decimal("0.01"), max_value=Decimal("1e13"), places=2)
FRACTION = st.decimals(min_value=Decimal(-10), max_value=Decimal(10), places=12)
DIVIDE_YUAN = macro("dispatched/exact_divide.sql", "duckdb__exact_divide", "n", "d", 2)
DIVIDE_FRACTIONS = macro("dispatched/exact_divide.sql", "duckdb__exact_divide", "n", "d", 12)


def run(expression: str, n: Decimal, d: Decimal) -> Decimal:
    sql = (
        f"select {expression} from (select cast(? as decimal(38, 12)) as n, cast(? as decimal(38, 12)) as d)"
    )
    row = duckdb.execute(sql, [str(n), str(d)]).fetchone()
    assert row is not None
    assert isinstance(row[0], Decimal)
    return row[0]


@settings(max_examples=150, deadline=None)
@given(POSITIVE_YUAN, POSITIVE_YUAN)
def test_share_of_money_is_exact_at_twelve_decimals(part: Decimal, whole: Decimal) -> None:
    part = min(part, whole)
    assert run(DIVIDE_YUAN, part, whole) == divide(part, whole)


@settings(max_examples=150, deadline=None)
@given(YUAN, st.integers(min_value=1, max_value=3000))
def test_mean_of_money_is_exact(total: Decimal, count: int) -> None:
    assert run(DIVIDE_YUAN, total, Decimal(count)) == divide(total, Decimal(count))


@settings(max_examples=150, deadline=None)
@given(FRACTION, FRACTION.filter(lambda d: abs(d) > Decimal("0.000001")))
def test_quotient_of_fractions_is_exact(n: Decimal, d: Decimal) -> None:
    assert run(DIVIDE_FRACTIONS, n, d) == divide(n, d)


@pytest.mark.parametrize(
    ("n", "d", "expected"),
    [
        ("1", "3", "0.333333333333"),
        ("2", "3", "0.666666666667"),
        ("-2", "3", "-0.666666666667"),
        ("0", "7", "0"),
    ],
)
def test_half_up_at_the_last_place(n: str, d: str, expected: str) -> None:
    assert run(DIVIDE_YUAN, Decimal(n), Decimal(d)) == Decimal(expected)


@settings(max_examples=100, deadline=None)
@given(st.decimals(min_value=0, max_value=100, places=12), st.integers(min_value=0, max_value=6))
def test_rounding_is_half_up(points: Decimal, digits: int) -> None:
    expression = macro("round_to_digits.sql", "round_to_digits", "n", "cast(d as integer)")
    expected = points.quantize(Decimal(1).scaleb(-digits), rounding=ROUND_HALF_UP)
    assert run(expression, points, Decimal(digits)) == expected


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("1,234.50", "1234.5"),
        (" 12 ", "12"),
        ("-0.5", "-0.5"),
        ("368633!", None),
        ("", None),
        ("—", None),
        ("不适用", None),
    ],
)
def test_a_text_is_a_number_or_nothing(text: str, number: str | None) -> None:
    expression = macro("dispatched/try_decimal.sql", "duckdb__try_decimal", "t", 38, 12)
    row = duckdb.execute(f"select {expression} from (select ? as t)", [text]).fetchone()
    assert row == ((None if number is None else Decimal(number)),)


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("95%", "95"),
        ("95", "95"),
        ("0.95", "0.95"),
        (" 95.5 % ", "95.5"),
        ("95％", "95"),
        ("1,250%", "1250"),
        ("-5%", "-5"),
        ("95%%", None),
        ("9%5", None),
        ("%", None),
        ("约95%", None),
        ("", None),
        (None, None),
    ],
)
def test_a_percent_field_is_read_in_percent(text: str | None, number: str | None) -> None:
    def try_decimal(*arguments: object) -> str:
        return macro("dispatched/try_decimal.sql", "duckdb__try_decimal", *arguments)

    expression = macro("staging.sql", "percent_number", "t", try_decimal=try_decimal)
    row = duckdb.execute(f"select {expression} from (select ? as t) as source", [text]).fetchone()
    assert row == ((None if number is None else Decimal(number)),)


@pytest.mark.parametrize("form", ["project_self_evaluation", "project_performance_monitoring"])
def test_execution_rates_are_percent_fields(form: str) -> None:
    model = MACROS.parent / "models" / "staging" / f"stg_{form}_indicators.sql"
    assert "{{ percent_number('execution_rate') }} as execution_rate" in model.read_text(encoding="utf-8")
