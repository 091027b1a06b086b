"""What the reader has to say about a workbook.

The codes are rows of `expectations/catalogue.csv`, which holds severity, messages and remedies. The reader
never decides how grave a finding is.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class ReaderCheck(StrEnum):
    """Check codes the reader emits."""

    CORRUPT = "read.corrupt"
    EMPTY = "read.empty"
    PASSWORD = "read.password"
    TOO_LARGE = "read.too_large"
    BOMB = "read.bomb"
    UNSUPPORTED_FORMAT = "read.unsupported_format"
    NESTED_ARCHIVE = "read.nested_archive"
    TOO_MANY_MEMBERS = "read.too_many_members"
    READER_DIED = "read.reader_died"
    READER_TIMEOUT = "read.reader_timeout"
    UNKNOWN_FORM = "read.unknown_form"
    FORMULA_WITHOUT_VALUE = "read.formula_without_value"
    ERROR_CELL = "read.error_cell"
    FISCAL_YEAR_MISMATCH = "receive.fiscal_year_mismatch"
    NO_EDITION = "layout.no_edition"
    UNIT_MISMATCH = "layout.unit_mismatch"
    MISSING_SHEET = "layout.missing_sheet"
    UNKNOWN_SHEET = "layout.unknown_sheet"
    DUPLICATE_TABLE = "layout.duplicate_table"
    TITLE_NOT_FOUND = "layout.title_not_found"
    TITLE_MISSING = "layout.title_missing"
    HEADER_NOT_FOUND = "layout.header_not_found"
    UNKNOWN_COLUMN = "layout.unknown_column"
    MISSING_COLUMN = "layout.missing_column"
    RENAMED_COLUMN = "layout.renamed_column"
    MOVED_COLUMN = "layout.moved_column"
    UNKNOWN_ROW = "layout.unknown_row"
    MISSING_ROW = "layout.missing_row"
    REPEATED_SUBJECT = "layout.repeated_subject"
    RENAMED_ROW = "layout.renamed_row"
    MOVED_ROW = "layout.moved_row"
    BAD_CODE = "layout.bad_code"
    EMPTY_TABLE = "layout.empty_table"
    EMPTY_FORM = "layout.empty_form"
    UNKNOWN_LABEL = "layout.unknown_label"
    MISSING_LABEL = "layout.missing_label"
    RENAMED_LABEL = "layout.renamed_label"


@dataclass(frozen=True, slots=True)
class ReaderFinding:
    """One statement about one cell, sheet or workbook.

    Attributes:
        check_code: row of the check catalogue.
        form_code: form concerned, '' when none was recognised.
        sheet: name of the sheet, '' for the whole workbook.
        cell: address such as F12, '' when no single cell is meant.
        given: what stands there, as printed.
        expected: what the form map asks for, '' when there is nothing to expect.
        subject: table, item or field concerned, '' when none.
    """

    check_code: str
    form_code: str = ""
    sheet: str = ""
    cell: str = ""
    given: str = ""
    expected: str = ""
    subject: str = ""

    def __post_init__(self) -> None:
        """Keep the code as plain text: findings travel between processes and into tables."""
        object.__setattr__(self, "check_code", str(self.check_code))
