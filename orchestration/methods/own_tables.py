"""A bureau's own rows of the method tables: `<workspace>/{codes,schemes,targets}/<table>.csv` or `.xlsx`.

What belongs here: finding, reading and judging such tables. What does not: what the rows mean; the tests of
the dbt project judge that, as they judge the shipped ones.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from functools import partial
from pathlib import Path

from orchestration.errors import WorkspaceFileError
from orchestration.ingest.refusal import UnreadableError
from orchestration.ingest.text import address
from orchestration.methods.seed_tables import SeedTable
from orchestration.texts import LANGUAGES, text

_SUFFIXES = frozenset({".csv", ".xlsx", ".xlsm", ".xlsb", ".xls", ".ods"})
_NOTES = frozenset({".md", ".pdf", ".doc", ".docx", ".html"})  # what people keep beside a table
_FIRST_YEAR, _LAST_YEAR = "valid_from", "valid_to"
_PERCENT = re.compile(r"(-?\d{1,15}(?:\.\d{1,15})?)%")
_DECIMAL_TYPE = re.compile(r"decimal\((\d+),\s*(\d+)\)")
_BOOLEANS = {"true": "true", "false": "false", "1": "true", "0": "false"}


class OwnTableError(WorkspaceFileError):
    """A method table of a workspace cannot be used; the message is in both languages."""

    @classmethod
    def about(cls, key: str, **values: object) -> OwnTableError:
        """The error of a text of `texts/methods.yml`."""
        return cls(" ".join(text(f"methods.{key}", language, **values) for language in LANGUAGES))


@dataclass(frozen=True, slots=True)
class OwnTable:
    """A bureau's own rows of one table.

    Attributes:
        table: the table they belong to.
        path: the file they came from.
        rows: values in the order of the table's columns, '' where there is none.
    """

    table: SeedTable
    path: Path
    rows: tuple[tuple[str, ...], ...]

    def replaces(self, columns: Iterable[str], row: Iterable[str]) -> bool:
        """Whether a shipped row is replaced by these: one of them bears the same key."""
        values = dict(zip(columns, row, strict=True))
        return tuple(values[column] for column in self.table.replaced_by) in self.keys

    @property
    def keys(self) -> frozenset[tuple[str, ...]]:
        """What these rows replace or add, each as a whole."""
        places = [list(self.table.columns).index(column) for column in self.table.replaced_by]
        return frozenset(tuple(row[place] for place in places) for row in self.rows)


def own_table_files(root: Path, tables: Iterable[SeedTable], others: Iterable[str] = ()) -> list[Path]:
    """Files of a workspace that bear rows of method tables, in order.

    Args:
        root: the workspace.
        tables: all method tables.
        others: names that mean something else in these folders, such as code lists taken in.

    Raises:
        OwnTableError: a table nobody knows, one that is not a bureau's to add to, or two files of one table.
    """
    known = {(table.folder, table.name): table for table in tables}
    found: dict[tuple[str, str], Path] = {}
    for folder in sorted({table.folder for table in known.values()}):
        for path in sorted((root / folder).glob("*")):
            if path.name.startswith((".", "~$")) or path.stem in others or _is_note(path):
                continue
            if path.suffix.lower() not in _SUFFIXES:
                raise OwnTableError.about("not_a_table", file=path, suffixes=", ".join(sorted(_SUFFIXES)))
            key = (folder, path.stem)
            if key not in known or not known[key].replaced_by:
                usable = (one.name for one in known.values() if one.folder == folder and one.replaced_by)
                raise OwnTableError.about("unknown_table", file=path, known=", ".join(sorted(usable)))
            if key in found:
                raise OwnTableError.about("two_files", file=path, other=found[key].name)
            found[key] = path
    return [found[key] for key in sorted(found)]


def read_own_table(path: Path, table: SeedTable) -> OwnTable:
    """The rows of a file, each value as the table's column wants it.

    Raises:
        OwnTableError: unreadable, other columns, no row, a value of another type, or a row twice.
    """
    sheet, lines = _lines(path)
    if not lines:
        raise OwnTableError.about("no_rows", file=path)
    header = [value.strip() for value in lines[0][1]]
    while header and not header[-1]:
        header.pop()
    if sorted(header) != sorted(table.columns):
        missing = [column for column in table.columns if column not in header]
        unknown = [column for column in header if column not in table.columns or header.count(column) > 1]
        raise OwnTableError.about(
            "columns", file=path, missing=", ".join(missing) or "-", unknown=", ".join(unknown) or "-"
        )
    rows: dict[tuple[str, ...], int] = {}
    for number, values in lines[1:]:
        if path.suffix.lower() != ".csv":
            values = _as_stored(table, header, values)
        row = _row(table, header, values, partial(_place, path, sheet, number))
        if row in rows:
            raise OwnTableError.about("row_twice", file=path, row=number + 1, other=rows[row] + 1)
        rows[row] = number
    if not rows:
        raise OwnTableError.about("no_rows", file=path)
    _judge_years(path, table, rows)
    return OwnTable(table, path, tuple(rows))


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

    try:
        grid = decode(path.read_bytes())
    except UnreadableError as error:
        raise OwnTableError.about("unreadable", file=path, reason=error) from error
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
) -> tuple[str, ...]:
    if any(value.strip() for value in values[len(header) :]):
        raise OwnTableError.about("too_many_values", place=place(len(header)))
    given = dict(_typed(table, header, values, place))
    for column in table.replaced_by:
        if not given[column]:
            raise OwnTableError.about("no_key", place=place(header.index(column)), column=column)
    return tuple(given[column] for column in table.columns)


def _typed(
    table: SeedTable, header: list[str], values: list[str], place: Callable[[int], str]
) -> Iterator[tuple[str, str]]:
    for index, column in enumerate(header):
        value = values[index].strip() if index < len(values) else ""
        sql_type = table.columns[column]
        fitting = _fitting(value, sql_type) if value else ""
        if fitting is None:
            raise OwnTableError.about(
                "wrong_type", place=place(index), column=column, value=value, type=sql_type
            )
        _judge_bounds(table, column, fitting, place(index))
        yield column, fitting


def _judge_bounds(table: SeedTable, column: str, value: str, place: str) -> None:
    least, most = table.bounds.get(column, (None, None))
    if not value or (least is None and most is None):
        return
    if (least is not None and Decimal(value) < least) or (most is not None and Decimal(value) > most):
        bounds = {"least": "-∞" if least is None else least, "most": "∞" if most is None else most}
        raise OwnTableError.about("out_of_bounds", place=place, column=column, value=value, **bounds)


def _judge_years(path: Path, table: SeedTable, rows: Mapping[tuple[str, ...], int]) -> None:
    """Refuse rows that end before they begin, and two in force at once where there may be one."""
    if _FIRST_YEAR not in table.columns or _LAST_YEAR not in table.columns:
        return
    seen: dict[tuple[str, ...], list[tuple[float, float, int]]] = {}
    for row, number in rows.items():
        values = dict(zip(table.columns, row, strict=True))
        first = float(values[_FIRST_YEAR] or "-inf")
        last = float(values[_LAST_YEAR] or "inf")
        if first > last:
            raise OwnTableError.about("years_reversed", file=path, row=number + 1)
        key = tuple(values[column] for column in table.one_in_force_by)
        for other_first, other_last, other in seen.get(key, []) if table.one_in_force_by else []:
            if first <= other_last and other_first <= last:
                raise OwnTableError.about(
                    "both_in_force", file=path, row=number + 1, other=other + 1, of=" ".join(key)
                )
        seen.setdefault(key, []).append((first, last, number))


def _is_note(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in _NOTES


def _fitting(value: str, sql_type: str) -> str | None:
    """A value as a column of this type holds it, None when it cannot."""
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
