"""What a form map may say: the models that validate `orchestration/forms/*.yml`.

What belongs here: the shape of a map and the rules one map must keep. What does not: reading files
(`forms.py`) and finding anything in a workbook.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any, Literal, TypeVar

from pydantic import (
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    GetJsonSchemaHandler,
    field_validator,
    model_validator,
)
from pydantic.json_schema import JsonSchemaValue

from orchestration.ingest.text import fold

RowKind = Literal["value", "subtotal", "total", "of_which", "memo"]
Statement = Literal["blank", "nil", "below_unit", "not_applicable", "not_demonstrable"]
ValueStatus = Literal["missing", "not_applicable", "not_demonstrable"]
BodyKind = Literal["matrix", "cross", "list", "card"]
Holds = Literal["text", "long_text", "code", "amount", "number", "year", "date"]
Code = Annotated[str, Field(pattern=r"^[A-Za-z0-9_]+$")]
FieldName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9_]*$")]
LONG_KINDS: frozenset[str] = frozenset({"matrix", "cross"})


def _flat(parts: Any) -> Any:
    """Lists inside a list are shared pieces put in by a YAML alias; they are laid out in place."""
    if not isinstance(parts, list | tuple):
        return parts
    return [piece for part in parts for piece in (_flat(part) if isinstance(part, list) else [part])]


def _several(value: Any) -> Any:
    return (value,) if isinstance(value, str) else value


class _Written:
    """Tells the JSON Schema for editors how a part may be written, where that is more than it becomes."""

    def __init__(self, widen: Callable[[JsonSchemaValue], JsonSchemaValue]) -> None:
        self._widen = widen

    def __get_pydantic_json_schema__(self, schema: Any, handler: GetJsonSchemaHandler) -> JsonSchemaValue:
        return self._widen(handler(schema))


def _or_list_of_it(schema: JsonSchemaValue) -> JsonSchemaValue:
    part = schema["items"]
    return {**schema, "items": {"anyOf": [part, {"type": "array", "items": part}]}}


def _or_one(schema: JsonSchemaValue) -> JsonSchemaValue:
    return {"anyOf": [schema["items"], schema]}


Part = TypeVar("Part")
Flat = Annotated[tuple[Part, ...], BeforeValidator(_flat), _Written(_or_list_of_it)]
OneOrMore = Annotated[tuple[str, ...], BeforeValidator(_several), _Written(_or_one)]


class MapModel(BaseModel):
    """Base of all parts: an unknown key is an error, because a misspelt one would be a silent hole."""

    model_config = ConfigDict(extra="forbid", frozen=True, populate_by_name=True, coerce_numbers_to_str=True)


class Dated(MapModel):
    """A part that holds from one fiscal year to another, both inside; blank means without end.

    Attributes:
        valid_from: first fiscal year in which it holds; left out when it holds from the edition's beginning.
        valid_to: last fiscal year in which it holds; left out when it holds to the edition's end.
        note: why it is so, for who maintains the map.
    """

    valid_from: int | None = Field(default=None, alias="from")
    valid_to: int | None = Field(default=None, alias="to")
    note: str = ""

    def holds(self, fiscal_year: int) -> bool:
        """Whether the part holds in the fiscal year."""
        return (self.valid_from is None or fiscal_year >= self.valid_from) and (
            self.valid_to is None or fiscal_year <= self.valid_to
        )


class Alias(Dated):
    """Another spelling under which a label or header is accepted: a source's typo, or a name in transition.

    Attributes:
        text: as printed, compared after folding; of a header its rows joined with `/`.
    """

    text: str


class Bilingual(MapModel):
    """A description in Chinese and English.

    Attributes:
        zh: Chinese.
        en: English.
    """

    zh: str
    en: str


class FieldMeaning(Bilingual):
    """What a field of a list or card means.

    Attributes:
        holds: what is written into it; decides number format and data validation of the blank form.
        choices: words it may hold, when they are a closed list; offered in the blank form.
    """

    holds: Holds = "text"
    choices: tuple[str, ...] = ()


class Item(Dated):
    """A row label and what it means.

    Attributes:
        label: as printed, compared after folding; `{TERM}` is filled from the edition's terms.
        code: item code; '' only for a heading.
        kind: row kind, or `heading` for a line without values that is not stored.
        units: units the row's own unit column may state.
        decimals: printed decimals, when they differ from the layout's.
        optional: whether the row may be absent.
        numbered: whether a running number (一、 二、) stands before the label, which differs from table to
            table because only the lines that occur are numbered.
        aliases: other spellings, each with its years.
        again: whether the same label stands further up already; the two are told apart by their order.
        choices: words the row's values may be, when they are a closed list; offered in the blank form.
    """

    label: str
    code: Code | Literal[""] = ""
    kind: RowKind | Literal["heading"] = "value"
    units: tuple[str, ...] = ()
    decimals: int | None = None
    optional: bool = False
    numbered: bool = False
    aliases: tuple[Alias, ...] = ()
    again: bool = False
    choices: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _has_code(self) -> Item:
        if (self.kind == "heading") == bool(self.code):
            raise ValueError(f"row {self.label!r}: a heading has no code, and every other row has one")
        return self


class Codes(MapModel):
    """Rows that are recognised by a classification code; any code of a right length is accepted.

    Attributes:
        lengths: allowed numbers of digits of the joined code; the longest is a value, shorter ones are
            subtotals.
        below: code of the item below which these rows stand in the blank form, '' above all items; left out
            below all of them. A filed workbook may have them anywhere.
    """

    lengths: tuple[int, ...]
    below: str | None = None


class Column(Dated):
    """A column, by its header.

    Attributes:
        header: header rows joined with `/` after filling merged ranges, equal neighbours once; several =
            alternatives.
        role: what the column carries; with `measure` or `field` given it may be left out. A `line_number`
            is printed in the blank form and not read.
        measure: measure code of an amount column.
        item: item code, where the column and not the row says it (cross tables, tables with one data row).
        kind: row kind that goes with `item`.
        field: field of a list or of an indicator table.
        width: digits of a code or of one part of it; shorter digit texts lost their zeros and are padded.
        unit: unit stated by the header itself.
        decimals: printed decimals, when they differ from the layout's.
        fill: whether a merged range down the column speaks for all its rows.
        optional: whether the column may be absent.
        aliases: other spellings of the header, each with its years.
    """

    header: OneOrMore
    role: Literal["label", "code", "name", "subject", "measure", "unit", "field", "line_number", "ignore"] = (
        "ignore"
    )
    measure: FieldName | Literal[""] = ""
    item: Code | Literal[""] = ""
    kind: RowKind = "value"
    field: FieldName | Literal[""] = ""
    width: int = 0
    unit: str = ""
    decimals: int | None = None
    fill: bool = False
    optional: bool = False
    aliases: tuple[Alias, ...] = ()

    @model_validator(mode="before")
    @classmethod
    def _infer(cls, data: Any) -> Any:
        if not isinstance(data, dict):
            return data
        data = dict(data)
        if "role" not in data:
            data["role"] = "measure" if data.get("measure") else "field" if data.get("field") else "ignore"
        return data

    @model_validator(mode="after")
    def _agree(self) -> Column:
        if (self.role == "measure") != bool(self.measure) or (self.role == "field") != bool(self.field):
            raise ValueError(
                f"column {self.header[0]!r}: role {self.role!r} does not agree with measure or field"
            )
        return self


class Block(MapModel):
    """Columns that belong together; side-by-side tables have one block for each side.

    Attributes:
        columns: from left to right; equal headers are told apart by their order. A list among them is laid
            out in place.
        items: fixed rows, from top to bottom; equal labels are told apart by their order.
        codes: rows recognised by a code instead of a label.
        subject_totals: labels of subject rows that are totals (cross tables).
    """

    columns: Flat[Column]
    items: Flat[Item] = ()
    codes: Codes | None = None
    subject_totals: tuple[str, ...] = ()

    @model_validator(mode="after")
    def _coded_rows_have_a_place(self) -> Block:
        below = self.codes.below if self.codes else None
        if below and below not in {item.code for item in self.items}:
            raise ValueError(f"codes: below {below!r} names no row of this block")
        return self

    @model_validator(mode="after")
    def _rows_differ(self) -> Block:
        alike: dict[str, list[Item]] = {}
        for item in self.items:
            marks = {f"code {item.code}"} if item.code else set()
            marks |= {f"text {fold(text)}" for text, _ in _spellings(item)}
            for mark in sorted(marks):
                for other in alike.setdefault(mark, []):
                    if overlap := _overlap(other, item):
                        _refuse_second(other, item, overlap)
                alike[mark].append(item)
        return self


def _overlap(*parts: Dated) -> str:
    """The fiscal years in which all hold, in words; '' when there is none."""
    first = max(part.valid_from or 0 for part in parts)
    ends = [part.valid_to for part in parts if part.valid_to is not None]
    last = min(ends, default=None)
    if last is not None and first > last:
        return ""
    if first == last:
        return f"in {first}"
    return f"from {first or 'the beginning'} {'on' if last is None else f'to {last}'}"


def _refuse_second(other: Item, item: Item, overlap: str) -> None:
    """Refuse what makes two rows one: a code that both hold, or a spelling that both answer to."""
    if item.code and item.code == other.code and not (item.optional or other.optional):
        raise ValueError(
            f"row {item.label!r}: code {item.code} is also row {other.label!r} {overlap}; "
            "end the earlier one with `to` and begin this one the year after with `from`"
        )
    if item.kind == "heading" or item.again or item.numbered != other.numbered:
        return
    for text, span in _spellings(item):
        for known, known_span in _spellings(other):
            if fold(text) == fold(known) and (years := _overlap(item, other, span, known_span)):
                raise ValueError(
                    f"row {item.label!r} (code {item.code}): the same label {text!r} is already "
                    f"code {other.code} {years}; if the form prints it twice, say `again: true` here"
                )


def _spellings(item: Item) -> list[tuple[str, Dated]]:
    """What a row answers to, each with its years."""
    return [(item.label, item), *((alias.text, alias) for alias in item.aliases)]


class CardField(Dated):
    """A label of a card and where its value stands.

    Attributes:
        label: as printed.
        field: field, '' for a label whose value is not wanted.
        at: the value stands right of the label, below it, or nowhere (a heading).
        width: digits, as for columns.
        aliases: other spellings of the label, each with its years.
        optional: whether the label may be absent.
        beside: whether the blank form prints it on the row of the label before it.
        spans: rows of the blank form that stand beside a heading, which is merged down over them.
    """

    label: str
    field: FieldName | Literal[""] = ""
    at: Literal["right", "below", "none"] = "right"
    width: int = 0
    optional: bool = False
    aliases: tuple[Alias, ...] = ()
    beside: bool = False
    spans: int = 0

    @model_validator(mode="after")
    def _heading_spans(self) -> CardField:
        if self.spans and self.at != "none":
            raise ValueError(f"label {self.label!r}: only a heading (`at: none`) spans rows")
        return self


class IndicatorTable(MapModel):
    """A table inside a card; its header stands on the row of the anchor, its rows beside the anchor's
    merged range.

    Attributes:
        anchor: text of the cell at the left.
        columns: as in a list.
        constants: fields that are the same in every row.
        optional: whether the table may be absent.
        after: label of the card below which the blank form prints it; left out below all of them.
        rows: rows the blank form prints, each as texts by field; left out it prints blank ones.
    """

    anchor: str
    columns: Flat[Column]
    constants: dict[FieldName, str] = Field(default_factory=dict)
    optional: bool = False
    after: str = ""
    rows: tuple[dict[FieldName, str], ...] = ()

    @model_validator(mode="after")
    def _rows_fit(self) -> IndicatorTable:
        fields = {column.field for column in self.columns}
        if unknown := {name for row in self.rows for name in row} - fields:
            raise ValueError(
                f"{self.anchor}: rows name {sorted(unknown)}, which no column of the table holds"
            )
        return self


class Layout(MapModel):
    """One way a table is printed. A table may have several; the header decides.

    Attributes:
        name: for messages.
        units: unit texts allowed beside the table; empty when none is printed.
        unit_required: whether a unit must be printed.
        decimals: printed decimals of amounts.
        header_rows: rows of the header.
        numbered_columns: whether a row below the header numbers the value columns (栏次); it is never read.
        blocks: body of a matrix, cross table or list (a list has one block).
        totals: labels of total rows of a list.
        fields: labels of a card.
        indicators: tables inside a card.
    """

    name: str = ""
    units: tuple[str, ...] = ()
    unit_required: bool = True
    decimals: int | None = None
    header_rows: int = 1
    numbered_columns: bool = False
    blocks: tuple[Block, ...] = ()
    totals: tuple[str, ...] = ()
    fields: Flat[CardField] = ()
    indicators: tuple[IndicatorTable, ...] = ()

    @model_validator(mode="after")
    def _headers_fit(self) -> Layout:
        for column in (column for block in self.blocks for column in block.columns):
            for path in column.header:
                if self.header_rows > 1 and path.count("/") >= self.header_rows:
                    parts = path.count("/") + 1
                    raise ValueError(
                        f"header {path!r} has {parts} parts, but header_rows is {self.header_rows}"
                    )
        return self

    @model_validator(mode="after")
    def _inner_tables_have_a_place(self) -> Layout:
        labels = {field.label for field in self.fields}
        for part in self.indicators:
            if part.after and part.after not in labels:
                raise ValueError(f"{part.anchor}: after {part.after!r} names no label of the card")
        return self


class Table(MapModel):
    """One table of a form.

    Attributes:
        table: table code.
        kind: kind of its body.
        titles: titles it may bear, without a year; `{TERM}` is filled from the edition's terms.
        sheets: names its sheet may have, used when no title is found.
        repeats: whether it may occur on several sheets (cards).
        required: whether a submission without it is incomplete.
        layouts: the ways it is printed.
    """

    table: FieldName
    kind: BodyKind
    titles: tuple[str, ...]
    sheets: tuple[str, ...] = ()
    repeats: bool = False
    required: bool = True
    layouts: tuple[Layout, ...]

    @model_validator(mode="after")
    def _body(self) -> Table:
        for layout in self.layouts:
            if self.kind == "card" and not layout.fields:
                raise ValueError(f"table {self.table}: a card needs fields")
            if self.kind != "card" and not layout.blocks:
                raise ValueError(f"table {self.table}: a {self.kind} needs blocks")
            if self.kind == "list" and len(layout.blocks) != 1:
                raise ValueError(f"table {self.table}: a list has exactly one block")
        return self


class Edition(MapModel):
    """The state of a form over a span of fiscal years, both inside.

    Attributes:
        edition: its name.
        terms: words that changed from edition to edition, used as `{TERM}` in titles, headers and labels.
        same_as: name of an earlier edition whose tables it shares; only terms and dated parts differ.
        tables: tables, when not shared.
        valid_from: first fiscal year.
        valid_to: last fiscal year; left out while it is the newest.
        note: why there is an edition, and what of it no source attests.
    """

    edition: str
    valid_from: int
    valid_to: int | None = None
    terms: dict[str, str] = Field(default_factory=dict)
    same_as: str = ""
    tables: tuple[Table, ...] = ()
    note: str = ""

    def holds(self, fiscal_year: int) -> bool:
        """Whether the edition holds in the fiscal year."""
        return self.valid_from <= fiscal_year and (self.valid_to is None or fiscal_year <= self.valid_to)


class FormMap(MapModel):
    """A form map: one file of `orchestration/forms/`.

    Attributes:
        form: form code, equal to the name of the file.
        title: name of the form.
        filed_by: who files it.
        editions: its editions, from the oldest to the newest, without overlap or hole.
        fields: fields of a list or card, in the order of the raw table; empty for matrix and cross tables.
        key: field that identifies a card.
        indicator_fields: fields of the tables inside a card.
        shared: anchors of YAML, not read.
    """

    form: FieldName
    title: Bilingual
    filed_by: Bilingual
    fields: dict[FieldName, FieldMeaning] = Field(default_factory=dict)
    key: FieldName | Literal[""] = ""
    indicator_fields: dict[FieldName, FieldMeaning] = Field(default_factory=dict)
    shared: Any = None
    editions: tuple[Edition, ...]

    @property
    def is_long(self) -> bool:
        """Whether the raw table is long (matrix, cross) and not wide (list, card)."""
        return not self.fields

    @model_validator(mode="after")
    def _editions_follow(self) -> FormMap:
        names = [edition.edition for edition in self.editions]
        if not names or len(set(names)) != len(names):
            raise ValueError("editions: at least one, each with its own name")
        for earlier, later in zip(self.editions, self.editions[1:], strict=False):
            if earlier.valid_to is None or later.valid_from != earlier.valid_to + 1:
                raise ValueError(
                    f"editions: {later.edition!r} starts in {later.valid_from}, but {earlier.edition!r} "
                    f"ends in {earlier.valid_to or 'no year'}: no overlap and no hole is allowed"
                )
        return self

    @model_validator(mode="after")
    def _tables_known(self) -> FormMap:
        for edition in self.editions:
            tables = self.tables_of(edition)
            codes = [table.table for table in tables]
            if not codes or len(set(codes)) != len(codes):
                raise ValueError(f"edition {edition.edition!r}: at least one table, each once")
            if any((table.kind in LONG_KINDS) != self.is_long for table in tables):
                raise ValueError(
                    f"edition {edition.edition!r}: `fields` are for lists and cards only, and they need them"
                )
            for table in tables:
                self._check_fields(table)
        return self

    def _check_fields(self, table: Table) -> None:
        known, inner = set(self.fields), set(self.indicator_fields)
        for layout in table.layouts:
            used = {column.field for block in layout.blocks for column in block.columns if column.field}
            used |= {card_field.field for card_field in layout.fields if card_field.field}
            nested = {column.field for part in layout.indicators for column in part.columns if column.field}
            nested |= {name for part in layout.indicators for name in part.constants}
            if unknown := (used - known) | (nested - inner):
                raise ValueError(f"table {table.table}: fields {sorted(unknown)} are not declared")
        if self.indicator_fields and self.key not in self.fields:
            raise ValueError(
                "key: a form with tables inside its cards names the field that identifies a card"
            )

    def tables_of(self, edition: Edition) -> tuple[Table, ...]:
        """Tables of an edition, its own or those it shares.

        Raises:
            ValueError: `same_as` names no edition with tables of its own.
        """
        if not edition.same_as:
            return edition.tables
        for other in self.editions:
            if other.edition == edition.same_as and other.tables:
                return other.tables
        raise ValueError(
            f"edition {edition.edition!r}: same_as {edition.same_as!r} is no edition with tables of its own"
        )

    def edition_for(self, fiscal_year: int) -> Edition | None:
        """The edition that holds in the fiscal year."""
        return next((edition for edition in self.editions if edition.holds(fiscal_year)), None)


class BlankFormWords(MapModel):
    """Words a blank form prints around its tables.

    Attributes:
        reporting_unit: word before the colon of who files, by kind of body.
        unit: word before the colon of the unit.
        fiscal_year: how the year stands before a title; `{year}` is the year.
        year_line: how it stands on a line of its own, in cards.
        column_numbers: first word of the row that numbers the columns.
        signature: last line of a card.
    """

    reporting_unit: dict[BodyKind, str]
    unit: str
    fiscal_year: str
    year_line: str
    column_numbers: str
    signature: str


class Vocabulary(MapModel):
    """Words around tables that all forms share (`_vocabulary.yml`).

    Attributes:
        unit_prefixes: words before the colon of a unit, such as 单位 in 单位：万元.
        reporting_unit_prefixes: words before the colon of who files, such as 编制单位.
        money_units: units of amounts, told without a colon as well, such as （万元）.
        currencies: what may stand before such a unit, such as 人民币.
        total_words: what a row of a list that adds others up may call itself, whether its map expects
            one or not: text → row kind.
        skip_rows: first texts of rows that carry no data (栏次).
        note_prefixes: first words of lines below a table.
        continuation_suffixes: ends of a title that continue a table (续表).
        answer_titles: first texts of the list of findings in a returned workbook, which may be filed again.
        statements: what amount cells may say without a number: text → meaning.
        value_status: what a figure is whose cell says so: meaning → status.
        blank_form: words a blank form prints.
    """

    unit_prefixes: tuple[str, ...]
    reporting_unit_prefixes: tuple[str, ...]
    money_units: tuple[str, ...]
    currencies: tuple[str, ...] = ()
    total_words: dict[str, RowKind]
    skip_rows: tuple[str, ...]
    note_prefixes: tuple[str, ...]
    continuation_suffixes: tuple[str, ...]
    answer_titles: tuple[str, ...] = ()
    statements: dict[str, Statement]
    value_status: dict[Statement, ValueStatus]
    blank_form: BlankFormWords

    @field_validator("statements")
    @classmethod
    def _folded(cls, statements: dict[str, Statement]) -> dict[str, Statement]:
        return {fold(text): meaning for text, meaning in statements.items()}

    @model_validator(mode="after")
    def _each_has_a_status(self) -> Vocabulary:
        open_ends = sorted(set(self.statements.values()) - set(self.value_status))
        if open_ends:
            raise ValueError(f"value_status: says nothing about {', '.join(open_ends)}")
        return self
