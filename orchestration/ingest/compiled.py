"""Form maps made ready for one fiscal year: terms filled, dated parts chosen, labels folded, titles indexed.

What belongs here: look-up structures. What does not: cells of a workbook.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from orchestration.ingest.form_models import (
    Alias,
    Block,
    CardField,
    Column,
    Edition,
    FormMap,
    IndicatorTable,
    Item,
    Layout,
    Table,
)
from orchestration.ingest.forms import FormCatalogue, FormMapError
from orchestration.ingest.text import YEAR_ENDS, fold, without_year

PATH_SEPARATOR = "/"
NUMBERED = "#"  # stands for a running number before a label


@dataclass(frozen=True, slots=True)
class CompiledColumn:
    """A column of the map, with the folded header paths it answers to."""

    spec: Column
    headers: tuple[str, ...]
    printed: str
    block: int

    @property
    def parts(self) -> list[str]:
        """The header as printed, row by row."""
        return self.printed.split(PATH_SEPARATOR)


@dataclass(frozen=True, slots=True)
class CompiledItem:
    """A row of the map, with its folded label."""

    spec: Item
    label: str
    printed: str


@dataclass(frozen=True, slots=True)
class CompiledBlock:
    """One side of a table."""

    spec: Block
    items: tuple[CompiledItem, ...]
    by_label: dict[str, list[int]]
    subject_totals: frozenset[str]


@dataclass(frozen=True, slots=True)
class CompiledField:
    """A label of a card, with the folded spellings it answers to."""

    spec: CardField
    labels: frozenset[str]
    printed: str


@dataclass(frozen=True, slots=True)
class CompiledIndicators:
    """A table inside a card, its anchor folded."""

    spec: IndicatorTable
    anchor: str
    printed: str
    columns: tuple[CompiledColumn, ...]


@dataclass(frozen=True, slots=True)
class CompiledLayout:
    """One way a table is printed, ready to be compared."""

    spec: Layout
    columns: tuple[CompiledColumn, ...]
    blocks: tuple[CompiledBlock, ...]
    header_starts: frozenset[str]
    units: frozenset[str]
    totals: frozenset[str]
    fields: tuple[CompiledField, ...]
    indicators: tuple[CompiledIndicators, ...]
    headers_met: dict[object, Any] = field(default_factory=dict, compare=False, repr=False)


@dataclass(frozen=True, slots=True)
class CompiledTable:
    """A table of one edition."""

    form: FormMap
    edition: Edition
    spec: Table
    titles: tuple[str, ...]
    layouts: tuple[CompiledLayout, ...]

    @property
    def key(self) -> tuple[str, str]:
        """Form code and table code."""
        return self.form.form, self.spec.table

    @property
    def sheet_names(self) -> tuple[str, ...]:
        """Names its sheet may have, terms filled."""
        return tuple(_filled(name, self.edition) for name in self.spec.sheets)


@dataclass(slots=True)
class CompiledCatalogue:
    """All that can be recognised in a workbook of one fiscal year.

    Attributes:
        fiscal_year: the year.
        tables: by form code and table code.
        titles: tables by folded title without year.
        sheets: tables by folded sheet name without year.
        other_titles: form and table code by titles that other editions use.
        title_ends: last characters of titles, also with a year behind; a quick no for nearly every cell.
    """

    fiscal_year: int
    tables: dict[tuple[str, str], CompiledTable] = field(default_factory=dict)
    titles: dict[str, CompiledTable] = field(default_factory=dict)
    sheets: dict[str, CompiledTable] = field(default_factory=dict)
    other_titles: dict[str, tuple[str, str]] = field(default_factory=dict)
    title_ends: set[str] = field(default_factory=set)


def title_key(text: str) -> str:
    """What a title or sheet name is looked up by."""
    return without_year(fold(text))


def for_year(catalogue: FormCatalogue, fiscal_year: int) -> CompiledCatalogue:
    """The catalogue compiled for a fiscal year, kept for the next workbook of that year.

    Raises:
        FormMapError: two tables claim the same title.
    """
    known: CompiledCatalogue | None = catalogue.compiled.get(fiscal_year)
    if known is None:
        known = catalogue.compiled[fiscal_year] = _compile(catalogue, fiscal_year)
    return known


def _compile(catalogue: FormCatalogue, fiscal_year: int) -> CompiledCatalogue:
    compiled = CompiledCatalogue(fiscal_year)
    for form in catalogue.forms.values():
        for edition in form.editions:
            for table in form.tables_of(edition):
                titles = [title_key(_filled(title, edition)) for title in table.titles]
                compiled.other_titles.update(dict.fromkeys(titles, (form.form, table.table)))
                if edition.holds(fiscal_year):
                    _add(compiled, compile_table(form, edition, table, fiscal_year))
    suffixes = catalogue.vocabulary.continuation_suffixes
    compiled.title_ends = {title[-1] for title in (*compiled.titles, *suffixes) if title} | set(YEAR_ENDS)
    return compiled


def _add(compiled: CompiledCatalogue, table: CompiledTable) -> None:
    compiled.tables[table.key] = table
    for index, texts in ((compiled.titles, table.spec.titles), (compiled.sheets, table.spec.sheets)):
        for text in texts:
            key = title_key(_filled(text, table.edition))
            rival = index.setdefault(key, table)
            if rival is not table:
                raise FormMapError(
                    f"{table.form.form}.yml and {rival.form.form}.yml: tables {table.spec.table} "
                    f"and {rival.spec.table} both claim {text!r} in {compiled.fiscal_year}"
                )


def compile_table(form: FormMap, edition: Edition, table: Table, fiscal_year: int) -> CompiledTable:
    """One table made ready for a fiscal year."""
    layouts = tuple(_layout(layout, edition, fiscal_year) for layout in table.layouts)
    titles = tuple(_filled(title, edition) for title in table.titles)
    return CompiledTable(form, edition, table, titles, layouts)


def _filled(text: str, edition: Edition) -> str:
    for term, word in edition.terms.items():
        text = text.replace(f"{{{term}}}", word)
    return text


def _layout(layout: Layout, edition: Edition, fiscal_year: int) -> CompiledLayout:
    columns = tuple(
        column
        for index, block in enumerate(layout.blocks)
        for column in _columns(block.columns, edition, fiscal_year, index)
    )
    return CompiledLayout(
        spec=layout,
        columns=columns,
        blocks=tuple(_block(block, edition, fiscal_year) for block in layout.blocks),
        header_starts=frozenset(
            path.split(PATH_SEPARATOR)[0] for column in columns for path in column.headers
        ),
        units=frozenset(fold(unit) for unit in layout.units),
        totals=frozenset(fold(label) for label in layout.totals),
        fields=tuple(
            CompiledField(
                spec,
                frozenset(fold(text) for text in _spellings(spec.label, spec.aliases, edition, fiscal_year)),
                _filled(spec.label, edition),
            )
            for spec in layout.fields
            if spec.holds(fiscal_year)
        ),
        indicators=tuple(
            CompiledIndicators(
                part,
                fold(_filled(part.anchor, edition)),
                _filled(part.anchor, edition),
                _columns(part.columns, edition, fiscal_year, 0),
            )
            for part in layout.indicators
        ),
    )


def _columns(
    columns: tuple[Column, ...], edition: Edition, fiscal_year: int, block: int
) -> tuple[CompiledColumn, ...]:
    compiled = []
    for column in columns:
        if column.holds(fiscal_year):
            aliases = _spellings("", column.aliases, edition, fiscal_year)[1:]
            printed = [*(_filled(header, edition) for header in column.header), *aliases]
            compiled.append(CompiledColumn(column, tuple(fold(text) for text in printed), printed[0], block))
    return tuple(compiled)


def _spellings(text: str, aliases: tuple[Alias, ...], edition: Edition, fiscal_year: int) -> list[str]:
    """A label or header as printed, and the aliases that hold in the year."""
    return [_filled(text, edition), *(_filled(a.text, edition) for a in aliases if a.holds(fiscal_year))]


def _block(block: Block, edition: Edition, fiscal_year: int) -> CompiledBlock:
    items: list[CompiledItem] = []
    by_label: dict[str, list[int]] = {}
    for item in block.items:
        if item.holds(fiscal_year):
            spellings = _spellings(item.label, item.aliases, edition, fiscal_year)
            labels = [NUMBERED + fold(text) if item.numbered else fold(text) for text in spellings]
            for label in dict.fromkeys(labels):
                by_label.setdefault(label, []).append(len(items))
            items.append(CompiledItem(item, labels[0], spellings[0]))
    return CompiledBlock(
        block, tuple(items), by_label, frozenset(fold(label) for label in block.subject_totals)
    )
