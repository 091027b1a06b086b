"""Schedules, off until someone turns them on.

What belongs here: when a run starts by the clock. What does not: starting because workbooks changed
(`sensors`).
"""

from collections.abc import Iterator

from dagster import (
    DefaultScheduleStatus,
    RunRequest,
    ScheduleDefinition,
    ScheduleEvaluationContext,
    SkipReason,
    schedule,
)

from orchestration.fingerprint import scan_workspace
from orchestration.partitions import range_tags
from orchestration.resources.paths import Workspace

_EACH_NIGHT = "0 2 * * *"
_TIME_ZONE = "Asia/Shanghai"  # the one civil time of the bureaus this is for


def nightly(workspace: Workspace, job_name: str) -> ScheduleDefinition:
    """One run a night over all fiscal years of the inbox."""

    @schedule(
        name="nightly_full",
        cron_schedule=_EACH_NIGHT,
        job_name=job_name,
        execution_timezone=_TIME_ZONE,
        default_status=DefaultScheduleStatus.STOPPED,
        description="Every night: all fiscal years of the inbox. 每晚运行收件夹中的全部年度。",
    )
    def nightly_full(context: ScheduleEvaluationContext) -> Iterator[RunRequest | SkipReason]:
        years = sorted({file.fiscal_year for file in scan_workspace(workspace) if file.fiscal_year})
        if years:
            yield RunRequest(tags=range_tags(years))
        else:
            yield SkipReason("the inbox holds no workbook")

    return nightly_full
