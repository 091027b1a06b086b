"""Workbooks returned to their submitters: a copy with every finding as a comment on its own cell, and a list.

What belongs here: which workbook is returned in which way, and the folder of returned workbooks. How a copy
is opened is in `workbook_copies`, how findings are laid on it in `annotations`. The originals are only ever
read.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import Any, TypeAlias

import duckdb
from openpyxl import Workbook

from expectations.findings import EXEMPTED, JUSTIFIED
from orchestration.publish.annotations import SEVERITIES, Finding, Heading, annotate
from orchestration.publish.candidate import MARTS_SCHEMA
from orchestration.publish.differences import difference_stated
from orchestration.publish.errors import full_disk_explained
from orchestration.publish.workbook_copies import Manner, open_copy

SUFFIX = ".returned.xlsx"
_WITHOUT_WORKBOOK = "findings"
_TEMPORARY = ".writing-"
UNREADABLE = "unreadable"
_LONGEST_NAME_BYTES = 255  # of one part of a path, on the file systems in use

_FINDING_COLUMNS = (
    *("submission_id", "submitter_code", "fiscal_year", "check_code", "severity", "sheet", "cell", "given"),
    *("expected", "message_zh", "message_en", "disposition", "disposition_reason"),
)
_SUBMISSION_COLUMNS = (
    "submission_id",
    "relative_path",
    "fiscal_year",
    "submitter_code",
    "file_name",
    "status",
)

Fixes: TypeAlias = Mapping[str, tuple[str, str]]


@dataclass(frozen=True)
class Submission:
    """A workbook as it was filed.

    Attributes:
        relative_path: where it lies below the inbox, with forward slashes; where it lay when it is gone.
        is_present: whether the inbox still holds this very content there.
    """

    submission_id: str
    relative_path: str
    fiscal_year: int | None
    submitter_code: str
    file_name: str
    status: str
    is_present: bool = True


@dataclass(frozen=True)
class ReturnedWorkbook:
    """A workbook that was written.

    Attributes:
        path: the file.
        submission_id: whose copy it is; "" for a submitter's findings that belong to no workbook.
        manner: annotated copy, rewritten values, or the list only.
        findings: number of findings in it.
    """

    path: Path
    submission_id: str
    manner: Manner
    findings: int


def write_returned(
    findings: Iterable[Finding],
    submissions: Iterable[Submission],
    inbox: Path,
    target: Path,
    *,
    are_all: bool = True,
) -> list[ReturnedWorkbook]:
    """Write one workbook per submission with findings, and one per submitter whose findings belong to no
    workbook.

    Files lie at `<target>/<relative path of the original>.returned.xlsx`. Returned workbooks of earlier
    runs whose submission has no findings any more are removed; other files in `target` are left alone.

    Args:
        findings: current findings.
        submissions: all submissions.
        inbox: folder the submissions' paths are relative to; only read.
        target: folder for the returned workbooks.
        are_all: whether these are all findings there are; otherwise nothing is removed.

    Returns:
        What was written, in the order of the paths.
    """
    by_id = {submission.submission_id: submission for submission in submissions}
    of_submission: dict[str, list[Finding]] = {}
    of_submitter: dict[tuple[int | None, str], list[Finding]] = {}
    for finding in findings:
        if finding.submission_id in by_id:
            of_submission.setdefault(finding.submission_id, []).append(finding)
        elif finding.submitter_code:
            of_submitter.setdefault((finding.fiscal_year, finding.submitter_code), []).append(finding)
    written = [_return(by_id[key], own, inbox, target) for key, own in sorted(of_submission.items())]
    written += [
        _return_without_workbook(year, submitter, own, target)
        for (year, submitter), own in sorted(of_submitter.items(), key=lambda entry: str(entry[0]))
    ]
    if are_all:
        _remove_stale(target, {entry.path for entry in written})
    return sorted(written, key=lambda entry: entry.path)


def read_findings(
    connection: duckdb.DuckDBPyConnection,
    fixes: Fixes | None = None,
    titles: Fixes | None = None,
    messages: Mapping[str, str] | None = None,
) -> tuple[list[Finding], list[Submission]]:
    """Findings that ask something of their submitters, and submissions, from the marts of either database.

    Args:
        connection: a connection to either.
        fixes: check code → what to do, Chinese and English.
        titles: check code → name of the check, Chinese and English.
        messages: check code → Chinese message template, which tells where a message states the difference.
    """
    rows = connection.execute(
        f"SELECT {', '.join(_FINDING_COLUMNS)} FROM {MARTS_SCHEMA}.fct_findings"
        f" WHERE disposition <> '{EXEMPTED}' ORDER BY finding_id"
    ).fetchall()
    filed = connection.execute(
        f"SELECT {', '.join(_SUBMISSION_COLUMNS)} FROM {MARTS_SCHEMA}.fct_submissions ORDER BY submission_id"
    ).fetchall()
    found = [dict(zip(_FINDING_COLUMNS, row, strict=True)) for row in rows]
    return (
        [_finding(row, fixes or {}, titles or {}, messages or {}) for row in found],
        [_submission(dict(zip(_SUBMISSION_COLUMNS, row, strict=True))) for row in filed],
    )


def _finding(row: Mapping[str, Any], fixes: Fixes, titles: Fixes, messages: Mapping[str, str]) -> Finding:
    check = row["check_code"]
    difference = difference_stated(messages.get(check, ""), row["message_zh"] or "")
    return Finding(
        submission_id=row["submission_id"] or "",
        submitter_code=row["submitter_code"] or "",
        fiscal_year=row["fiscal_year"],
        check_code=check,
        severity=row["severity"],
        sheet=row["sheet"] or "",
        cell=row["cell"] or "",
        given=row["given"] or "",
        expected=row["expected"] or "",
        message=(row["message_zh"] or "", row["message_en"] or ""),
        title=titles.get(check, ("", "")),
        fix=fixes.get(check, ("", "")),
        difference=difference,
        explanation=(row["disposition_reason"] or "") if row["disposition"] == JUSTIFIED else "",
    )


def _submission(row: Mapping[str, Any]) -> Submission:
    return Submission(
        submission_id=row["submission_id"],
        relative_path=row["relative_path"],
        fiscal_year=row["fiscal_year"],
        submitter_code=row["submitter_code"] or "",
        file_name=row["file_name"] or "",
        status=row["status"],
    )


def _return(
    submission: Submission, findings: Sequence[Finding], inbox: Path, target: Path
) -> ReturnedWorkbook:
    relative = _tame(submission.relative_path)
    # What the reader could not open is not opened again: it may be made to break whoever does.
    # Nor is a link followed: it may lead out of the inbox. What lies in its place by now is another workbook.
    filed = inbox / relative
    is_closed = submission.status == UNREADABLE or not submission.is_present or filed.is_symlink()
    original = None if is_closed else filed
    copy, manner = open_copy(original)
    heading = Heading(submission.file_name, submission.submitter_code, submission.fiscal_year, manner)
    annotate(copy, heading, _gravest_first(findings))
    folders = [_short(part, submission.submission_id) for part in relative.parts[:-1]]
    path = target.joinpath(*folders, _short(relative.name, submission.submission_id) + SUFFIX)
    _save(copy, path)
    return ReturnedWorkbook(path, submission.submission_id, manner, len(findings))


def _return_without_workbook(
    fiscal_year: int | None, submitter: str, findings: Sequence[Finding], target: Path
) -> ReturnedWorkbook:
    manner: Manner = "without_workbook"
    copy, _ = open_copy(None)
    annotate(copy, Heading("", submitter, fiscal_year, manner), _gravest_first(findings))
    path = target / _tame(f"{fiscal_year or 'undated'}/{submitter}/{_WITHOUT_WORKBOOK}{SUFFIX}")
    _save(copy, path)
    return ReturnedWorkbook(path, "", manner, len(findings))


def _tame(relative_path: str) -> Path:
    """A path that stays below whatever it is joined to."""
    parts = [part for part in PurePosixPath(relative_path).parts if part not in ("/", "..", ".")]
    return Path(*parts)


def _short(name: str, submission_id: str) -> str:
    """A file name to which the suffix can be added; what had to be cut is told apart by the submission."""
    room = _LONGEST_NAME_BYTES - len(f"{_TEMPORARY}{SUFFIX}".encode())
    if len(name.encode()) <= room:
        return name
    mark = f"~{submission_id}"
    return name.encode()[: room - len(mark)].decode(errors="ignore") + mark


def _gravest_first(findings: Sequence[Finding]) -> list[Finding]:
    return sorted(
        findings,
        key=lambda finding: (
            SEVERITIES.index(finding.severity) if finding.severity in SEVERITIES else len(SEVERITIES),
            finding.sheet,
            finding.check_code,
            len(finding.cell),
            finding.cell,
        ),
    )


def _save(copy: Workbook, path: Path) -> None:
    """Write beside the place and move there, so that nobody opens half a workbook."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f"{_TEMPORARY}{path.name}")
    with full_disk_explained(path.parent):
        copy.save(temporary)
        temporary.replace(path)


def _remove_stale(target: Path, kept: set[Path]) -> None:
    for path in target.rglob(f"*{SUFFIX}"):
        if path not in kept:
            path.unlink()
    folders = (path for path in target.rglob("*") if path.is_dir())
    for folder in sorted(folders, key=lambda path: len(path.parts), reverse=True):
        if not any(folder.iterdir()):
            folder.rmdir()
