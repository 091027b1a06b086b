"""Reading one file of a method table: columns at once, then each value as its column wants it, with its cell.

What belongs here: what is true of a file by itself. What does not: where files lie, and what the rows of
several tables mean together.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

from orchestration.errors import WorkspaceFileError
from orchestration.ingest.refusal import UnreadableError
from orchestration.ingest.text import address
from orchestration.methods.seed_tables import SeedTable
from orchestration.texts import LANGUAGES, text

SUFFIXES = frozenset({".csv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
NOTES = frozenset({".md", ".pdf", ".doc", ".docx", ".html"})  # what people keep beside a table
_PERCENT = re.compile(r"(-?\d{1,15}(?:\.\d{1,15})?)%")
_DECIMAL_TYPE = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_BOOLEANS = {"true": "true", "false": "false", "1": "true", "0": "false"}


class OwnTableError(WorkspaceFileError):
    """A method table cannot be used; the message is in both languages."""

    @classmethod
    def about(cls, key: str, **values: object) -> OwnTableError:
        """The error of a text of `texts/methods.yml`."""
        return cls(" ".join(text(f"methods.{key}", language, **values) for language in LANGUAGES))


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row of a method table.

    Attributes:
        values: column → value, '' where there is none.
        path: the file it came from.
        number: its number in the file, from 1, as spreadsheets count.
    """

    values: dict[str, str]
    path: Path
    number: int

    def __getitem__(self, column: str) -> str:
        return self.values[column]

    @property
    def place(self) -> str:
        """File and row, as messages name them."""
        return f"{self.path.name}:{self.number}"


def read_table(path: Path, table: SeedTable, may_be_empty: bool = False) -> tuple[TableRow, ...]:
    """The rows of a file, each with all columns of the table.

    Args:
        path: a text table or workbook; of a workbook the first sheet that holds something.
        table: columns and types; a table with `required` columns may lack the others.
        may_be_empty: whether column names without a row are a table, too.

    Raises:
        OwnTableError: unreadable, other columns, no row; or the first mistake of each row: a value
            of another type or out of bounds, a row twice.
    """
    sheet, lines = _lines(path)
    if not lines:
        raise OwnTableError.about("no_rows", file=path)
    header = _header(path, table, lines[0][1])
    rows: dict[tuple[str, ...], TableRow] = {}
    mistakes = []
    for number, values in lines[1:]:
        if path.suffix.lower() != ".csv":
            values = _as_stored(table, header, values)
        try:
            given = _row(table, header, values, partial(_place, path, sheet, number))
            key = tuple(given[column] for column in table.unique_by or table.columns)
            if key in rows:
                raise OwnTableError.about("row_twice", file=path, row=number + 1, other=rows[key].number)
        except OwnTableError as error:
            mistakes.append(str(error))
            continue
        rows[key] = TableRow(given, path, number + 1)
    if mistakes:
        raise OwnTableError("\n".join(mistakes))
    if not rows and not may_be_empty:
        raise OwnTableError.about("no_rows", file=path)
    return tuple(rows.values())


def _header(path: Path, table: SeedTable, values: list[str]) -> list[str]:
    header = [value.strip() for value in values]
    while header and not header[-1]:
        header.pop()
    missing = [column for column in table.required or table.columns if column not in header]
    unknown = [column for column in header if column not in table.columns or header.count(column) > 1]
    if missing or unknown:
        raise OwnTableError.about(
            "columns", file=path, missing=", ".join(missing) or "-", unknown=", ".join(unknown) or "-"
        )
    return header


def _as_stored(table: SeedTable, header: list[str], values: list[str]) -> list[str]:
    """The numbers that cells of a workbook hold where its format shows percentages: 15% is stored as 0.15."""
    stored = list(values)
    for index, column in enumerate(header[: len(values)]):
        found = _PERCENT.fullmatch(values[index]) if _DECIMAL_TYPE.fullmatch(table.columns[column]) else None
        if found:
            stored[index] = format(Decimal(found.group(1)).scaleb(-2), "f")
    return stored


