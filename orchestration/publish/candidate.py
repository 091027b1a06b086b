"""Candidate marts as files: one Parquet file per table, and the DuckDB file assembled from them.

What belongs here: reading the marts out of the working database, byte for byte the same for the same content.
What does not: deciding whether they are good (the audit) and making them current (`releases`).
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publish.errors import EmptyCandidateError, PublishError, full_disk_explained
from orchestration.publish.release_macros import create_macros

MARTS_SCHEMA = "marts"
PARQUET_FOLDER = "parquet"
DATABASE_NAME = "budget_performance.duckdb"
DESCRIPTION_FILE = "candidate.json"
# Files of this storage version open in DuckDB 1.5 clients as well as in later ones.
STORAGE_VERSION = "v1.5.0"
# Sums of integers are HUGEINT, which Parquet lacks (DuckDB would write a binary float); this holds the same
# values.
_EXACT_SUBSTITUTES = {"HUGEINT": "DECIMAL(38,0)", "UHUGEINT": "DECIMAL(38,0)"}
_READ_SIZE = 1 << 20


@dataclass(frozen=True)
class Column:
    """A column of a mart. `comment` is the persisted description, "English | Chinese"."""

    name: str
    type: str
    comment: str


@dataclass(frozen=True)
class TableFile:
    """One exported mart. `file` is the path below the candidate or release folder; `sha256` is of its
    bytes.
    """

    name: str
    file: str
    rows: int
    size_bytes: int
    sha256: str
    comment: str
    columns: tuple[Column, ...]


@dataclass(frozen=True)
class Candidate:
    """Exported marts that wait for their audit."""

    folder: Path
    tables: tuple[TableFile, ...]

    @property
    def content_sha256(self) -> str:
        """Identity of the content: equal exactly when every table has equal rows, columns, types and
        descriptions.
        """
        return content_hash({table.name: table.sha256 for table in self.tables})

    def path(self, table: str) -> Path:
        """Parquet file of `table`.

        Raises:
            KeyError: no such table.
        """
        return self.folder / {entry.name: entry.file for entry in self.tables}[table]


def content_hash(fields: Mapping[str, str]) -> str:
    """SHA-256 over name and value pairs, each with its length, so that no two different mappings look the
    same.
    """
    digest = hashlib.sha256()
    for name in sorted(fields):
        for field in (name, fields[name]):
            encoded = field.encode("utf-8")
            digest.update(f"{len(encoded)}:".encode("ascii"))
            digest.update(encoded)
    return digest.hexdigest()


def file_sha256(path: Path) -> str:
    """SHA-256 of a file's bytes, in lower-case hexadecimal."""
    digest = hashlib.sha256()
    with path.open("rb") as stream:
        while block := stream.read(_READ_SIZE):
            digest.update(block)
    return digest.hexdigest()


def export_candidate(
    source: Path | duckdb.DuckDBPyConnection, folder: Path, *, schema: str = MARTS_SCHEMA
) -> Candidate:
    """Write every table of `schema` to `folder/parquet/<table>.parquet`, replacing what stood in `folder`.

    Rows are ordered by all columns and the descriptions travel inside the files, so equal content gives
    equal bytes whatever order the tables were filled in.

    Args:
        source: the working database: its path, or a connection the caller keeps.
        folder: candidate folder; emptied first.
        schema: schema to export.

    Raises:
        EmptyCandidateError: the schema holds no table.
        DiskFullError: no room for the files.
    """
    with _connected(source) as connection, full_disk_explained(folder):
        names = _table_names(connection, schema)
        if not names:
            raise EmptyCandidateError.about(
                "empty_candidate", place=source if isinstance(source, Path) else "database", schema=schema
            )
        shutil.rmtree(folder, ignore_errors=True)
        (folder / PARQUET_FOLDER).mkdir(parents=True)
        tables = tuple(_export_table(connection, schema, name, comment, folder) for name, comment in names)
        candidate = Candidate(folder, tables)
        description = {"tables": [asdict(table) for table in tables]}
        (folder / DESCRIPTION_FILE).write_text(json.dumps(description, ensure_ascii=False, indent=1), "utf-8")
    return candidate


def load_candidate(folder: Path) -> Candidate:
    """The candidate that `export_candidate` left in `folder`.

    Raises:
        PublishError: there is none, or a file's bytes are no longer those exported.
    """
    description = folder / DESCRIPTION_FILE
    if not description.is_file():
        raise PublishError.about("missing_candidate_file", file=description)
    entries = json.loads(description.read_text("utf-8"))["tables"]
    tables = tuple(table_from_mapping(entry) for entry in entries)
    for table in tables:
        path = folder / table.file
        if not path.is_file() or file_sha256(path) != table.sha256:
            raise PublishError.about("missing_candidate_file", file=path)
    return Candidate(folder, tables)


