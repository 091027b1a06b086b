"""SpreadsheetML 2003, the XML that Excel 2002 and many exporters save as .xls → sheets.

What belongs here: worksheets, rows, cells, spans and types of that vocabulary. What does not: the parser,
which is lxml's, streaming, without network and without document type definitions.
"""

from __future__ import annotations

from datetime import datetime

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.lattice import Lattice
from orchestration.ingest.formats.xml_events import parse_xml
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.sheets import Sheet
from orchestration.ingest.text import number_text, value_text

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{{{NAMESPACE}}}"
_MOST_SHEETS = 1000
_MOST_INDEX = 10_000_000


def sheets_of_spreadsheet_xml(text: str, limits: Limits) -> list[Sheet]:
    """The worksheets of a workbook.

    Raises:
        UnreadableError: the XML is damaged, hostile or too large.
    """
    workbook = _Workbook(limits)
    parse_xml(text.encode(), workbook)
    return [lattice.sheet() for lattice in workbook.sheets]


class _Workbook:
    """Takes the parser's events."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[Lattice] = []
        self._limits = limits
        self._row = self._column = -1
        self._right = self._span = 0
        self._formula = False
        self._type = ""
        self._said: list[str] = []
        self._in_data = False
        self._has_data = False
        self._comments = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag == f"{_SS}Worksheet":
            if len(self.sheets) >= _MOST_SHEETS:
                raise UnreadableError(
                    ReaderCheck.TOO_LARGE, f"{_MOST_SHEETS}+ sheets", expected=f"{_MOST_SHEETS} sheets"
                )
            self.sheets.append(Lattice(self._limits, attributes.get(f"{_SS}Name", "")))
            self._row = -1
        elif not self.sheets:
            return
        elif tag == f"{_SS}Row":
            self._row = _number(attributes, "Index", self._row + 2) - 1
            self._span = _number(attributes, "Span", 0)
            self._right = 0
        elif tag == f"{_SS}Comment":
            self._comments += 1
        elif tag == f"{_SS}Cell":
            self._start_cell(attributes)
        elif tag == f"{_SS}Data" and not self._comments:
            self._type = attributes.get(f"{_SS}Type", "String")
            self._said, self._in_data = [], True

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag == f"{_SS}Data" and self._in_data and self.sheets:
            self._in_data, self._has_data = False, True
            text = _value_text("".join(self._said), self._type)
            self.sheets[-1].put(self._row, self._column, text)
        elif tag == f"{_SS}Cell" and self.sheets and self._formula and not self._has_data:
            self.sheets[-1].lack_value(self._row, self._column)
        elif tag == f"{_SS}Comment":
            self._comments -= 1
        elif tag == f"{_SS}Row":
            # A row may stand for several: only its format repeats.
            self._row, self._span = self._row + self._span, 0

    def data(self, text: str) -> None:
        """Some text."""
        if self._in_data:
            self._said.append(text)

    def close(self) -> None:
        """The workbook ends."""

    def _start_cell(self, attributes: dict[str, str]) -> None:
        self._column = _number(attributes, "Index", self._right + 1) - 1
        across = _number(attributes, "MergeAcross", 0)
        down = _number(attributes, "MergeDown", 0)
        self._right = self._column + 1 + across
        self._formula, self._has_data = f"{_SS}Formula" in attributes, False
        if across or down:
            self.sheets[-1].merge(self._row, self._column, self._row + down, self._column + across)


def _number(attributes: dict[str, str], name: str, otherwise: int) -> int:
    given = attributes.get(f"{_SS}{name}", "")
    if not given:
        return otherwise
    if not given.isascii() or not given.isdigit() or not 0 <= int(given[:12]) <= _MOST_INDEX:
        raise UnreadableError(ReaderCheck.CORRUPT, f"ss:{name}={given[:20]!r}")
    return int(given)


def _value_text(said: str, kind: str) -> str:
    try:
        if kind == "Number":
            return number_text(float(said))
        if kind == "DateTime":
            return value_text(datetime.fromisoformat(said))
    except (ValueError, OverflowError):
        return said
    if kind == "Boolean":
        return value_text(said.strip() == "1")
    return said
