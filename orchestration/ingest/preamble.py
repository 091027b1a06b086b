"""What stands above a table: unit, reporting unit, year."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from functools import lru_cache

from orchestration.ingest.form_models import Vocabulary
from orchestration.ingest.grid import Sheet
from orchestration.ingest.text import YEAR_PATTERN, address, fold, years_in


@dataclass(frozen=True, slots=True)
class Preamble:
    """Statements above a table, as printed; '' where there is none.

    Attributes:
        unit: the unit after 单位：, without spaces in it.
        unit_cell: where it stands.
        other_unit: another unit stated as well, which contradicts the first.
        other_unit_cell: where that stands.
        reporting_unit: text after 编制单位：.
        reporting_unit_cell: where it stands.
        years: years named in the title or as 年度, each with text and cell.
    """

    unit: str = ""
    unit_cell: str = ""
    other_unit: str = ""
    other_unit_cell: str = ""
    reporting_unit: str = ""
    reporting_unit_cell: str = ""
    years: tuple[tuple[int, str, str], ...] = ()


Statement = tuple[str, str]
"""A text and its cell."""


def read_preamble(
    sheet: Sheet, top: int, bottom: int, title: tuple[int, int] | None, vocabulary: Vocabulary
) -> Preamble:
    """Read rows `top` to `bottom` (inclusive, from 0).

    Args:
        sheet: the sheet.
        top: first row of the table's part of the sheet.
        bottom: last row above its header.
        title: cell of the title, in which any year counts; elsewhere only one said to be a 年度 does.
        vocabulary: words before colons.
    """
    units: list[Statement] = []
    reporting: list[Statement] = []
    years: list[tuple[int, str, str]] = []
    for row in range(top, min(bottom + 1, sheet.height)):
        texts = sheet.rows[row]
        for column, text in enumerate(texts):
            if not text:
                continue
            cell = address(row, column)
            beside = next(filter(None, texts[column + 1 :]), "")
            if unit := _unit(text, beside, vocabulary):
                units.append((unit, cell))
            if who := _reporting_unit(text, beside, vocabulary):
                reporting.append((who, cell))
            for year, printed, is_fiscal in years_in(fold(text)):
                if is_fiscal or (row, column) == title:
                    years.append((year, printed, cell))
    last = units[-1] if units else ("", "")
    other = next((one for one in units if one[0] != last[0]), ("", ""))
    return Preamble(*last, *other, *(reporting[-1] if reporting else ("", "")), tuple(years))


def _unit(text: str, beside: str, vocabulary: Vocabulary) -> str:
    """The unit a cell states: after 单位 with a colon or a space, in the cell beside, or in brackets."""
    patterns = _patterns(vocabulary.unit_prefixes, vocabulary.reporting_unit_prefixes)
    # The end of a letter-spaced 编 制 单 位 is no 单位 of its own.
    plain = patterns.reporting.sub(" ", unicodedata.normalize("NFKC", text))
    if patterns.bare_reporting.fullmatch(plain):
        return ""
    if found := patterns.unit.search(plain):
        return _known_unit(found.group(1), vocabulary) or (found.group(1).split() or [""])[0]
    if patterns.bare_unit.fullmatch(plain):
        known = _known_unit(beside, vocabulary)
        return known if known or patterns.any.match(unicodedata.normalize("NFKC", beside)) else fold(beside)
    if found := patterns.spaced_unit.search(plain):
        return _known_unit(found.group(1), vocabulary)
    bracketed = patterns.bracketed.fullmatch(plain.strip())
    return _known_unit(bracketed.group(1), vocabulary) if bracketed else ""


def _known_unit(text: str, vocabulary: Vocabulary) -> str:
    """The unit of money a text names, spaces, full stop and currency aside; '' when it names none."""
    folded = fold(text).rstrip(_FULL_STOPS)
    for currency in vocabulary.currencies:
        folded = folded.removeprefix(currency)
    return folded if folded in vocabulary.money_units else ""


def _reporting_unit(text: str, beside: str, vocabulary: Vocabulary) -> str:
    """Who files, by a cell: after 编制单位 with a colon, or in the cell beside."""
    patterns = _patterns(vocabulary.unit_prefixes, vocabulary.reporting_unit_prefixes)
    if found := patterns.reporting.search(text):
        return found.group(1).strip()
    if patterns.bare_reporting.fullmatch(text) and not patterns.any.match(beside):
        return beside.strip()
    return ""


_FULL_STOPS = "。.．"


@dataclass(frozen=True, slots=True)
class _Patterns:
    """What statements look like: `unit` and `reporting` with their text, the others without or around it."""

    unit: re.Pattern[str]
    bare_unit: re.Pattern[str]
    spaced_unit: re.Pattern[str]
    bracketed: re.Pattern[str]
    reporting: re.Pattern[str]
    bare_reporting: re.Pattern[str]
    any: re.Pattern[str]


@lru_cache(maxsize=8)
def _patterns(units: tuple[str, ...], reporting: tuple[str, ...]) -> _Patterns:
    unit, who = _spaced(units), _spaced(reporting)
    colon, opening, closing = r"\s*[:\uff1a]\s*", r"[(\uff08]", r"[)\uff09]"
    begin = rf"(?:^|\s|{opening})"
    aside = rf"\s*(?:{opening}[^)\uff09]*{closing})?{colon}"
    return _Patterns(
        unit=re.compile(rf"{begin}(?:{unit}){colon}([^)\uff09]*[^)\uff09\s])"),
        bare_unit=re.compile(rf"\s*{opening}?(?:{unit}){colon}{closing}?\s*"),
        spaced_unit=re.compile(rf"{begin}(?:{unit})\s+([^)\uff09]+)"),
        bracketed=re.compile(rf"{opening}([^()\uff08\uff09]*){closing}"),
        reporting=re.compile(
            rf"(?:^|\s)(?:{who}){aside}(.*?\S)(?=\s+(?:(?:{unit}){colon}|{YEAR_PATTERN})|\s*$)"
        ),
        bare_reporting=re.compile(rf"\s*(?:{who}){aside}"),
        any=re.compile(rf"\s*(?:{unit}|{who}){aside}"),
    )


def _spaced(words: tuple[str, ...]) -> str:
    """Words as printed, also letter-spaced: 编 制 单 位."""
    return "|".join(r"\s*".join(map(re.escape, word)) for word in words)
