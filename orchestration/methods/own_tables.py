"""A bureau's own rows of the method tables: `<workspace>/{codes,targets}/<table>.csv` or `.xlsx`.

What belongs here: finding such tables and judging their years. What does not: reading a file
(`table_files`), schemes (`scheme_folders`), and what the rows mean; the tests of the dbt project judge that,
as they judge the shipped ones.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.ingest.archives import is_ignored
from orchestration.methods.seed_tables import SCHEMES, SeedTable
from orchestration.methods.table_files import NOTES, SUFFIXES, OwnTableError, TableRow, read_table

_FIRST_YEAR, _LAST_YEAR = "valid_from", "valid_to"


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
    for folder in sorted({table.folder for table in known.values()} - {SCHEMES}):
        for path in sorted((root / folder).glob("*")):
            if is_ignored(path.name) or path.stem in others or _is_note(path):
                continue
            if path.suffix.lower() not in SUFFIXES:
                raise OwnTableError.about("not_a_table", file=path, suffixes=", ".join(sorted(SUFFIXES)))
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
        OwnTableError: as `read_table`, and rows that are in force together where only one may be.
    """
    rows = read_table(path, table)
    _judge_years(path, table, rows)
    return OwnTable(table, path, tuple(tuple(row[column] for column in table.columns) for row in rows))


def _judge_years(path: Path, table: SeedTable, rows: Iterable[TableRow]) -> None:
    """Refuse rows that end before they begin, and two in force at once where there may be one."""
    if _FIRST_YEAR not in table.columns or _LAST_YEAR not in table.columns:
        return
    seen: dict[tuple[str, ...], list[tuple[float, float, int]]] = {}
    for row in rows:
        first = float(row[_FIRST_YEAR] or "-inf")
        last = float(row[_LAST_YEAR] or "inf")
        if first > last:
            raise OwnTableError.about("years_reversed", file=path, row=row.number)
        if not table.one_in_force_by:
            continue
        key = tuple(row[column] for column in table.one_in_force_by)
        for other_first, other_last, other in seen.get(key, []):
            if first <= other_last and other_first <= last:
                raise OwnTableError.about(
                    "both_in_force", file=path, row=row.number, other=other, of=" ".join(key)
                )
        seen.setdefault(key, []).append((first, last, row.number))


def _is_note(path: Path) -> bool:
    return path.is_dir() or path.suffix.lower() in NOTES
