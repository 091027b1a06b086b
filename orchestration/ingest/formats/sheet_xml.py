"""Second look at a sheet of an .xlsx whose XML is not written as Excel writes it.

What belongs here: cells without addresses, single quotes, prefixes, other encodings, read with a real parser.
What does not: the usual case, which plain searches decide (`second_look`).
"""

from __future__ import annotations

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.number_formats import NO_STYLES, UTF_16
from orchestration.ingest.formats.xml_events import parse_xml
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.second_look import SheetDefects
from orchestration.ingest.sheets import refuse_large
from orchestration.ingest.text import parse_address

_EVERY_CELL, _USUAL_CELL = b"<c ", b'<c r="'
_UNUSUAL = (b"<c>", b"<c\n", b"<c\r", b"<c\t", b"<c/", b":c ", b":c>", b"='")


def is_usual(xml: bytes) -> bool:
    """Whether a sheet is written as Excel and its kin write it: each cell begins with its address."""
    return (
        not xml.startswith(UTF_16)
        and xml.count(_EVERY_CELL) == xml.count(_USUAL_CELL)
        and not any(mark in xml for mark in _UNUSUAL)
    )


def look_at_unusual_sheet(
    xml: bytes, limits: Limits, name: str, percents: frozenset[int] = NO_STYLES
) -> SheetDefects:
    """Defects of one sheet, from its elements.

    Args:
        xml: the sheet.
        limits: bounds.
        name: of the sheet, for messages.
        percents: styles that show percentages.

    Raises:
        UnreadableError: the XML is damaged or hostile, or the sheet is too large.
    """
    if xml.startswith(UTF_16):
        try:
            xml = xml.decode("utf-16").encode()
        except UnicodeError as error:
            raise UnreadableError(ReaderCheck.CORRUPT, str(error), name) from error
    cells = _Cells(limits, name, {str(style) for style in percents})
    parse_xml(xml, cells)
    return cells.defects


class _Cells:
    """Takes the parser's events."""

    def __init__(self, limits: Limits, name: str, percents: set[str]) -> None:
        self.defects = SheetDefects()
        self._limits = limits
        self._name = name
        self._percents = percents
        self._row = self._column = -1
        self._type = self._style = ""
        self._formula = False
        self._value: list[str] | None = None
        self._in_value = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = tag.rpartition("}")[2]
        if local == "row":
            self._row = self._position(f"A{attributes['r']}")[0] if "r" in attributes else self._row + 1
            self._column = -1
        elif local == "c":
            self._column += 1
            if "r" in attributes:
                self._row, self._column = self._position(attributes["r"])
            self._type, self._formula, self._value = attributes.get("t", "n"), False, None
            self._style = attributes.get("s", "0")
        elif local == "f":
            self._formula = True
        elif local in ("v", "is"):
            self._value, self._in_value = [], True

    def end(self, tag: str) -> None:
        """An element ends."""
        local = tag.rpartition("}")[2]
        if local in ("v", "is"):
            self._in_value = False
        elif local == "c" and (self._value is not None or self._formula):
            self._end_cell("".join(self._value or ()))

    def data(self, text: str) -> None:
        """Some text."""
        if self._in_value and self._value is not None:
            self._value.append(text)

    def close(self) -> None:
        """The sheet ends."""

    def _position(self, address: str) -> tuple[int, int]:
        try:
            return parse_address(address)
        except ValueError as error:
            raise UnreadableError(ReaderCheck.CORRUPT, str(error), self._name) from error

    def _end_cell(self, value: str) -> None:
        cell = (max(self._row, 0), self._column)
        last_row, last_column = self.defects.far_cell
        self.defects.far_cell = (max(last_row, cell[0]), max(last_column, cell[1]))
        refuse_large(self.defects.far_cell[0] + 1, self.defects.far_cell[1] + 1, self._limits, self._name)
        if self._type == "e":
            self.defects.errors[cell] = value or "#N/A"
        elif value and self._type == "n" and self._style in self._percents:
            self.defects.percents.append(cell)
        elif self._formula and not value and not (self._type == "str" and self._value is not None):
            self.defects.uncached.append(cell)
