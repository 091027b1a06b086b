from __future__ import annotations

import errno
import hashlib
import os
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from orchestration.publish import releases
from orchestration.publish.candidate import Candidate
from orchestration.publish.errors import BrokenReleaseError, DiskFullError, PublishError
from orchestration.publish.manifest import Manifest, ReleaseFacts
from orchestration.publish.releases import (
    clean_leftovers,
    current_database,
    current_manifest,
    current_release,
    publish,
    published_fingerprint,
    verify_release,
)

ROOT = Path(__file__).resolve().parents[3]
STEPS = (
    *("clean", "parquet", "database", "dictionary", "site", "build"),
    *("journal", "rename", "link", "switch", "finish"),
)
BEFORE_SWITCH = STEPS[: STEPS.index("switch")]

KILLED_PUBLICATION = """
import os, signal, sys
from pathlib import Path
from datetime import datetime, UTC
from orchestration.publish import releases
from orchestration.publish.candidate import load_candidate
from orchestration.publish.manifest import ReleaseFacts

releases.write_site = lambda *arguments: None
facts = ReleaseFacts(datetime(2026, 2, 1, tzinfo=UTC), "0.1.0", "f", {"inbox": "second"})

def die(step):
    if step == sys.argv[3]:
        os.kill(os.getpid(), signal.SIGKILL)

releases.publish(load_candidate(Path(sys.argv[1])), facts, Path(sys.argv[2]), on_step=die)
"""


def _digest(folder: Path) -> str:
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        digest.update(path.relative_to(folder).as_posix().encode())
        if path.is_file():
            digest.update(path.read_bytes())
    return digest.hexdigest()


def _names(marts: Path) -> set[str]:
    kept = {releases.RELEASES_FOLDER, releases.CURRENT_NAME, ".fingerprint.json"}
    return {path.name for path in (*marts.iterdir(), *(marts / "releases").iterdir())} - kept


def test_a_release_has_all_its_files_and_is_read_only(release: Path) -> None:
    for name in (
        *("manifest.json", "budget_performance.duckdb", "DATA_DICTIONARY.md", "DATA_DICTIONARY.zh-CN.md"),
        *("CHECKS.md", "CHECKS.zh-CN.md"),
        *("site/index.html", "site/assets/plotly.min.js", "parquet/fct_scores.parquet"),
    ):
        assert (release / name).is_file(), name
    assert not [path for path in (release, *release.rglob("*")) if path.stat().st_mode & 0o222]
    assert verify_release(release) == []


def test_the_manifest_tells_what_the_release_is(
    release: Path, candidate: Candidate, facts: ReleaseFacts
) -> None:
    manifest = Manifest.read(release / "manifest.json")
    assert manifest.release_id == release.name == f"20260115T083000Z-{candidate.content_sha256[:8]}"
    assert manifest.tables == candidate.tables
    assert replace(manifest.facts, scheme_editions=None) == replace(facts, inputs=tuple(facts.inputs))
    editions = {
        "county_expenditure_management": ["396-2012"],
        "department_expenditure_management": ["396-2012"],
    }
    assert manifest.facts.scheme_editions == editions
    assert "site/index.html" in {file.file for file in manifest.files}


def test_current_is_a_relative_link_that_survives_moving_the_workspace(
    candidate: Candidate, facts: ReleaseFacts, marts: Path, no_site: Callable[[], None]
) -> None:
    publication = publish(candidate, facts, marts)
    assert (marts / "current").readlink() == Path("releases") / publication.release_id
    moved = marts.rename(marts.with_name("moved"))
    assert current_release(moved) == moved / "releases" / publication.release_id
    moved.rename(marts)


def test_equal_content_publishes_nothing_and_remembers_the_inputs(
    candidate: Candidate, facts: ReleaseFacts, marts: Path, no_site: Callable[[], None]
) -> None:
    first = publish(candidate, facts, marts)
    before = _digest(marts / "releases")
    renamed_input = replace(facts, fingerprint={"inbox": "renamed"})
    second = publish(candidate, renamed_input, marts)
    assert (second.status, second.release_id) == ("unchanged", first.release_id)
    assert _digest(marts / "releases") == before
    assert published_fingerprint(marts) == {"inbox": "renamed"}


def test_a_new_release_forgets_the_remembered_inputs(
    candidate: Candidate,
    changed_candidate: Candidate,
    facts: ReleaseFacts,
    marts: Path,
    no_site: Callable[[], None],
) -> None:
    assert published_fingerprint(marts) is None
    publish(candidate, facts, marts)
    publish(candidate, replace(facts, fingerprint={"inbox": "renamed"}), marts)
    publish(changed_candidate, replace(facts, fingerprint={"inbox": "third"}), marts)
    assert published_fingerprint(marts) == {"inbox": "third"}


def test_a_reader_of_the_old_release_is_undisturbed(
    candidate: Candidate,
    changed_candidate: Candidate,
    facts: ReleaseFacts,
    marts: Path,
    no_site: Callable[[], None],
) -> None:
    old = publish(candidate, facts, marts).folder
    before = _digest(old)
    database = current_database(marts)
    assert database is not None
    with duckdb.connect(str(database), read_only=True) as reader:
        asked = "SELECT node_code, points FROM marts.fct_scores ORDER BY ALL"
        answer = reader.execute(asked).fetchall()
        new = publish(changed_candidate, facts, marts)
        assert new.status == "published" and current_release(marts) == new.folder
        assert reader.execute(asked).fetchall() == answer
    assert _digest(old) == before


