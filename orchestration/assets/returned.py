"""Stage 8, return: whoever filed a workbook gets a copy with each finding on its own cell.

What belongs here: the asset. What does not: which findings are answered (`returned`).
"""

import time

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, MaterializeResult, asset

from orchestration.assets.policy import FILE_RETRIES, RETURN, numbers
from orchestration.assets.publish import RELEASE_KEY
from orchestration.progress import report
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
        from orchestration.returned import return_workbooks

        workbooks, findings = return_workbooks(run.workspace, again=again)
        seconds = time.monotonic() - started
        return MaterializeResult(metadata=numbers(workbooks=workbooks, findings=findings, seconds=seconds))

    return returned
