"""What was filed in one fiscal year, what was found in it, and who is missing."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import duckdb

from expectations.findings import OPEN
from orchestration.publish.candidate import MARTS_SCHEMA
from orchestration.publish.site.contract import Row, read
from orchestration.publish.site.listing import Listing

SEVERITIES = ("block", "error", "warning", "note")
STATUSES = ("accepted", "partly_quarantined", "quarantined", "unreadable", "unrecognised", "superseded")
# Workbooks that were taken back or replaced in the inbox are no longer filed.
_NO_LONGER_FILED = ("withdrawn", "replaced")
# Beyond this the page stops being read; the rest is one query away and the page says so.
MOST_FINDINGS = 5000
_BY_GRAVITY = (
    "list_position(?::varchar[], severity), check_code, submitter_code, "
    "relative_path, sheet, cell, finding_id"
)
CheckTitles: TypeAlias = Mapping[str, tuple[str, str]]
# The check that knows which forms were due from whom.
_NOT_FILED = "receive.silent_submitter"
_IN_ORDER = ("accepted", "superseded")
_COUNTS = ("accepted", "partly_quarantined")


@dataclass(frozen=True)
class Filings:
    """Submissions and findings of a fiscal year.

    Attributes:
        received: number of submissions.
        statuses: status → number, in the order of `STATUSES`, those present.
        severities: severity → number of findings, all of `SEVERITIES`.
        submitters: one row per submitter.
        problems: submissions that did not get through.
        missing: forms that were due and not filed, and submitters of whom nothing was accepted.
        missing_submitters: number of submitters in `missing`.
        checks: findings counted by check.
        findings: the findings.
    """

    received: int
    statuses: dict[str, int]
    severities: dict[str, int]
    submitters: Listing
    problems: Listing
    missing: Listing
    missing_submitters: int
    checks: Listing
    findings: Listing


_OPEN = f"disposition = '{OPEN}'"
"""Findings the page counts: one that is exempted or justified asks nothing of anybody any more."""


def filings(
    connection: duckdb.DuckDBPyConnection,
    ratios: Sequence[Row],
    year: int,
    *,
    is_latest: bool,
    check_titles: CheckTitles | None = None,
) -> Filings:
    """What was filed for `year`; what bears no fiscal year is shown with the latest.

    Args:
        connection: the release's database.
        ratios: fct_coverage_ratios, all years.
        year: fiscal year to show.
        is_latest: `year` is the latest.
        check_titles: check code → title, Chinese and English.
    """
    condition = "(fiscal_year = ? OR fiscal_year IS NULL)" if is_latest else "fiscal_year = ?"
    submissions = read(
        connection, "fct_submissions", "submitter_code, relative_path, submission_id", condition, [year]
    )
    submissions = [row for row in submissions if row["status"] not in _NO_LONGER_FILED]
    findings = read(
        connection,
        "fct_findings",
        f"{_BY_GRAVITY} LIMIT {MOST_FINDINGS}",
        f"{condition} AND {_OPEN}",
        [year, list(SEVERITIES)],
    )
    checks = _checks(connection, condition, year)
    severities = {
        name: sum(row["findings"] for row in checks if row["severity"] == name) for name in SEVERITIES
    }
    names = {row["submitter_code"]: row["submitter_name_zh"] for row in submissions}
    findings = [
        {**row, "submitter_name_zh": names.get(row["submitter_code"]), **_order(row)} for row in findings
    ]
    titles = check_titles or {}
    checks = [{**row, "title": titles.get(row["check_code"]), **_order(row)} for row in checks]
    missing = [
        *_missing(connection, submissions, ratios, year),
        *(row for row in findings if row["check_code"] == _NOT_FILED),
    ]
    return Filings(
        received=len(submissions),
        statuses=_statuses(submissions),
        severities=severities,
        submitters=Listing(f"submitters-{year}", "submitter", _submitters(submissions)),
        problems=Listing(f"problems-{year}", "problem", _problems(submissions, findings)),
        missing=Listing(f"missing-{year}", "missing", missing),
        missing_submitters=len({row["submitter_code"] for row in missing}),
        checks=Listing(f"checks-{year}", "check", checks),
        findings=Listing(f"findings-{year}", "finding", findings, sum(severities.values())),
    )


def _statuses(submissions: Sequence[Row]) -> dict[str, int]:
    counts: dict[str, int] = defaultdict(int)
    for row in submissions:
        counts[row["status"]] += 1
    known = {status: counts.pop(status) for status in STATUSES if status in counts}
    return {**known, **dict(sorted(counts.items()))}


def _problems(submissions: Sequence[Row], findings: Sequence[Row]) -> list[Row]:
    """Submissions that did not get through, each with the message of its gravest finding."""
    gravest: dict[str, Row] = {}
    for row in findings:
        gravest.setdefault(row["submission_id"], row)
    return [
        {
            **row,
            **{
                name: gravest.get(row["submission_id"], {}).get(name) for name in ("message_zh", "message_en")
            },
        }
        for row in submissions
        if row["status"] not in _IN_ORDER
    ]


def _order(row: Row) -> dict[str, int]:
    """Rank of the severity, for sorting."""
    severity = row["severity"]
    return {"order": SEVERITIES.index(severity) if severity in SEVERITIES else len(SEVERITIES)}


def _submitters(submissions: Sequence[Row]) -> list[Row]:
    by_code: dict[str, list[Row]] = defaultdict(list)
    for row in submissions:
        by_code[row["submitter_code"] or ""].append(row)
    return [
        {
            "submitter_code": code,
            "submitter_name_zh": next(
                (row["submitter_name_zh"] for row in rows if row["submitter_name_zh"]), None
            ),
            "received": len(rows),
            "accepted": sum(row["status"] == "accepted" for row in rows),
            "held": sum(row["status"] not in _IN_ORDER for row in rows),
            "findings": sum(row["finding_count"] or 0 for row in rows),
        }
        for code, rows in sorted(by_code.items())
    ]


def _checks(connection: duckdb.DuckDBPyConnection, condition: str, year: int) -> list[Row]:
    rows = connection.execute(
        "SELECT severity, check_code, count(*), count(DISTINCT submission_id) "
        f"FROM {MARTS_SCHEMA}.fct_findings WHERE {condition} AND {_OPEN} GROUP BY severity, check_code "
        "ORDER BY list_position(?::varchar[], severity), count(*) DESC, check_code",
        [year, list(SEVERITIES)],
    ).fetchall()
    names = ("severity", "check_code", "findings", "submissions")
    return [dict(zip(names, row, strict=True)) for row in rows]


def _missing(
    connection: duckdb.DuckDBPyConnection, submissions: Sequence[Row], ratios: Sequence[Row], year: int
) -> list[Row]:
    """Who is due a ratio this year or filed in another year, and has nothing accepted this year.

    A folder that bears no known unit's code is nobody to wait for.
    """
    present = {row["submitter_code"] for row in submissions if row["status"] in _COUNTS}
    held = {row["submitter_code"] for row in submissions} - present
    others = connection.execute(
        f"SELECT submitter_code, max(submitter_name_zh) FROM {MARTS_SCHEMA}.fct_submissions "
        "WHERE fiscal_year <> ? AND status = 'accepted' AND submitter_name_zh IS NOT NULL "
        "GROUP BY submitter_code",
        [year],
    ).fetchall()
    expected = {code: {"name": name, "why": "filed_other_years"} for code, name in others}
    for row in ratios:
        if row["fiscal_year"] == year and row["subject_type"] != "level":
            expected[row["subject_code"]] = {"name": row["subject_name_zh"], "why": "ratio_due"}
    return [
        {
            "submitter_code": code,
            "submitter_name_zh": entry["name"],
            "why": "nothing_accepted" if code in held else entry["why"],
        }
        for code, entry in sorted(expected.items())
        if code not in present
    ]
