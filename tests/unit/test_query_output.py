"""Answers to queries: nothing is folded away, on a screen or off it."""

from __future__ import annotations

import io

import duckdb
import pytest
from rich.console import Console

from orchestration.query_output import ROWS_SHOWN, print_rows, write_csv

WIDE = ", ".join(f"'值{number}' as column_{number}" for number in range(40))


def shown(query: str, *, is_terminal: bool) -> tuple[str, bool]:
    """What is printed at 80 columns, and whether there is more."""
    stream = io.StringIO()
    console = Console(file=stream, width=80, force_terminal=is_terminal, color_system=None)
    with duckdb.connect() as connection:
        cursor = connection.execute(query)
        has_more = print_rows(console, [column[0] for column in cursor.description or ()], cursor)
    return stream.getvalue(), has_more


def test_a_small_answer_is_a_table() -> None:
    text, has_more = shown("select 2015 as fiscal_year, '[bold]' as said", is_terminal=True)
    assert "│ 2015        │ [bold] │" in text
    assert not has_more


def test_a_wide_answer_is_a_line_a_column_on_a_screen() -> None:
    text, _ = shown(f"select {WIDE} from range(2)", is_terminal=True)
    lines = text.splitlines()
    assert [line for line in lines if line.startswith("column_39")] == ["column_39  值39"] * 2
    assert not any("│" in line for line in lines)


def test_a_wide_answer_keeps_its_width_off_the_screen() -> None:
    text, _ = shown(f"select {WIDE}", is_terminal=False)
    rows = [line for line in text.splitlines() if "值0" in line]
    assert len(rows) == 1
    assert "值39" in rows[0]


def test_more_rows_than_shown_are_told() -> None:
    assert shown(f"select 1 as a from range({ROWS_SHOWN})", is_terminal=False)[1] is False
    assert shown(f"select 1 as a from range({ROWS_SHOWN + 1})", is_terminal=False)[1] is True


@pytest.mark.parametrize("is_terminal", [True, False])
def test_decimals_are_plain(is_terminal: bool) -> None:
    text, _ = shown("select 0::decimal(38, 12) as zero, null as nothing", is_terminal=is_terminal)
    assert "│ 0.000000000000 │         │" in text


def test_csv(capsys: pytest.CaptureFixture[str]) -> None:
    with duckdb.connect() as connection:
        write_csv(["a", "b"], connection.execute("select 0::decimal(38, 12), null"))
    assert capsys.readouterr().out == "a,b\n0.000000000000,\n"
