"""Which tables of which forms stand on the sheets of a workbook.

By title first, then by the name of the sheet, then by a header that fits one table only. Titles compare
equal after folding and without the year they name. Never by likeness, and never by the file's name.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from orchestration.ingest.compiled import CompiledCatalogue, CompiledTable, title_key
from orchestration.ingest.form_models import Vocabulary
from orchestration.ingest.grid import Grid, Sheet
from orchestration.ingest.header import locate
from orchestration.ingest.segment import Segment
from orchestration.ingest.side_by_side import side_by_side
from orchestration.ingest.text import amount_statement, fold

_TITLE_ROWS = 12  # rows in which a title may stand in any column; further down only in the first used one

_LISTED_TITLES = 3  # titles without a table from which on a sheet is a list of them


@dataclass(slots=True)
class Recognised:
    """What was recognised in a workbook.

    Attributes:
        segments: tables in the order of the sheets.
        by_other_title: segments recognised by other means than their title: (segment, title as printed, ''
            for none).
        strangers: sheets with content and without any table.
        out_of_edition: form codes whose titles were found but which have no edition in the fiscal year.
    """

    segments: list[Segment] = field(default_factory=list)
    by_other_title: list[tuple[Segment, str]] = field(default_factory=list)
    strangers: list[Sheet] = field(default_factory=list)
    out_of_edition: list[str] = field(default_factory=list)


def recognise(grid: Grid, catalogue: CompiledCatalogue, vocabulary: Vocabulary) -> Recognised:
    """Find the tables of a workbook."""
    recognised = Recognised()
    for sheet in grid.sheets:
        if not any(any(row) for row in sheet.rows):
            continue
        titles = _titles(sheet, catalogue, vocabulary)
        if _is_answer(sheet, vocabulary):
            recognised.segments += _of_answer(recognised, sheet, titles)
            continue
        parts = side_by_side(sheet, titles)
        if len(parts) > 1:
            found = [_by_titles(part, _titles(part, catalogue, vocabulary)) for part in parts]
            segments = [segment for of_part in found for segment in of_part]
        else:
            segments = _by_titles(sheet, titles)
        if not segments:
            segments = _by_other_means(sheet, catalogue, vocabulary, recognised)
        recognised.segments += segments
        if not segments:
            recognised.strangers.append(sheet)
    _leave_out_listed(recognised, vocabulary)
    return recognised


def _leave_out_listed(recognised: Recognised, vocabulary: Vocabulary) -> None:
    """Take out titles that a contents sheet or a cover only lists: the table itself stands elsewhere."""
    times = Counter(segment.table.key for segment in recognised.segments)
    repeated = [segment for segment in recognised.segments if times[segment.table.key] > 1]
    bare = [segment for segment in repeated if not _has_body(segment)]
    whole = {segment.table.key for segment in repeated} - {
        key for key, found in Counter(segment.table.key for segment in bare).items() if found == times[key]
    }
    listed = [
        segment
        for segment in bare
        if segment.table.key in whole and _is_only_a_title(segment, bare, vocabulary)
    ]
    if not listed:
        return
    recognised.segments = [one for one in recognised.segments if not _is_among(one, listed)]
    recognised.by_other_title = [pair for pair in recognised.by_other_title if not _is_among(pair[0], listed)]
    for sheet in {id(segment.sheet): segment.sheet for segment in listed}.values():
        if all(segment.sheet is not sheet for segment in recognised.segments):
            recognised.strangers.append(sheet)


def _is_among(segment: Segment, segments: Sequence[Segment]) -> bool:
    return any(segment is one for one in segments)


def _has_body(segment: Segment) -> bool:
    """Whether a header, or a label of a card, stands below a title."""
    table, sheet = segment.table, segment.sheet
    if table.spec.kind != "card":
        return locate(sheet, segment.top, segment.bottom, table.layouts) is not None
    words = {fold(text) for row in sheet.rows[segment.top : segment.bottom + 1] for text in row if text}
    return any(
        words & field.labels or any(part.anchor in words for part in layout.indicators)
        for layout in table.layouts
        for field in layout.fields
    )


def _is_only_a_title(segment: Segment, bare: Sequence[Segment], vocabulary: Vocabulary) -> bool:
    """Whether nothing below a title without a header could be figures of it.

    Of the last title of a list, what follows belongs to the list: page numbers, sheets of no table.
    """
    if segment.title is None:
        return False
    row, column = segment.title
    if fold(segment.sheet.rows[row][column]).endswith(vocabulary.continuation_suffixes):
        return False
    others = sum(one.sheet is segment.sheet for one in bare)
    if others >= _LISTED_TITLES and segment.bottom == segment.sheet.height - 1:
        return True
    below = segment.sheet.rows[row + 1 : segment.bottom + 1]
    return not any(amount_statement(text, {}) == "number" for texts in below for text in texts)


def _is_answer(sheet: Sheet, vocabulary: Vocabulary) -> bool:
    """Whether a sheet is the list of findings of a returned workbook, which quotes titles of other tables."""
    _, _, first = next(sheet.texts())
    return fold(first) in {fold(title) for title in vocabulary.answer_titles}


def _of_answer(
    recognised: Recognised, sheet: Sheet, titles: list[tuple[int, int, CompiledTable]]
) -> list[Segment]:
    """The list itself, of a workbook returned several times the first one, which is the youngest."""
    own = _by_titles(sheet, titles[:1])
    known = {segment.table.key for segment in recognised.segments}
    return [segment for segment in own if segment.table.key not in known and _has_body(segment)]


def _titles(
    sheet: Sheet, catalogue: CompiledCatalogue, vocabulary: Vocabulary
) -> list[tuple[int, int, CompiledTable]]:
    """Row and column of every title of a table, with the table."""
    found: list[tuple[int, int, CompiledTable]] = []
    ends = catalogue.title_ends
    for row, column, text in _title_cells(sheet):
        if text[-1] in ends or fold(text[-1]) in ends:
            table = _titled(text, catalogue, vocabulary)
            if table is not None:
                found.append((row, column, table))
    return found


def _by_titles(sheet: Sheet, titles: Sequence[tuple[int, int, CompiledTable]]) -> list[Segment]:
    starts: list[tuple[int, int, CompiledTable]] = []
    for title in titles:
        if not (starts and starts[-1][0] == title[0]):
            starts.append(title)
    segments = []
    for index, (row, column, table) in enumerate(starts):
        top = 0 if index == 0 else row
        bottom = starts[index + 1][0] - 1 if index + 1 < len(starts) else sheet.height - 1
        segments.append(Segment(table, sheet, top, bottom, (row, column)))
    return segments


def _title_cells(sheet: Sheet) -> Iterator[tuple[int, int, str]]:
    """Cells in which a title may stand: any near the top, further down the first used one of a row."""
    for row, texts in enumerate(sheet.rows[:_TITLE_ROWS]):
        for column, text in enumerate(texts):
            if text:
                yield row, column, text
    for row, texts in enumerate(sheet.rows[_TITLE_ROWS:], _TITLE_ROWS):
        first = next(filter(None, texts), "")
        if first:
            yield row, texts.index(first), first


def _titled(text: str, catalogue: CompiledCatalogue, vocabulary: Vocabulary) -> CompiledTable | None:
    key = title_key(text)
    table = catalogue.titles.get(key)
    if table is None:
        for suffix in vocabulary.continuation_suffixes:
            if key.endswith(suffix):
                return catalogue.titles.get(key.removesuffix(suffix))
    return table


def _by_other_means(
    sheet: Sheet, catalogue: CompiledCatalogue, vocabulary: Vocabulary, recognised: Recognised
) -> list[Segment]:
    row, column, printed = 0, 0, ""
    foreign = _title_of_other_edition(sheet, catalogue)
    table = None
    if foreign is not None:
        row, column, printed, key = foreign
        table = catalogue.tables.get(key)
        if table is None:
            recognised.out_of_edition.append(key[0])
            return []
    table = table or catalogue.sheets.get(title_key(sheet.name)) or _by_header(sheet, catalogue)
    if table is None:
        return []
    if foreign is None:
        row, column, printed = _unknown_title(sheet, table, vocabulary)
    segment = Segment(table, sheet, 0, sheet.height - 1, (row, column) if printed else None)
    recognised.by_other_title.append((segment, printed))
    return [segment]


def _title_of_other_edition(
    sheet: Sheet, catalogue: CompiledCatalogue
) -> tuple[int, int, str, tuple[str, str]] | None:
    for row, column, text in sheet.texts():
        if row >= _TITLE_ROWS:
            return None
        if key := catalogue.other_titles.get(title_key(text)):
            return row, column, text, key
    return None


def _unknown_title(sheet: Sheet, table: CompiledTable, vocabulary: Vocabulary) -> tuple[int, int, str]:
    """What stands in the place of the title, '' when the sheet begins with something else."""
    row, column, text = next(cell for cell in sheet.texts())
    words = (*vocabulary.unit_prefixes, *vocabulary.reporting_unit_prefixes)
    starts = frozenset().union(*(layout.header_starts for layout in table.layouts))
    if fold(text).startswith(tuple(f"{word}:" for word in words)) or fold(text) in starts:
        return row, column, ""
    return row, column, text


def _by_header(sheet: Sheet, catalogue: CompiledCatalogue) -> CompiledTable | None:
    """The only table whose header stands on the sheet with every column and without a stranger."""
    words = {fold(text) for row in sheet.rows[:_TITLE_ROWS] for text in row if text}
    fitting = []
    for table in catalogue.tables.values():
        layouts = [layout for layout in table.layouts if layout.columns and layout.header_starts <= words]
        header = locate(sheet, 0, sheet.height - 1, layouts) if layouts else None
        if header and None not in header.columns and len(header.found) == len(header.columns):
            fitting.append(table)
    return fitting[0] if len(fitting) == 1 else None
