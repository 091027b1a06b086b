"""Gates G0 and G2: what came in, and what the filed forms of one fiscal year say.

What belongs here: running the rules over raw tables, one Great Expectations validation per form and year,
and turning verdicts into findings. What does not: the rules themselves, and writing results.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping

import duckdb

from expectations import catalogue as catalogue_module
from expectations import receipts
from expectations.catalogue import Catalogue, find
from expectations.findings import CheckOutcome, CheckResult, Finding, make_finding, make_result
from expectations.prepare import prepare_headlines, prepare_receipts, prepare_year
from expectations.raw_contract import FormYear
from expectations.rules import Row, Tally, applicable, load_rules, run_rule
from expectations.validation import Validator

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
        outcome.results.extend(_result(checks, tally, tally.fiscal_year) for tally in tallies)
        outcome.findings.extend(_finding(checks, row, None) for row in rows)
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
    tallies, findings = _run_rules(connection, checks, fiscal_year, tables, submissions)
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
        judged = [_result(checks, tally, fiscal_year) for tally in tallies if tally.form_code == form_code]
        outcome.results.extend(form.validate(validator, judged))
        outcome.findings.extend(form.findings)
    return outcome


def _run_rules(
    connection: duckdb.DuckDBPyConnection,
    checks: Catalogue,
    fiscal_year: int,
    tables: Schemas,
    submissions: Mapping[str, tuple[str, str]],
) -> tuple[list[Tally], list[Finding]]:
    tallies: list[Tally] = []
    findings: list[Finding] = []
    for rule in applicable(load_rules(), tables):
        counted, rows = run_rule(connection, rule, {"fiscal_year": fiscal_year})
        tallies += counted
        for row in rows:
            submitter, path = submissions.get(str(row["submission_id"]), ("", ""))
            findings.append(_finding(checks, {"submitter_code": submitter, "file": path, **row}, fiscal_year))
    return tallies, findings


def _submissions(connection: duckdb.DuckDBPyConnection) -> dict[str, tuple[str, str]]:
    rows = connection.execute(
        "select distinct submission_id, submitter_code, relative_path from check_scope"
    ).fetchall()
    return {submission: (submitter, path) for submission, submitter, path in rows}


def _result(checks: Catalogue, tally: Tally, fiscal_year: int | None) -> CheckResult:
    return make_result(
        find(checks, tally.check_code),
        form_code=tally.form_code,
        fiscal_year=fiscal_year,
        evaluated_count=tally.evaluated_count,
        violation_count=tally.violation_count,
    )


def _finding(checks: Catalogue, row: Row, fiscal_year: int | None) -> Finding:
    values = {name: value for name, value in row.items() if name not in ("check_code", "is_violated")}
    values.setdefault("fiscal_year", fiscal_year)
    return make_finding(find(checks, str(row["check_code"])), **values)
