"""SpreadsheetML 2003, the XML that Excel 2002 and many exporters save as .xls → sheets.

What belongs here: worksheets, rows, cells, spans and types of that vocabulary. What does not: the parser,
which is lxml's, streaming, without network and without document type definitions.
"""

from __future__ import annotations

from datetime import datetime

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.lattice import Lattice
from orchestration.ingest.formats.number_formats import is_percent_format
from orchestration.ingest.formats.xml_events import parse_xml
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.sheets import Sheet
from orchestration.ingest.text import number_text, percent_text, value_text

NAMESPACE = "urn:schemas-microsoft-com:office:spreadsheet"
_SS = f"{{{NAMESPACE}}}"
_MOST_SHEETS = 1000
_MOST_INDEX = 10_000_000
_NAMED_PERCENT = "Percent"  # the format Excel writes 0.00% as
_DEFAULT_STYLE = "Default"
_MOST_STYLED_COLUMNS = 16_384


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
        self._styles = _Styles()
        self._is_percent = False

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
            self._styles.define(tag, attributes)
        elif tag == f"{_SS}Table":
            self._styles.start_table(attributes)
        elif tag == f"{_SS}Column":
            self._styles.start_column(attributes)
        elif tag == f"{_SS}Row":
            self._styles.of_row = attributes.get(f"{_SS}StyleID", "")
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
            if self._is_percent and self._type == "Number":
                text = percent_text(text)
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
        self._is_percent = self._styles.is_percent(attributes, self._column)
        if across or down:
            self.sheets[-1].merge(self._row, self._column, self._row + down, self._column + across)


class _Styles:
    """Which cells show their numbers as percentages, by their own style or that of row, column or table."""

    def __init__(self) -> None:
        self.of_row = ""
        self._of_table = ""
        self._of_columns: dict[int, str] = {}
        self._next_column = 0
        self._formats: dict[str, bool] = {}
        self._has_percents = False
        self._defined = ""

    def define(self, tag: str, attributes: dict[str, str]) -> None:
        """An element before the first sheet begins: perhaps a style, or a part of one."""
        if tag == f"{_SS}Style":
            self._defined = attributes.get(f"{_SS}ID", "")
            # A style is told of before those that come from it.
            self._set(percent=self._formats.get(attributes.get(f"{_SS}Parent", ""), False))
        elif tag == f"{_SS}NumberFormat" and self._defined:
            code = attributes.get(f"{_SS}Format", "")
            self._set(percent=code == _NAMED_PERCENT or is_percent_format(code))

    def start_table(self, attributes: dict[str, str]) -> None:
        """A table begins."""
        self._of_table, self.of_row = attributes.get(f"{_SS}StyleID", ""), ""
        self._of_columns, self._next_column = {}, 0

    def start_column(self, attributes: dict[str, str]) -> None:
        """One or several columns are described."""
        # Columns come in order; going back would only cost time.
        first = max(_number(attributes, "Index", 0) - 1, self._next_column)
        self._next_column = first + _number(attributes, "Span", 0) + 1
        style = attributes.get(f"{_SS}StyleID", "")
        if style and self._has_percents:
            columns = range(first, min(self._next_column, _MOST_STYLED_COLUMNS))
            self._of_columns.update(dict.fromkeys(columns, style))

    def is_percent(self, cell: dict[str, str], column: int) -> bool:
        """Whether a cell with these attributes in this column shows a percentage."""
        if not self._has_percents:
            return False
        style = cell.get(f"{_SS}StyleID") or self.of_row or self._of_columns.get(column, self._of_table)
        return self._formats.get(style or _DEFAULT_STYLE, False)

    def _set(self, *, percent: bool) -> None:
        self._formats[self._defined] = percent
        self._has_percents = self._has_percents or percent


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
