"""Why a file is not decoded, and the bounds within which one is.

What belongs here: words shared by all decoders. What does not: any format.
"""

from __future__ import annotations

from dataclasses import dataclass

from orchestration.ingest.findings import ReaderCheck


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds within which a file is decoded at all.

    Attributes:
        file_bytes: largest file, and largest member of an archive.
        unpacked_bytes: largest sum of the members of a package or an archive.
        packing_ratio: largest ratio of unpacked to packed bytes; real workbooks stay below 40, but a sheet of
            equal formatted rows can reach 200.
        box_cells: largest used range of one sheet (rows × columns), as the decoder fills it densely.
        rows: most rows of a sheet, those of Excel.
        columns: most columns of a sheet, those of Excel.
        archive_members: most files in one archive.
        parts: most entries in the directory of a package.
    """

    file_bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 512 * 1024 * 1024
    packing_ratio: int = 400
    box_cells: int = 4_000_000
    rows: int = 1_048_576
    columns: int = 16_384
    archive_members: int = 1000
    parts: int = 20_000


DEFAULT_LIMITS = Limits()
MEBIBYTE = 1024 * 1024


class UnreadableError(Exception):
    """A file that is not decoded, with the check code that says why.

    Attributes:
        reason: check code.
        given: what was found.
        sheet: sheet concerned, '' for the whole file.
        cell: cell concerned, '' for none.
        expected: the bound that was passed, '' for none.
    """

    def __init__(
        self, reason: ReaderCheck, given: str = "", sheet: str = "", cell: str = "", expected: str = ""
    ) -> None:
        super().__init__(f"{reason}: {given}")
        self.reason = reason
        self.given = given
        self.sheet = sheet
        self.cell = cell
        self.expected = expected