@pytest.mark.parametrize("step", STEPS)
def test_killed_after_any_step_current_is_whole_and_the_next_run_completes(
    step: str,
    candidate: Candidate,
    changed_candidate: Candidate,
    facts: ReleaseFacts,
    marts: Path,
    no_site: Callable[[], None],
) -> None:
    old = publish(candidate, facts, marts)
    before = _digest(old.folder)
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    arguments = [sys.executable, "-c", KILLED_PUBLICATION, str(changed_candidate.folder), str(marts), step]
    killed = subprocess.run(arguments, env=environment, cwd=ROOT, check=False)
    assert killed.returncode == -signal.SIGKILL

    release = current_release(marts)
    assert release is not None and verify_release(release) == []
    assert (release == old.folder) is (step in BEFORE_SWITCH)
    assert _digest(old.folder) == before

    finished = publish(changed_candidate, facts, marts)
    assert finished.status == ("published" if step in BEFORE_SWITCH else "unchanged")
    assert current_release(marts) == finished.folder and verify_release(finished.folder) == []
    assert _names(marts) == {old.release_id, finished.release_id}


@pytest.mark.parametrize("step", BEFORE_SWITCH[1:])
def test_an_error_at_any_step_leaves_nothing_behind(
    step: str,
    candidate: Candidate,
    changed_candidate: Candidate,
    facts: ReleaseFacts,
    marts: Path,
    no_site: Callable[[], None],
) -> None:
    old = publish(candidate, facts, marts)

    def fail(done: str) -> None:
        if done == step:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    with pytest.raises(DiskFullError, match=r"No space left(.|\n)*磁盘空间不足"):
        publish(changed_candidate, facts, marts, on_step=fail)
    assert _names(marts) == {old.release_id}
    assert current_release(marts) == old.folder and verify_release(old.folder) == []


def test_too_small_a_disk_is_told_before_anything_is_written(
    candidate: Candidate, facts: ReleaseFacts, marts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    usage = type("Usage", (), {"free": 1000})()
    monkeypatch.setattr(releases.shutil, "disk_usage", lambda path: usage)
    with pytest.raises(DiskFullError, match="needs about"):
        publish(candidate, facts, marts)
    assert current_release(marts) is None and list((marts / "releases").iterdir()) == []


def test_duckdb_reporting_a_full_disk_is_the_same_error(
    candidate: Candidate, facts: ReleaseFacts, marts: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fail(*arguments: object) -> None:
        raise duckdb.IOException("Could not write all bytes to file: No space left on device")

    monkeypatch.setattr(releases, "assemble_database", fail)
    with pytest.raises(DiskFullError):
        publish(candidate, facts, marts)
    assert list((marts / "releases").iterdir()) == []


def test_cleaning_never_touches_a_release_that_was_current(
    candidate: Candidate,
    changed_candidate: Candidate,
    facts: ReleaseFacts,
    marts: Path,
    no_site: Callable[[], None],
) -> None:
    old = publish(candidate, facts, marts)
    new = publish(changed_candidate, facts, marts)
    # An operator goes back to the older release by hand.
    (marts / "current").unlink()
    (marts / "current").symlink_to(Path("releases") / old.release_id)
    assert clean_leftovers(marts) == []
    assert new.folder.is_dir() and current_release(marts) == old.folder


def test_an_expanded_link_is_told_and_a_dangling_one_is_healed(
    candidate: Candidate, facts: ReleaseFacts, marts: Path, no_site: Callable[[], None]
) -> None:
    (marts / "current").mkdir(parents=True)
    with pytest.raises(BrokenReleaseError, match="not a link"):
        publish(candidate, facts, marts)
    (marts / "current").rmdir()
    (marts / "current").symlink_to("releases/gone")
    with pytest.raises(BrokenReleaseError):
        current_release(marts)
    assert publish(candidate, facts, marts).folder == current_release(marts)


def test_a_candidate_that_changed_after_its_audit_is_refused(
    candidate: Candidate, facts: ReleaseFacts, marts: Path, no_site: Callable[[], None]
) -> None:
    first, *others = candidate.tables
    forged = replace(candidate, tables=(replace(first, sha256="0" * 64), *others))
    with pytest.raises(PublishError, match=first.file):
        publish(forged, facts, marts)
    assert current_manifest(marts) is None and list((marts / "releases").iterdir()) == []


def test_a_changed_file_of_a_release_is_found(
    candidate: Candidate, facts: ReleaseFacts, marts: Path, no_site: Callable[[], None]
) -> None:
    folder = publish(candidate, facts, marts).folder
    dictionary = folder / "DATA_DICTIONARY.md"
    dictionary.chmod(0o644)
    dictionary.write_text("changed", "utf-8")
    assert verify_release(folder) == ["DATA_DICTIONARY.md"]
