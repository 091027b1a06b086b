"""HTML saved as .xls → one sheet per table.

What belongs here: rows, cells and spans of HTML tables, and Excel's own attributes on them. What does not:
the parser, which is lxml's, streaming and without network. Text before a table (a heading, the unit)
stands in rows above it, as it does when a spreadsheet opens the page.
"""

from __future__ import annotations

import re
import sys
from dataclasses import replace
from decimal import Decimal, InvalidOperation

from lxml import etree

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.lattice import Lattice
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.sheets import Sheet, refuse_large
from orchestration.ingest.text import fold, number_text, percent_text, shown_percent

_FEED_CHARACTERS = 1 << 16
_MOST_TABLES = 1000
_MOST_DEPTH = 1000
_CELLS = frozenset({"td", "th"})
_BREAKS = frozenset({"br", "p", "div", "li", "h1", "h2", "h3", "h4", "h5", "h6", "caption", "center", "hr"})
_UNSEEN = frozenset({"script", "style", "title", "noscript", "template"})
_SPACE = re.compile(r"[ \xa0]+")
_LINE_ENDS = str.maketrans("\t\r\n\f", "    ")  # in the source they are spaces; elements break lines
_STEPS_PER_CELL = 4
_SHEET_NAME = re.compile(r"<x:Name>([^<]{1,31})</x:Name>", re.IGNORECASE)
_ILLEGAL_IN_NAMES = re.compile(r"[\\/*?:\[\]]")
_PRINTED_NUMBER = re.compile(r"[+-]?[\d,]*\.?\d+")
_ROW_GROUPS = frozenset({"thead", "tbody", "tfoot"})
_TO_THE_END = 0  # the rowspan of a cell that reaches down to the end of its row group


def sheets_of_html(text: str, limits: Limits) -> list[Sheet]:
    """The tables of a page.

    Raises:
        UnreadableError: there is no table, it is too large, or the page is no HTML a parser bears.
    """
    page = _Page(limits)
    parser = etree.HTMLParser(target=page, encoding="utf-8", no_network=True, huge_tree=False)
    try:
        for start in range(0, len(text), _FEED_CHARACTERS):
            parser.feed(text[start : start + _FEED_CHARACTERS].encode())
        parser.close()
    except (etree.LxmlError, SyntaxError) as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    if not page.sheets:
        raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, "HTML")
    return _named(page.sheets, _SHEET_NAME.findall(text))


def _named(sheets: list[Lattice], names: list[str]) -> list[Sheet]:
    """Sheets named as Excel noted them in the page, else by number."""
    names = [_ILLEGAL_IN_NAMES.sub("_", name).strip() for name in names]
    if len(names) != len(sheets) or len({fold(name).lower() for name in names} - {""}) != len(sheets):
        names = [f"Sheet{number}" for number in range(1, len(sheets) + 1)]
    for lattice, name in zip(sheets, names, strict=True):
        lattice.name = name
    return [lattice.sheet() for lattice in sheets]


