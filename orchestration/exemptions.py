"""Exemptions: dated decisions of the bureau that a finding is known and accepted.

They stand in `<workspace>/quality/exemptions.csv`, or in a workbook of that name. What belongs here: reading
and judging the table. What does not: which findings it covers (`resources.dispositions`).
"""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from expectations.catalogue import load
from orchestration.ingest.text import address
from orchestration.methods.seed_tables import SeedTable
from orchestration.methods.table_files import SUFFIXES, OwnTableError, TableRow, read_table

TABLE_NAME = "exemptions"
_COLUMNS = {
    "exemption_code": "varchar",
    "check_code": "varchar",
    "fiscal_year": "integer",
    "submitter_code": "varchar",
    "form_code": "varchar",
    "sheet": "varchar",
    "cell": "varchar",
    "reason": "varchar",
    "evidence": "varchar",
    "granted_by": "varchar",
    "valid_from": "varchar",
    "valid_to": "varchar",
}
_REQUIRED = (
    *("exemption_code", "check_code", "fiscal_year", "submitter_code", "reason", "evidence", "granted_by"),
    *("valid_from", "valid_to"),
)


@dataclass(frozen=True, slots=True)
class Exemption:
    """One decision.

    Attributes:
        exemption_code: its name, unique in the table.
        check_code: the check whose findings it covers.
        fiscal_year: of the findings.
        submitter_code: whose findings.
        form_code: the only form, '' for any.
        sheet: the only sheet, '' for any.
        cell: the only cell, '' for any.
        reason: why the finding is accepted.
        evidence: document that shows it.
        granted_by: who decided.
        valid_from: first day it holds.
        valid_to: last day it holds; from the next on the finding counts again.
        place: file and cell of its code, for messages.
    """

    exemption_code: str
    check_code: str
    fiscal_year: int
    submitter_code: str
    form_code: str
    sheet: str
    cell: str
    reason: str
    evidence: str
    granted_by: str
    valid_from: date
    valid_to: date
    place: str

    def is_in_force(self, today: date) -> bool:
        """Whether it holds on a day."""
        return self.valid_from <= today <= self.valid_to


def current_day() -> date:
    """The day against which exemptions are held, UTC."""
    return datetime.now(UTC).date()


def exemption_files(folder: Path) -> list[Path]:
    """The table of exemptions of a workspace, as far as there is one.

    Raises:
        OwnTableError: two files of it.
    """
    found = sorted(path for path in folder.glob(f"{TABLE_NAME}.*") if path.suffix.lower() in SUFFIXES)
    if len(found) > 1:
        raise OwnTableError.about("two_files", file=found[1], other=found[0].name)
    return found


def read_exemptions(folder: Path) -> tuple[Exemption, ...]:
    """All exemptions, also those that no longer hold.

    Raises:
        OwnTableError: the table cannot be used; names file, row and column of each mistake.
    """
    table = SeedTable(
        name=TABLE_NAME,
        folder=folder.name,
        description="",
        columns=_COLUMNS,
        replaced_by=("exemption_code",),
        bounds={},
        one_in_force_by=(),
        scheme_file="",
        is_optional=True,
        is_composed=False,
        from_texts="",
        required=_REQUIRED,
        choices={"check_code": tuple(code for code, check in load().items() if check.is_exemptible)},
        unique_by=("exemption_code",),
        when_blank={},
        derived=(),
    )
    return tuple(
        _exemption(row, path)
        for path in exemption_files(folder)
        for row in read_table(path, table, may_be_empty=True)
    )


def exemptions_hash(folder: Path, today: date) -> str:
    """What of the exemptions a run depends on: the rows, and which of them hold; '' when there are none."""
    rows = [f"{row} {row.is_in_force(today)}" for row in read_exemptions(folder)]
    return hashlib.sha256("\n".join(rows).encode()).hexdigest() if rows else ""


def _exemption(row: TableRow, path: Path) -> Exemption:
    for column in _REQUIRED:
        if not row[column]:
            raise OwnTableError.about("no_value", file=path, row=row.number, column=column)
    first, last = _day(row, "valid_from"), _day(row, "valid_to")
    if first > last:
        raise OwnTableError.about("years_reversed", file=path, row=row.number)
    dated = {"fiscal_year", "valid_from", "valid_to"}
    texts = {column: row[column] for column in _COLUMNS if column not in dated}
    return Exemption(
        **texts,
        fiscal_year=int(row["fiscal_year"]),
        valid_from=first,
        valid_to=last,
        place=f"{path.name} {address(row.number - 1, 0)}",
    )


def _day(row: TableRow, column: str) -> date:
    try:
        return date.fromisoformat(row[column][:10].replace("/", "-"))
    except ValueError as error:
        raise OwnTableError.about(
            "wrong_date", file=row.path, row=row.number, column=column, value=row[column]
        ) from error
