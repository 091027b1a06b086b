"""One small province, run once; each test gets it as it stood after that run.

The workspace stays at one path for the whole session: dbt's parse is kept beside it and holds for that path
only.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from orchestration.resources.paths import Workspace
from orchestration.run import execute, failure_reasons
from orchestration.sample import SampleSize, write_sample

SMALL = SampleSize(
    counties=3,
    departments=2,
    units_per_department=1,
    years=(2013, 2014),
    projects_per_department=3,
    with_defects=False,
)


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Workspace, Path]]:
    """A workspace with a release, and a copy of it to go back to."""
    environment = dict(os.environ)
    root = tmp_path_factory.mktemp("province")
    workspace = Workspace(root / "data")
    workspace.make()
    write_sample(workspace.inbox, SMALL)
    result = execute(workspace, SMALL.years)
    assert result.success, "\n".join(failure_reasons(result))
    baseline = root / "baseline"
    shutil.copytree(workspace.root, baseline, symlinks=True)
    yield workspace, baseline
    os.environ.clear()
    os.environ.update(environment)


@pytest.fixture
def province(published: tuple[Workspace, Path]) -> Workspace:
    """The small province with its first release, as if nothing had happened since."""
    return as_published(published)


def as_published(published: tuple[Workspace, Path]) -> Workspace:
    """The workspace of `published`, brought back to what it was after its first release."""
    workspace, baseline = published
    remove_tree(workspace.root)
    shutil.copytree(baseline, workspace.root, symlinks=True)
    return workspace


def remove_tree(folder: Path) -> None:
    """Remove a folder with releases in it, which are read-only."""
    for path in [folder, *folder.rglob("*")]:
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    shutil.rmtree(folder)
