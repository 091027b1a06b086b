"""Finding the header of a table and telling which column is which.

What belongs here: header rows, merged headers, columns. What does not: the rows below.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from orchestration.ingest.compiled import PATH_SEPARATOR, CompiledColumn, CompiledLayout
from orchestration.ingest.drift import SEQUENCE, compare, moved, neighbours
from orchestration.ingest.findings import ReaderCheck, ReaderFinding
from orchestration.ingest.grid import Sheet
from orchestration.ingest.text import address, fold

_HEADERS_KEPT = 512  # headers a layout remembers; a province prints a few dozen
_SEARCH_ROWS = 15  # rows below the title within which a header begins; longest seen is 5


@dataclass(frozen=True, slots=True)
class HeaderColumn:
    """A column with a header as found: its first column, folded path, and path as printed."""

    column: int
    path: str
    printed: str


@dataclass(frozen=True, slots=True)
class Header:
    """A header that was found.

    Attributes:
        layout: the layout it fits best.
        top: its first row.
        bottom: its last row.
        found: columns with a header, from left to right.
        columns: for each column of the layout, the sheet's column, None when absent.
    """

    layout: CompiledLayout
    top: int
    bottom: int
    found: tuple[HeaderColumn, ...]
    columns: tuple[int | None, ...]

    @property
    def mapped(self) -> frozenset[int]:
        """Columns of the sheet that have a header, mapped or not."""
        return frozenset(found.column for found in self.found)

    @property
    def is_as_mapped(self) -> bool:
        """Whether every column of the layout stands on the sheet, and no other."""
        return None not in self.columns and len(self.found) == len(self.columns) == len(set(self.columns))

    def printed(self, column: int) -> str:
        """The header of a column as printed."""
        return next((found.printed for found in self.found if found.column == column), "")


def locate(sheet: Sheet, top: int, bottom: int, layouts: Sequence[CompiledLayout]) -> Header | None:
    """The header that fits one of the layouts best, None when no header word was found at all."""
    best: Header | None = None
    best_score = -(10**6)
    widest = max(len(layout.columns) for layout in layouts)
    for row in range(top, min(top + _SEARCH_ROWS, bottom + 1, sheet.height)):
        folded = {fold(text) for text in sheet.rows[row] if text}
        for layout in layouts:
            if not folded & layout.header_starts:
                continue
            header = match_columns(sheet, row, layout)
            matched = sum(column is not None for column in header.columns)
            score = 3 * matched - len(header.columns) - len(header.found)
            if matched and score > best_score:
                best, best_score = header, score
        if best is not None and best.is_as_mapped and len(best.columns) == widest:
            return best  # no row below can fit better
    return best


def match_columns(sheet: Sheet, top: int, layout: CompiledLayout) -> Header:
    """Match a header beginning at row `top` against a layout; equal headers are told apart by their order."""
    bottom = min(top + layout.spec.header_rows, sheet.height) - 1
    printed = (
        tuple(tuple(texts) for texts in sheet.rows[top : bottom + 1]),
        tuple(
            (area.top - top, area.left, area.bottom - top, area.right)
            for area in sheet.merged
            if top <= area.top <= bottom
        ),
    )
    known = layout.headers_met.get(printed)
    if known is None:
        known = _matched(header_paths(sheet, top, bottom), layout)
        if len(layout.headers_met) >= _HEADERS_KEPT:
            layout.headers_met.clear()
        layout.headers_met[printed] = known
    return Header(layout, top, bottom, *known)


def _matched(
    found: tuple[HeaderColumn, ...], layout: CompiledLayout
) -> tuple[tuple[HeaderColumn, ...], tuple[int | None, ...]]:
    columns: list[int | None] = [None] * len(layout.columns)
    for candidate in found:
        index = next(
            (
                i
                for i, column in enumerate(layout.columns)
                if columns[i] is None and candidate.path in column.headers
            ),
            None,
        )
        if index is not None:
            columns[index] = candidate.column
    return found, tuple(columns)


def header_paths(sheet: Sheet, top: int, bottom: int, left: int = 0) -> tuple[HeaderColumn, ...]:
    """Paths of the columns from `left` on: header rows joined after filling the merged ranges that begin
    in them.
    """
    rows, continued = _filled_rows(sheet, top, bottom)
    paths = []
    for column in range(left, sheet.width):
        parts: list[str] = []
        for texts in rows:
            if texts[column] and (not parts or parts[-1] != texts[column]):
                parts.append(texts[column])
        if parts and column not in continued:
            path = PATH_SEPARATOR.join(fold(part) for part in parts)
            paths.append(HeaderColumn(column, path, PATH_SEPARATOR.join(parts)))
    return tuple(paths)


def _filled_rows(sheet: Sheet, top: int, bottom: int) -> tuple[list[list[str]], set[int]]:
    """Header rows with merged ranges filled, and the columns that only continue a merged one down to the
    last row.
    """
    rows = [list(sheet.rows[row]) for row in range(top, bottom + 1)]
    continued: set[int] = set()
    for area in sheet.merged:
        if not top <= area.top <= bottom:
            continue
        text = rows[area.top - top][area.left]
        for texts in rows[area.top - top : min(area.bottom, bottom) - top + 1]:
            texts[area.left : area.right + 1] = [text] * (area.right + 1 - area.left)
        if area.bottom >= bottom:
            continued.update(range(area.left + 1, area.right + 1))
    return rows, continued


def header_cell(sheet: Sheet, header: Header, column: int) -> str:
    """Address of the lowest header text of a column; a merged range stands for its first cell."""
    for row in range(header.bottom, header.top - 1, -1):
        area = sheet.merge_at(row, column)
        if sheet.rows[area.top][area.left]:
            return address(area.top, area.left)
    return address(header.bottom, column)


def column_findings(
    form_code: str, table_code: str, sheet: Sheet, header: Header, columns: Sequence[CompiledColumn]
) -> list[ReaderFinding]:
    """New, renamed, moved and missing columns, each at its cell."""
    order = [index for _, index in sorted((at, i) for i, at in enumerate(header.columns) if at is not None)]
    astray = moved(order)
    if header.is_as_mapped and not astray:
        return []
    index_of = {column: index for index, column in enumerate(header.columns) if column is not None}
    drift = compare(
        [index_of.get(found.column) for found in header.found],
        [not column.spec.optional for column in columns],
    )
    findings = []

    def note(check: ReaderCheck, column: int | None, given: str, expected: str) -> None:
        cell = "" if column is None else header_cell(sheet, header, column)
        findings.append(ReaderFinding(check, form_code, sheet.name, cell, given, expected, table_code))

    for position, index in drift.renamed.items():
        found = header.found[position]
        note(ReaderCheck.RENAMED_COLUMN, found.column, found.printed, columns[index].printed)
    for position in drift.unknown:
        note(ReaderCheck.UNKNOWN_COLUMN, header.found[position].column, header.found[position].printed, "")
    for index in drift.missing:
        before = [column for column in header.columns[:index] if column is not None]
        note(ReaderCheck.MISSING_COLUMN, before[-1] if before else 0, "", columns[index].printed)
    for position in astray:
        place = header.columns[order[position]]
        given = header.printed(place) if place is not None else ""
        wanted = SEQUENCE.join(columns[index].printed for index in neighbours(order, position))
        note(ReaderCheck.MOVED_COLUMN, place, given, wanted)
    return findings


def row_signature(texts: Sequence[str]) -> tuple[tuple[int, str], ...]:
    """A row as compared with header rows: its non-blank cells, folded."""
    return tuple((column, fold(text)) for column, text in enumerate(texts) if text)


def header_signatures(sheet: Sheet, header: Header) -> frozenset[tuple[tuple[int, str], ...]]:
    """Rows of the header; a row below that equals one of them is a page break's repetition."""
    return frozenset(row_signature(sheet.rows[row]) for row in range(header.top, header.bottom + 1))
