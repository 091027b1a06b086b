"""What stands above a table: unit, reporting unit, year."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from orchestration.ingest.form_models import Vocabulary
from orchestration.ingest.grid import Sheet
from orchestration.ingest.text import YEAR_PATTERN, address, fold, years_in


@dataclass(frozen=True, slots=True)
class Preamble:
    """Statements above a table, as printed; '' where there is none.

    Attributes:
        unit: text after 单位：.
        unit_cell: where it stands.
        reporting_unit: text after 编制单位：.
        reporting_unit_cell: where it stands.
        years: years named in the title or as 年度, each with text and cell.
    """

    unit: str = ""
    unit_cell: str = ""
    reporting_unit: str = ""
    reporting_unit_cell: str = ""
    years: tuple[tuple[int, str, str], ...] = ()


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
    unit_pattern, reporting_pattern = _patterns(vocabulary.unit_prefixes, vocabulary.reporting_unit_prefixes)
    unit = unit_cell = reporting_unit = reporting_unit_cell = ""
    years: list[tuple[int, str, str]] = []
    for row in range(top, min(bottom + 1, sheet.height)):
        for column, text in enumerate(sheet.rows[row]):
            if not text:
                continue
            if found := unit_pattern.search(text):
                unit, unit_cell = found.group(1), address(row, column)
            if found := reporting_pattern.search(text):
                reporting_unit, reporting_unit_cell = found.group(1).strip(), address(row, column)
            for year, printed, is_fiscal in years_in(fold(text)):
                if is_fiscal or (row, column) == title:
                    years.append((year, printed, address(row, column)))
    return Preamble(unit, unit_cell, reporting_unit, reporting_unit_cell, tuple(years))


@lru_cache(maxsize=8)
def _patterns(units: tuple[str, ...], reporting: tuple[str, ...]) -> tuple[re.Pattern[str], re.Pattern[str]]:
    unit = "|".join(re.escape(word) for word in units)
    who = "|".join(re.escape(word) for word in reporting)
    colon, opening, closing = r"\s*[:\uff1a]\s*", r"[(\uff08]", r"[)\uff09]"
    return (
        re.compile(rf"(?:^|\s|{opening})(?:{unit}){colon}([^\s)\uff09]+)"),
        re.compile(
            rf"(?:^|\s)(?:{who})\s*(?:{opening}[^)\uff09]*{closing})?{colon}"
            rf"(.*?)(?=\s+(?:(?:{unit}){colon}|{YEAR_PATTERN})|$)"
        ),
    )