class _Table:
    """A table under construction: where the next cell goes, and which cells earlier spans cover."""

    def __init__(self, lattice: Lattice, top: int, limits: Limits) -> None:
        self.lattice = lattice
        self.row = top - 1
        self.column = 0
        self._covered: dict[int, int] = {}  # column → last row that a cell above covers
        self._open: list[tuple[int, int, int]] = []  # row, first and last column of cells down to the end
        self._limits = limits
        self._steps = 0

    def start_row(self) -> None:
        self.row += 1
        self.column = 0

    def place(self, across: int, down: int) -> tuple[int, int]:
        """Row and column of a cell of so many columns and rows."""
        if self.row < 0:
            self.start_row()
        before = self.column
        while self._covered.get(self.column, -1) >= self.row:
            self.column += 1
        place = (self.row, self.column)
        refuse_large(self.row + 1, self.column + 1, replace(self._limits, box_cells=sys.maxsize))
        across = min(across, self._limits.columns - self.column)
        if down == _TO_THE_END:
            self._open.append((*place, self.column + across - 1))
        if down != 1:
            covered = range(self.column, self.column + across)
            last = self._limits.rows if down == _TO_THE_END else self.row + down - 1
            self._covered.update(dict.fromkeys(covered, last))
        if down != _TO_THE_END and (across > 1 or down > 1):
            self.lattice.merge(*place, self.row + down - 1, self.column + across - 1)
        self.column += across
        # Spans cost time even where the cells are blank and no range grows.
        self._steps += self.column - before
        refuse_large(self._steps // _STEPS_PER_CELL, 1, replace(self._limits, rows=self._limits.box_cells))
        return place

    def end_group(self) -> None:
        """A row group ends, and with it the cells that reach down to its end."""
        for top, left, right in self._open:
            self._covered.update(dict.fromkeys(range(left, right + 1), self.row))
            if self.row > top or right > left:
                self.lattice.merge(top, left, self.row, right)
        self._open = []


class _Page:
    """Takes the parser's events."""

    def __init__(self, limits: Limits) -> None:
        self.sheets: list[Lattice] = []
        self._limits = limits
        self._tables: list[_Table] = []
        self._cell: tuple[int, int] | None = None
        self._attributes: dict[str, str] = {}
        self._words: list[str] = []
        self._loose: list[str] = []
        self._unseen = 0

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if tag in _UNSEEN:
            self._unseen += 1
        elif tag == "table":
            self._start_table()
        elif tag == "tr" and self._tables:
            self._end_cell()
            self._tables[-1].start_row()
        elif tag in _ROW_GROUPS and self._tables:
            self._end_cell()
            self._tables[-1].end_group()
        elif tag in _CELLS and self._tables:
            self._end_cell()
            self._attributes = dict(attributes)
            self._cell = self._tables[-1].place(
                max(_span(attributes, "colspan", self._limits.columns), 1),
                _span(attributes, "rowspan", self._limits.rows),
            )
        elif tag in _BREAKS:
            self._words.append("\n")

    def end(self, tag: str) -> None:
        """An element ends, or is taken to end."""
        if tag in _UNSEEN:
            self._unseen = max(0, self._unseen - 1)
        elif tag == "table" and self._tables:
            self._end_cell()
            self._end_table()
        elif tag in _CELLS or tag == "tr":
            self._end_cell()
        elif tag in _ROW_GROUPS and self._tables:
            self._end_cell()
            self._tables[-1].end_group()
        elif tag in _BREAKS:
            self._words.append("\n")

    def data(self, text: str) -> None:
        """Some text."""
        if not self._unseen:
            self._words.append(text.translate(_LINE_ENDS))

    def close(self) -> None:
        """The page ends. What stands below the last table is put below it."""
        while self._tables:
            self._end_cell()
            self._end_table()
        self._keep_loose_text()
        if self.sheets:
            last = self.sheets[-1]
            top = last.height
            for number, line in enumerate(self._loose):
                last.put(top + number, 0, line)

    def _start_table(self) -> None:
        if len(self.sheets) >= _MOST_TABLES or len(self._tables) >= _MOST_DEPTH:
            raise UnreadableError(
                ReaderCheck.TOO_LARGE, f"{len(self.sheets)} tables", expected=f"{_MOST_TABLES} tables"
            )
        self._cell = None
        if self._tables and self._tables[-1].lattice.width <= 1:
            # A table that only lays out another one: what it said so far stands above the inner one.
            self._loose += [text for _, _, text in self._tables[-1].lattice.sheet().texts()]
            self._tables[-1].lattice = self._lattice()
        self._keep_loose_text()
        lattice = self._lattice()
        for number, line in enumerate(self._loose):
            lattice.put(number, 0, line)
        self._tables.append(_Table(lattice, len(self._loose), self._limits))
        self._loose = []

    def _lattice(self) -> Lattice:
        return Lattice(self._limits, f"Sheet{len(self.sheets) + 1}")

    def _end_table(self) -> None:
        table = self._tables.pop()
        table.end_group()
        if table.lattice.height:
            self.sheets.append(table.lattice)

    def _end_cell(self) -> None:
        if self._cell is None:
            if self._tables:
                self._keep_loose_text()
            return
        row, column = self._cell
        self._cell = None
        lattice = self._tables[-1].lattice
        text = _shown("\n".join(_lines(self._take_words())), self._attributes)
        lattice.put(row, column, text)
        if not text and "x:fmla" in self._attributes and not self._attributes.keys() & {"x:str", "x:num"}:
            lattice.lack_value(row, column)

    def _keep_loose_text(self) -> None:
        self._loose += _lines(self._take_words())

    def _take_words(self) -> str:
        words, self._words = "".join(self._words), []
        return words


def _lines(text: str) -> list[str]:
    """Lines of a text with white space folded as a browser does; blank ones fall away."""
    return [line for line in (_SPACE.sub(" ", part).strip() for part in text.split("\n")) if line]


def _span(attributes: dict[str, str], name: str, most: int) -> int:
    given = attributes.get(name, "1").strip()
    if not given.isascii() or not given.isdigit():
        return 1
    return min(int(given[:9]), most)


def _shown(text: str, attributes: dict[str, str]) -> str:
    """The value of a cell: what Excel noted beside a rounded number or an error, else the text as printed."""
    if attributes.get("x:err"):
        return attributes["x:err"]
    if "x:str" in attributes:
        return text
    text = shown_percent(text)
    printed, percent, _ = text.partition("%")
    if not attributes.get("x:num") or not _PRINTED_NUMBER.fullmatch(printed) or text != printed + percent:
        return text
    try:
        value = Decimal(attributes["x:num"])
        exact = number_text(float(value)) if value.is_finite() else text
    except InvalidOperation:
        return text
    # A sign that is only written behind the number, by a format such as 0"%", is none of the number's.
    return percent_text(exact) if percent and _is_hundredfold(printed, value) else exact


def _is_hundredfold(printed: str, value: Decimal) -> bool:
    """Whether a printed number is the hundredfold of a value, rounded as it was printed."""
    shown = Decimal(printed.replace(",", ""))
    return abs(shown - value.scaleb(2)) <= Decimal(1).scaleb(-len(printed.partition(".")[2]))
