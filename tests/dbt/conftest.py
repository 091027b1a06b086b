"""One dbt build over a random small province, shared by the tests of this folder."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from orchestration.dbt_runner import DbtProject
from orchestration.resources.paths import Workspace
from tests.support.mini_province import MiniProvince, generate
from tests.support.mini_rows import write
from tests.support.planted_departments import plant
from tests.support.raw_store import RawStore

RANDOMNESS = 396


@pytest.fixture(scope="session")
def mini_province() -> MiniProvince:
    province = generate(RANDOMNESS)
    plant(province)
    return province


@pytest.fixture(scope="session")
def built(mini_province: MiniProvince, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The working database after a successful build."""
    workspace = Workspace(tmp_path_factory.mktemp("province"))
    workspace.make()
    write(mini_province, RawStore(workspace.warehouse))
    outcome = DbtProject(workspace).build([])
    assert outcome.success, outcome.failures
    return workspace.warehouse


@pytest.fixture(scope="session")
def scoring_work(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """One workspace for all schemes that are scored outside a release: dbt parses the project once."""
    return tmp_path_factory.mktemp("scoring")


@pytest.fixture
def marts(built: Path):
    with duckdb.connect(str(built), read_only=True) as connection:
        yield connection