def table_from_mapping(entry: Mapping[str, Any]) -> TableFile:
    """A `TableFile` from its JSON form."""
    columns = tuple(Column(**column) for column in entry["columns"])
    return TableFile(**{**entry, "columns": columns})


def assemble_database(tables: tuple[TableFile, ...], folder: Path, target: Path) -> None:
    """Write `target`: one DuckDB file with every table in schema marts, its comments, and the SQL macros.

    Args:
        tables: the exported tables.
        folder: folder their `file` paths are relative to.
        target: file to create; must not exist.

    Raises:
        DiskFullError: no room for the file.
    """
    with (
        full_disk_explained(target),
        duckdb.connect(str(target), config={"storage_compatibility_version": STORAGE_VERSION}) as connection,
    ):
        connection.execute(f"CREATE SCHEMA {_quoted(MARTS_SCHEMA)}")
        for table in tables:
            relation = f"{_quoted(MARTS_SCHEMA)}.{_quoted(table.name)}"
            file = _literal((folder / table.file).as_posix())
            connection.execute(f"CREATE TABLE {relation} AS SELECT * FROM read_parquet({file})")
            if table.comment:
                connection.execute(f"COMMENT ON TABLE {relation} IS {_literal(table.comment)}")
            for column in table.columns:
                if column.comment:
                    path = f"{relation}.{_quoted(column.name)}"
                    connection.execute(f"COMMENT ON COLUMN {path} IS {_literal(column.comment)}")
        create_macros(connection, [table.name for table in tables])
        connection.execute("CHECKPOINT")


@contextmanager
def _connected(source: Path | duckdb.DuckDBPyConnection) -> Iterator[duckdb.DuckDBPyConnection]:
    if isinstance(source, Path):
        with duckdb.connect(str(source), read_only=True) as connection:
            yield connection
    else:
        yield source


def _table_names(connection: duckdb.DuckDBPyConnection, schema: str) -> list[tuple[str, str]]:
    return connection.execute(
        """
        SELECT table_name AS name, coalesce(comment, '') FROM duckdb_tables()
        WHERE database_name = current_database() AND schema_name = $schema AND NOT internal AND NOT temporary
        UNION ALL
        SELECT view_name AS name, coalesce(comment, '') FROM duckdb_views()
        WHERE database_name = current_database() AND schema_name = $schema AND NOT internal AND NOT temporary
        ORDER BY name
        """,
        {"schema": schema},
    ).fetchall()


def _columns(connection: duckdb.DuckDBPyConnection, schema: str, table: str) -> tuple[Column, ...]:
    rows = connection.execute(
        """
        SELECT column_name, data_type, coalesce(comment, '') FROM duckdb_columns()
        WHERE database_name = current_database() AND schema_name = $schema AND table_name = $table
        ORDER BY column_index
        """,
        {"schema": schema, "table": table},
    ).fetchall()
    return tuple(Column(name, _EXACT_SUBSTITUTES.get(kind, kind), comment) for name, kind, comment in rows)


def _export_table(
    connection: duckdb.DuckDBPyConnection, schema: str, name: str, comment: str, folder: Path
) -> TableFile:
    columns = _columns(connection, schema, name)
    selected = ", ".join(
        f"CAST({_quoted(column.name)} AS {column.type}) AS {_quoted(column.name)}"
        if column.type in _EXACT_SUBSTITUTES.values()
        else _quoted(column.name)
        for column in columns
    )
    file = f"{PARQUET_FOLDER}/{name}.parquet"
    target = folder / file
    descriptions = json.dumps({column.name: column.comment for column in columns}, ensure_ascii=False)
    row = connection.execute(
        f"COPY (SELECT {selected} FROM {_quoted(schema)}.{_quoted(name)} ORDER BY ALL NULLS LAST) "
        f"TO {_literal(target.as_posix())} (FORMAT parquet, COMPRESSION zstd, ROW_GROUP_SIZE 122880, "
        f"KV_METADATA {{table_comment: {_literal(comment)}, column_comments: {_literal(descriptions)}}})"
    ).fetchone()
    rows = int(row[0]) if row else 0
    return TableFile(name, file, rows, target.stat().st_size, file_sha256(target), comment, columns)


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _literal(value: str) -> str:
    return "'" + value.replace("'", "''") + "'"
