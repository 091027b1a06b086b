"""A table's part of a sheet, and what every kind of body needs to know and say while it is read."""

from __future__ import annotations

from dataclasses import dataclass, field

from orchestration.ingest.compiled import CompiledLayout, CompiledTable
from orchestration.ingest.findings import ReaderCheck, ReaderFinding
from orchestration.ingest.form_models import Vocabulary
from orchestration.ingest.grid import Sheet
from orchestration.ingest.preamble import Preamble
from orchestration.ingest.results import Record
from orchestration.ingest.text import address, fold


@dataclass(frozen=True, slots=True)
class Segment:
    """A recognised table on a sheet.

    Attributes:
        table: the table.
        sheet: the sheet.
        top: first row of its part.
        bottom: last row of its part.
        title: cell of its title, None when it was recognised by other means.
    """

    table: CompiledTable
    sheet: Sheet
    top: int
    bottom: int
    title: tuple[int, int] | None

    @property
    def title_cell(self) -> str:
        """Address of the title, of A1 when there is none."""
        return address(*self.title) if self.title else address(self.top, 0)


@dataclass(slots=True)
class Reading:
    """One form of one workbook while it is read: its findings and records."""

    submission_id: str
    fiscal_year: int
    vocabulary: Vocabulary
    findings: list[ReaderFinding] = field(default_factory=list)
    tables: dict[str, list[Record]] = field(default_factory=dict)

    def report(
        self,
        check: ReaderCheck,
        segment: Segment,
        cell: str,
        given: str = "",
        expected: str = "",
        subject: str = "",
    ) -> None:
        """Add a finding about a cell of a segment."""
        form_code, table_code = segment.table.key
        sheet = segment.sheet.name
        self.findings.append(
            ReaderFinding(check, form_code, sheet, cell, given, expected, subject or table_code)
        )

    def check_preamble(self, segment: Segment, preamble: Preamble, layout: CompiledLayout) -> None:
        """Report a year that is not the folder's and a unit the layout does not allow."""
        for year, printed, cell in preamble.years:
            if year != self.fiscal_year:
                self.report(ReaderCheck.FISCAL_YEAR_MISMATCH, segment, cell, printed, str(self.fiscal_year))
        expected = " | ".join(layout.spec.units)
        if preamble.unit:
            if layout.units and fold(preamble.unit) not in layout.units:
                self.report(ReaderCheck.UNIT_MISMATCH, segment, preamble.unit_cell, preamble.unit, expected)
            if preamble.other_unit:
                cell, other = preamble.other_unit_cell, preamble.other_unit
                self.report(ReaderCheck.UNIT_MISMATCH, segment, cell, other, preamble.unit)
        elif layout.units and layout.spec.unit_required:
            self.report(ReaderCheck.UNIT_MISMATCH, segment, segment.title_cell, "", expected)

    def is_note(self, folded: str) -> bool:
        """Whether a line's first text says that it is a note below a table."""
        return folded.startswith(self.vocabulary.note_prefixes)
