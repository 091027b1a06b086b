"""Filing what readers found: raw rows, the register's answer, and the readers' findings, in one transaction a
batch.

What belongs here: replacing by submission. What does not: reading. A batch killed half way leaves no trace;
its submissions stay `received` and the next run opens them again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

import duckdb
import pyarrow as pa

from expectations.findings import Finding
from expectations.reader_findings import reader_outcome
from orchestration.ingest.pool import ReadOutcome
from orchestration.ingest.results import Columns as RawColumns
from orchestration.ingest.results import ReadResult
from orchestration.resources import recomputes
from orchestration.resources import warehouse as store
from orchestration.resources.findings import replace_reader_findings
from orchestration.resources.registry import Pending
from orchestration.resources.warehouse import Columns, Warehouse


@dataclass
class LoadSummary:
    """What one loading did: rows by raw table, workbooks by status, cells and findings."""

    rows: dict[str, int] = field(default_factory=dict)
    submissions: dict[str, set[str]] = field(default_factory=dict)
    statuses: dict[str, int] = field(default_factory=dict)
    cells: int = 0
    findings: int = 0
    findings_by_form: dict[str, int] = field(default_factory=dict)
    changed_while_read: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Intake:
    """Files batches into a warehouse.

    Attributes:
        warehouse: where to.
        tables: `raw.<table>` → columns, of all forms.
        run_id: noted on findings.
        forms_hash: noted on submissions, so that other form maps open them again.
    """

    warehouse: Warehouse
    tables: Mapping[str, Columns]
    run_id: str
    forms_hash: str

    def file(self, batch: Sequence[tuple[Pending, ReadOutcome]], summary: LoadSummary) -> None:
        """Replace all that was known of the batch's submissions by what was read now."""
        kept = []
        for pending, outcome in batch:
            # The bytes changed between look and reading: the next look will find the new content.
            if outcome.result.submission_id != pending.submission_id:
                summary.changed_while_read.append(pending.relative_path)
            else:
                kept.append((pending, outcome))
        if not kept:
            return
        ids = [pending.submission_id for pending, _ in kept]
        rows = _rows_by_table(kept)
        results = [outcome.result for _, outcome in kept]
        findings = [finding for pending, outcome in kept for finding in _statements(pending, outcome.result)]
        with self.warehouse.transaction() as connection:
            store.delete_submissions(connection, self.tables, "_submission_id", ids)
            for table, columns in rows.items():
                store.insert_columns(connection, table, self.tables[table], columns)
            replace_reader_findings(connection, self.run_id, ids, findings)
            _answer(connection, results, self.forms_hash)
            reasons = ((one.fiscal_year, one.relative_path, one.reason) for one, _ in kept)
            recomputes.note(connection, self.run_id, "load", reasons)
        _count(summary, results, rows)
        for finding in findings:
            summary.findings_by_form[finding.form_code] = (
                summary.findings_by_form.get(finding.form_code, 0) + 1
            )
        summary.findings += len(findings)


def _statements(pending: Pending, result: ReadResult) -> list[Finding]:
    return reader_outcome(
        result.findings,
        submission_id=pending.submission_id,
        fiscal_year=pending.fiscal_year,
        submitter_code=pending.submitter_code,
        file=pending.relative_path,
    )


def _rows_by_table(kept: Iterable[tuple[Pending, ReadOutcome]]) -> dict[str, RawColumns]:
    rows: dict[str, RawColumns] = {}
    for _, outcome in kept:
        for table, columns in outcome.columns.items():
            gathered = rows.setdefault(f"raw.{table}", {})
            for name, values in columns.items():
                gathered.setdefault(name, []).extend(values)
    return rows


def _answer(connection: duckdb.DuckDBPyConnection, results: Sequence[ReadResult], forms_hash: str) -> None:
    answers = pa.table(
        {
            "submission_id": [result.submission_id for result in results],
            "container_format": [result.container_format for result in results],
            "status": [str(result.status) for result in results],
            "reason": [str(result.reason) for result in results],
            "form_codes": [",".join(sorted({form.form_code for form in result.forms})) for result in results],
            "cell_count": [result.cell_count for result in results],
        }
    )
    connection.register("answers", answers)
    connection.execute(
        "update raw.submissions set container_format = answers.container_format, status = answers.status,"
        " reason = answers.reason, form_codes = answers.form_codes, cell_count = answers.cell_count,"
        " forms_hash = ?"
        " from answers where submissions.submission_id = answers.submission_id",
        [forms_hash],
    )
    connection.unregister("answers")


def _count(summary: LoadSummary, results: Iterable[ReadResult], rows: Mapping[str, RawColumns]) -> None:
    for table, columns in rows.items():
        summary.rows[table] = summary.rows.get(table, 0) + len(columns.get("_submission_id", ()))
    for result in results:
        summary.statuses[str(result.status)] = summary.statuses.get(str(result.status), 0) + 1
        summary.cells += result.cell_count
        for form in result.forms:
            for table in form.tables:
                summary.submissions.setdefault(f"raw.{table}", set()).add(result.submission_id)
