"""The marts of one release, and finding the one row a question means."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publish.candidate import MARTS_SCHEMA

Row = dict[str, Any]
_KEY_TYPES = frozenset({"VARCHAR", "INTEGER", "BOOLEAN"})
_EXAMPLES = 4
_NARROWING = 6
_LABELS = ("_zh", "_en")


class TraceError(ValueError):
    """The question cannot be answered.

    Attributes:
        key: key of the text that says so.
        values: what the text is filled with.
        is_misuse: whether the question itself is wrong, and not what the release holds.
    """

    def __init__(self, key: str, *, is_misuse: bool = True, **values: object) -> None:
        super().__init__(key)
        self.key, self.values, self.is_misuse = key, values, is_misuse


@dataclass(frozen=True)
class Filter:
    """A column and the text its value must equal; None is a missing value."""

    column: str
    value: str | None

    @classmethod
    def parse(cls, text: str) -> Filter:
        """A filter as typed: `column=value`, or `column=` for a missing one.

        Raises:
            TraceError: no `=`.
        """
        column, equals, value = text.partition("=")
        if not equals or not column.strip():
            raise TraceError("bad_filter", given=text)
        return cls(column.strip(), value.strip() or None)


class Marts:
    """Read-only access to the marts of a release; a context manager."""

    def __init__(self, database: Path) -> None:
        self._connection = duckdb.connect(str(database), read_only=True)
        self._connection.execute(f"set schema = '{MARTS_SCHEMA}'")
        found = self._connection.execute(
            "select table_name, column_name, data_type from duckdb_columns()"
            " where schema_name = ? order by table_name, column_index",
            [MARTS_SCHEMA],
        ).fetchall()
        self._of_subject: dict[tuple[object, ...], list[Row]] = {}
        self.columns: dict[str, dict[str, str]] = {}
        for table, column, kind in found:
            self.columns.setdefault(table, {})[column] = kind

    def __enter__(self) -> Marts:
        return self

    def __exit__(self, *_: object) -> None:
        self._connection.close()

    def rows(self, sql: str, values: Sequence[object] = ()) -> list[Row]:
        """Rows of a query."""
        cursor = self._connection.execute(sql, list(values))
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    def matching(self, table: str, order: str = "all", **values: object) -> list[Row]:
        """Rows of a mart whose columns equal the values; None matches a missing one."""
        where = " and ".join(f'"{name}" is not distinct from ?' for name in values) or "true"
        return self.rows(f'select * from "{table}" where {where} order by {order}', list(values.values()))

    def of_subject(self, table: str, order: str, **values: object) -> list[Row]:
        """`matching`, asked once: every node of a subject's tree looks into the same rows."""
        key = (table, order, *values.items())
        if key not in self._of_subject:
            self._of_subject[key] = self.matching(table, order, **values)
        return self._of_subject[key]

    def one(self, table: str, filters: Iterable[Filter]) -> Row:
        """The one row of a mart the filters leave.

        Raises:
            TraceError: unknown mart or column, a value that is none of the column's type, no row, or several.
        """
        if table not in self.columns:
            raise TraceError("unknown_mart", given=table, known=", ".join(self.columns))
        conditions, values = self._conditions(table, filters)
        found = self.rows(f'select * from "{table}" where {conditions} limit 2', values)
        if not found:
            raise TraceError("no_row", is_misuse=False, mart=table)
        if len(found) > 1:
            (counted,) = self.rows(f'select count(*) as rows from "{table}" where {conditions}', values)
            keys = self._narrowing(table, conditions, values)
            raise TraceError("several_rows", is_misuse=False, mart=table, rows=counted["rows"], keys=keys)
        return found[0]

    def filed(self, places: Iterable[tuple[str, str, str]]) -> dict[tuple[str, str, str], Row]:
        """What was read at (submission, sheet, cell), with the workbook's path."""
        wanted = sorted(set(places))
        if not wanted or "fct_cells" not in self.columns:
            return {}
        found = self.rows(
            "with wanted as (select unnest(?::varchar[]) as submission_id, unnest(?::varchar[]) as sheet,"
            " unnest(?::varchar[]) as cell)"
            " select c.*, s.relative_path as workbook from fct_cells as c"
            " semi join wanted as w on c.submission_id = w.submission_id and c.sheet = w.sheet"
            " and c.cell = w.cell"
            " join fct_submissions as s on c.submission_id = s.submission_id order by all desc",
            [list(part) for part in zip(*wanted, strict=True)],
        )
        return {(row["submission_id"], row["sheet"], row["cell"]): row for row in found}

    def _conditions(self, table: str, filters: Iterable[Filter]) -> tuple[str, list[str]]:
        conditions, values = ["true"], []
        for one in filters:
            kind = self.columns[table].get(one.column)
            if kind is None:
                known = ", ".join(self.columns[table])
                raise TraceError("unknown_column", given=one.column, mart=table, known=known)
            if one.value is None:
                conditions.append(f'"{one.column}" is null')
                continue
            (typed,) = self.rows(f"select try_cast(? as {kind}) is null as is_wrong", [one.value])
            if typed["is_wrong"]:
                raise TraceError("wrong_type", given=one.value, column=one.column, kind=kind.lower())
            conditions.append(f'"{one.column}" = cast(? as {kind})')
            values.append(one.value)
        return " and ".join(conditions), values

    def _narrowing(self, table: str, conditions: str, values: list[str]) -> str:
        """Columns that tell the rows apart, the best first, each with some of its values."""
        names = [
            name
            for name, kind in self.columns[table].items()
            if kind in _KEY_TYPES and not name.endswith(_LABELS)
        ]
        counts = ", ".join(f'count(distinct "{name}") as "{name}"' for name in names)
        (distinct,) = self.rows(f'select {counts} from "{table}" where {conditions}', values)
        best = sorted((name for name in names if distinct[name] > 1), key=lambda name: -distinct[name])
        return "\n".join(
            f"  {name} ({distinct[name]}): {self._examples(table, name, conditions, values)}"
            for name in best[:_NARROWING]
        )

    def _examples(self, table: str, column: str, conditions: str, values: list[str]) -> str:
        found = self.rows(
            f'select distinct "{column}" as value from "{table}" where {conditions}'
            f' and "{column}" is not null order by 1 limit {_EXAMPLES + 1}',
            values,
        )
        shown = [str(row["value"]) for row in found]
        return ", ".join(shown[:_EXAMPLES]) + (", …" if len(shown) > _EXAMPLES else "")


def place_of(row: Mapping[str, Any], prefix: str = "") -> tuple[str, str, str] | None:
    """Submission, sheet and cell a row names; None when it names none."""
    submission, sheet, cell = (row.get(f"{prefix}{part}") for part in ("submission_id", "sheet", "cell"))
    return (submission, sheet, cell) if submission and sheet and cell else None
