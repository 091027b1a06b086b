"""Texts of cells: equality after folding, numbers as Excel shows them."""

from __future__ import annotations

from datetime import date, datetime, time
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from orchestration.ingest.text import (
    address,
    amount_statement,
    fold,
    number_text,
    parse_address,
    value_text,
    without_number,
    without_year,
    years_in,
)
from tests.support.real_material import shipped_forms


@pytest.mark.parametrize(
    ("printed", "folded"),
    [
        ("其 他 商 品", "其他商品"),
        ("因公出国（境）费", "因公出国(境)费"),
        ("　　其中：增值税\n", "其中:增值税"),
        ("２０１", "201"),
        ("一、税收收入", "一、税收收入"),
    ],
)
def test_folding_ignores_width_and_white_space_only(printed: str, folded: str) -> None:
    assert fold(printed) == folded


@pytest.mark.parametrize(
    ("number", "shown"),
    [
        (0.1 + 0.2, "0.3"),
        (91016775.35, "91016775.35"),
        (30201.0, "30201"),
        (1e-7, "0.0000001"),
        (1.5e16, "15000000000000000"),
        (-0.0, "0"),
        (12, "12"),
    ],
)
def test_numbers_read_as_excel_shows_them(number: float, shown: str) -> None:
    assert number_text(number) == shown


@given(st.floats(allow_nan=False, allow_infinity=False, min_value=-1e13, max_value=1e13))
def test_a_number_text_is_plain_and_keeps_15_digits(number: float) -> None:
    shown = number_text(number)
    assert "e" not in shown.lower()
    assert Decimal(shown) == Decimal(f"{number:.15g}")


def test_other_values() -> None:
    assert value_text(True) == "TRUE"
    assert value_text(datetime(2014, 5, 20)) == "2014-05-20"
    assert value_text(datetime(2014, 5, 20, 8, 30)) == "2014-05-20 08:30:00"
    assert value_text(date(2014, 5, 20)) == "2014-05-20"
    assert value_text(time(8, 30)) == "08:30:00"
    assert value_text("　2　") == "2"


@given(st.integers(0, 1_048_575), st.integers(0, 16_383))
def test_addresses_go_both_ways(row: int, column: int) -> None:
    assert parse_address(address(row, column)) == (row, column)


def test_last_address_of_a_sheet() -> None:
    assert address(1_048_575, 16_383) == "XFD1048576"


def test_years_in_digits_and_in_chinese() -> None:
    assert years_in(fold("2013年度收入决算表")) == [(2013, "2013年度", True)]
    assert years_in(fold("二〇一四年度")) == [(2014, "二〇一四年度", True)]
    assert years_in(fold("填报日期：2014年2月20日")) == [(2014, "2014年", False)]
    assert without_year("2013年度收入决算表") == "收入决算表"
    assert without_year("收入决算表(2013年度)") == without_year("收入决算表(二〇一三年)") == "收入决算表"
    assert without_year("收入决算表(试行)") == "收入决算表(试行)"


def test_running_numbers() -> None:
    assert without_number("十二、农林水支出") == "农林水支出"
    assert without_number("农林水支出") == ""


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("", "blank"),
        ("0", "number"),
        ("0.00", "number"),
        ("１，２３４.50", "number"),
        ("-3.5", "number"),
        ("-", "nil"),
        ("—", "nil"),
        ("－", "nil"),
        ("……", "below_unit"),
        ("无", "nil"),
        ("不 适 用", "not_applicable"),
        ("无法证实", "not_demonstrable"),
        ("368633!", "text"),
        ("1,23", "text"),
    ],
)
def test_blank_zero_nil_and_not_applicable_are_different_statements(text: str, said: str) -> None:
    assert amount_statement(text, shipped_forms().vocabulary.statements) == said
