"""The dbt project a workspace runs: the shipped one, or a copy of it with the workspace's own tables put in.

What belongs here: putting tables together. What does not: running dbt, and reading the tables.
"""

from __future__ import annotations

import csv
import hashlib
import os
import shutil
import tempfile
import time
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path

from orchestration.ingest.filed import hash_file
from orchestration.methods.crosswalk import CODE_LISTS, CODE_SUCCESSIONS, code_list_names, code_rows
from orchestration.methods.own_tables import OwnTable, own_table_files, read_own_table
from orchestration.methods.seed_tables import SeedTable, seed_tables
from orchestration.resources.paths import DBT_PROJECT, Workspace

_DERIVED = shutil.ignore_patterns("target", "logs", "__pycache__", ".*")
_KEPT_SECONDS = 7 * 24 * 3600
_DIGEST_LENGTH = 12


def method_files(workspace: Workspace, project: Path) -> list[Path]:
    """Files of a workspace its methods depend on: own tables, and code lists taken in.

    Raises:
        OwnTableError: a file among them is no table a bureau adds to.
    """
    lists = sorted(path for path in workspace.codes.glob("*.csv") if path.stem in code_list_names())
    return [*own_table_files(workspace.root, seed_tables(project).values(), code_list_names()), *lists]


def own_tables(workspace: Workspace, project: Path) -> list[OwnTable]:
    """A workspace's own rows, table by table.

    Raises:
        OwnTableError: a table cannot be used; the message says where and why.
    """
    tables = seed_tables(project)
    files = own_table_files(workspace.root, tables.values(), code_list_names())
    return [read_own_table(path, tables[path.stem]) for path in files]


def own_methods_hash(workspace: Workspace, project: Path) -> str:
    """SHA-256 over a workspace's own tables and code lists; '' when it has none."""
    files = method_files(workspace, project)
    if not files:
        return ""
    lines = (f"{hash_file(path)} {path.relative_to(workspace.root).as_posix()}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def project_in_use(workspace: Workspace, project: Path, shipped_hash: str) -> Path:
    """The dbt project a workspace runs; written below `work/` when it has tables of its own.

    Args:
        workspace: the bureau's folder.
        project: the project that ships.
        shipped_hash: hash of that project, so that an update of it makes the copy anew.

    Raises:
        OwnTableError: a table cannot be used; nothing was written.
        CodeListError: a code list was edited into something that cannot be read; nothing was written.
    """
    own_hash = own_methods_hash(workspace, project)
    if not own_hash:
        return project
    digest = hashlib.sha256(f"{shipped_hash} {own_hash}".encode()).hexdigest()[:_DIGEST_LENGTH]
    place = workspace.methods / digest
    if place.is_dir():
        os.utime(place)
        return place
    rows = code_rows(workspace.codes)
    own = own_tables(workspace, project)
    workspace.methods.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=workspace.methods, prefix=".composing-") as folder:
        draft = Path(folder) / digest
        shutil.copytree(project, draft, ignore=_DERIVED)
        _put_in(draft, own, rows)
        _move(draft, place)
    _forget_old(workspace.methods)
    return place


def table_in_use(workspace: Workspace, table: str, shipped_hash: str) -> Path | None:
    """The file of the table `<folder>/<name>` or `<name>` as a workspace uses it; None when there is none.

    Raises:
        OwnTableError, CodeListError: as `project_in_use`.
    """
    folder, _, name = table.rpartition("/")
    found = seed_tables(DBT_PROJECT).get(name)
    if found is None or folder not in ("", found.folder):
        return None
    return found.path(project_in_use(workspace, DBT_PROJECT, shipped_hash))


def _put_in(draft: Path, own: Iterable[OwnTable], code_tables: Mapping[str, list[dict[str, str]]]) -> None:
    tables = seed_tables(draft)
    for one in own:
        path = one.table.path(draft)
        columns, shipped = _read(path)
        order = [list(one.table.columns).index(column) for column in columns]
        kept = [row for row in shipped if not one.replaces(columns, row)]
        _write(path, columns, [*kept, *([row[place] for place in order] for row in one.rows)])
    for name in (CODE_LISTS, CODE_SUCCESSIONS):
        columns = list(tables[name].columns)
        _write(tables[name].path(draft), columns, ([row[c] for c in columns] for row in code_tables[name]))


def _move(draft: Path, place: Path) -> None:
    """Another process may have made the same copy meanwhile; it is the same."""
    try:
        draft.rename(place)
    except OSError:
        if not place.is_dir():
            raise


def _forget_old(folder: Path) -> None:
    """Remove copies nobody used for a week."""
    for copy in folder.iterdir():
        if copy.is_dir() and time.time() - copy.stat().st_mtime > _KEPT_SECONDS:
            shutil.rmtree(copy, ignore_errors=True)


def _read(path: Path) -> tuple[list[str], list[list[str]]]:
    with path.open(encoding="utf-8-sig", newline="") as stream:
        reader = csv.reader(stream)
        return next(reader), list(reader)


def _write(path: Path, columns: list[str], rows: Iterable[Iterable[str]]) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.writer(stream, lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(rows)


def table_state(
    tables: Iterable[SeedTable], own: Iterable[OwnTable], project: Path
) -> Iterator[tuple[SeedTable, int, int, int]]:
    """Each table a bureau may add to, with the number of its shipped rows, own rows, and replaced ones."""
    by_name = {one.table.name: one for one in own}
    for table in sorted(tables, key=lambda one: (one.folder, one.name)):
        if not table.replaced_by:
            continue
        columns, shipped = _read(table.path(project))
        one = by_name.get(table.name)
        replaced = sum(one.replaces(columns, row) for row in shipped) if one else 0
        yield table, len(shipped), len(one.rows) if one else 0, replaced
