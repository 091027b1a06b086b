"""Temporary tables the rules read: submissions in force, register, and every filed cell in one shape.

What belongs here: bringing raw tables of all forms and editions into a few set-based relations. What does
not: judging. All tables are temporary (`check_*`): nothing is written to the warehouse.

| table | one row per |
| --- | --- |
| check_claims | name a (submission, form) prints, all years: the unit it means |
| check_other_year | (submission, form) that prints another fiscal year than that of its folder |
| check_submissions | (submission, form) loaded, all years: who it is about, what replaced it |
| check_contest | claim in force, all years: whether another one claims the same unit, form and year |
| check_scope | the same, of one fiscal year and in force |
| check_project_lines | line of a project list, all years |
| check_register | unit or region named in a register, per fiscal year |
| check_code_lists | code of a published list, per fiscal year it was published for |
| check_cells | filed value of the year: long tables cell by cell, list and card fields row by row |
| check_instances | sum a form promises, with its gap |
| check_root_causes | broken sum: the cell it is told at |
| check_yearly_cells | figures held against the year before, of both years |
| check_headline_cells | headline amounts of all years, for magnitude |
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path

import duckdb

from expectations.data import load_tables, read_rows
from expectations.root_causes import Suspect, find_root_causes
from expectations.rules import RuleError

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_LONG_COLUMNS = {"table_code", "item_code", "measure_code", "value_text", "_cell"}
_PATTERN_FIELDS = {
    "identity_terms": ("table_code", "item_pattern", "measure_pattern"),
    "negative_allowed": ("table_code", "item_pattern", "measure_pattern"),
    "ordered_pairs": ("measure_pattern",),
}
Tables = Mapping[str, Collection[str]]
"""Raw tables of the connection: name below schema raw → its columns."""


class UnknownTableError(ValueError):
    """A name that is not a plain lower-case identifier, and so never reaches SQL."""


def raw_tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Tables of schema raw with their columns in order."""
    found = connection.execute(
        "select table_name, column_name from information_schema.columns where table_schema = 'raw'"
        " order by table_name, ordinal_position"
    ).fetchall()
    tables: dict[str, list[str]] = {}
    for table, column in found:
        if _NAME.fullmatch(table):
            tables.setdefault(table, []).append(column)
    return tables


def is_long(columns: Collection[str]) -> bool:
    """Whether a raw table holds one row per cell."""
    return set(columns) >= _LONG_COLUMNS


def prepare_receipts(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """Make `check_submissions` and `check_register` for all fiscal years.

    Returns:
        The raw tables found.

    Raises:
        RuleError: the load stage has not written its vocabulary.
    """
    tables = raw_tables(connection)
    load_tables(connection)
    connection.execute(sql_file("loaded"))
    connection.execute(sql_file("other_year" if _has_findings(connection) else "other_year_none"))
    if not connection.execute("select 1 from check_amount_vocabulary limit 1").fetchall():
        raise RuleError("raw.amount_vocabulary is empty: what cells say without a number cannot be told")
    connection.execute("create or replace temp table check_entities as " + _entities_sql(tables))
    connection.execute(
        _replaced_sql("check_replaced", "select *, entity as replacing_key from check_entities")
    )
    connection.execute(sql_file("registers"))
    connection.execute(sql_file("register").replace("{entries}", _register_sql(tables)))
    connection.execute(sql_file("code_lists" if "code_lists" in tables else "code_lists_none"))
    connection.execute(sql_file("claims"))
    connection.execute(_replaced_sql("check_replaced", "select * from check_claims where is_replaceable"))
    connection.execute(sql_file("submissions"))
    connection.execute(sql_file("project_lines" if "project_list" in tables else "project_lines_none"))
    return tables


def _has_findings(connection: duckdb.DuckDBPyConnection) -> bool:
    """Whether readers' findings stand beside the raw tables, as they do in the working database."""
    found = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'quality' and table_name = 'findings'"
    )
    return bool(found.fetchall())


