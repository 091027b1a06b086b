"""The command: what it prints, what it refuses, and its exit codes."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.resources.paths import Workspace
from tests.support.workspaces import change, release_bytes, replace_text, rows, workbook_of
from tests.unit.orchestration.test_run_lock import other_process


def bpw(workspace: Workspace, *arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["--workspace", str(workspace.root), "--language", language, *arguments])


def test_a_run_with_nothing_changed_opens_nothing_and_publishes_nothing(
    province: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = release_bytes(province)
    warehouse = province.warehouse.stat().st_mtime_ns
    code = (
        "import sys\n"
        "from orchestration.cli import main\n"
        "try:\n    main()\nfinally:\n"
        "    heavy = {'dagster', 'dbt', 'great_expectations', 'python_calamine'} & set(sys.modules)\n"
        "    print('imported:', sorted(heavy))\n"
    )
    started = time.monotonic()
    answer = subprocess.run(
        [sys.executable, "-c", code, "--workspace", str(province.root), "--language", "en", "run"],
        capture_output=True,
        text=True,
        cwd=Path(__file__).parents[2],
    )

    assert answer.returncode == 0, answer.stderr
    assert "nothing changed" in answer.stdout
    assert "imported: []" in answer.stdout
    assert time.monotonic() - started < 15
    assert release_bytes(province) == before
    assert province.warehouse.stat().st_mtime_ns == warehouse


def test_a_touched_or_renamed_workbook_is_no_change(province: Workspace) -> None:
    workbook = next(path for path in province.inbox.rglob("*.xlsx"))
    os.utime(workbook.rename(workbook.with_name("改名.xlsx")))

    answer = bpw(province, "run")

    assert (answer.exit_code, "nothing changed" in answer.output) == (0, True), answer.output


def test_versions_in_another_order_are_a_change_and_the_later_one_counts(province: Workspace) -> None:
    """A copy of the inbox that lost its times of change must not pass for the inbox that was published."""
    original = workbook_of(province, "project_list", 2014, "301")
    corrected = f"{original.removesuffix('.xlsx')}（更正）.xlsx"
    note = replace_text("2014年度项目支出预算及执行情况表", "2014年度项目支出预算及执行情况表 ")
    change(province, original, note, corrected)

    def run(original_at: int, corrected_at: int) -> tuple[str, list[str]]:
        os.utime(province.inbox / original, (original_at, original_at))
        os.utime(province.inbox / corrected, (corrected_at, corrected_at))
        answer = bpw(province, "run")
        assert answer.exit_code == 0, answer.output
        held = rows(province, "select given from quality.findings where check_code = 'receive.superseded'")
        return answer.output, [row["given"] for row in held]

    assert run(1_500_000_000, 1_500_000_010)[1] == [Path(original).name]
    touched, _ = run(1_500_000_005, 1_500_000_020)
    assert "nothing changed" in touched
    turned, held = run(1_500_000_030, 1_500_000_020)
    assert "nothing changed" not in turned
    assert held == [Path(corrected).name]
    staged = (
        "select distinct relative_path from staging.stg_project_list"
        " join raw.submissions using (submission_id)"
    )
    assert original in {row["relative_path"] for row in rows(province, staged)}
    assert "nothing changed" in bpw(province, "run").output


def test_a_second_run_is_told_who_holds_the_workspace(province: Workspace) -> None:
    with other_process(province.run_lock) as other:
        answer = bpw(province, "run")

    assert answer.exit_code == 3
    assert str(other.pid) in answer.output


def test_years_outside_the_warehouse_are_refused(province: Workspace) -> None:
    answer = bpw(province, "run", "--year", "1066")

    assert answer.exit_code == 2
    assert "1066" in answer.output


@pytest.mark.parametrize("language", ["zh", "en", "both"])
@pytest.mark.parametrize(
    "arguments",
    [
        ["status"],
        ["findings"],
        ["forms"],
        ["releases"],
        ["sql", "select count(*) from dim_regions"],
        ["--help"],
    ],
)
def test_every_report_prints_in_every_language(
    province: Workspace, arguments: list[str], language: str
) -> None:
    answer = bpw(province, *arguments, language=language)

    assert answer.exit_code == 0, answer.output
    assert answer.output.strip()


def test_sql_reads_the_release_and_cannot_write_it(province: Workspace) -> None:
    read = bpw(province, "sql", "--csv", "select distinct fiscal_year from rpt_coverage_board order by 1")
    written = bpw(province, "sql", "create table marts.mine (a int)")
    broken = bpw(province, "sql", "select nonsense")

    assert (read.exit_code, read.output) == (0, "fiscal_year\n2013\n2014\n")
    assert (written.exit_code, broken.exit_code) == (1, 1)


def test_an_inbox_that_became_empty_is_not_filled_with_a_sample(province: Workspace) -> None:
    before = release_bytes(province)
    province.inbox.rename(province.root / "elsewhere")

    answer = bpw(province, "run")

    assert answer.exit_code == 1
    assert "mounted" in answer.output
    assert not any(province.inbox.iterdir())
    assert release_bytes(province) == before


def test_nothing_published_is_said_and_has_its_own_exit_code(tmp_path: Path) -> None:
    answer = bpw(Workspace(tmp_path), "sql", "select 1")

    assert answer.exit_code == 4
    assert "bpw run" in answer.output


def test_the_sample_is_not_mixed_with_what_was_filed(province: Workspace) -> None:
    answer = bpw(province, "sample")

    assert answer.exit_code == 1


def test_the_sample_of_a_size_is_written_whole(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "data")
    answer = bpw(
        workspace, "sample", "--counties", "1", "--departments", "1", "--units", "1", "--year", "2014"
    )

    assert answer.exit_code == 0, answer.output
    assert [folder.name for folder in workspace.inbox.iterdir()] == ["2014"]
    assert (workspace.sample_truth / "defects.csv").is_file()
