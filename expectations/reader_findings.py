"""What the reader says (gate G1), with severity and texts of the catalogue.

What belongs here: turning reader findings into findings. What does not: reading.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Protocol

from expectations import catalogue as catalogue_module
from expectations.catalogue import Catalogue, find
from expectations.findings import Finding, make_finding


class ReaderStatement(Protocol):
    """One statement of the reader: `orchestration.ingest.findings.ReaderFinding`."""

    @property
    def check_code(self) -> str:
        """Row of the catalogue."""

    @property
    def form_code(self) -> str:
        """Form concerned, '' when none was recognised."""

    @property
    def sheet(self) -> str:
        """Sheet, '' for the whole workbook."""

    @property
    def cell(self) -> str:
        """Address, '' when no single cell is meant."""

    @property
    def given(self) -> str:
        """What stands there."""

    @property
    def expected(self) -> str:
        """What the form map asks for."""

    @property
    def subject(self) -> str:
        """Table, item or field concerned."""


def reader_outcome(
    statements: Iterable[ReaderStatement],
    *,
    submission_id: str,
    fiscal_year: int | None,
    submitter_code: str = "",
    file: str = "",
    catalogue: Catalogue | None = None,
) -> list[Finding]:
    """Findings of one workbook as read.

    Args:
        statements: what the reader said.
        submission_id: the workbook.
        fiscal_year: year of its folder.
        submitter_code: name of its folder.
        file: relative path, for messages.
        catalogue: the checks; the shipped ones by default.

    Raises:
        UnknownCheckError: the reader emits a code the catalogue lacks.
    """
    checks = catalogue or catalogue_module.load()
    findings = []
    for statement in statements:
        findings.append(
            make_finding(
                find(checks, str(statement.check_code)),
                fiscal_year=fiscal_year,
                submission_id=submission_id,
                submitter_code=submitter_code,
                form_code=statement.form_code,
                sheet=statement.sheet,
                cell=statement.cell,
                given=statement.given,
                expected=statement.expected,
                item=statement.subject,
                file=file,
            )
        )
    return findings