def prepare_year(
    connection: duckdb.DuckDBPyConnection,
    fiscal_year: int,
    tables: Tables,
    known_cells: Iterable[tuple[str, str, str]] = (),
) -> None:
    """Make the tables of one fiscal year. `prepare_receipts` must have run on the connection.

    Args:
        connection: the warehouse.
        fiscal_year: year to check.
        tables: what `prepare_receipts` returned.
        known_cells: (submission, sheet, cell) on which the reader already reported; sums that meet
            them are not judged.
    """
    connection.execute(
        "create or replace temp table check_scope as "
        "select * from check_submissions where fiscal_year = ? and replaced_by = '' and not is_other_year",
        [fiscal_year],
    )
    _known_cells(connection, known_cells)
    _cells(connection, "check_cells", _filed_sql(tables, "check_scope"))
    _pattern_matches(connection)
    connection.execute(sql_file("identities"))
    _root_causes(connection)
    _yearly_cells(connection, fiscal_year, tables)


def _yearly_cells(connection: duckdb.DuckDBPyConnection, fiscal_year: int, tables: Tables) -> None:
    """`check_yearly_cells`: figures of the year and the year before that are held against each other."""
    connection.execute(
        "create or replace temp table check_two_years as select * from check_submissions"
        " where fiscal_year in (?, ? - 1) and replaced_by = '' and not is_other_year",
        [fiscal_year, fiscal_year],
    )
    wanted = {row["form_code"] for row in read_rows("yearly_figures")}
    own = {name: columns for name, columns in tables.items() if name in wanted}
    filed = _filed_sql(own, "check_two_years")
    _cells(connection, "check_yearly_cells", sql_file("yearly_cells").replace("{filed}", filed))


def _root_causes(connection: duckdb.DuckDBPyConnection) -> None:
    """`check_root_causes`: the cell each broken sum is told at, and whether another sum speaks for it."""
    suspects = [
        Suspect(instance, (submission, form, sheet, cell), *said)
        for instance, submission, form, sheet, cell, *said in connection.execute(
            "select * from check_suspects order by all"
        ).fetchall()
    ]
    intact = {
        (submission, form, sheet, cell): count
        for submission, form, sheet, cell, count in connection.execute(
            "select * from check_intact"
        ).fetchall()
    }
    rows = [
        (instance, *cause.place[2:], cause.correction_cny, number == 0)
        for own in _by_submission(suspects)
        for cause in find_root_causes(own, intact)
        for number, instance in enumerate(cause.instance_ids)
    ]
    columns = {"instance_id": "bigint", "sheet": "varchar", "cell": "varchar"}
    columns |= {"correction_cny": "decimal(38, 7)", "is_root": "boolean"}
    _table_of(connection, "check_root_causes", columns, rows)
    connection.execute(
        "insert into check_root_causes select s.instance_id, r.sheet, r.cell, -r.difference,"
        " s.instance_id = s.root_id from check_scaled as s"
        " inner join check_instances as r on s.root_id = r.instance_id"
    )


def _by_submission(suspects: list[Suspect]) -> list[list[Suspect]]:
    """A sum holds cells of one submission and form only."""
    groups: dict[tuple[str, str], list[Suspect]] = {}
    for suspect in suspects:
        groups.setdefault(suspect.place[:2], []).append(suspect)
    return list(groups.values())


def _pattern_matches(connection: duckdb.DuckDBPyConnection) -> None:
    """`check_matches`: which codes of the year each pattern of the data files means.

    Compiled here once per pattern: in SQL a pattern that comes from a table is compiled for every row.
    """
    codes = {
        row[0]
        for column in ("table_code", "item_code", "measure_code")
        for row in connection.execute(f"select distinct {column} from check_cells").fetchall()
    }
    patterns = {
        row[field] for name, fields in _PATTERN_FIELDS.items() for row in read_rows(name) for field in fields
    }
    pairs = [
        (pattern, code)
        for pattern, compiled in ((pattern, re.compile(pattern)) for pattern in sorted(patterns))
        for code in sorted(codes)
        if compiled.fullmatch(code)
    ]
    _table_of(connection, "check_matches", {"pattern": "varchar", "code": "varchar"}, pairs)


