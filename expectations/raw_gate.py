"""Gates G0 and G2: what came in, and what the filed forms of one fiscal year say.

What belongs here: running the rules over raw tables, one Great Expectations validation per form and year,
and turning verdicts into findings. What does not: the rules themselves, and writing results.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import replace

import duckdb

from expectations import catalogue as catalogue_module
from expectations import receipts
from expectations.catalogue import Catalogue, find
from expectations.findings import CheckOutcome, CheckResult, Finding, make_finding, make_result
from expectations.prepare import prepare_headlines, prepare_receipts, prepare_year
from expectations.raw_contract import NOT_FILED, Filed, FormYear, Submissions
from expectations.rules import Row, Tally, applicable, load_rules, run_rule
from expectations.validation import Validator

KNOCK_ON = "identity.knock_on"
"""A sum that breaks because of a cell which a finding of its own names."""

Schemas = Mapping[str, Collection[str]]
"""Raw table (without schema) → the columns its form map promises."""

KnownCells = Iterable[tuple[str, str, str]]
"""(submission, sheet, cell) on which the reader already reported."""


def check_receipts(connection: duckdb.DuckDBPyConnection, catalogue: Catalogue | None = None) -> CheckOutcome:
    """Gate G0 over all fiscal years: places, copies, corrections, claims, silence.

    Args:
        connection: the warehouse; only temporary tables are made on it.
        catalogue: the checks; the shipped ones by default.

    Raises:
        RuleError: a rule failed.
    """
    checks = catalogue or catalogue_module.load()
    prepare_receipts(connection)
    outcome = CheckOutcome()
    for rule in load_rules(receipts.FOLDER):
        tallies, rows = run_rule(connection, rule, {})
        outcome.results.extend(
            _result(checks, tally, tally.fiscal_year, Filed(tally.submitter_code, tally.submitter_code, ""))
            for tally in tallies
            if find(checks, tally.check_code).applies_to(tally.fiscal_year)
        )
        findings = (_finding(checks, row, None) for row in rows)
        outcome.findings.extend(
            one for one in findings if find(checks, one.check_code).applies_to(one.fiscal_year)
        )
    return outcome


def rival_versions(connection: duckdb.DuckDBPyConnection) -> list[tuple[int, str, str]]:
    """Pairs of submissions of one submitter that speak of the same unit, place or card in the same form:
    fiscal year, the earlier, the later.

    Their order decides which one counts. `check_receipts` must have run on the connection.
    """
    return connection.execute("select distinct * from check_versions order by all").fetchall()


def check_raw(
    connection: duckdb.DuckDBPyConnection,
    fiscal_year: int,
    catalogue: Catalogue | None = None,
    forms: Schemas | None = None,
    known_cells: KnownCells = (),
    units: Collection[str] = (),
) -> CheckOutcome:
    """Gate G2 of one fiscal year; see `check_raw_years`."""
    return check_raw_years(connection, [fiscal_year], catalogue, forms, known_cells, units)[fiscal_year]


def check_raw_years(
    connection: duckdb.DuckDBPyConnection,
    fiscal_years: Iterable[int],
    catalogue: Catalogue | None = None,
    forms: Schemas | None = None,
    known_cells: KnownCells = (),
    units: Collection[str] = (),
) -> dict[int, CheckOutcome]:
    """Gate G2: content of all forms filed, one validation per form and fiscal year.

    A form nobody filed in a year is not validated; that somebody owed it is a finding of `check_receipts`.

    Args:
        connection: the warehouse; only temporary tables are made on it.
        fiscal_years: years of the inbox folders.
        catalogue: the checks; the shipped ones by default.
        forms: columns each raw table must have; without it that question is not asked.
        known_cells: cells the reader reported (error values, uncached formulas); sums over them are not
            judged.
        units: units that form maps print, besides those of `data/units.csv`, which are converted.

    Raises:
        RuleError: a rule failed.
        ValidationError: a validation that proves nothing.
    """
    checks = catalogue or catalogue_module.load()
    tables = prepare_receipts(connection)
    prepare_headlines(connection, tables)
    known = list(known_cells)
    validator = Validator()
    outcomes = {}
    for fiscal_year in fiscal_years:
        prepare_year(connection, fiscal_year, tables, known)
        outcomes[fiscal_year] = _year(connection, fiscal_year, checks, tables, forms or {}, units, validator)
    return outcomes


def _year(
    connection: duckdb.DuckDBPyConnection,
    fiscal_year: int,
    checks: Catalogue,
    tables: Schemas,
    promised: Schemas,
    units: Collection[str],
    validator: Validator,
) -> CheckOutcome:
    submissions = _submissions(connection)
    results, findings = _run_rules(connection, checks, fiscal_year, tables, submissions)
    outcome = CheckOutcome(findings=findings)
    filed = connection.execute("select distinct form_code from check_scope order by all").fetchall()
    for (form_code,) in filed:
        form = FormYear(
            connection=connection,
            checks=checks,
            form_code=form_code,
            fiscal_year=fiscal_year,
            columns=tables.get(form_code, ()),
            promised=promised.get(form_code),
            submissions=submissions,
            units=units,
        )
        outcome.results.extend(form.validate(validator, results.get(form_code, [])))
        outcome.findings.extend(form.findings)
    return outcome


def _run_rules(
    connection: duckdb.DuckDBPyConnection,
    checks: Catalogue,
    fiscal_year: int,
    tables: Schemas,
    submissions: Submissions,
) -> tuple[dict[str, list[CheckResult]], list[Finding]]:
    """Results by form, and findings, of the checks that are asked of the year."""
    asked = {code for code, check in checks.items() if check.applies_to(fiscal_year)}
    results: dict[str, list[CheckResult]] = {}
    findings: list[Finding] = []
    for rule in applicable(load_rules(), tables):
        if not asked.intersection(rule.checks):
            continue
        counted, rows = run_rule(connection, rule, {"fiscal_year": fiscal_year})
        for tally in counted:
            if tally.check_code in asked:
                filed = submissions.get((tally.submission_id, tally.form_code), NOT_FILED)
                results.setdefault(tally.form_code, []).append(_result(checks, tally, fiscal_year, filed))
        findings += [
            _finding(checks, _placed(row, submissions), fiscal_year)
            for row in rows
            if row["check_code"] in asked
        ]
    return results, _rooted(findings)


def _rooted(findings: list[Finding]) -> list[Finding]:
    """Point sums that break because of a cell told elsewhere to the finding on that cell."""
    roots = {
        (one.submission_id, one.form_code, f"{one.sheet}!{one.cell}"): one.finding_id
        for one in findings
        if one.check_code.startswith("identity.") and one.check_code != KNOCK_ON
    }
    return [
        replace(one, root_finding_id=roots[one.submission_id, one.form_code, one.expected])
        if one.check_code == KNOCK_ON
        else one
        for one in findings
    ]


def _placed(row: Row, submissions: Submissions) -> Row:
    filed = submissions.get((str(row["submission_id"]), str(row["form_code"])), NOT_FILED)
    return {"submitter_code": filed.submitter_code, "file": filed.relative_path, **row}


def _submissions(connection: duckdb.DuckDBPyConnection) -> dict[tuple[str, str], Filed]:
    rows = connection.execute(
        "select submission_id, form_code, submitter_code, subject_code, relative_path from check_scope"
    ).fetchall()
    return {(submission, form): Filed(*whose) for submission, form, *whose in rows}


def _result(checks: Catalogue, tally: Tally, fiscal_year: int | None, filed: Filed) -> CheckResult:
    return make_result(
        find(checks, tally.check_code),
        form_code=tally.form_code,
        fiscal_year=fiscal_year,
        submitter_code=filed.submitter_code,
        subject_code=filed.subject_code,
        submission_id=tally.submission_id,
        evaluated_count=tally.evaluated_count,
        violation_count=tally.violation_count,
    )


def _finding(checks: Catalogue, row: Row, fiscal_year: int | None) -> Finding:
    values = {name: value for name, value in row.items() if name not in ("check_code", "is_violated")}
    values.setdefault("fiscal_year", fiscal_year)
    return make_finding(find(checks, str(row["check_code"])), **values)
