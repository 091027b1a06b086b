"""The sensor on the inbox: new, changed and withdrawn workbooks start a run.

What belongs here: what changed since the last tick. What does not: what a run does about it. Content decides,
not time: a file that was only touched starts nothing, and unchanged files are not hashed again.
"""

import json
import time
from collections.abc import Iterator, Mapping

from dagster import (
    DefaultSensorStatus,
    RunRequest,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from orchestration.fingerprint import scan_workspace
from orchestration.inbox import inbox_fingerprints
from orchestration.partitions import range_tags
from orchestration.resources.paths import Workspace

_SECONDS_BETWEEN_LOOKS = 60
_SECONDS_TO_SETTLE = 5
_HASH_SHOWN = 16


def workbooks(workspace: Workspace, job_name: str) -> SensorDefinition:
    """One run per stretch of neighbouring fiscal years whose workbooks changed."""

    @sensor(
        name="workbooks",
        job_name=job_name,
        minimum_interval_seconds=_SECONDS_BETWEEN_LOOKS,
        default_status=DefaultSensorStatus.STOPPED,
        description="New, changed or withdrawn workbooks in the inbox. 收件夹中报表新增、变更或撤回时触发。",
    )
    def workbooks(context: SensorEvaluationContext) -> SensorResult | SkipReason:
        files = scan_workspace(workspace)
        if any(time.time() - file.modified_seconds < _SECONDS_TO_SETTLE for file in files):
            return SkipReason("a workbook is being written just now")
        cursor = json.loads(context.cursor) if context.cursor else {"changes": 0, "years": {}}
        found = inbox_fingerprints(files)
        requests = list(run_requests(cursor["years"], found, cursor["changes"]))
        if not requests:
            return SkipReason("no workbook was filed, changed or withdrawn")
        cursor = {"changes": cursor["changes"] + 1, "years": found}
        return SensorResult(run_requests=requests, cursor=json.dumps(cursor, sort_keys=True))

    return workbooks


def run_requests(seen: Mapping[str, str], found: Mapping[str, str], changes: int) -> Iterator[RunRequest]:
    """Requests for the fiscal years whose hash differs; files outside the layout (year '') ride along with
    any run.

    Args:
        seen: fiscal year → hash at the last tick.
        found: fiscal year → hash now.
        changes: how many changes were seen before; tells a return to earlier content from that content's
            first coming.
    """
    changed = sorted(int(year) for year in {*seen, *found} if year and seen.get(year) != found.get(year))
    for years in _stretches(changed):
        hashes = "-".join(found.get(str(year), "withdrawn")[:_HASH_SHOWN] for year in years)
        span = str(years[0]) if len(years) == 1 else f"{years[0]}..{years[-1]}"
        # A range even for one year: such runs look the same in the run list, whatever their length.
        yield RunRequest(run_key=f"{span}:{hashes}:{changes}", tags=dict(range_tags(years)))


def _stretches(years: list[int]) -> list[list[int]]:
    stretches: list[list[int]] = []
    for year in years:
        if stretches and year == stretches[-1][-1] + 1:
            stretches[-1].append(year)
        else:
            stretches.append([year])
    return stretches
