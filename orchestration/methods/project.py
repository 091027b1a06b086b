"""The dbt project a workspace runs: the shipped one with schemes and tables of its own put in.

dbt wants one file a table, people one folder a scheme. What belongs here: putting tables together. What does
not: running dbt, and reading the tables.
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

from orchestration import exemptions
from orchestration.ingest.archives import is_ignored
from orchestration.ingest.filed import hash_file
from orchestration.methods.crosswalk import code_list_names, code_rows
from orchestration.methods.own_tables import OwnTable, own_table_files, read_own_table
from orchestration.methods.scheme_folders import (
    Scheme,
    SchemeError,
    composed_rows,
    read_scheme,
    scheme_folders,
    shipped_schemes,
)
from orchestration.methods.scheme_rules import require_sound, rule_catalogue
from orchestration.methods.seed_tables import SCHEMES, SeedTable, seed_tables
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.texts import area

_NO_METHODS = frozenset({exemptions.TABLE_NAME})
"""Tables that lie beside a bureau's own method tables and are none."""

_DERIVED = shutil.ignore_patterns("target", "logs", "__pycache__", ".*")
_KEPT_SECONDS = 7 * 24 * 3600
_DIGEST_LENGTH = 12
_PROJECT_FILE = "dbt_project.yml"
# Another depth makes dbt parse everything again, so that of common trees serves the shallow ones as well.
_LEAST_DEPTH = 4


def method_files(workspace: Workspace, project: Path) -> list[Path]:
    """Files of a workspace its methods depend on: own tables and schemes, and code lists taken in.

    Raises:
        OwnTableError: a file among them is no table a bureau adds to.
        SchemeError: a file lies where schemes are looked for.
    """
    lists = sorted(path for path in workspace.codes.glob("*.csv") if path.stem in code_list_names())
    of_schemes = (
        path
        for folder in scheme_folders(workspace.schemes)
        for path in sorted(folder.iterdir())
        if path.is_file() and not is_ignored(path.name)
    )
    tables = own_table_files(workspace.root, seed_tables(project).values(), _NO_METHODS | code_list_names())
    return [*tables, *of_schemes, *lists]


def schemes_in_use(workspace: Workspace, project: Path) -> list[Scheme]:
    """The shipped editions of schemes and a workspace's own; an own one goes before a shipped one of its key.

    Raises:
        OwnTableError, SchemeError: a folder cannot be used; the message says where and why.
    """
    found: dict[tuple[str, str], Scheme] = {}
    shipped = (path for path in sorted(shipped_schemes(project).iterdir()) if path.is_dir())
    for folders in (shipped, scheme_folders(workspace.schemes)):
        of_this_place: dict[tuple[str, str], Path] = {}
        for folder in folders:
            scheme = read_scheme(folder, seed_tables(project).values())
            require_sound(scheme, rule_catalogue(project))
            if scheme.key in of_this_place:
                other = of_this_place[scheme.key]
                raise SchemeError.about(
                    "same_edition", folder=folder, other=other.name, scheme=" ".join(scheme.key)
                )
            of_this_place[scheme.key] = folder
            found[scheme.key] = scheme
    return [found[key] for key in sorted(found)]


def own_tables(workspace: Workspace, project: Path) -> list[OwnTable]:
    """A workspace's own rows, table by table.

    Raises:
        OwnTableError: a table cannot be used; the message says where and why.
    """
    tables = seed_tables(project)
    files = own_table_files(workspace.root, tables.values(), _NO_METHODS | code_list_names())
    return [read_own_table(path, tables[path.stem]) for path in files]


def own_methods_hash(workspace: Workspace, project: Path) -> str:
    """SHA-256 over a workspace's own tables and code lists; '' when it has none."""
    files = method_files(workspace, project)
    if not files:
        return ""
    lines = (f"{hash_file(path)} {path.relative_to(workspace.root).as_posix()}" for path in files)
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def scheme_files(workspace: Workspace, project: Path) -> dict[str, Path]:
    """Name → file of all tables of the schemes in use, a folder each, as a release keeps them.

    Raises:
        OwnTableError, SchemeError: a folder cannot be used.
    """
    return {
        f"{SCHEMES}/{number:02d}-{scheme.folder.name}/{path.name}": path
        for number, scheme in enumerate(schemes_in_use(workspace, project), start=1)
        for path in sorted(scheme.folder.iterdir())
        if path.is_file() and not is_ignored(path.name)
    }


