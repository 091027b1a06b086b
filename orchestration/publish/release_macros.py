"""SQL macros that come with the DuckDB file of a release.

What belongs here: what the macros do and how they are described. What does not: tables (`candidate`).
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import duckdb


@dataclass(frozen=True)
class ReleaseMacro:
    """A table macro of schema marts.

    Attributes:
        name: its name.
        parameters: names of its parameters, in order; none may be the name of a column it reads.
        body: its query.
        tables: marts it reads; without them the release has no such macro.
        comment: what it gives, "English | Chinese".
        example: a query with it.
    """

    name: str
    parameters: tuple[str, ...]
    body: str
    tables: frozenset[str]
    comment: str
    example: str

    @property
    def call(self) -> str:
        """How it is called."""
        return f"{self.name}({', '.join(self.parameters)})"


RELEASE_MACROS = (
    ReleaseMacro(
        "trace_cell",
        ("of_submission", "of_sheet", "of_cell"),
        """
        SELECT
            filed.relative_path AS workbook, read.sheet, read.cell, read.value_text AS raw_text,
            read.unit_as_published, read.form_code, read.form_status, read.table_code, read.item_code,
            read.item_label_zh, read.measure_code
        FROM marts.fct_cells AS read
        JOIN marts.fct_submissions AS filed ON filed.submission_id = read.submission_id
        WHERE read.submission_id = of_submission AND read.sheet = of_sheet AND read.cell = of_cell
        """,
        frozenset({"fct_cells", "fct_submissions"}),
        "Workbook, sheet, cell and raw text of a cell; joins to any mart row that names one. | "
        "单元格所在文件、工作表、地址与原文；可与任何带单元格的数据行连接。",
        "select f.amount_cny, t.* from marts.fct_final_accounts as f, "
        "marts.trace_cell(f.submission_id, f.sheet, f.cell) as t limit 10",
    ),
)


def create_macros(connection: duckdb.DuckDBPyConnection, tables: Collection[str]) -> None:
    """Create the macros whose tables the release has."""
    for macro in available(tables):
        connection.execute(f"CREATE MACRO marts.{macro.call} AS TABLE {macro.body}")
        comment = macro.comment.replace("'", "''")
        connection.execute(f"COMMENT ON MACRO TABLE marts.{macro.name} IS '{comment}'")


def available(tables: Collection[str]) -> list[ReleaseMacro]:
    """The macros a release with these tables has."""
    return [macro for macro in RELEASE_MACROS if macro.tables <= set(tables)]
