"""The worked examples of the READMEs: a fenced SQL block followed by its answer as a Markdown table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import duckdb

EXAMPLE = re.compile(r"```sql\n(?P<sql>.*?)```\n\n(?P<table>(?:\|[^\n]*\n)+)", re.DOTALL)


def examples(readme: Path) -> Iterator[tuple[str, str]]:
    """(query, table) of each worked example."""
    for match in EXAMPLE.finditer(readme.read_text(encoding="utf-8")):
        yield match["sql"], match["table"]


def answer(connection: duckdb.DuckDBPyConnection, sql: str) -> str:
    """The answer to a query as a Markdown table; numbers as the query gives them, null as a blank cell."""
    cursor = connection.execute(sql)
    names = [column[0] for column in cursor.description]
    lines = [names, ["---"] * len(names), *([_cell(value) for value in row] for row in cursor.fetchall())]
    return "".join("| " + " | ".join(line) + " |\n" for line in lines)


def _cell(value: object) -> str:
    if value is None:
        return ""
    return f"{value:f}" if isinstance(value, Decimal) else str(value)
