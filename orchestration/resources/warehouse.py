"""The working database, and its only writer.

What belongs here: schemas, tables and short transactions. What does not: what the rows mean. Every call opens
and closes its own connection, unless a stage keeps the file open for its length; no two holders of the
file ever meet; nobody outside a run opens it at all.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa

Row = Mapping[str, object]
Columns = Mapping[str, str]
"""Column name → DuckDB type, in order."""

SCHEMAS = ("raw", "quality", "staging", "intermediate", "marts")

SUBMISSIONS: Columns = {
    "submission_id": "varchar",
    "content_sha256": "varchar",
    "fiscal_year": "integer",
    "submitter_code": "varchar",
    "file_name": "varchar",
    "relative_path": "varchar",
    "size_bytes": "bigint",
    "modified_at": "timestamp",
    "first_seen_run": "varchar",
    "container_format": "varchar",
    "status": "varchar",
    "reason": "varchar",
    "form_codes": "varchar",
    "forms_hash": "varchar",
    "cell_count": "bigint",
}
SUBMISSION_FILES: Columns = {
    "relative_path": "varchar",
    "submission_id": "varchar",
    "fiscal_year": "integer",
    "submitter_code": "varchar",
    "file_name": "varchar",
    "modified_at": "timestamp",
}
FINDINGS: Columns = {
    "finding_id": "varchar",
    "run_id": "varchar",
    "gate": "varchar",
    "check_code": "varchar",
    "severity": "varchar",
    "fiscal_year": "integer",
    "submission_id": "varchar",
    "submitter_code": "varchar",
    "form_code": "varchar",
    "sheet": "varchar",
    "cell": "varchar",
    "item": "varchar",
    "given": "varchar",
    "expected": "varchar",
    "subject_code": "varchar",
    "message_zh": "varchar",
    "message_en": "varchar",
    "root_finding_id": "varchar",
    "disposition": "varchar",
    "disposition_reason": "varchar",
    "exemption_code": "varchar",
}
CHECKS: Columns = dict.fromkeys(
    (
        *("check_code", "gate", "severity", "aspect", "object", "form_code", "exemptible", "valid_from"),
        *("valid_to", "title_zh", "title_en", "rule_zh", "rule_en", "message_zh", "message_en", "basis"),
        *("fix_zh", "fix_en"),
    ),
    "varchar",
)
"""The catalogue the year was judged by."""

CHECK_RESULTS: Columns = {
    "run_id": "varchar",
    "gate": "varchar",
    "check_code": "varchar",
    "form_code": "varchar",
    "fiscal_year": "integer",
    "submitter_code": "varchar",
    "subject_code": "varchar",
    "submission_id": "varchar",
    "evaluated_count": "bigint",
    "violation_count": "bigint",
    "excused_count": "bigint",
    "severity": "varchar",
    "status": "varchar",
    "is_in_force": "boolean",
    "detail": "varchar",
}
"""One row per check, subject and version of what it filed. A version that another one replaced keeps what was
said of it last, and is no longer in force."""
AMOUNT_VOCABULARY: Columns = {"printed_text": "varchar", "statement": "varchar", "value_status": "varchar"}
"""What cells say without a number, folded as the reader compares texts; one home for checks and models."""

CODE_LISTS: Columns = {
    "code_kind": "varchar",
    "fiscal_year": "integer",
    "code": "varchar",
    "is_listed": "boolean",
    "current_codes": "varchar",
}
"""Codes of each published list held, and those of earlier lists it lacks with who holds them now."""

VERSIONS: Columns = {"fiscal_year": "integer", "earlier_id": "varchar", "later_id": "varchar"}
"""Submissions of one submitter that speak of the same unit in the same form: the later one counts."""

QUARANTINE: Columns = {"submission_id": "varchar", "form_code": "varchar", "check_code": "varchar"}
STAGE_STATE: Columns = {
    "stage": "varchar",
    "fiscal_year": "integer",
    "fingerprint": "varchar",
    "run_id": "varchar",
    "finished_at": "timestamp",
}
"""What each stage last finished on: a stage starts only when the one before it finished on the same input."""
FILED_CELLS: Columns = {
    "submission_id": "varchar",
    "fiscal_year": "integer",
    "form_code": "varchar",
    "table_code": "varchar",
    "sheet": "varchar",
    "row_number": "integer",
    "cell": "varchar",
    "row_kind": "varchar",
    "item_code": "varchar",
    "item_label": "varchar",
    "measure_code": "varchar",
    "subject_label": "varchar",
    "reporting_unit_label": "varchar",
    "unit_label": "varchar",
    "value_text": "varchar",
}
"""Cells of submissions that left the inbox, in the shape of the view `raw.filed_cells`."""

RECOMPUTES: Columns = {
    "run_id": "varchar",
    "stage": "varchar",
    "fiscal_year": "integer",
    "relative_path": "varchar",
    "reason": "varchar",
    "recorded_at": "timestamp",
}
"""Why a workbook was opened, a fiscal year judged, the models built; it only grows."""

FIXED_TABLES: Mapping[str, Columns] = {
    "raw.submissions": SUBMISSIONS,
    "raw.submission_files": SUBMISSION_FILES,
    "raw.amount_vocabulary": AMOUNT_VOCABULARY,
    "raw.code_lists": CODE_LISTS,
    "raw.withdrawn_cells": FILED_CELLS,
    "quality.checks": CHECKS,
    "quality.findings": FINDINGS,
    "quality.check_results": CHECK_RESULTS,
    "quality.quarantine": QUARANTINE,
    "quality.versions": VERSIONS,
    "quality.stage_state": STAGE_STATE,
    "quality.recomputes": RECOMPUTES,
}

_ARROW_TYPES = {
    "varchar": pa.string(),
    "integer": pa.int32(),
    "bigint": pa.int64(),
    "boolean": pa.bool_(),
    "timestamp": pa.timestamp("us"),
}


class UnknownColumnError(ValueError):
    """Rows carry a column the table does not have; nothing was written."""


class Warehouse:
    """The working database at `path`."""

    _held: ClassVar[dict[Path, duckdb.DuckDBPyConnection]] = {}

    def __init__(self, path: Path) -> None:
        self.path = path

    @contextmanager
    def transaction(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection whose work is kept whole or not at all; closed at the end of the block."""
        with self._connection() as connection:
            connection.begin()
            try:
                yield connection
            except BaseException:
                connection.rollback()
                raise
            connection.commit()

    @contextmanager
    def kept_open(self) -> Iterator[None]:
        """Hold the database open over several transactions: opening and closing costs more than they do.

        Nobody else in this process can open it meanwhile, dbt least of all: for the length of one stage.
        """
        if self.path in self._held:
            yield
            return
        with self._connection() as connection:
            self._held[self.path] = connection
            try:
                yield
            finally:
                del self._held[self.path]

    @contextmanager
    def _connection(self) -> Iterator[duckdb.DuckDBPyConnection]:
        held = self._held.get(self.path)
        if held is not None:
            with held.cursor() as connection:
                yield connection
            return
        self.path.parent.mkdir(parents=True, exist_ok=True)
        with duckdb.connect(str(self.path)) as connection:
            yield connection

    @contextmanager
    def reading(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """A connection for reading, outside any transaction; closed at the end of the block.

        Work with many temporary tables belongs here: those a transaction made itself are read several times
        slower until it ends.
        """
        if self.path in self._held:
            with self._connection() as connection:
                yield connection
            return
        with duckdb.connect(str(self.path), read_only=True) as connection:
            yield connection

    def rows(self, sql: str, parameters: Sequence[object] = ()) -> list[dict[str, Any]]:
        """The rows of a query, as dictionaries."""
        with self.transaction() as connection:
            cursor = connection.execute(sql, list(parameters))
            names = [column[0] for column in cursor.description or ()]
            return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def prepare(self, raw_tables: Mapping[str, Columns]) -> list[str]:
        """Create schemas and tables that are missing; a table whose columns differ is made anew, empty.

        Args:
            raw_tables: `schema.table` → columns, for every form even when none was filed.

        Returns:
            The tables made anew, whose submissions must be read again.
        """
        remade = []
        with self.transaction() as connection:
            for schema in SCHEMAS:
                connection.execute(f"create schema if not exists {schema}")
            present = _present_columns(connection)
            for table, columns in {**FIXED_TABLES, **raw_tables}.items():
                found = present.get(table)
                if found is None:
                    _create(connection, table, columns)
                elif found != list(columns):
                    connection.execute(f"drop table {quoted(table)}")
                    _create(connection, table, columns)
                    remade.append(table)
        return remade


def quoted(table: str) -> str:
    """`schema.table` as SQL names."""
    return ".".join(f'"{part}"' for part in table.split("."))


def insert(connection: duckdb.DuckDBPyConnection, table: str, columns: Columns, rows: Iterable[Row]) -> int:
    """Add rows in bulk; an absent column is null.

    Returns:
        How many rows were added.

    Raises:
        UnknownColumnError: a row has a column the table lacks.
    """
    batch = list(rows)
    given = set().union(*(row.keys() for row in batch))
    return insert_columns(
        connection, table, columns, {name: [row.get(name) for row in batch] for name in given}
    )


def insert_columns(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    columns: Columns,
    values: Mapping[str, Sequence[object]],
) -> int:
    """Add rows given by column, all of one length; an absent column is null.

    Returns:
        How many rows were added.

    Raises:
        UnknownColumnError: there is a column the table lacks.
    """
    if unknown := values.keys() - columns.keys():
        raise UnknownColumnError(f"{table} has no column {', '.join(sorted(unknown))}")
    count = len(next(iter(values.values()), ()))
    if not count:
        return 0
    schema = pa.schema([(name, _ARROW_TYPES[kind]) for name, kind in columns.items()])
    arrays = [
        pa.array(values[field.name], type=field.type)
        if field.name in values
        else pa.nulls(count, type=field.type)
        for field in schema
    ]
    names = ", ".join(f'"{name}"' for name in columns)
    connection.register("incoming", pa.Table.from_arrays(arrays, schema=schema))
    connection.execute(f"insert into {quoted(table)} ({names}) select {names} from incoming")
    connection.unregister("incoming")
    return count


def delete_submissions(
    connection: duckdb.DuckDBPyConnection, tables: Iterable[str], column: str, submission_ids: Iterable[str]
) -> None:
    """Take all rows of the submissions out of the tables: one statement a table, however many submissions."""
    ids = sorted(set(submission_ids))
    if not ids:
        return
    connection.register("leaving", pa.table({"submission_id": pa.array(ids, type=pa.string())}))
    for table in tables:
        connection.execute(
            f'delete from {quoted(table)} where "{column}" in (select submission_id from leaving)'
        )
    connection.unregister("leaving")


def _present_columns(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    found = connection.execute(
        "select table_schema || '.' || table_name, column_name from information_schema.columns"
        " where table_schema in ('raw', 'quality') order by table_schema, table_name, ordinal_position"
    ).fetchall()
    columns: dict[str, list[str]] = {}
    for table, column in found:
        columns.setdefault(table, []).append(column)
    return columns


def _create(connection: duckdb.DuckDBPyConnection, table: str, columns: Columns) -> None:
    body = ", ".join(f'"{name}" {kind}' for name, kind in columns.items())
    connection.execute(f"create table {quoted(table)} ({body})")
