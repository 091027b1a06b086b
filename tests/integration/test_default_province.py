"""The sample province as `make run` makes it: what the README shows, every planted defect and no other."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from orchestration.resources.paths import PACKAGE_ROOT, WORKSPACE_VARIABLE, Workspace
from tests.support.readme import answer, examples

# The command as `make` writes it: its reader processes start by importing it again.
LAUNCHER = Path(sys.executable).with_name("bpw")
READMES = [PACKAGE_ROOT / "README.md", PACKAGE_ROOT / "README.zh-CN.md"]


def bpw(workspace: Workspace, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [str(LAUNCHER), *arguments],
        cwd=PACKAGE_ROOT,
        env={**os.environ, WORKSPACE_VARIABLE: str(workspace.root)},
        capture_output=True,
        text=True,
        check=False,
    )


@pytest.fixture(scope="module")
def default_province(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    workspace = Workspace(tmp_path_factory.mktemp("default"))
    done = bpw(workspace, "run")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "894" in done.stdout
    return workspace


@pytest.fixture(scope="module")
def release(default_province: Workspace) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect(str(default_province.current / "budget_performance.duckdb"), read_only=True)
    connection.execute("use marts")
    return connection


@pytest.mark.parametrize("readme", READMES, ids=lambda path: path.name)
def test_worked_examples_give_what_the_readme_shows(readme: Path, release: duckdb.DuckDBPyConnection) -> None:
    shown = list(examples(readme))
    assert len(shown) >= 5
    for sql, table in shown:
        assert answer(release, sql) == table, sql


def planted(workspace: Workspace) -> list[dict[str, str]]:
    with (workspace.sample_truth / "defects.csv").open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


def test_every_planted_defect_is_found_at_its_place(
    default_province: Workspace, release: duckdb.DuckDBPyConnection
) -> None:
    missed = []
    for defect in planted(default_province):
        found = release.execute(
            "select sheet, cell from fct_findings where check_code = ? and fiscal_year = ? "
            "and (relative_path = ? or submitter_code = ?)",
            [
                defect["check_code"],
                int(defect["fiscal_year"]),
                defect["relative_path"],
                defect["submitter_code"],
            ],
        ).fetchall()
        places = {(sheet or "", cell or "") for sheet, cell in found}
        if not found or (defect["cell"] and (defect["sheet"], defect["cell"]) not in places):
            missed.append((defect["defect_id"], defect["check_code"], defect["cell"], sorted(places)))
    assert not missed


def test_nothing_is_found_that_was_not_planted(
    default_province: Workspace, release: duckdb.DuckDBPyConnection
) -> None:
    allowed = set()
    for defect in planted(default_province):
        codes = {defect["check_code"], *defect["consequences"].split()}
        allowed |= {(code, int(defect["fiscal_year"])) for code in codes}
    rows = release.execute(
        "select distinct check_code, fiscal_year from fct_findings "
        "where severity in ('block', 'error', 'warning')"
    ).fetchall()
    assert set(rows) <= allowed


def test_a_second_run_opens_nothing_and_publishes_nothing(default_province: Workspace) -> None:
    before = sorted(path.name for path in default_province.releases.iterdir())
    done = bpw(default_province, "--language", "en", "run")
    assert done.returncode == 0
    assert "nothing changed" in done.stdout.lower()
    assert sorted(path.name for path in default_province.releases.iterdir()) == before


def test_sql_command_reads_the_release(default_province: Workspace) -> None:
    done = bpw(default_province, "sql", "--csv", "select count(*) as n from marts.dim_schemes")
    assert done.returncode == 0
    assert done.stdout.split() == ["n", "3"]
