"""Findings and results of checks, as rows of schema quality.

What belongs here: whose rows are replaced when, and the quarantine that follows from them. What does not:
judging (`expectations`, `ingest`).

Three sources write findings, and each replaces its own: the reader, workbook by workbook (its checks are
listed in `ReaderCheck`); receipts, for all years at once; the content rules, year by year.

Findings are of what is in force now. Results stay: what was said of a version that another one replaced, or
that was taken back, is kept as it was said last, no longer in force.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import asdict

import duckdb
import pyarrow as pa

from expectations.catalogue import load
from expectations.findings import OPEN, CheckOutcome, CheckResult, Finding
from orchestration.ingest.findings import ReaderCheck
from orchestration.resources import warehouse as store
from orchestration.resources.registry import LOADED, UNREADABLE, UNRECOGNISED
from orchestration.resources.warehouse import Warehouse

READER_CHECKS = tuple(str(check) for check in ReaderCheck)

_CANDIDATE_GATE = "G4"
_OF_RECEIPTS = "gate = 'G0' and not list_contains(?, check_code)"
_OF_ABSENT_YEARS = (
    "gate in ('G0', 'G1', 'G2') and fiscal_year is not null and fiscal_year not in"
    " (select fiscal_year from raw.submission_files where fiscal_year is not null)"
)
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
        connection.execute(f"delete from quality.findings where {_OF_RECEIPTS}", [list(READER_CHECKS)])
        _retire(connection, _OF_RECEIPTS, [list(READER_CHECKS)], outcome)
        insert_outcome(connection, run_id, outcome)
        _count_reader_checks(connection, run_id)


def replace_content(warehouse: Warehouse, run_id: str, fiscal_year: int, outcome: CheckOutcome) -> None:
    """Replace what the content rules said about one fiscal year."""
    with warehouse.transaction() as connection:
        parameters = [fiscal_year, list(READER_CHECKS)]
        connection.execute(f"delete from quality.findings where {_OF_CONTENT}", parameters)
        _retire(connection, _OF_CONTENT, parameters, outcome)
        insert_outcome(connection, run_id, outcome)


def replace_product(warehouse: Warehouse, run_id: str, outcome: CheckOutcome) -> None:
    """Replace what the last audit said about candidate marts."""
    with warehouse.transaction() as connection:
        _forget_audit(connection)
        insert_outcome(connection, run_id, outcome)


def forget_audit(warehouse: Warehouse) -> None:
    """Remove what the last audit said: it was about candidate marts that are built anew now."""
    with warehouse.transaction() as connection:
        _forget_audit(connection)


def _forget_audit(connection: duckdb.DuckDBPyConnection) -> None:
    for table in ("quality.findings", "quality.check_results"):
        connection.execute(f"delete from {table} where gate = ?", [_CANDIDATE_GATE])


def write_checks(warehouse: Warehouse) -> None:
    """Keep the catalogue that is judged by beside what it says."""
    with warehouse.transaction() as connection:
        connection.execute("delete from quality.checks")
        store.insert(connection, "quality.checks", store.CHECKS, [asdict(check) for check in load().values()])


def forget_absent(warehouse: Warehouse) -> None:
    """Remove findings about submissions that are no longer in the inbox, and about years without any; what
    was said of them is no longer in force."""
    with warehouse.transaction() as connection:
        connection.execute(
            "delete from quality.findings where submission_id <> '' and gate <> ?"
            " and submission_id not in (select submission_id from raw.submission_files)",
            [_CANDIDATE_GATE],
        )
        connection.execute(f"delete from quality.findings where {_OF_ABSENT_YEARS}")
        gone = f"submission_id = '' and {_OF_ABSENT_YEARS}"
        connection.execute(f"delete from quality.check_results where {gone}")
        connection.execute(
            "update quality.check_results set is_in_force = false where is_in_force"
            f" and (({_OF_ABSENT_YEARS}) or (submission_id <> '' and gate in ('G0', 'G1', 'G2')"
            " and submission_id not in (select submission_id from raw.submission_files)))"
        )


def rebuild_quarantine(warehouse: Warehouse) -> int:
    """Make the quarantine what the open blocking findings say; one about a workbook holds all its forms.

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
            f" where f.severity = 'block' and f.disposition = '{OPEN}' and f.gate <> ?"
            " and held.form_code <> '' order by all",
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


def insert_outcome(connection: duckdb.DuckDBPyConnection, run_id: str, outcome: CheckOutcome) -> None:
    """Add what a gate says to what stands there."""
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
    return {
        "finding_id": finding.finding_id,
        "run_id": run_id,
        **asdict(finding),
        "disposition": OPEN,
        "disposition_reason": "",
        "exemption_code": "",
    }


def _result_row(run_id: str, result: CheckResult) -> dict[str, object]:
    return {"run_id": run_id, **asdict(result), "excused_count": 0, "is_in_force": True}


def _retire(
    connection: duckdb.DuckDBPyConnection, condition: str, parameters: list[object], outcome: CheckOutcome
) -> None:
    """Make room for new results: those of versions judged anew go, those of other versions leave force."""
    judged = sorted({result.submission_id for result in outcome.results} | {""})
    connection.execute(
        f"delete from quality.check_results where {condition} and list_contains(?, submission_id)",
        [*parameters, judged],
    )
    connection.execute(f"update quality.check_results set is_in_force = false where {condition}", parameters)


def _count_reader_checks(connection: duckdb.DuckDBPyConnection, run_id: str) -> None:
    """One result per reader check and workbook opened; not in force where all its forms are replaced."""
    checks = load()
    connection.register(
        "asked",
        pa.table(
            {
                "check_code": list(READER_CHECKS),
                "gate": [checks[code].gate for code in READER_CHECKS],
                "severity": [checks[code].severity for code in READER_CHECKS],
            }
        ),
    )
    opened = [LOADED, UNREADABLE, UNRECOGNISED]
    connection.execute(
        "delete from quality.check_results where list_contains(?, check_code) and submission_id in (select"
        " submission_id from raw.submissions where fiscal_year is not null and list_contains(?, status))",
        [list(READER_CHECKS), opened],
    )
    connection.execute(
        "update quality.check_results set is_in_force = false where list_contains(?, check_code)",
        [list(READER_CHECKS)],
    )
    connection.execute(f"insert into quality.check_results by name {_READER_RESULTS}", [run_id, opened])
    connection.unregister("asked")


_READER_RESULTS = """
    with replaced as (
        select submission_id, count(distinct form_code) as forms
        from quality.findings where check_code = 'receive.superseded' group by submission_id
    ),

    raised as (
        select submission_id, check_code, count(*) as number
        from quality.findings group by submission_id, check_code
    )

    select
        ? as run_id,
        c.gate,
        c.check_code,
        '' as form_code,
        s.fiscal_year,
        s.submitter_code,
        s.submitter_code as subject_code,
        s.submission_id,
        1 as evaluated_count,
        coalesce(r.number, 0) as violation_count,
        0 as excused_count,
        c.severity,
        case when r.number > 0 then 'failed' else 'passed' end as status,
        coalesce(f.forms, 0) = 0 or f.forms < len(string_split(s.form_codes, ',')) as is_in_force,
        '' as detail
    from raw.submissions as s
    cross join asked as c
    left join raised as r on s.submission_id = r.submission_id and c.check_code = r.check_code
    left join replaced as f on s.submission_id = f.submission_id
    where s.fiscal_year is not null and list_contains(?, s.status)
    order by s.submission_id, c.check_code
"""