def _lines(path: Path) -> tuple[str, list[tuple[int, list[str]]]]:
    """Name of the first sheet that holds something, and its rows that do, with their numbers from 0."""
    from orchestration.ingest.grid import decode  # slow to import, and most workspaces have no such table
    from orchestration.ingest.refusal_in_words import refusal_in_words

    try:
        grid = decode(path.read_bytes())
    except UnreadableError as error:
        raise OwnTableError.about("unreadable", file=path, **refusal_in_words(error)) from error
    for sheet in grid.sheets:
        for row, column in (*sheet.uncached, *sheet.errors):
            raise OwnTableError.about("no_result", place=f"{path} {sheet.name} {address(row, column)}")
        lines = [(number, list(row)) for number, row in enumerate(sheet.rows) if any(map(str.strip, row))]
        if lines:
            return "" if path.suffix.lower() == ".csv" else sheet.name, lines
    return "", []


def _place(path: Path, sheet: str, row: int, column: int) -> str:
    return f"{path} {sheet} {address(row, column)}".replace("  ", " ")


def _row(
    table: SeedTable, header: list[str], values: list[str], place: Callable[[int], str]
) -> dict[str, str]:
    if any(value.strip() for value in values[len(header) :]):
        raise OwnTableError.about("too_many_values", place=place(len(header)))
    given = dict(_typed(table, header, values, place))
    for column in table.unique_by or table.replaced_by:
        if column in header and not given[column] and column not in table.when_blank:
            raise OwnTableError.about("no_key", place=place(header.index(column)), column=column)
    return {column: given.get(column, "") for column in table.columns}


def _typed(
    table: SeedTable, header: list[str], values: list[str], place: Callable[[int], str]
) -> Iterator[tuple[str, str]]:
    for index, column in enumerate(header):
        value = values[index].strip() if index < len(values) else ""
        sql_type = table.columns[column]
        fitting = fitting_value(value, sql_type) if value else ""
        if fitting is None:
            raise _wrong_type(place(index), column, value, sql_type)
        _judge_bounds(table, column, fitting, place(index))
        _judge_choice(table, column, fitting, place(index))
        yield column, fitting


def _judge_bounds(table: SeedTable, column: str, value: str, place: str) -> None:
    least, most = table.bounds.get(column, (None, None))
    if not value or (least is None and most is None):
        return
    if (least is not None and Decimal(value) < least) or (most is not None and Decimal(value) > most):
        bounds = {"least": "-∞" if least is None else least, "most": "∞" if most is None else most}
        raise OwnTableError.about("out_of_bounds", place=place, column=column, value=value, **bounds)


def _judge_choice(table: SeedTable, column: str, value: str, place: str) -> None:
    choices = table.choices.get(column)
    if value and choices and value not in choices:
        raise OwnTableError.about(
            "unknown_choice", place=place, column=column, value=value, known=", ".join(choices)
        )


def _wrong_type(place: str, column: str, value: str, sql_type: str) -> OwnTableError:
    bounds = _DECIMAL_TYPE.fullmatch(sql_type)
    if bounds is None:
        return OwnTableError.about(f"wrong_{sql_type}", place=place, column=column, value=value)
    digits, decimals = map(int, bounds.groups())
    return OwnTableError.about(
        "wrong_number", place=place, column=column, value=value, digits=digits - decimals, decimals=decimals
    )


def fitting_value(value: str, sql_type: str) -> str | None:
    """A value as a column of this SQL type holds it, None when it cannot."""
    if sql_type == "boolean":
        return _BOOLEANS.get(value.lower())
    if sql_type == "integer":
        return value if re.fullmatch(r"-?\d{1,9}", value) else None
    bounds = _DECIMAL_TYPE.fullmatch(sql_type)
    if bounds is None:
        return value
    try:
        number = Decimal(value)
    except InvalidOperation:
        return None
    digits, scale = map(int, bounds.groups())
    fits = number.is_finite() and number == round(number, scale) and abs(number) < 10 ** (digits - scale)
    return format(number, "f") if fits else None
