"""A scheme as a folder of tables: one edition of one scheme, in files a person can open and compare.

What belongs here: finding and reading such folders, and putting them together into the tables the models
read. What does not: whether the tables of a folder fit together (`scheme_rules`).
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from orchestration.errors import WorkspaceFileError
from orchestration.ingest.archives import is_ignored
from orchestration.methods.seed_tables import SCHEME_KEY, SCHEMES, SEEDS, SeedTable
from orchestration.methods.table_files import NOTES, SUFFIXES, OwnTableError, TableRow, read_table
from orchestration.texts import LANGUAGES, text

NODES, ANCESTORS = "scheme_nodes", "scheme_ancestors"
POINTS, INDEX = "points", "index"


class SchemeError(WorkspaceFileError):
    """A scheme's folder cannot be used; the message lists each mistake, in both languages."""

    @classmethod
    def about(cls, key: str, **values: object) -> SchemeError:
        """The error of one text of `texts/schemes.yml`."""
        return cls(" ".join(text(f"schemes.{key}", language, **values) for language in LANGUAGES))


@dataclass(frozen=True)
class Scheme:
    """One edition of a scheme.

    Attributes:
        folder: where its files lie.
        tables: name of a table → its rows; optional tables without a file have none.
    """

    folder: Path
    tables: Mapping[str, tuple[TableRow, ...]]

    @property
    def about(self) -> TableRow:
        """The one row that names it."""
        return self.tables[SCHEMES][0]

    @property
    def key(self) -> tuple[str, str]:
        """Its code and edition."""
        return self.about["scheme_code"], self.about["scheme_edition"]

    @cached_property
    def nodes(self) -> dict[str, TableRow]:
        """Its nodes by their code."""
        return {row["node_code"]: row for row in self.tables[NODES]}

    @cached_property
    def children(self) -> dict[str, list[TableRow]]:
        """The nodes below each node, '' for those without one above."""
        below: dict[str, list[TableRow]] = {}
        for row in self.tables[NODES]:
            below.setdefault(row["parent_node_code"], []).append(row)
        return below

    @property
    def measurement(self) -> str:
        """`points` when its top node has points, `index` when it has not."""
        return POINTS if any(row["max_points"] for row in self.children.get("", ())) else INDEX

    def way_up(self, node_code: str) -> list[str]:
        """A node and the nodes above it, the top one last.

        Raises:
            KeyError: a node above it does not exist; `scheme_rules` says so in words.
        """
        way = [node_code]
        while above := self.nodes[way[-1]]["parent_node_code"]:
            if above in way:
                break
            way.append(above)
        return way

    @property
    def depth(self) -> int:
        """Levels below its top node."""
        return max(len(self.way_up(node_code)) - 1 for node_code in self.nodes)


def scheme_folders(root: Path) -> list[Path]:
    """Folders below `root` that are schemes: those that hold a scheme table or mean to.

    Raises:
        SchemeError: a file beside the folders that nobody reads.
    """
    found = []
    for path in sorted(root.glob("*")):
        if is_ignored(path.name) or path.suffix.lower() in NOTES:
            continue
        if not path.is_dir():
            raise SchemeError.about("not_a_folder", file=path)
        found.append(path)
    return found


def read_scheme(folder: Path, tables: Iterable[SeedTable]) -> Scheme:
    """The tables of a scheme's folder.

    Args:
        folder: the folder.
        tables: all method tables.

    Raises:
        SchemeError: files are missing or nobody's, or cannot be read as their tables; all of it is told.
        OwnTableError: a table is there twice.
    """
    of_files = {one.scheme_file: one for one in tables if one.scheme_file}
    files = _files(folder, of_files)
    read: dict[str, tuple[TableRow, ...]] = {}
    mistakes = []
    for stem, table in of_files.items():
        try:
            read[table.name] = _rows_of(folder, stem, table, files)
        except WorkspaceFileError as error:
            mistakes.append(str(error))
    if mistakes:
        raise SchemeError("\n".join(mistakes))
    if len(read[SCHEMES]) != 1:
        raise SchemeError.about("one_row", file=files[of_files_stem(of_files, SCHEMES)])
    return Scheme(folder, read)


def _rows_of(folder: Path, stem: str, table: SeedTable, files: Mapping[str, Path]) -> tuple[TableRow, ...]:
    if stem in files:
        rows = read_table(files[stem], table.of_scheme_file(), may_be_empty=table.is_optional)
        return tuple(_filled(row, table) for row in rows)
    if table.is_optional:
        return ()
    raise SchemeError.about("file_missing", folder=folder, file=f"{stem}.csv")


def of_files_stem(of_files: Mapping[str, SeedTable], table: str) -> str:
    """The file that holds a table."""
    return next(stem for stem, one in of_files.items() if one.name == table)


def _files(folder: Path, of_files: Mapping[str, SeedTable]) -> dict[str, Path]:
    if not folder.is_dir():
        raise SchemeError.about("no_folder", folder=folder)
    found: dict[str, Path] = {}
    for path in sorted(folder.iterdir()):
        if is_ignored(path.name) or path.suffix.lower() in NOTES:
            continue
        if path.is_dir() or path.suffix.lower() not in SUFFIXES or path.stem not in of_files:
            raise SchemeError.about("unknown_file", file=path, known=", ".join(sorted(of_files)))
        if path.stem in found:
            raise OwnTableError.about("two_files", file=path, other=found[path.stem].name)
        found[path.stem] = path
    return found


def _filled(row: TableRow, table: SeedTable) -> TableRow:
    """The row with what its blanks stand for; nodes that are judged by no rule have no policy."""
    if table.name == NODES and not row["rule_code"]:
        return row
    values = {column: value or table.when_blank.get(column, "") for column, value in row.values.items()}
    return TableRow(values, row.path, row.number)


def composed_rows(schemes: Iterable[Scheme], table: SeedTable) -> Iterator[list[str]]:
    """Rows of a table the models read, put together from schemes, values in the order of its columns."""
    for scheme in schemes:
        code, edition = scheme.key
        added = {SCHEME_KEY[0]: code, SCHEME_KEY[1]: edition}
        for values in _ancestors(scheme) if table.name == ANCESTORS else _rows(scheme, table):
            row = {**values, **added}
            yield [row[column] for column in table.columns]


def _rows(scheme: Scheme, table: SeedTable) -> Iterator[dict[str, str]]:
    for number, row in enumerate(scheme.tables[table.name], start=1):
        derived: dict[str, str] = {}
        if table.name == SCHEMES:
            derived = {"measurement": scheme.measurement}
        elif table.name == NODES:
            level = len(scheme.way_up(row["node_code"])) - 1
            derived = {"node_order": str(number), "node_level": str(level)}
        yield {**row.values, **derived}


def _ancestors(scheme: Scheme) -> Iterator[dict[str, str]]:
    for node_code in scheme.nodes:
        for distance, ancestor in enumerate(scheme.way_up(node_code)):
            yield {"node_code": node_code, "ancestor_code": ancestor, "distance": str(distance)}


def shipped_schemes(project: Path) -> Path:
    """The folder of a dbt project that holds the shipped schemes."""
    return project / SEEDS / SCHEMES
