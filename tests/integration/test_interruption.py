"""A run may die at any moment: readers keep a whole release, and the next run completes."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.assets.policy import AUDIT, CHECK, COMPUTE, LOAD, PUBLISH, RECEIVE, RETURN
from orchestration.jobs import FULL, JOB_OF_STAGE
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

root, job, stage, note, years = sys.argv[1:]

def die_at(step):
    if step.stage == stage and note in ("*", step.note):
        os.kill(os.getpid(), signal.SIGKILL)

if __name__ == "__main__":
    with progress.listening(die_at):
        execute(Workspace(Path(root)), [int(year) for year in years.split()], job=job)
"""


def die(workspace: Workspace, script: Path, job: str, stage: str, note: str = "*") -> None:
    """Run a job in another process that kills itself at the first report of a stage (with this note)."""
    script.write_text(DIE, encoding="utf-8")
    years = str(YEAR) if job in (FULL, RECEIVE, LOAD) else ""
    answer = subprocess.run(
        [sys.executable, str(script), str(workspace.root), job, stage, note, years],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )
    assert answer.returncode == -signal.SIGKILL, answer.stderr


def test_killed_at_every_stage_the_last_release_stays_and_the_next_run_completes(
    province: Workspace, tmp_path: Path
) -> None:
    script = tmp_path / "die.py"
    before = release_bytes(province)
    old = Path(before["current"]).name
    change(province, workbook_of(province, "county_base_data", YEAR), another_number)

    for stage in (RECEIVE, LOAD, CHECK, COMPUTE):
        die(province, script, FULL, stage)
        assert release_bytes(province) == before, stage
        with run_lock(province.run_lock, "test"):
            pass
    # What was loaded and checked before the death need not be done again.
    completed = execute(province, job=COMPUTE)
    assert completed.success, failure_reasons(completed)
    die(province, script, AUDIT, AUDIT)
    assert execute(province, job=AUDIT).success
    die(province, script, PUBLISH, PUBLISH, "rename")
    assert release_bytes(province)["current"] == before["current"]
    die(province, script, PUBLISH, PUBLISH, "switch")
    switched = current_release(province.marts)
    assert switched is not None
    assert verify_release(switched) == []
    assert switched.name != old
    die(province, script, JOB_OF_STAGE[RETURN], RETURN)

    result = execute(province, [YEAR])

    assert result.success, failure_reasons(result)
    assert current_release(province.marts) == switched
    assert {path.name for path in province.releases.iterdir()} == {switched.name, old}


def another_number(sheet: Worksheet) -> None:
    """One person more among the total population."""
    for cells in sheet.iter_rows():
        if any(cell.value == "年末总人口" for cell in cells):
            number = next(cell for cell in cells[2:] if isinstance(cell.value, int))
            number.value += 1
            return
    pytest.fail("no total population")
