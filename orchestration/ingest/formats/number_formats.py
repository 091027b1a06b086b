"""Number formats: which styles of a workbook show their numbers as percentages.

What belongs here: format codes, and the styles part of an .xlsx. What does not: the cells of such a style.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping, Sequence

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.xml_events import parse_xml
from orchestration.ingest.refusal import UnreadableError

NO_STYLES: frozenset[int] = frozenset()
UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_BUILT_IN = frozenset({9, 10})  # 0% and 0.00%, which files need not spell out
# What stands for itself: quoted and escaped signs, a blank as wide as a sign (_), a filler (*), conditions.
_LITERAL = re.compile(r'"[^"]*"|[\\_*].|\[[^\]]*\]', re.DOTALL)
_MAY_HAVE_PERCENT = re.compile(rb"""%|&#|numFmtId\s*=\s*["'](?:9|10)["']""")


def is_percent_format(code: str) -> bool:
    """Whether a format code multiplies by 100 and adds %: `0.0%` does, `0"%"` and `0\\%` do not."""
    return "%" in code and "%" in _LITERAL.sub("", code)


def percent_styles(numbers: Sequence[int], codes: Mapping[int, str]) -> frozenset[int]:
    """Positions of the styles that show percentages.

    Args:
        numbers: number of the format of each style, in order.
        codes: the formats a workbook spells out, by number.
    """
    percents = {number for number in _BUILT_IN if number not in codes}
    percents |= {number for number, code in codes.items() if is_percent_format(code)}
    return frozenset(position for position, number in enumerate(numbers) if number in percents)


def percent_styles_of_xml(xml: bytes) -> frozenset[int]:
    """Styles of an .xlsx that show percentages, from its styles part. Most are passed by one plain search.

    Raises:
        UnreadableError: the part may tell of such styles, and is damaged or hostile.
    """
    if xml.startswith(UTF_16):
        try:
            xml = xml.decode("utf-16").encode()
        except UnicodeError as error:
            raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    if not _MAY_HAVE_PERCENT.search(xml):
        return NO_STYLES
    styles = _Styles()
    parse_xml(xml, styles)
    return percent_styles(styles.numbers, styles.codes)


class _Styles:
    """Takes the parser's events."""

    def __init__(self) -> None:
        self.numbers: list[int] = []
        self.codes: dict[int, str] = {}
        self._in_cells = False

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        local = tag.rpartition("}")[2]
        if local == "numFmt":
            # Those of conditional formats (dxf) come later and have numbers of their own.
            self.codes.setdefault(_number(attributes), attributes.get("formatCode", ""))
        elif local == "cellXfs":
            self._in_cells = True
        elif local == "xf" and self._in_cells:
            self.numbers.append(_number(attributes))

    def end(self, tag: str) -> None:
        """An element ends."""
        if tag.rpartition("}")[2] == "cellXfs":
            self._in_cells = False

    def data(self, text: str) -> None:
        """Some text."""

    def close(self) -> None:
        """The part ends."""


def _number(attributes: dict[str, str]) -> int:
    given = attributes.get("numFmtId", "0")
    return int(given[:9]) if given.isascii() and given.isdigit() else 0
