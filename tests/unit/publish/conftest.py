from __future__ import annotations

import shutil
import stat
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from orchestration.publish.candidate import Candidate, export_candidate
from orchestration.publish.manifest import CheckCount, InputFile, ReleaseFacts
from orchestration.publish.releases import publish
from tests.support.marts_fixture import SMALL, Rows, write_marts


@pytest.fixture(scope="session")
def facts() -> ReleaseFacts:
    return ReleaseFacts(
        created_at=datetime(2026, 1, 15, 8, 30, tzinfo=UTC),
        product_version="0.1.0",
        form_catalogue_hash="f" * 64,
        fingerprint={"inbox": {"2015": "a"}, "forms": "b"},
        git_revision="c" * 40,
        inputs=[InputFile("2015/001/a.xlsx", "d" * 64, datetime(2026, 1, 14, 17, 5, tzinfo=UTC))],
        check_counts={"block": CheckCount(passed=3, failed=1, findings=2)},
        run_id="run-1",
    )


@pytest.fixture(scope="session")
def database(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_marts(tmp_path_factory.mktemp("work") / "warehouse.duckdb", SMALL)


@pytest.fixture(scope="session")
def candidate(database: Path) -> Candidate:
    return export_candidate(database, database.parent / "candidate")


@pytest.fixture(scope="session")
def changed_candidate(tmp_path_factory: pytest.TempPathFactory) -> Candidate:
    """The same marts after a correction."""

    def correct(rows: Rows) -> None:
        rows["fct_scores"][0]["points"] = "1.5"

    folder = tmp_path_factory.mktemp("corrected")
    return export_candidate(write_marts(folder / "warehouse.duckdb", SMALL, correct), folder / "candidate")


@pytest.fixture
def marts(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "marts"
    yield folder
    remove_tree(folder)


@pytest.fixture(scope="session")
def release(
    tmp_path_factory: pytest.TempPathFactory, candidate: Candidate, facts: ReleaseFacts
) -> Iterator[Path]:
    """A published release, for tests that only read."""
    marts = tmp_path_factory.mktemp("published") / "marts"
    yield publish(candidate, facts, marts, check_titles={"content.text_in_amount": ("文字", "Text")}).folder
    remove_tree(marts)


@pytest.fixture
def no_site(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Releases without the page: for tests of the switch, which is not about it."""

    def leave_out() -> None:
        monkeypatch.setattr("orchestration.publish.releases.write_site", lambda *arguments: None)

    leave_out()
    return leave_out


def remove_tree(folder: Path) -> None:
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(stat.S_IRWXU)
    shutil.rmtree(folder, ignore_errors=True)
