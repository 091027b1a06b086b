"""Second look at an .ods for what the decoder does not tell: merged ranges, errors, formulas without value,
percentages.

What belongs here: the tables of `content.xml`. What does not: values; they come from the decoder.
"""

from __future__ import annotations

import re

from orchestration.ingest.formats.xml_events import parse_xml
from orchestration.ingest.refusal import Limits
from orchestration.ingest.second_look import ERROR_TEXTS, SheetDefects
from orchestration.ingest.sheets import refuse_large

MIMETYPE = "application/vnd.oasis.opendocument.spreadsheet"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CALCEXT = "{urn:org:documentfoundation:names:experimental:calc:xmlns:calcext:1.0}"
_CELLS = frozenset({f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell"})
_ASIDE = frozenset({f"{_OFFICE}annotation", f"{_TABLE}shapes", f"{_TABLE}tracked-changes"})
_ERROR = re.compile(r"(?:Err:\d+|#[A-Z]+[/0-9A-Z]*[!?]?)")


def look_at_open_document(content: bytes, limits: Limits) -> dict[str, SheetDefects]:
    """Defects and merged ranges of every table of `content.xml`, by its name.

    Raises:
        UnreadableError: the XML is damaged or hostile, or a table is too large.
    """
    tables = _Tables(limits)
    parse_xml(content, tables)
    return tables.defects


class _Tables:
    """Takes the parser's events."""

    def __init__(self, limits: Limits) -> None:
        self.defects: dict[str, SheetDefects] = {}
        self._limits = limits
        self._name = ""
        self._depth = 0
        self._aside = 0
        self._row = self._column = 0
        self._row_repeats = 1
        self._far = (-1, -1)
        self._cell: dict[str, str] = {}
        self._words: list[str] = []
        self._paragraphs = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag in _ASIDE:
            self._aside += 1
        elif self._aside:
            return
        elif tag == f"{_TABLE}table":
            self._depth += 1
            if self._depth == 1:
                self._name = attributes.get(f"{_TABLE}name", "")
                self.defects[self._name] = SheetDefects()
                self._row, self._far = 0, (-1, -1)
        elif self._depth != 1:
            return
        elif tag == f"{_TABLE}table-row":
            self._row_repeats = _number(attributes, "number-rows-repeated")
            self._column = 0
        elif tag in _CELLS:
            self._cell, self._words = dict(attributes), []
        elif tag == f"{_TEXT}p":
            self._paragraphs += 1

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag in _ASIDE:
            self._aside -= 1
        elif self._aside:
            return
        elif tag == f"{_TABLE}table":
            self._depth -= 1
        elif self._depth != 1:
            return
        elif tag == f"{_TABLE}table-row":
            self._row += self._row_repeats
        elif tag in _CELLS:
            self._end_cell()
        elif tag == f"{_TEXT}p":
            self._paragraphs -= 1

    def data(self, text: str) -> None:
        """Some text."""
        if self._paragraphs and not self._aside:
            self._words.append(text)

    def close(self) -> None:
        """The document ends."""

    def _end_cell(self) -> None:
        cell, repeats = self._cell, _number(self._cell, "number-columns-repeated")
        text = "".join(self._words).strip()
        has_value = bool(text) or f"{_OFFICE}value-type" in cell
        formula = f"{_TABLE}formula" in cell
        if has_value or formula:
            self._reach(self._row + self._row_repeats - 1, self._column + repeats - 1)
            is_error = cell.get(f"{_CALCEXT}value-type") == "error" or text in ERROR_TEXTS
            is_error = is_error or (formula and _ERROR.fullmatch(text) is not None)
            if is_error:
                self.defects[self._name].errors.update(dict.fromkeys(self._places(repeats), text or "#N/A"))
            elif not has_value:
                self.defects[self._name].uncached += self._places(repeats)
            elif cell.get(f"{_OFFICE}value-type") == "percentage":
                self.defects[self._name].percents += self._places(repeats)
        across, down = _number(cell, "number-columns-spanned"), _number(cell, "number-rows-spanned")
        if across > 1 or down > 1:
            area = (self._row, self._column, self._row + down - 1, self._column + across - 1)
            self.defects[self._name].merged.append(area)
        self._column += repeats

    def _places(self, repeats: int) -> list[tuple[int, int]]:
        """All cells that the element stands for."""
        rows = range(self._row, self._row + self._row_repeats)
        return [(row, self._column + across) for row in rows for across in range(repeats)]

    def _reach(self, row: int, column: int) -> None:
        self._far = (max(self._far[0], row), max(self._far[1], column))
        refuse_large(self._far[0] + 1, self._far[1] + 1, self._limits, self._name)
        self.defects[self._name].far_cell = self._far


def _number(attributes: dict[str, str], name: str) -> int:
    given = attributes.get(f"{_TABLE}{name}", "1")
    return max(int(given[:9]), 1) if given.isascii() and given.isdigit() else 1
