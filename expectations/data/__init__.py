"""What the rules judge by, as data: bounds, bands, vocabularies, identities, who owes which form.

What belongs here: CSV files and the loader that brings them into a connection as temporary tables
`check_<file>`. What does not: SQL that uses them (`expectations.rules`, `expectations.prepare`).
"""

from __future__ import annotations

import csv
from pathlib import Path

import duckdb

FOLDER = Path(__file__).parent


class DataFileError(ValueError):
    """A data file of the checks is broken; the message names file and line."""


def read_rows(name: str, folder: Path = FOLDER) -> list[dict[str, str]]:
    """Rows of `<name>.csv` as dictionaries of text.

    Raises:
        DataFileError: a row has more or fewer fields than the header.
    """
    file = folder / f"{name}.csv"
    with file.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.reader(stream))
    if not rows:
        raise DataFileError(f"{file.name}: no header")
    header = rows[0]
    for line, row in enumerate(rows[1:], start=2):
        if len(row) != len(header):
            raise DataFileError(f"{file.name} line {line}: {len(row)} fields, header has {len(header)}")
    return [dict(zip(header, row, strict=True)) for row in rows[1:]]


def load_tables(connection: duckdb.DuckDBPyConnection, folder: Path = FOLDER) -> None:
    """Bring every data file into the connection as temporary table `check_<file>`; all columns are text,
    blank is ''.

    Raises:
        DataFileError: a file is broken.
    """
    for file in sorted(folder.glob("*.csv")):
        read_rows(file.stem, folder)
        connection.execute(
            f"create or replace temp table check_{file.stem} as "
            "select coalesce(columns(*), '') as \"\\0\" from read_csv(?, all_varchar = true, header = true, "
            "delim = ',', quote = '\"')",
            [file.as_posix()],
        )
