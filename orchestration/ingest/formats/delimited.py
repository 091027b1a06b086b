"""Text with delimiters (.csv) → one sheet.

What belongs here: which delimiter, and whether the text is a table at all. What does not: character sets.
"""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Iterator

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.lattice import Lattice
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.sheets import Sheet
from orchestration.ingest.text import shown_percent

SHEET_NAME = "Sheet1"
_DELIMITERS = ("\t", ",", ";")
_DECLARED = re.compile(r"sep=([\t,;|])\r?\n")
_AS_TEXT = re.compile(r'="([^"]*)"')  # how a .csv keeps Excel from dropping the zeros of a code
_SAMPLE_CHARACTERS = 200_000
_ROW_CHARACTERS = 1_000_000
_LEAST_SHARE = 0.5


def sheets_of_delimited(text: str, limits: Limits) -> list[Sheet]:
    """The table a text holds.

    Raises:
        UnreadableError: it is no table, too large, or its quotes do not pair.
    """
    declared = _DECLARED.match(text)
    if declared:
        text = text[declared.end() :]
    delimiter = declared.group(1) if declared else _delimiter(text, limits)
    lattice = Lattice(limits, SHEET_NAME)
    for number, row in enumerate(_rows(text, delimiter, limits)):
        for column, cell in enumerate(row):
            shown = _AS_TEXT.fullmatch(cell)
            lattice.put(number, column, shown.group(1) if shown else shown_percent(cell))
    return [lattice.sheet()]


def _delimiter(text: str, limits: Limits) -> str:
    """The delimiter by which most rows have the same number of cells, at least two."""
    head = text[:_SAMPLE_CHARACTERS]
    if len(head) < len(text):
        head = head[: head.rfind("\n") + 1] or head
    best, delimiter = (0.0, 0), ""
    damage: UnreadableError | None = None
    for candidate in _DELIMITERS:
        try:
            widths = [len(row) for row in _rows(head, candidate, limits) if any(row)]
        except UnreadableError as error:
            if error.reason is ReaderCheck.TOO_LARGE:
                raise
            damage = error
            continue
        if not widths:
            continue
        width, count = max(Counter(widths).items(), key=lambda entry: (entry[1], entry[0]))
        score = (round(count / len(widths), 2), width)
        if width > 1 and count > 1 and score[0] >= _LEAST_SHARE and score > best:
            best, delimiter = score, candidate
    if not delimiter:
        if damage:
            raise damage
        raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, "text")
    return delimiter


class _Lines:
    """Lines of a text; refuses a row, which quotes may stretch over lines, that never ends."""

    def __init__(self, text: str, delimiter: str, limits: Limits) -> None:
        self._stream = io.StringIO(text, newline="")
        self._delimiter = delimiter
        self._limits = limits
        self.taken = 0

    def __iter__(self) -> Iterator[str]:
        for line in self._stream:
            self.taken += len(line)
            if line.count(self._delimiter) >= self._limits.columns:
                columns = line.count(self._delimiter) + 1
                bound = f"{self._limits.columns} columns"
                raise UnreadableError(ReaderCheck.TOO_LARGE, f"{columns} columns", SHEET_NAME, expected=bound)
            if self.taken > _ROW_CHARACTERS:
                raise UnreadableError(ReaderCheck.CORRUPT, 'a quote (") that never closes')
            yield line


def _rows(text: str, delimiter: str, limits: Limits) -> Iterator[list[str]]:
    lines = _Lines(text, delimiter, limits)
    try:
        for row in csv.reader(iter(lines), delimiter=delimiter):
            lines.taken = 0
            yield row
    except csv.Error as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
