"""Findings and results of checks, as rows of schema quality.

What belongs here: whose rows are replaced when, and the quarantine that follows from them. What does not:
judging (`expectations`, `ingest`).

Three sources write findings, and each replaces its own: the reader, workbook by workbook (its checks are
listed in `ReaderCheck`); receipts, for all years at once; the content rules, year by year.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import duckdb

from expectations.catalogue import load
from expectations.findings import CheckOutcome, CheckResult, Finding
from orchestration.ingest.findings import ReaderCheck
from orchestration.resources import warehouse as store
from orchestration.resources.registry import UNREADABLE, UNRECOGNISED
from orchestration.resources.warehouse import Warehouse

READER_CHECKS = tuple(str(check) for check in ReaderCheck)

_CANDIDATE_GATE = "G4"
_OF_RECEIPTS = "gate = 'G0' and not list_contains(?, check_code)"
_OF_CONTENT = "gate in ('G1', 'G2') and fiscal_year = ? and not list_contains(?, check_code)"


def replace_reader_findings(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    submission_ids: Sequence[str],
    findings: Iterable[Finding],
) -> None:
    """Replace what the reader said about some submissions."""
    connection.execute(
        "delete from quality.findings where list_contains(?, check_code) and list_contains(?, submission_id)",
        [list(READER_CHECKS), list(submission_ids)],
    )
    _insert_findings(connection, run_id, findings)


def replace_receipts(
    warehouse: Warehouse, run_id: str, outcome: CheckOutcome, versions: Iterable[tuple[int, str, str]]
) -> None:
    """Replace what was said about receipts, and count anew how the readers' checks fared.

    Args:
        warehouse: the working database.
        run_id: noted on what is written.
        outcome: what the gate on receipts says.
        versions: (fiscal year, earlier, later) of submissions of which the later one counts.
    """
    with warehouse.transaction() as connection:
        connection.execute("delete from quality.versions")
        rows = [dict(zip(store.VERSIONS, pair, strict=True)) for pair in versions]
        store.insert(connection, "quality.versions", store.VERSIONS, rows)
        for table in ("quality.findings", "quality.check_results"):
            connection.execute(f"delete from {table} where {_OF_RECEIPTS}", [list(READER_CHECKS)])
        _insert(connection, run_id, outcome)
        _count_reader_checks(connection, run_id)


def replace_content(warehouse: Warehouse, run_id: str, fiscal_year: int, outcome: CheckOutcome) -> None:
    """Replace what the content rules said about one fiscal year."""
    with warehouse.transaction() as connection:
        for table in ("quality.findings", "quality.check_results"):
            connection.execute(f"delete from {table} where {_OF_CONTENT}", [fiscal_year, list(READER_CHECKS)])
        _insert(connection, run_id, outcome)


def replace_product(warehouse: Warehouse, run_id: str, outcome: CheckOutcome) -> None:
    """Replace what the last audit said about candidate marts."""
    with warehouse.transaction() as connection:
        _forget_audit(connection)
        _insert(connection, run_id, outcome)


def forget_audit(warehouse: Warehouse) -> None:
    """Remove what the last audit said: it was about candidate marts that are built anew now."""
    with warehouse.transaction() as connection:
        _forget_audit(connection)


def _forget_audit(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("quality.findings", "quality.check_results"):
        connection.execute(f"delete from {table} where gate = ?", [_CANDIDATE_GATE])


def forget_absent(warehouse: Warehouse) -> None:
    """Remove findings about submissions that are no longer in the inbox, and about years without any."""
    with warehouse.transaction() as connection:
        connection.execute(
            "delete from quality.findings where submission_id <> '' and gate <> ?"
            " and submission_id not in (select submission_id from raw.submission_files)",
            [_CANDIDATE_GATE],
        )
        for table in ("quality.findings", "quality.check_results"):
            connection.execute(
                f"delete from {table} where gate in ('G0', 'G1', 'G2') and fiscal_year is not null"
                " and fiscal_year not in"
                " (select fiscal_year from raw.submission_files where fiscal_year is not null)"
            )


def rebuild_quarantine(warehouse: Warehouse) -> int:
    """Make the quarantine what the blocking findings say; one about a whole workbook holds all its forms.

    Returns:
        How many (submission, form) are held.
    """
    with warehouse.transaction() as connection:
        connection.execute("delete from quality.quarantine")
        connection.execute(
            "insert into quality.quarantine"
            " select distinct f.submission_id, held.form_code, f.check_code from quality.findings f"
            " join (select submission_id, unnest(string_split(form_codes, ',')) as form_code"
            " from raw.submissions) held on held.submission_id = f.submission_id"
            " and (f.form_code = '' or f.form_code = held.form_code)"
            " where f.severity = 'block' and f.gate <> ? and held.form_code <> '' order by all",
            [_CANDIDATE_GATE],
        )
        row = connection.execute(
            "select count(*) from (select distinct submission_id, form_code from quality.quarantine)"
        ).fetchone()
    return int(row[0]) if row else 0


def known_cells(warehouse: Warehouse) -> list[tuple[str, str, str]]:
    """(submission, sheet, cell) the reader already reported: sums over them are not judged again."""
    rows = warehouse.rows(
        "select distinct submission_id, sheet, cell from quality.findings"
        " where cell <> '' and list_contains(?, check_code) order by all",
        [list(READER_CHECKS)],
    )
    return [(row["submission_id"], row["sheet"], row["cell"]) for row in rows]


def _insert(connection: duckdb.DuckDBPyConnection, run_id: str, outcome: CheckOutcome) -> None:
    _insert_findings(connection, run_id, outcome.findings)
    store.insert(
        connection,
        "quality.check_results",
        store.CHECK_RESULTS,
        [_result_row(run_id, result) for result in outcome.results],
    )


def _insert_findings(connection: duckdb.DuckDBPyConnection, run_id: str, findings: Iterable[Finding]) -> None:
    # The same statement twice is one finding.
    rows = {finding.finding_id: _finding_row(run_id, finding) for finding in findings}
    store.insert(connection, "quality.findings", store.FINDINGS, rows.values())


def _finding_row(run_id: str, finding: Finding) -> dict[str, object]:
    return {"finding_id": finding.finding_id, "run_id": run_id, **asdict(finding)}


def _result_row(run_id: str, result: CheckResult) -> dict[str, object]:
    return {"run_id": run_id, **asdict(result)}


def _count_reader_checks(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """One result per reader check and fiscal year: workbooks opened, and findings raised."""
    connection.execute(
        "delete from quality.check_results where list_contains(?, check_code)", [list(READER_CHECKS)]
    )
    opened = connection.execute(
        "select fiscal_year, count(*) from raw.submissions where fiscal_year is not null"
        " and status in ('loaded', ?, ?) group by fiscal_year order by fiscal_year",
        [UNREADABLE, UNRECOGNISED],
    ).fetchall()
    raised = {
        (code, year): number
        for code, year, number in connection.execute(
            "select check_code, fiscal_year, count(*) from quality.findings"
            " where list_contains(?, check_code) group by all",
            [list(READER_CHECKS)],
        ).fetchall()
    }
    checks = load()
    rows = [
        {
            "run_id": run_id,
            "gate": checks[code].gate,
            "check_code": code,
            "form_code": "",
            "fiscal_year": year,
            "evaluated_count": number,
            "violation_count": raised.get((code, year), 0),
            "severity": checks[code].severity,
            "status": "failed" if raised.get((code, year)) else "passed",
            "detail": "",
        }
        for code in READER_CHECKS
        for year, number in opened
    ]
    store.insert(connection, "quality.check_results", store.CHECK_RESULTS, rows)
