"""A run may die at any moment: readers keep a whole release, and the next run completes."""

from __future__ import annotations

import signal
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.assets.policy import AUDIT, CHECK, COMPUTE, LOAD, PUBLISH, RECEIVE, RETURN
from orchestration.publish.releases import current_release, verify_release
from orchestration.resources.paths import Workspace
from orchestration.run import execute, failure_reasons
from orchestration.run_lock import run_lock
from tests.support.workspaces import change, release_bytes, workbook_of

YEAR = 2014

DIE = """
import os, signal, sys
from pathlib import Path
from orchestration import progress
from orchestration.resources.paths import Workspace
from orchestration.run import execute

def die_at(step):
    if (step.stage, step.note) == (stage, step.note if note == "*" else note):
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    root, stage, note, year = sys.argv[1:]
    with progress.listening(die_at):
        execute(Workspace(Path(root)), [int(year)])
"""


def die(workspace: Workspace, script: Path, stage: str, note: str = "*") -> None:
    """Run in another process that kills itself at the first report of a stage (with this note)."""
    script.write_text(DIE, encoding="utf-8")
    answer = subprocess.run(
        [sys.executable, str(script), str(workspace.root), stage, note, str(YEAR)],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
        env={**_environment(), "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert answer.returncode == -signal.SIGKILL, answer.stderr


def _environment() -> dict[str, str]:
    import os

    return dict(os.environ)


def test_killed_at_every_stage_the_last_release_stays_and_the_next_run_completes(
    province: Workspace, tmp_path: Path
) -> None:
    before = release_bytes(province)
    change(province, workbook_of(province, "county_base_data", YEAR), another_number)

    for stage in (RECEIVE, LOAD, CHECK, COMPUTE, AUDIT, PUBLISH):
        die(province, tmp_path / "die.py", stage)
        assert release_bytes(province) == before, stage
        with run_lock(province.run_lock, "test"):
            pass

    # Within publishing: built but not announced, announced but not cleaned up.
    die(province, tmp_path / "die.py", PUBLISH, "rename")
    assert current_release(province.marts) == province.releases / Path(before["current"]).name
    die(province, tmp_path / "die.py", PUBLISH, "switch")
    switched = current_release(province.marts)
    assert switched is not None
    assert verify_release(switched) == []
    assert switched.name != Path(before["current"]).name
    die(province, tmp_path / "die.py", RETURN)

    result = execute(province, [YEAR])

    assert result.success, failure_reasons(result)
    assert current_release(province.marts) == switched
    assert {path.name for path in province.releases.iterdir()} == {
        switched.name,
        Path(before["current"]).name,
    }


def test_a_reader_of_the_old_release_is_not_disturbed(province: Workspace) -> None:
    import duckdb

    old = current_release(province.marts)
    assert old is not None
    with duckdb.connect(str(old / "budget_performance.duckdb"), read_only=True) as reader:
        before = reader.execute("select count(*) from marts.fct_final_accounts").fetchone()
        change(province, workbook_of(province, "county_base_data", YEAR), another_number)
        result = execute(province, [YEAR])
        assert result.success, failure_reasons(result)
        assert current_release(province.marts) != old
        assert reader.execute("select count(*) from marts.fct_final_accounts").fetchone() == before
    assert verify_release(old) == []


def another_number(sheet: Worksheet) -> None:
    """One person more among the total population."""
    for cells in sheet.iter_rows():
        if any(cell.value == "年末总人口" for cell in cells):
            number = next(cell for cell in cells[2:] if isinstance(cell.value, int))
            number.value += 1
            return
    pytest.fail("no total population")