def prepare_headlines(connection: duckdb.DuckDBPyConnection, tables: Tables) -> None:
    """Make `check_headline_cells` for all fiscal years; `prepare_receipts` must have run before."""
    wanted = {row["form_code"] for row in read_rows("headlines")}
    filed = _filed_sql(
        {name: columns for name, columns in tables.items() if name in wanted}, "check_submissions"
    )
    keys = "form_code, table_code, item_code, measure_code"
    _cells(
        connection,
        "check_headline_cells",
        f"select f.* from ({filed}) as f join check_headlines as h using ({keys})",
    )


def _cells(connection: duckdb.DuckDBPyConnection, target: str, filed: str) -> None:
    connection.execute(sql_file("cells").replace("{source}", filed).replace("{target}", target))


def _known_cells(connection: duckdb.DuckDBPyConnection, cells: Iterable[tuple[str, str, str]]) -> None:
    columns = dict.fromkeys(("submission_id", "sheet", "cell"), "varchar")
    _table_of(connection, "check_known_cells", columns, sorted(set(cells)))


def _table_of(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    columns: Mapping[str, str],
    rows: Sequence[tuple[object, ...]],
) -> None:
    """A temporary table of rows made here; columns as name → type."""
    body = ", ".join(f"{column} {kind}" for column, kind in columns.items())
    connection.execute(f"create or replace temp table {name} ({body})")
    if rows:
        values = ", ".join(f"unnest(?::{kind}[])" for kind in columns.values())
        by_column = [list(column) for column in zip(*rows, strict=True)]
        connection.execute(f"insert into {name} select {values}", by_column)


@cache
def sql_file(name: str) -> str:
    """Text of a `.sql` file of this folder."""
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")


def _named(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise UnknownTableError(f"{name!r} is not a table or column name")
    return name


def _register_sql(tables: Tables) -> str:
    parts = [sql_file("register_none")]
    if "unit_register" in tables:
        parts.append(sql_file("register_units"))
    if "region_register" in tables:
        parts.append(sql_file("register_regions"))
    return "\nunion all\n".join(parts)


def _entities_sql(tables: Tables) -> str:
    """Who or what each loaded (submission, form) names: its reporting units, or the keys of its cards."""
    parts = [sql_file("entities_none")]
    fields = {row["form_code"]: row["entity_field"] for row in read_rows("form_subjects")}
    for table, columns in sorted(tables.items()):
        field = fields.get(table, "reporting_unit_label")
        if "_submission_id" in columns and field in columns and not table.endswith("_indicators"):
            named = sql_file("entities").replace("{table}", _named(table)).replace("{field}", _named(field))
            parts.append(named)
    return "\nunion all\n".join(parts)


def _replaced_sql(target: str, keys: str) -> str:
    return sql_file("replaced").replace("{target}", target).replace("{keys}", keys)


def _filed_sql(tables: Tables, scope: str) -> str:
    parts = [sql_file("filed_none")]
    fields = read_rows("fields")
    for table, columns in sorted(tables.items()):
        if is_long(columns):
            parts.append(sql_file("filed_long").replace("{table}", _named(table)).replace("{scope}", scope))
            continue
        wide = [row["measure_code"] for row in fields if row["table_code"] == table]
        parts += _wide_parts(table, [field for field in wide if f"{field}__cell" in columns], scope)
    return "\nunion all\n".join(parts)


def _wide_parts(table: str, fields: Sequence[str], scope: str) -> list[str]:
    template = sql_file("filed_wide").replace("{table}", _named(table)).replace("{scope}", scope)
    return [template.replace("{field}", _named(field)) for field in fields]