def project_in_use(workspace: Workspace, project: Path, shipped_hash: str) -> Path:
    """The dbt project a workspace runs, written below `work/`.

    Args:
        workspace: the bureau's folder.
        project: the project that ships.
        shipped_hash: hash of that project, so that an update of it makes the copy anew.

    Raises:
        OwnTableError, SchemeError: a table or scheme cannot be used; nothing was written.
        CodeListError: a code list was edited into something that cannot be read; nothing was written.
    """
    own_hash = own_methods_hash(workspace, project)
    digest = hashlib.sha256(f"{shipped_hash} {own_hash} {texts_hash(project)}".encode()).hexdigest()[
        :_DIGEST_LENGTH
    ]
    place = workspace.methods / digest
    if place.is_dir():
        os.utime(place)
        return place
    rows = code_rows(workspace.codes) if own_hash else {}
    own = own_tables(workspace, project)
    schemes = schemes_in_use(workspace, project)
    compose(project, place, schemes, own, rows)
    _forget_old(workspace.methods)
    return place


def compose(
    project: Path,
    place: Path,
    schemes: Iterable[Scheme],
    own: Iterable[OwnTable] = (),
    code_tables: Mapping[str, list[dict[str, str]]] | None = None,
) -> None:
    """Write a copy of a dbt project with these schemes and rows put in.

    Args:
        project: the project that ships.
        place: where the copy goes; it appears whole or not at all.
        schemes: the editions of schemes it is to have, and no others.
        own: rows of a bureau's own.
        code_tables: rows of the tables of code lists; none leaves the shipped ones.
    """
    place.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=place.parent, prefix=".composing-") as folder:
        draft = Path(folder) / place.name
        shutil.copytree(project, draft, ignore=_DERIVED)
        _put_in(draft, own, code_tables or {})
        _put_in_schemes(draft, list(schemes), seed_tables(project).values())
        for table, rows in _texts(project):
            _write(table.path(draft), list(table.columns), rows)
        _move(draft, place)


def texts_hash(project: Path) -> str:
    """Hash of the texts models read: a copy of the project made with others is another copy."""
    return hashlib.sha256(repr([rows for _, rows in _texts(project)]).encode()).hexdigest()


def _texts(project: Path) -> list[tuple[SeedTable, list[list[str]]]]:
    """The tables models read texts from, with their rows."""
    return [
        (table, [[key, texts["zh"], texts["en"]] for key, texts in area(table.from_texts).items()])
        for table in seed_tables(project).values()
        if table.from_texts
    ]


def table_in_use(workspace: Workspace, table: str, shipped_hash: str) -> Path | None:
    """The file of the table `<folder>/<name>` or `<name>` as a workspace uses it; None when there is none.

    Raises:
        OwnTableError, SchemeError, CodeListError: as `project_in_use`.
    """
    folder, _, name = table.rpartition("/")
    found = seed_tables(DBT_PROJECT).get(name)
    if found is None or folder not in ("", found.folder):
        return None
    return found.path(project_in_use(workspace, DBT_PROJECT, shipped_hash))


def copy_scheme(workspace: Workspace, name: str, target: Path) -> None:
    """Copy the folder of a scheme in use, as something to begin a bureau's own from.

    Args:
        workspace: the bureau's folder.
        name: name of the scheme's folder.
        target: the folder to be made.

    Raises:
        SchemeError: there is no such scheme, or the target exists.
    """
    schemes = schemes_in_use(workspace, DBT_PROJECT)
    folders = {scheme.folder.name: scheme.folder for scheme in schemes}
    if name not in folders:
        raise SchemeError.about("unknown_scheme", name=name, known=", ".join(sorted(folders)))
    if target.exists():
        raise SchemeError.about("target_exists", folder=target)
    shutil.copytree(folders[name], target)


def _put_in(draft: Path, own: Iterable[OwnTable], code_tables: Mapping[str, list[dict[str, str]]]) -> None:
    tables = seed_tables(draft)
    for one in own:
        path = one.table.path(draft)
        columns, shipped = _read(path)
        order = [list(one.table.columns).index(column) for column in columns]
        kept = [row for row in shipped if not one.replaces(columns, row)]
        _write(path, columns, [*kept, *([row[place] for place in order] for row in one.rows)])
    for name, rows in code_tables.items():
        columns = list(tables[name].columns)
        _write(tables[name].path(draft), columns, ([row[c] for c in columns] for row in rows))


def _put_in_schemes(draft: Path, schemes: list[Scheme], tables: Iterable[SeedTable]) -> None:
    for folder in shipped_schemes(draft).iterdir():
        if folder.is_dir():
            shutil.rmtree(folder)
    for table in tables:
        if table.is_composed:
            _write(table.path(draft), list(table.columns), composed_rows(schemes, table))
    # The models repeat a step for each level, and dbt must know how many before it reads a table.
    with (draft / _PROJECT_FILE).open("a", encoding="utf-8") as stream:
        depth = max(_LEAST_DEPTH, *(scheme.depth for scheme in schemes))
        stream.write(f"\nvars:\n  scheme_depth: {depth}\n")


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
