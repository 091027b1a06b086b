"""Releases: immutable folders, and the one link that says which is current.

What belongs here: building a release beside the others, making it durable, switching to it, and clearing
what a killed run left. Whatever the moment of death, `current` is either the old release or the new one,
both whole.

Callers hold the run lock: one publishing run at a time.

The steps, and what a death after each leaves: `build` a hidden folder; `journal` the same and a note;
`rename` a whole release nobody has been pointed to, which the note gives away; `switch` the new release and
the note. `clean_leftovers`, which every publication begins with, knows all four.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC
from pathlib import Path
from typing import Literal

import duckdb

from expectations.catalogue import load
from orchestration.publish.candidate import DATABASE_NAME, Candidate, assemble_database, file_sha256
from orchestration.publish.check_pages import write_check_pages
from orchestration.publish.dictionary import write_dictionary
from orchestration.publish.errors import (
    BrokenReleaseError,
    DiskFullError,
    EmptyCandidateError,
    PublishError,
    full_disk_explained,
)
from orchestration.publish.manifest import MANIFEST_NAME, Manifest, ReleaseFacts, ReleaseFile
from orchestration.publish.site import write_site

RELEASES_FOLDER = "releases"
CURRENT_NAME = "current"
METHODS_FOLDER = "methods"
_SCHEMES = "fct_scores"
_BUILDING_PREFIX = ".building-"
_LINK_PREFIX = ".current-"
_NOTE_PREFIX = ".note-"
_JOURNAL = ".publishing"
_LAST_FINGERPRINT = ".fingerprint.json"
# A release holds the tables twice, as Parquet and as a database that compresses less, beside the page.
_ROOM_FACTOR = 6
_ROOM_FOR_PAGE = 20 << 20

Step = Callable[[str], None]


@dataclass(frozen=True)
class Publication:
    """What a call of `publish` did. `unchanged`: the current release already holds this content."""

    status: Literal["published", "unchanged"]
    release_id: str
    folder: Path


def publish(
    candidate: Candidate,
    facts: ReleaseFacts,
    marts: Path,
    *,
    dbt_manifest: Path | None = None,
    check_titles: Mapping[str, tuple[str, str]] | None = None,
    methods: Mapping[str, Path] | None = None,
    on_step: Step | None = None,
) -> Publication:
    """Make `candidate` the current release, unless the current one has the same content.

    Args:
        candidate: audited marts.
        facts: what the manifest and the page say beside the tables.
        marts: folder that holds `releases/` and `current`.
        dbt_manifest: dbt's `manifest.json`, for the lineage in the dictionary; descriptions come with the
            tables.
        check_titles: check code → title, Chinese and English, for the page.
        methods: name in the release's folder `methods` → file: the tables its scores were computed by.
        on_step: told the name of each step when it is done, for progress.

    Returns:
        What was done and where the current release is.

    Raises:
        DiskFullError: no room; the current release is untouched and nothing is left behind.
        PublishError: `current` or the candidate is not what this package wrote.
    """
    done = on_step or _silent
    if not candidate.tables:
        raise EmptyCandidateError.about("empty_candidate", place=candidate.folder, schema="marts")
    releases = marts / RELEASES_FOLDER
    releases.mkdir(parents=True, exist_ok=True)
    clean_leftovers(marts)
    done("clean")
    previous = _replaceable_manifest(marts)
    if previous and previous.content_sha256 == candidate.content_sha256:
        _note_fingerprint(marts, previous.release_id, facts.fingerprint)
        return Publication("unchanged", previous.release_id, releases / previous.release_id)
    release_id = _new_release_id(releases, facts, candidate)
    building = releases / f"{_BUILDING_PREFIX}{release_id}"
    try:
        _require_room(candidate, marts)
        with full_disk_explained(marts):
            facts = _with_scheme_editions(facts, candidate)
            manifest = Manifest(release_id, candidate.content_sha256, facts, candidate.tables)
            _write_data(building, candidate, done)
            _copy_methods(methods or {}, building / METHODS_FOLDER)
            write_dictionary(candidate.tables, building, dbt_manifest)
            write_check_pages(load().values(), building)
            done("dictionary")
            write_site(building / DATABASE_NAME, manifest, building / "site", check_titles)
            done("site")
            _write_manifest(building, manifest)
            _make_immutable(building)
            done("build")
            _switch(marts, building, releases / release_id, done)
    except BaseException:
        clean_leftovers(marts)
        raise
    return Publication("published", release_id, releases / release_id)


def clean_leftovers(marts: Path) -> list[str]:
    """Remove what a killed publication left; never touches a release that was ever current.

    Returns:
        Names of what was removed.
    """
    removed: list[str] = []
    releases = marts / RELEASES_FOLDER
    journal = marts / _JOURNAL
    if journal.is_file():
        unannounced = releases / journal.read_text("utf-8").strip()
        if unannounced.parent == releases and unannounced.is_dir() and unannounced != _target(marts):
            _remove_tree(unannounced)
            removed.append(unannounced.name)
    for folder in sorted(releases.glob(f"{_BUILDING_PREFIX}*")):
        _remove_tree(folder)
        removed.append(folder.name)
    for prefix in (_LINK_PREFIX, _NOTE_PREFIX):
        for leftover in sorted(marts.glob(f"{prefix}*")):
            leftover.unlink()
            removed.append(leftover.name)
    # Last, so that a death during the cleaning is cleaned up after as well.
    journal.unlink(missing_ok=True)
    return removed


def current_release(marts: Path) -> Path | None:
    """Folder of the current release, resolved, so that a reader stays on it when `current` moves; None if
    none yet.

    Raises:
        BrokenReleaseError: `current` is no link, or points to nothing.
    """
    target = _target(marts)
    if target is None:
        return None
    if not (target / MANIFEST_NAME).is_file():
        raise BrokenReleaseError.about("broken_manifest", file=target / MANIFEST_NAME, reason="not found")
    return target


def current_database(marts: Path) -> Path | None:
    """The DuckDB file of the current release, resolved; None if nothing was published yet."""
    release = current_release(marts)
    return release / DATABASE_NAME if release else None


def current_manifest(marts: Path) -> Manifest | None:
    """Manifest of the current release; None if nothing was published yet."""
    release = current_release(marts)
    return Manifest.read(release / MANIFEST_NAME) if release else None


def published_fingerprint(marts: Path) -> dict[str, object] | None:
    """The fingerprint of inputs known to lead to the current release; None if nothing was published yet.

    Usually the one in its manifest. When a later run computed the same content from other inputs (a renamed
    workbook, say), that run's, so that the run after it need not compute again.
    """
    manifest = current_manifest(marts)
    if manifest is None:
        return None
    note = marts / _LAST_FINGERPRINT
    if note.is_file():
        noted = json.loads(note.read_text("utf-8"))
        if noted["release_id"] == manifest.release_id:
            return dict(noted["fingerprint"])
    return dict(manifest.facts.fingerprint)


def verify_release(folder: Path) -> list[str]:
    """Files of a release that are missing or whose bytes are not those of its manifest; empty when all is
    well.
    """
    manifest = Manifest.read(folder / MANIFEST_NAME)
    expected = {table.file: table.sha256 for table in manifest.tables}
    expected |= {file.file: file.sha256 for file in manifest.files}
    return [
        file
        for file, sha256 in expected.items()
        if not (folder / file).is_file() or file_sha256(folder / file) != sha256
    ]


def _write_data(building: Path, candidate: Candidate, done: Step) -> None:
    """Write the Parquet files and the database."""
    for table in candidate.tables:
        target = building / table.file
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(candidate.folder / table.file, target)
        if file_sha256(target) != table.sha256:
            raise PublishError.about("missing_candidate_file", file=candidate.folder / table.file)
    done("parquet")
    assemble_database(candidate.tables, building, building / DATABASE_NAME)
    done("database")


def _copy_methods(files: Mapping[str, Path], folder: Path) -> None:
    for name, file in files.items():
        target = folder / name
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, target)


def _write_manifest(building: Path, manifest: Manifest) -> None:
    """Write `manifest.json`, the last file of a release, with the hash of every other."""
    tables = {table.file for table in manifest.tables}
    paths = sorted(path for path in building.rglob("*") if path.is_file())
    names = [(path, path.relative_to(building).as_posix()) for path in paths]
    files = [
        ReleaseFile(name, path.stat().st_size, file_sha256(path))
        for path, name in names
        if name not in tables
    ]
    (building / MANIFEST_NAME).write_text(manifest.with_files(files).to_json(), "utf-8")


def _with_scheme_editions(facts: ReleaseFacts, candidate: Candidate) -> ReleaseFacts:
    """The facts with the editions of each scheme in the marts, unless the caller named them."""
    names = {table.name for table in candidate.tables}
    if facts.scheme_editions is not None or _SCHEMES not in names:
        return facts
    file = candidate.path(_SCHEMES).as_posix()
    with duckdb.connect() as connection:
        editions = connection.execute(
            "SELECT scheme_code, list(DISTINCT scheme_edition ORDER BY scheme_edition) FROM read_parquet(?)"
            " GROUP BY 1 ORDER BY 1",
            [file],
        ).fetchall()
    return replace(facts, scheme_editions=dict(editions))


def _switch(marts: Path, building: Path, release: Path, done: Step) -> None:
    """Give the finished folder its name, then point `current` to it."""
    _write_durably(marts / _JOURNAL, release.name)
    done("journal")
    building.rename(release)
    _sync(release.parent)
    done("rename")
    link = marts / f"{_LINK_PREFIX}{release.name}"
    link.symlink_to(Path(RELEASES_FOLDER) / release.name, target_is_directory=True)
    done("link")
    link.replace(marts / CURRENT_NAME)
    _sync(marts)
    done("switch")
    (marts / _JOURNAL).unlink()
    (marts / _LAST_FINGERPRINT).unlink(missing_ok=True)
    done("finish")


def _target(marts: Path) -> Path | None:
    """Where `current` points, whether or not anything is there."""
    link = marts / CURRENT_NAME
    if link.is_symlink():
        return marts / link.readlink()
    if link.exists():
        raise BrokenReleaseError.about("current_is_no_link", link=link)
    return None


def _replaceable_manifest(marts: Path) -> Manifest | None:
    """The current manifest, or None when there is none to compare with: a broken release is healed by the
    next.
    """
    target = _target(marts)
    if target is None or not (target / MANIFEST_NAME).is_file():
        return None
    return Manifest.read(target / MANIFEST_NAME)


def _new_release_id(releases: Path, facts: ReleaseFacts, candidate: Candidate) -> str:
    """Moment and content, in this order, so that names sort by age."""
    base = f"{facts.created_at.astimezone(UTC):%Y%m%dT%H%M%SZ}-{candidate.content_sha256[:8]}"
    number = 1
    name = base
    while (releases / name).exists():
        number += 1
        name = f"{base}-{number}"
    return name


def _note_fingerprint(marts: Path, release_id: str, fingerprint: Mapping[str, object]) -> None:
    note = {"release_id": release_id, "fingerprint": dict(fingerprint)}
    _write_durably(marts / _LAST_FINGERPRINT, json.dumps(note, ensure_ascii=False))


def _require_room(candidate: Candidate, marts: Path) -> None:
    needed = sum(table.size_bytes for table in candidate.tables) * _ROOM_FACTOR + _ROOM_FOR_PAGE
    free = shutil.disk_usage(marts).free
    if free < needed:
        raise DiskFullError.about("disk_too_small", folder=marts, needed_mb=needed >> 20, free_mb=free >> 20)


def _make_immutable(folder: Path) -> None:
    """Flush every file and folder to the disk and take away the right to write, the innermost first."""
    for path in sorted(folder.rglob("*"), key=lambda entry: len(entry.parts), reverse=True):
        _sync(path)
        path.chmod(0o555 if path.is_dir() else 0o444)
    _sync(folder)
    folder.chmod(0o555)


def _remove_tree(folder: Path) -> None:
    """Remove a folder whose contents were made read-only."""
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(stat.S_IRWXU)
    shutil.rmtree(folder)


def _write_durably(path: Path, content: str) -> None:
    """Write a small file so that it holds either the old or the new content, never half."""
    note = path.with_name(f"{_NOTE_PREFIX}{path.name}")
    note.write_text(content, "utf-8")
    _sync(note)
    note.replace(path)
    _sync(path.parent)


def _sync(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _silent(step: str) -> None:
    """No progress wanted."""
