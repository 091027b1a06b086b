"""Returned workbooks of a workspace: what `bpw return` and the stage of the same name do.

What belongs here: which findings are answered, and where to. What does not: writing comments into workbooks
(`publish/return_workbooks`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from pathlib import Path

import duckdb

from expectations.catalogue import load
from orchestration.fingerprint import scan_workspace
from orchestration.inbox import InboxFile
from orchestration.publish.errors import PublishError
from orchestration.publish.releases import current_database
from orchestration.publish.return_workbooks import (
    ReturnedWorkbook,
    Submission,
    read_findings,
    write_returned,
)
from orchestration.resources.paths import Workspace


def return_workbooks(workspace: Workspace, *, again: bool = False) -> tuple[int, int]:
    """Write the annotated copies of the current release's findings, unless they are those already written.

    Returns:
        How many workbooks were written, and how many findings they bear.

    Raises:
        PublishError: nothing is published.
    """
    release = _database(workspace).parent.name
    note = workspace.work / "returned_release.txt"
    if not again and note.is_file() and note.read_text(encoding="utf-8") == release:
        return 0, 0
    note.unlink(missing_ok=True)
    written = write_answers(workspace)
    note.write_text(release, encoding="utf-8")
    return len(written), sum(workbook.findings for workbook in written)


def write_answers(
    workspace: Workspace, *, submitter: str | None = None, year: int | None = None, out: Path | None = None
) -> list[ReturnedWorkbook]:
    """Write annotated copies for some findings of the current release.

    Args:
        workspace: the bureau's folder.
        submitter: code of the only submitter to answer.
        year: the only fiscal year.
        out: where to; the workspace's own folder when None. Only that one is cleared of copies that are out
            of date, and only when everything is answered.

    Raises:
        PublishError: nothing is published.
    """
    checks = load()
    with duckdb.connect(str(_database(workspace)), read_only=True) as connection:
        findings, submissions = read_findings(
            connection,
            fixes={code: (check.fix_zh, check.fix_en) for code, check in checks.items()},
            titles={code: (check.title_zh, check.title_en) for code, check in checks.items()},
            messages={code: check.message_zh for code, check in checks.items()},
        )
    chosen = [
        finding
        for finding in findings
        if submitter in (None, finding.submitter_code) and year in (None, finding.fiscal_year)
    ]
    are_all = out is None and submitter is None and year is None
    placed = _as_they_lie(submissions, scan_workspace(workspace))
    return write_returned(chosen, placed, workspace.inbox, out or workspace.returned, are_all=are_all)


def _as_they_lie(submissions: Iterable[Submission], files: Iterable[InboxFile]) -> list[Submission]:
    """Submissions of a release with the names their files bear now: a renamed file makes no new release."""
    found: dict[str, dict[str, InboxFile]] = {}
    for file in files:
        found.setdefault(file.submission_id, {})[file.relative_path] = file
    return [_as_it_lies(submission, found.get(submission.submission_id, {})) for submission in submissions]


def _as_it_lies(submission: Submission, files: Mapping[str, InboxFile]) -> Submission:
    own = [
        file
        for file in files.values()
        if (file.fiscal_year, file.submitter_code) == (submission.fiscal_year, submission.submitter_code)
    ]
    file = files.get(submission.relative_path) or (own[0] if own else None)
    if file is None:
        return replace(submission, is_present=False)
    return replace(submission, relative_path=file.relative_path, file_name=file.file_name)


def _database(workspace: Workspace) -> Path:
    database = current_database(workspace.marts)
    if database is None:
        raise PublishError.about("missing_candidate_file", file=workspace.current)
    return database
