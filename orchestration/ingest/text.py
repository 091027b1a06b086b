"""Texts of cells: what counts as equal, and how a stored number reads.

What belongs here: folding for comparison, numbers and dates to text, addresses. What does not: any word of
a form or of its notes, which is data in `orchestration/forms/`.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from functools import lru_cache

CellValue = str | int | float | bool | datetime | date | time | timedelta

_SHORT_NUMBER = 16
_SPACE = re.compile(r"[\s\u200b\u200c\u200d\u2060\ufeff\u00ad]+")
_CHINESE_DIGITS = str.maketrans("〇○零一二三四五六七八九", "000123456789")
_PLAIN_NUMBER = re.compile(r"-?\d+(?:\.\d+)?")
_SHOWN_PERCENT = re.compile(r"([+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?)[ \xa0]?%")
_NUMBER = re.compile(r"[+-]?(?:\d+|\d{1,3}(?:,\d{3})+)(?:\.\d+)?")
_RUNNING_NUMBER = re.compile(r"[一二三四五六七八九十]+、")
YEAR_PATTERN = r"(?:(?:19|20)\d{2}|[二一][〇○零一二三四五六七八九]{3})年"
_YEAR = re.compile(rf"({YEAR_PATTERN[:-1]})年(度?)")
_YEAR_OF_TITLE = re.compile(rf"\({YEAR_PATTERN}度?\)|{YEAR_PATTERN}度?")
YEAR_ENDS = "年度)"  # what a title may end with when the year stands last, folded


@lru_cache(maxsize=65536)
def fold(text: str) -> str:
    """The text as it is compared: NFKC (full-width forms become half-width) without any white space.

    Numbering prefixes such as 一、 stay: they are part of a label.
    """
    return _SPACE.sub("", unicodedata.normalize("NFKC", text))


def number_text(value: int | float) -> str:
    """A number as Excel shows it: at most 15 significant digits, plain decimal notation, never an
    exponent.
    """
    if isinstance(value, int):
        return str(value)
    # Up to 15 digits and a point, the shortest text that gives the number back is the one with 15 digits.
    shortest = repr(value)
    if len(shortest) <= _SHORT_NUMBER and "e" not in shortest and value:
        return shortest.removesuffix(".0")
    if value.is_integer() and abs(value) < 1e15:
        return str(int(value))
    shown = f"{value:.15g}"
    return format(Decimal(shown), "f") if "e" in shown else shown


def percent_text(number: str) -> str:
    """A number of a cell whose format is a percentage, as a person sees it, and exact: 0.12345 → 12.345%.

    Args:
        number: text of the number itself; any other text stays as it is.
    """
    if not _PLAIN_NUMBER.fullmatch(number):
        return number
    return f"{_without_zeros(format(Decimal(number).scaleb(2), 'f'))}%"


def shown_percent(text: str) -> str:
    """A printed percentage as `percent_text` writes it: 95.0% → 95%. Other texts stay as they are."""
    if "%" not in text:
        return text
    found = _SHOWN_PERCENT.fullmatch(text.strip())
    return f"{_without_zeros(found.group(1).replace(',', ''))}%" if found else text


def _without_zeros(number: str) -> str:
    return number.rstrip("0").rstrip(".") if "." in number else number


def value_text(value: CellValue) -> str:
    """The text of a cell's value: strings without outer white space, numbers as Excel shows them, dates in
    ISO form.
    """
    if type(value) is float:
        return number_text(value)
    if isinstance(value, str):
        return value.strip()
    if isinstance(value, bool):
        return "TRUE" if value else "FALSE"
    if isinstance(value, int | float):
        return number_text(value)
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(sep=" ")
    if isinstance(value, date | time):
        return value.isoformat()
    return str(value)


@lru_cache(maxsize=16384)
def column_letters(column: int) -> str:
    """Letters of a column counted from 0: 0 → A, 25 → Z, 26 → AA."""
    letters = ""
    column += 1
    while column:
        column, rest = divmod(column - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def address(row: int, column: int) -> str:
    """Address of a cell counted from 0: (11, 5) → F12."""
    return f"{column_letters(column)}{row + 1}"


def parse_address(cell: str) -> tuple[int, int]:
    """Row and column, counted from 0, of an address such as F12.

    Raises:
        ValueError: not an address.
    """
    letters = cell.rstrip("0123456789")
    if not letters.isalpha() or not letters.isascii():
        raise ValueError(f"{cell!r} is not a cell address")
    column = 0
    for letter in letters.upper():
        column = column * 26 + ord(letter) - 64
    return int(cell[len(letters) :]) - 1, column - 1


def years_in(folded: str) -> list[tuple[int, str, bool]]:
    """Years printed in a folded text as 2014年 or 二〇一四年: (year, text as printed, whether it says
    年度).
    """
    return [
        (int(found.group(1).translate(_CHINESE_DIGITS)), found.group(0), found.group(2) == "度")
        for found in _YEAR.finditer(folded)
    ]


def without_number(folded: str) -> str:
    """A folded label without the running number (一、 or 十二、) before it; '' when it has none."""
    found = _RUNNING_NUMBER.match(folded)
    return folded[found.end() :] if found else ""


def without_year(folded: str) -> str:
    """A folded title without the year it names: the year is a variable of the title, and checked on its
    own. Brackets that hold nothing but the year go with it.
    """
    return _YEAR_OF_TITLE.sub("", folded)


def amount_statement(text: str, statements: Mapping[str, str]) -> str:
    """What an amount cell says: `number`, one of the vocabulary's statements, or `text`.

    Blank, nil (-, —, 无), below the printed unit (…) and not applicable (不适用) are four things, and none of
    them is zero.

    Args:
        text: text of the cell.
        statements: the vocabulary's statements, by folded text.
    """
    folded = fold(text)
    if _NUMBER.fullmatch(folded):
        return "number"
    return statements.get(folded, "text")
