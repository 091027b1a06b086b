"""The sensor on the inbox: new, changed and withdrawn workbooks start a run.

What belongs here: what changed since the last tick. What does not: what a run does about it. Content decides,
not time: a file that was only touched starts nothing, and unchanged files are not hashed again. The exception
are two versions of one form, of which the later counts: there a new order starts a run.
"""

import hashlib
import json
import time
from collections.abc import Iterable, Iterator, Mapping, Sequence

from dagster import (
    DefaultSensorStatus,
    RunRequest,
    SensorDefinition,
    SensorEvaluationContext,
    SensorResult,
    SkipReason,
    sensor,
)

from orchestration.fingerprint import published_versions, scan_workspace
from orchestration.inbox import InboxFile, Version, current_order, inbox_fingerprints
from orchestration.partitions import range_tags
from orchestration.publish.releases import published_fingerprint
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
        moved = moved_versions(published_versions(published_fingerprint(workspace.marts)), files)
        asked = {year: pairs for year, pairs in moved.items() if cursor.get("moved", {}).get(year) != pairs}
        wanted = {
            year: f"{asked[year]} {hashed}" if year in asked else hashed for year, hashed in found.items()
        }
        requests = list(run_requests(cursor["years"], wanted, cursor["changes"]))
        if not requests:
            return SkipReason("no workbook was filed, changed or withdrawn")
        cursor = {"changes": cursor["changes"] + 1, "years": found, "moved": moved}
        return SensorResult(run_requests=requests, cursor=json.dumps(cursor, sort_keys=True))

    return workbooks


def moved_versions(published: Iterable[Version], files: Sequence[InboxFile]) -> dict[str, str]:
    """Fiscal year → hash of the versions whose order is no longer that of the release.

    Args:
        published: (earlier, later) as the current release was made of them.
        files: all files of the inbox.
    """
    before = set(published)
    years = {file.submission_id: str(file.fiscal_year) for file in files if file.fiscal_year is not None}
    moved: dict[str, str] = {}
    for pair in current_order(before, files):
        if pair not in before and pair[0] in years:
            moved[years[pair[0]]] = moved.get(years[pair[0]], "") + "\n".join(pair) + "\n"
    return {year: hashlib.sha256(pairs.encode()).hexdigest() for year, pairs in moved.items()}


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
