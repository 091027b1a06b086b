"""Gate G4: candidate marts, judged as files before anyone sees them.

What belongs here: the published contract (tables, columns, keys, rows) and the running of the rules of
`expectations.product`. What does not: writing a release, and relations inside the warehouse, which are dbt
tests.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pandas as pd

from expectations import catalogue as catalogue_module
from expectations import product
from expectations.catalogue import Catalogue, find
from expectations.data import load_tables, read_rows
from expectations.findings import CheckOutcome, make_finding, make_result
from expectations.rules import Rule, load_rules, run_rule
from expectations.validation import EmptyFrameError, ValidationError, Validator, expectation_library

_NAME = re.compile(r"[a-z][a-z0-9_]*")
_ALWAYS = "*"

Tables = Mapping[str, Collection[str]]


class CandidateNotFoundError(ValidationError):
    """The folder holds no Parquet file: there is nothing to audit, which is not a pass."""


def check_candidate(
    candidate_dir: Path, previous_release_dir: Path | None = None, catalogue: Catalogue | None = None
) -> CheckOutcome:
    """Audit candidate marts.

    Args:
        candidate_dir: folder with `parquet/<table>.parquet` (or the files directly in it).
        previous_release_dir: the release readers see now, for shrinkage; None for the first one.
        catalogue: the checks; the shipped ones by default.

    Raises:
        CandidateNotFoundError: no Parquet file in the folder.
        RuleError: a rule failed.
        ValidationError: a validation that proves nothing.
    """
    checks = catalogue or catalogue_module.load()
    with duckdb.connect() as connection:
        tables = _attach(connection, "candidate", candidate_dir)
        if not tables:
            raise CandidateNotFoundError(f"{candidate_dir}: no Parquet file")
        previous = _attach(connection, "previous", previous_release_dir) if previous_release_dir else {}
        load_tables(connection)
        audit = _Audit(connection, checks, tables)
        audit.contract()
        audit.rules({**tables, **{f"previous.{name}": columns for name, columns in previous.items()}})
    _validate(audit.outcome)
    return audit.outcome


@dataclass
class _Audit:
    connection: duckdb.DuckDBPyConnection
    checks: Catalogue
    tables: Tables

    def __post_init__(self) -> None:
        self.outcome = CheckOutcome()
        self.broken: set[str] = set()

    def contract(self) -> None:
        """Tables, columns, rows and keys as promised; a table without its columns is asked no more."""
        for row in read_rows("marts_contract"):
            table = row["table_name"]
            keys = [name for name in row["key_columns"].split("|") if name]
            if self._present(table, [*keys, *row["other_columns"].split("|")]):
                self._rows(table, row["required_by_forms"])
                if keys:
                    self._key(table, keys)
            else:
                self.broken.add(table)

    def rules(self, present: Collection[str]) -> None:
        """Run every rule whose tables keep the contract."""
        usable = set(present) - self.broken
        for rule in load_rules(product.FOLDER):
            if set(rule.reads) <= usable:
                self._run(rule)

    def _run(self, rule: Rule) -> None:
        tallies, rows = run_rule(self.connection, rule, {})
        for tally in tallies:
            self.outcome.results.append(
                make_result(
                    find(self.checks, tally.check_code),
                    form_code=tally.form_code,
                    fiscal_year=tally.fiscal_year,
                    evaluated_count=tally.evaluated_count,
                    violation_count=tally.violation_count,
                )
            )
        for row in rows:
            values = {name: value for name, value in row.items() if name not in ("check_code", "is_violated")}
            self.outcome.findings.append(make_finding(find(self.checks, str(row["check_code"])), **values))

    def _present(self, table: str, columns: Iterable[str]) -> bool:
        if table not in self.tables:
            self._say("product.missing_table", table, 1, [""], item=table)
            return False
        missing = sorted(set(columns) - set(self.tables[table]))
        self._say("product.missing_column", table, 1, [", ".join(missing)] if missing else [], item=table)
        return not missing

    def _rows(self, table: str, required_by_forms: str) -> None:
        if required_by_forms == _ALWAYS or self._accepted(required_by_forms.split("|")):
            count = self._count(f"select count(*) from candidate.{table}")
            self._say("product.empty_table", table, 1, [] if count else ["0"], item=table)

    def _accepted(self, forms: list[str]) -> bool:
        if "fct_submissions" not in self.tables:
            return False
        return bool(
            self._count(
                "select count(*) from candidate.fct_submissions where status = 'accepted'"
                " and list_has_any(string_split(form_codes, ','), ?::varchar[])",
                [forms],
            )
        )

    def _key(self, table: str, keys: list[str]) -> None:
        names = ", ".join(keys)
        rows = self._count(f"select count(*) from candidate.{table}")
        if not rows:
            return
        nulls = " or ".join(f"{key} is null" for key in keys)
        repeated = self._count(
            f"select count(*) from (select {names} from candidate.{table} group by {names}"
            f" having count(*) > 1 or bool_or({nulls}))"
        )
        self._say(
            "product.duplicate_key",
            table,
            rows,
            [str(repeated)] if repeated else [],
            item=table,
            expected=names,
        )

    def _count(self, sql: str, parameters: list[object] | None = None) -> int:
        row = self.connection.execute(sql, parameters or []).fetchone()
        return int(row[0]) if row else 0

    def _say(self, code: str, table: str, evaluated: int, violations: list[str], **values: str) -> None:
        check = find(self.checks, code)
        self.outcome.results.append(
            make_result(
                check,
                form_code=table,
                fiscal_year=None,
                evaluated_count=evaluated,
                violation_count=len(violations),
            )
        )
        for given in violations:
            self.outcome.findings.append(make_finding(check, form_code=table, given=given, **values))


def _attach(connection: duckdb.DuckDBPyConnection, schema: str, folder: Path) -> dict[str, list[str]]:
    """Views over the Parquet files of a folder; returns their columns."""
    connection.execute(f"create schema {schema}")
    inner = folder / "parquet"
    tables: dict[str, list[str]] = {}
    for file in sorted((inner if inner.is_dir() else folder).glob("*.parquet")):
        if not _NAME.fullmatch(file.stem):
            continue
        path = file.as_posix().replace("'", "''")
        connection.execute(f"create view {schema}.{file.stem} as select * from read_parquet('{path}')")
        described = connection.execute(f"select * from {schema}.{file.stem} limit 0").description or ()
        tables[file.stem] = [column[0] for column in described]
    return tables


def _validate(outcome: CheckOutcome) -> None:
    """The one validation of the gate: a row per table and check, zero violations expected of each."""
    gxe = expectation_library()

    frame = pd.DataFrame(
        {
            "table_name": [result.form_code for result in outcome.results],
            "check_code": [result.check_code for result in outcome.results],
            "evaluated": [result.evaluated_count for result in outcome.results],
            "violations": [result.violation_count for result in outcome.results],
        }
    )
    if frame.empty:
        raise EmptyFrameError("candidate marts: nothing was judged")
    promised = [row["table_name"] for row in read_rows("marts_contract")]
    verdicts = Validator().validate(
        "candidate marts",
        frame,
        [
            gxe.ExpectColumnDistinctValuesToContainSet(column="table_name", value_set=promised),
            gxe.ExpectColumnValuesToBeBetween(column="evaluated", min_value=1),
            gxe.ExpectColumnValuesToBeBetween(column="violations", min_value=0, max_value=0),
        ],
    )
    failed = set(verdicts[2].violating_rows)
    counted = {row for row, result in enumerate(outcome.results) if result.status == "failed"}
    if failed != counted or not verdicts[0].success or not verdicts[1].success:
        raise ValidationError(f"candidate marts: rows {sorted(failed ^ counted)} are judged differently")
