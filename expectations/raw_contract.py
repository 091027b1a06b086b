"""The one Great Expectations validation of a form and fiscal year.

What belongs here: the profile of a raw table (its columns, units, row kinds and missing keys, counted in
SQL), the suite over profile and rule counts, and what a broken promise means. What does not: the rules over
the content.

The frame is small whatever the table holds: a row per column, a row per (unit, row kind) and a row per check
and submission, in batches. Blanks are not judged, so each expectation sees only the rows that are its own.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from typing import Any

import duckdb
import pandas as pd

from expectations.catalogue import Catalogue, find
from expectations.data import read_rows
from expectations.findings import CheckResult, Finding, make_finding, make_result
from expectations.prepare import is_long
from expectations.validation import ValidationError, Validator, Verdict, expectation_library


@dataclass(frozen=True, slots=True)
class Filed:
    """Whose a form of a submission is.

    Attributes:
        submitter_code: who filed it.
        subject_code: whom it is about.
        relative_path: where it lies below the inbox.
    """

    submitter_code: str
    subject_code: str
    relative_path: str


Submissions = Mapping[tuple[str, str], Filed]
"""By submission and form."""

NOT_FILED = Filed("", "", "")
_ROW_KINDS = ("value", "subtotal", "total", "of_which", "memo")
_KEYS = ("_submission_id", "_sheet")
_COLUMNS = (
    *("raw_column", "unit_label", "row_kind", "raw_rows", "missing_keys"),
    *("check_code", "subject_code", "submission_id", "evaluated", "violations"),
)
BATCH_ROWS = 20_000
"""Results in one frame: memory stays flat however many workbooks a year has."""
_EXAMPLES = 50
"""Rows of one broken unit or row kind that become findings; the count says how many there are."""

Row = dict[str, Any]


class CountMismatchError(ValidationError):
    """Great Expectations and SQL count different violations: one of them is wrong, so nothing is believed."""


@dataclass
class FormYear:
    """One form in one fiscal year.

    Attributes:
        connection: the warehouse, prepared for the year.
        checks: the catalogue.
        form_code: form and raw table.
        fiscal_year: year.
        columns: columns of the raw table; empty when there is no such table.
        promised: columns the form map promises; None leaves that question out.
        submissions: who filed what.
        units: units that form maps print, whether amounts or not.
    """

    connection: duckdb.DuckDBPyConnection
    checks: Catalogue
    form_code: str
    fiscal_year: int
    columns: Collection[str]
    promised: Collection[str] | None
    submissions: Submissions
    units: Collection[str] = ()
    findings: list[Finding] = field(default_factory=list)

    def validate(self, validator: Validator, judged: list[CheckResult]) -> list[CheckResult]:
        """Validate the raw table's contract and the counts of the rules.

        Args:
            validator: context of the gate.
            judged: results of the rules for this form and year.

        Returns:
            Results of the contract and of the rules. Findings of the contract are in `findings`.

        Raises:
            ValidationError: the validation proves nothing, or contradicts SQL.
        """
        profile = self._profile()
        contract = self._batch(validator, profile, judged[:BATCH_ROWS])
        for start in range(BATCH_ROWS, len(judged), BATCH_ROWS):
            self._batch(validator, [], judged[start : start + BATCH_ROWS])
        return contract + judged

    def _batch(
        self, validator: Validator, profile: list[Row], judged: list[CheckResult]
    ) -> list[CheckResult]:
        rows = profile + [_result_row(result) for result in judged]
        if not rows:
            return []
        frame = pd.DataFrame(rows, columns=list(_COLUMNS))
        name = f"{self.form_code} {self.fiscal_year}"
        suite = self._suite(has_profile=bool(profile), has_rules=bool(judged))
        verdicts = dict(zip(suite, validator.validate(name, frame, list(suite.values())), strict=True))
        self._compare(verdicts.get("results"), len(profile), judged)
        return self._contract(frame, verdicts) if profile else []

    def _profile(self) -> list[Row]:
        if not self.columns:
            return []
        keys = [*_KEYS, *(["_cell"] if is_long(self.columns) else [])]
        missing = " or ".join(f"coalesce(r.{key}, '') = ''" for key in keys)
        kinds = self.connection.execute(
            "select coalesce(r.unit_label, ''), coalesce(r.row_kind, ''), count(*),"
            f" count(*) filter (where {missing}) {self._source()} group by all order by all"
        ).fetchall()
        if not kinds:
            return []
        columns = [_row(raw_column=column) for column in self.columns]
        return columns + [
            _row(unit_label=unit, row_kind=kind, raw_rows=count, missing_keys=missing_keys)
            for unit, kind, count, missing_keys in kinds
        ]

    def _units(self) -> list[str]:
        return sorted({*_unit_labels(), *self.units})

    def _source(self) -> str:
        return (
            f"from raw.{self.form_code} as r join check_scope as s"
            f" on r._submission_id = s.submission_id and s.form_code = '{self.form_code}'"
        )

    def _suite(self, *, has_profile: bool, has_rules: bool) -> dict[str, Any]:
        gxe = expectation_library()
        suite: dict[str, Any] = {}
        if has_profile:
            units = self._units()
            suite["units"] = gxe.ExpectColumnDistinctValuesToBeInSet(column="unit_label", value_set=units)
            suite["kinds"] = gxe.ExpectColumnDistinctValuesToBeInSet(
                column="row_kind", value_set=list(_ROW_KINDS)
            )
            suite["keys"] = gxe.ExpectColumnMaxToBeBetween(column="missing_keys", max_value=0)
            if self.promised is not None:
                suite["columns"] = gxe.ExpectColumnDistinctValuesToEqualSet(
                    column="raw_column", value_set=sorted(self.promised)
                )
        if has_rules:
            from expectations.results_hold import results_to_hold

            suite["codes"] = gxe.ExpectColumnValuesToBeInSet(column="check_code", value_set=list(self.checks))
            suite["results"] = results_to_hold()
        return suite

    def _compare(self, verdict: Verdict | None, offset: int, judged: list[CheckResult]) -> None:
        failed = {row - offset for row in verdict.violating_rows} if verdict else set()
        counted = {row for row, result in enumerate(judged) if result.status == "failed"}
        if failed != counted:
            differing = ", ".join(judged[row].check_code for row in sorted(failed ^ counted))
            raise CountMismatchError(
                f"{self.form_code} {self.fiscal_year}: {differing} are judged differently"
            )

    def _contract(self, frame: pd.DataFrame, verdicts: Mapping[str, Verdict]) -> list[CheckResult]:
        total = int(frame["raw_rows"].sum())
        missing = 0 if verdicts["keys"].success else int(frame["missing_keys"].sum())
        results = [
            self._kinds("layout.raw_unit_unknown", "unit_label", frame, verdicts["units"], self._units()),
            self._kinds("layout.raw_row_kind", "row_kind", frame, verdicts["kinds"], list(_ROW_KINDS)),
            self._result("layout.raw_key_missing", total, [{"given": str(missing)}] if missing else []),
        ]
        if "columns" in verdicts:
            results.append(self._columns(verdicts["columns"]))
        return results

    def _columns(self, verdict: Verdict) -> CheckResult:
        differing = ", ".join(sorted(set(self.columns) ^ set(self.promised or ())))
        return self._result("layout.raw_columns", 1, [] if verdict.success else [{"given": differing}])

    def _kinds(
        self, code: str, column: str, frame: pd.DataFrame, verdict: Verdict, allowed: Collection[str]
    ) -> CheckResult:
        found_values = {str(value) for value in frame[column].dropna()}
        values = [] if verdict.success else sorted(found_values - set(allowed))
        cell = "r._cell" if is_long(self.columns) else "r._row::varchar"
        rows: list[Row] = []
        for value in values:
            found = self.connection.execute(
                f"select r._submission_id, r._sheet, {cell} {self._source()}"
                f" where coalesce(r.{column}, '') = ? order by all limit {_EXAMPLES}",
                [value],
            ).fetchall()
            rows += [
                {"submission_id": submission, "sheet": sheet, "cell": place, "given": value}
                for submission, sheet, place in found
            ]
        return self._result(code, int(frame["raw_rows"].sum()), rows)

    def _result(self, code: str, evaluated: int, rows: list[Row]) -> CheckResult:
        check = find(self.checks, code)
        for row in rows:
            filed = self.submissions.get((str(row.get("submission_id", "")), self.form_code), NOT_FILED)
            placed = {
                "form_code": self.form_code,
                "submitter_code": filed.submitter_code,
                "subject_code": filed.subject_code,
                "file": filed.relative_path,
                **row,
            }
            self.findings.append(make_finding(check, fiscal_year=self.fiscal_year, **placed))
        return make_result(
            check,
            form_code=self.form_code,
            fiscal_year=self.fiscal_year,
            evaluated_count=evaluated,
            violation_count=len(rows),
        )


def _unit_labels() -> list[str]:
    return [row["unit_label"] for row in read_rows("units")]


def _result_row(result: CheckResult) -> Row:
    return _row(
        check_code=result.check_code,
        subject_code=result.subject_code,
        submission_id=result.submission_id,
        evaluated=result.evaluated_count,
        violations=result.violation_count,
    )


def _row(**values: object) -> Row:
    return {name: values.get(name) for name in _COLUMNS}
