"""Answers of `bpw sql`: a table where it fits the screen, one line a column where it does not, or CSV."""

from __future__ import annotations

import csv
import sys
from collections.abc import Sequence
from decimal import Decimal

import duckdb
from rich.console import Console
from rich.measure import Measurement
from rich.table import Table
from rich.text import Text

ROWS_SHOWN = 100


def write_csv(columns: Sequence[str], cursor: duckdb.DuckDBPyConnection) -> None:
    """All rows as CSV to standard output; a null is an empty field."""
    writer = csv.writer(sys.stdout, lineterminator="\n")
    writer.writerow(columns)
    while rows := cursor.fetchmany(10_000):
        writer.writerows([_text(value) for value in row] for row in rows)


def print_rows(console: Console, columns: Sequence[str], cursor: duckdb.DuckDBPyConnection) -> bool:
    """The first `ROWS_SHOWN` rows for people to read; what is not read on a screen is never folded.

    Returns:
        Whether there are more rows.
    """
    rows = cursor.fetchmany(ROWS_SHOWN + 1) if columns else []
    texts = [[_text(value) for value in row] for row in rows[:ROWS_SHOWN]]
    table = _table(columns, texts)
    width = Measurement.get(console, console.options.update(max_width=sys.maxsize), table).maximum
    if not console.is_terminal:
        Console(file=console.file, width=max(width, console.width)).print(table, markup=False)
    elif width <= console.width:
        console.print(table, markup=False)
    else:
        _print_records(console, columns, texts)
    return len(rows) > ROWS_SHOWN


def _text(value: object) -> str:
    """A value as it is read; decimals in plain notation, of which zero has none by default (0E-12)."""
    if value is None:
        return ""
    return format(value, "f") if isinstance(value, Decimal) else str(value)


def _table(columns: Sequence[str], texts: Sequence[Sequence[str]]) -> Table:
    table = Table()
    for column in columns:
        table.add_column(Text(column))
    for row in texts:
        table.add_row(*(Text(text) for text in row))
    return table


def _print_records(console: Console, columns: Sequence[str], texts: Sequence[Sequence[str]]) -> None:
    longest = max(len(column) for column in columns)
    for number, row in enumerate(texts, start=1):
        console.rule(str(number), align="left")
        for column, text in zip(columns, row, strict=True):
            console.print(Text(f"{column:<{longest}}  {text}".rstrip()), soft_wrap=True)
