"""One run of the job `full` in this process, watched.

What belongs here: calling Dagster and telling how it ended. What does not: deciding whether a run is needed
(`cli`).
"""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click
from rich.console import Console

from orchestration.instance import settle_environment
from orchestration.interruption import interrupts_noticed
from orchestration.progress import report
from orchestration.publish.releases import current_release
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.summary import print_summary
from orchestration.voice import Voice
from orchestration.watch import Watch

if TYPE_CHECKING:
    from dagster import ExecuteInProcessResult

EXIT_FAILED = 1
EXIT_INTERRUPTED = 130  # what shells give for SIGINT
FULL_JOB = "full"
_LINES_SHOWN = 6
_MEBIBYTE = 1 << 20
_NEEDED_MEBIBYTES = 64  # what a run over a small inbox leaves behind


def run_years(
    console: Console,
    errors: Console,
    voice: Voice,
    workspace: Workspace,
    years: Sequence[int],
    *,
    force: bool,
) -> None:
    """Run all stages for the fiscal years from the first to the last of `years` and print what came of it.

    The caller holds the run lock. Ends the command with exit code 1 when a stage failed.
    """
    if not years:
        errors.print(voice.lines("no_years"), highlight=False)
        raise click.exceptions.Exit(EXIT_FAILED)
    free = _free_mebibytes(workspace)
    if free < _NEEDED_MEBIBYTES:
        room = {"needed_mb": _NEEDED_MEBIBYTES, "free_mb": free}
        errors.print(
            voice.lines("disk_too_small", folder=workspace.root, **room), style="bold red", soft_wrap=True
        )
        raise click.exceptions.Exit(EXIT_FAILED)
    before = current_release(workspace.marts)
    watch = Watch(console, voice)
    try:
        with watch.watching():
            result = execute(workspace, years, force=force)
            failed_in = "" if result.success else watch.stage
    except KeyboardInterrupt:
        errors.print(
            voice.lines("interrupted", kept=_kept(voice, workspace)), style="bold red", soft_wrap=True
        )
        raise click.exceptions.Exit(EXIT_INTERRUPTED) from None
    except Exception as error:
        if _free_mebibytes(workspace):
            raise
        # Whatever ran out of room first, Dagster's own history included, says it in its own words.
        errors.print(voice.lines("disk_full", folder=workspace.root), style="bold red", soft_wrap=True)
        raise click.exceptions.Exit(EXIT_FAILED) from error
    _keep_durations(workspace, watch.seconds)
    release = current_release(workspace.marts)
    if not result.success:
        _tell_failure(errors, voice, workspace, result, failed_in or "start")
        raise click.exceptions.Exit(EXIT_FAILED)
    if release is None:
        raise RuntimeError("the run succeeded but published nothing")
    key = "published_unchanged" if release == before else "published"
    console.print(voice.lines(key, release=release.name), highlight=False, style="bold green", soft_wrap=True)
    print_summary(console, voice, workspace, release)


def execute(
    workspace: Workspace,
    years: Sequence[int] = (),
    *,
    job: str = FULL_JOB,
    force: bool = False,
    dbt_project: Path = DBT_PROJECT,
) -> ExecuteInProcessResult:
    """Run a job in this process; the run is kept in the workspace's history and shown in the web page.

    Args:
        workspace: the bureau's folder.
        years: the fiscal years from the first to the last of these; none for a stage that is not partitioned.
        job: `full`, or a stage.
        force: open every workbook and judge every year again.
        dbt_project: the methods; the shipped ones unless a test plants something.

    Raises:
        KeyboardInterrupt: somebody interrupted it, whatever Dagster or dbt made of that.
    """
    with interrupts_noticed() as is_interrupted:
        try:
            result = _execute(workspace, years, job, force, dbt_project)
        except BaseException as error:
            if is_interrupted():
                raise KeyboardInterrupt from error
            raise
        if is_interrupted() and not result.success:
            raise KeyboardInterrupt
    return result


def _execute(
    workspace: Workspace, years: Sequence[int], job: str, force: bool, dbt_project: Path
) -> ExecuteInProcessResult:
    report("start")
    settle_environment(workspace)
    from dagster import DagsterInstance

    from orchestration.build import build_defs
    from orchestration.history import kept_open
    from orchestration.ingest.pool import prepare_readers
    from orchestration.partitions import range_tags
    from orchestration.resources.run import FORCE_TAG

    prepare_readers()
    tags = {FORCE_TAG: "true"} if force else {}
    if years:
        tags |= range_tags(years)
    with kept_open(workspace.dagster_home), DagsterInstance.get() as instance:
        definitions = build_defs(workspace, dbt_project=dbt_project, lock_wait_seconds=0)
        return definitions.resolve_job_def(job).execute_in_process(
            instance=instance,
            tags=tags,
            run_config={"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}},
            raise_on_error=False,
        )


def _free_mebibytes(workspace: Workspace) -> int:
    """Whole mebibytes free on the workspace's disk."""
    return shutil.disk_usage(workspace.root).free // _MEBIBYTE


def _tell_failure(
    errors: Console, voice: Voice, workspace: Workspace, result: ExecuteInProcessResult, stage: str
) -> None:
    errors.print(
        voice.lines("failed", stage=voice.line(f"stage_{stage}"), kept=_kept(voice, workspace)),
        highlight=False,
        style="bold red",
    )
    for reason in failure_reasons(result):
        errors.print(reason, markup=False, highlight=False, soft_wrap=True)
    errors.print(voice.lines("failed_where", log=workspace.dagster_home), highlight=False, soft_wrap=True)


def _kept(voice: Voice, workspace: Workspace) -> str:
    current = current_release(workspace.marts)
    return voice.line("kept_release", release=current.name) if current else voice.line("kept_nothing")


def failure_reasons(result: ExecuteInProcessResult) -> list[str]:
    """Why a run failed: what its blocking checks say, then the errors of the steps that failed otherwise."""
    failed_checks = [
        check
        for check in result.get_asset_check_evaluations()
        if not check.passed and check.severity.value == "ERROR"
    ]
    reasons = [
        f"{check.asset_key.to_user_string()} {check.check_name}: {check.description or ''}".rstrip(": ")
        for check in failed_checks
    ]
    for event in result.all_events:
        error = event.step_failure_data.error if event.is_step_failure else None
        if error is not None and error.cls_name != "DagsterAssetCheckFailedError":
            reasons.append(f"{event.step_key}: {_head((error.cause or error).message)}")
    return list(dict.fromkeys(reasons))


def _head(message: str) -> str:
    """The beginning of an error's message; the whole of it is in the run's log."""
    lines = [line.rstrip() for line in message.strip().splitlines() if line.strip()]
    shown = lines[:_LINES_SHOWN]
    return "\n".join(shown if len(shown) == len(lines) else [*shown, "…"])


def _keep_durations(workspace: Workspace, seconds: dict[str, float]) -> None:
    """Leave the durations of the stages where a benchmark finds them."""
    rounded = {stage: round(value, 2) for stage, value in seconds.items()}
    (workspace.work / "last_run_seconds.json").write_text(json.dumps(rounded), encoding="utf-8")
