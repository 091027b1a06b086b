"""Stage 8, return: whoever filed a workbook gets a copy with each finding on its own cell.

What belongs here: the asset. What does not: writing comments into workbooks (`publish/return_workbooks`).
"""

import time

import duckdb
from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, MaterializeResult, asset

from expectations.catalogue import load
from orchestration.assets.policy import FILE_RETRIES, RETURN, numbers
from orchestration.assets.publish import RELEASE_KEY
from orchestration.progress import report
from orchestration.publish.errors import PublishError
from orchestration.publish.releases import current_database
from orchestration.resources.paths import Workspace
from orchestration.resources.run import FORCE_TAG, WorkspaceRun

RETURNED_KEY = AssetKey(["release", "returned_workbooks"])


def returned_asset() -> AssetsDefinition:
    """Annotated copies of the submitters' own workbooks."""

    @asset(
        key=RETURNED_KEY,
        deps=[RELEASE_KEY],
        group_name=RETURN,
        kinds={"excel"},
        retry_policy=FILE_RETRIES,
        description="Copies of filed workbooks with each finding as a comment on its cell, and a list. "
        "带批注的报表副本与问题清单，退回报送单位。",
    )
    def returned(context: AssetExecutionContext, run: WorkspaceRun) -> MaterializeResult[None]:
        started = time.monotonic()
        report(RETURN)
        again = context.run.tags.get(FORCE_TAG) == "true"
        workbooks, findings = return_workbooks(run.workspace, again=again)
        seconds = time.monotonic() - started
        return MaterializeResult(metadata=numbers(workbooks=workbooks, findings=findings, seconds=seconds))

    return returned


def return_workbooks(workspace: Workspace, *, again: bool = False) -> tuple[int, int]:
    """Write the annotated copies of the current release's findings, unless they are those already written.

    Returns:
        How many workbooks were written, and how many findings they bear.

    Raises:
        PublishError: nothing is published.
    """
    from orchestration.publish.return_workbooks import read_findings, write_returned

    database = current_database(workspace.marts)
    if database is None:
        raise PublishError.about("missing_candidate_file", file=workspace.current)
    release = database.parent.name
    note = workspace.work / "returned_release.txt"
    if not again and note.is_file() and note.read_text(encoding="utf-8") == release:
        return 0, 0
    note.unlink(missing_ok=True)
    checks = load()
    with duckdb.connect(str(database), read_only=True) as connection:
        findings, submissions = read_findings(
            connection,
            fixes={code: (check.fix_zh, check.fix_en) for code, check in checks.items()},
            titles={code: (check.title_zh, check.title_en) for code, check in checks.items()},
        )
    written = write_returned(findings, submissions, workspace.inbox, workspace.returned)
    note.write_text(release, encoding="utf-8")
    return len(written), sum(workbook.findings for workbook in written)
