"""What reading one workbook gives."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Literal

from orchestration.ingest.findings import ReaderFinding

Record = dict[str, str | int]
Columns = dict[str, list[str | int]]
"""Records by column: how rows travel between processes, at a third of what dictionaries cost."""
Status = Literal["loaded", "unreadable", "unrecognised"]


@dataclass(slots=True)
class FormRecords:
    """Records of one form of a workbook.

    Attributes:
        form_code: the form.
        edition: the edition it was read by.
        tables: records by raw table (without schema), in the order of the sheet; keys are the table's
            columns.
    """

    form_code: str
    edition: str
    tables: dict[str, list[Record]] = field(default_factory=dict)


@dataclass(slots=True)
class ReadResult:
    """One workbook, read.

    Attributes:
        submission_id: first 16 hexadecimal digits of the content's SHA-256.
        content_sha256: SHA-256 of the bytes.
        container_format: as in `Grid`, '' when unreadable.
        status: loaded, unreadable or unrecognised.
        reason: check code of why it was not loaded, '' when it was.
        forms: records by form; also when findings say that a form is to be held.
        findings: what the reader has to say.
        cell_count: cells that are not blank.
    """

    submission_id: str
    content_sha256: str
    container_format: str = ""
    status: Status = "loaded"
    reason: str = ""
    forms: list[FormRecords] = field(default_factory=list)
    findings: list[ReaderFinding] = field(default_factory=list)
    cell_count: int = 0


def by_column(records: Sequence[Record]) -> Columns:
    """Records of one raw table turned into columns.

    Args:
        records: all with the same keys, the table's columns.
    """
    return {name: [record[name] for record in records] for name in records[0]} if records else {}
