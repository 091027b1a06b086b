"""What each stage last finished on, and the refusal to start a stage on input its predecessor did not pass.

What belongs here: `quality.stage_state`. Dagster's blocking checks guard within one run; this guards between
runs, so that a job of a single stage, a killed run or a backfill of one year cannot carry unchecked rows
onward.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from orchestration.fingerprint import checks_hash
from orchestration.resources import recomputes
from orchestration.resources import warehouse as store
from orchestration.resources.registry import year_states
from orchestration.resources.warehouse import Warehouse

CONTENT = "content"
"""The rules ran and their findings are written."""
CHECKED = "check"
"""The quarantine follows from them: what is left may be computed on."""
AUDITED = "audit"
"""The candidate marts may be published."""

_NO_YEAR = 0
_TEST_STATUS = {"pass": "passed", "warn": "failed", "fail": "failed", "error": "failed"}


class StageOrderError(RuntimeError):
    """A stage was started on input that the stage before it has not finished on."""


def due_years(warehouse: Warehouse, stage: str) -> dict[int, str]:
    """Fiscal years whose content or checks moved since `stage` last finished on them, with the state to note
    when done.

    Checks compare a year with the years around it, so all years are due as soon as one is. Years that are
    gone have the state ''.
    """
    checks = checks_hash()
    states = {year: f"{state} {checks}" for year, state in year_states(warehouse).items()}
    finished = _finished(warehouse, stage)
    if states == {year: state for year, state in finished.items() if state}:
        return {}
    return {**dict.fromkeys(finished, ""), **states}


def check_reasons(warehouse: Warehouse, states: Mapping[int, str]) -> dict[int, str]:
    """Why each of some fiscal years is judged, from what its content was last judged on."""
    finished = _finished(warehouse, CONTENT)
    rows = warehouse.rows("select distinct fiscal_year from quality.recomputes where stage = 'check'")
    begun = {row["fiscal_year"] for row in rows}
    return {
        year: _check_reason(finished.get(year, ""), state, year in begun)
        for year, state in states.items()
        if state
    }


def _check_reason(before: str, state: str, was_begun: bool) -> str:
    if not before:
        return recomputes.NOT_FINISHED if was_begun else recomputes.FIRST_TIME
    (content, checks), (content_before, checks_before) = state.split(), before.split()
    if content != content_before:
        return recomputes.ROWS_CHANGED
    return recomputes.CHECKS_CHANGED if checks != checks_before else recomputes.OTHER_YEAR_CHANGED


def note_finished(warehouse: Warehouse, stage: str, run_id: str, states: Mapping[int, str]) -> None:
    """Note that a stage finished on these states of fiscal years."""
    _note(warehouse, stage, run_id, states)


def begin(warehouse: Warehouse, *stages: str) -> None:
    """Forget that stages ever finished: until they do again, nothing after them may start."""
    with warehouse.transaction() as connection:
        connection.execute("delete from quality.stage_state where list_contains(?, stage)", [list(stages)])


def require_finished(warehouse: Warehouse, stage: str) -> None:
    """Refuse to go on while a fiscal year holds rows that `stage` has not finished on.

    Raises:
        StageOrderError: names the years.
    """
    due = [year for year, state in due_years(warehouse, stage).items() if state]
    if due:
        years = ", ".join(str(year) for year in sorted(due))
        raise StageOrderError(
            f"fiscal years {years} hold rows that were not checked yet: run the job `check`, or `full`. "
            f"{years} 年度的数据尚未核验：请先运行 check 或 full 作业。"
        )


def note_audited(warehouse: Warehouse, run_id: str, content_sha256: str) -> None:
    """Note that the candidate of this content passed its audit."""
    _note(warehouse, AUDITED, run_id, {_NO_YEAR: content_sha256})


def require_audited(warehouse: Warehouse, content_sha256: str) -> None:
    """Refuse to publish a candidate other than the one that passed its audit.

    Raises:
        StageOrderError: the candidate was not audited, or its audit failed.
    """
    if _finished(warehouse, AUDITED).get(_NO_YEAR) != content_sha256:
        raise StageOrderError(
            "the candidate did not pass its audit: run the job `audit`, or `full`. "
            "候选数据未通过发布前审核：请先运行 audit 或 full 作业。"
        )


def write_model_results(warehouse: Warehouse, run_id: str, events: Iterable[Mapping[str, Any]]) -> None:
    """Keep the results of dbt's tests as gate G3 of `quality.check_results`, replacing those of the last
    build."""
    rows = [_test_row(run_id, event["data"]) for event in events if event["info"]["name"] == "LogTestResult"]
    with warehouse.transaction() as connection:
        connection.execute("delete from quality.check_results where gate = 'G3'")
        store.insert(connection, "quality.check_results", store.CHECK_RESULTS, rows)


def _test_row(run_id: str, data: Mapping[str, Any]) -> dict[str, object]:
    status = str(data["status"])
    return {
        "run_id": run_id,
        "gate": "G3",
        "check_code": data["node_info"]["node_name"],
        "form_code": "",
        "fiscal_year": None,
        "submitter_code": "",
        "subject_code": "",
        "submission_id": "",
        "evaluated_count": 1,
        "violation_count": int(data.get("num_failures", 0)),
        "excused_count": 0,
        "severity": "warning" if status == "warn" else "block",
        "status": _TEST_STATUS.get(status, status),
        "is_in_force": True,
        "detail": "",
    }


def _finished(warehouse: Warehouse, stage: str) -> dict[int, str]:
    rows = warehouse.rows("select fiscal_year, fingerprint from quality.stage_state where stage = ?", [stage])
    return {row["fiscal_year"]: row["fingerprint"] for row in rows}


def _note(warehouse: Warehouse, stage: str, run_id: str, states: Mapping[int, str]) -> None:
    now = datetime.now(UTC).replace(tzinfo=None)
    years: Sequence[int] = list(states)
    rows = [
        {"stage": stage, "fiscal_year": year, "fingerprint": state, "run_id": run_id, "finished_at": now}
        for year, state in states.items()
    ]
    with warehouse.transaction() as connection:
        connection.execute(
            "delete from quality.stage_state where stage = ? and list_contains(?, fiscal_year)",
            [stage, years],
        )
        store.insert(connection, "quality.stage_state", store.STAGE_STATE, rows)
