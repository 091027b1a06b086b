"""A new edition for a table that is printed anew: its columns and rows as they stand on the sheet.

What the old edition knows keeps its meaning; everything else gets a name made of its place, for people to
replace.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import yaml

from orchestration.drift.edits import Edit, set_key
from orchestration.drift.places import Entry, MapFile
from orchestration.drift.sheets import TableOnSheet, labelled
from orchestration.ingest.body import body_rows
from orchestration.ingest.form_models import Column, Edition, FormMap, Table, Vocabulary
from orchestration.ingest.header import Header, HeaderColumn, header_paths
from orchestration.ingest.segment import Reading
from orchestration.ingest.text import amount_statement, column_letters, fold

_NEARLY_ALL = 0.6
_HEADER_SEARCH = 15
_FEWEST_HEADERS = 2


def is_printed_anew(table: TableOnSheet, differing: int, vocabulary: Vocabulary) -> bool:
    """Whether so much of a table differs that its parts are not worth naming one by one.

    Args:
        table: the table as found.
        differing: how many of its rows and columns are new, renamed or gone.
        vocabulary: words above a header that are none; without anything like a header nothing can be drawn.
    """
    if table.table.spec.kind not in ("matrix", "list"):
        return False
    if table.header is None:
        return _header_top(table, vocabulary) is not None
    known = len(table.layout.columns) + sum(len(block.items) for block in table.layout.blocks)
    return differing > _NEARLY_ALL * known


def new_edition(
    file: MapFile, form: FormMap, year: int, anew: Sequence[TableOnSheet], vocabulary: Vocabulary
) -> tuple[list[Edit], str]:
    """An edition from `year` on in which some tables are as they stand on their sheets.

    An edition that itself begins in the year gets a further layout instead.

    Returns:
        The edits and the key of a hint.
    """
    edition = anew[0].table.edition
    drawn = {one.table.spec.table: drawn_layout(one, vocabulary) for one in anew}
    if edition.valid_from >= year:
        return [_add_layout(one, drawn[one.table.spec.table]) for one in anew], "layout_added"
    tables = [_table_said(table, drawn.get(table.table)) for table in form.tables_of(edition)]
    said = _edition_said(edition, year)
    if edition.valid_to is not None:
        said["valid_to"] = edition.valid_to
    if edition.terms:
        said["terms"] = dict(edition.terms)
    entry = edition_entry(file, edition.edition)
    old = set_key(file, entry, "valid_to", year - 1)
    return [
        *_valid_to_first(file, entry, old),
        _behind(file, entry, {**said, "tables": tables}),
    ], "edition_added"


def edition_for_year(file: MapFile, form: FormMap, year: int) -> list[Edit]:
    """An edition for a year the form has none for, with the tables of the nearest one."""
    first, last = form.editions[0], form.editions[-1]
    if year < first.valid_from:
        said = {**_edition_said(first, year), "valid_to": first.valid_from - 1, **_shared(first)}
        return [_before(file, edition_entry(file, first.edition), said)]
    begins = (last.valid_to or year - 1) + 1
    said = {**_edition_said(last, begins), **_shared(last)}
    return [_behind(file, edition_entry(file, last.edition), said)]


def drawn_layout(table: TableOnSheet, vocabulary: Vocabulary) -> dict[str, Any]:
    """The layout a table is printed in, as data of a form map."""
    header = table.header or _guessed_header(table, vocabulary)
    old = _said(table.layout.spec)
    kept = {name: old[name] for name in ("units", "unit_required", "decimals", "totals") if name in old}
    reading = Reading("", 0, vocabulary)
    rows = list(body_rows(table.segment, header, reading, [])) if header.found else []
    blocks = _blocks(table, header, rows, vocabulary)
    for block in blocks:
        if table.table.spec.kind == "matrix":
            _add_items(table, block, rows, vocabulary)
        block.pop("label_at")
    return {**kept, "header_rows": header.bottom - header.top + 1, "blocks": blocks}


def edition_entry(file: MapFile, name: str) -> Entry:
    """An edition in the file."""
    return next(one for one in file.editions() if str(file.value(one.node).get("edition")) == name)


def _guessed_header(table: TableOnSheet, vocabulary: Vocabulary) -> Header:
    """The first row below the title with several texts, down to the row before the first number."""
    segment, sheet = table.segment, table.segment.sheet
    top = _header_top(table, vocabulary) or 0
    bottom, last = top, min(top + _HEADER_SEARCH, segment.bottom + 1, sheet.height)
    while bottom + 1 < last and not any(_is_number(text, vocabulary) for text in sheet.rows[bottom + 1]):
        bottom += 1
    if not any(area.bottom > top >= area.top for area in sheet.merged):
        bottom = top
    found = header_paths(sheet, top, bottom)
    return Header(table.layout, top, bottom, found, (None,) * len(table.layout.columns))


def _header_top(table: TableOnSheet, vocabulary: Vocabulary) -> int | None:
    """The first row below the title with several texts; None when no row looks like a header."""
    segment, sheet = table.segment, table.segment.sheet
    start = segment.title[0] + 1 if segment.title else segment.top
    last = min(start + _HEADER_SEARCH, segment.bottom + 1, sheet.height)
    above = tuple(f"{word}:" for word in (*vocabulary.unit_prefixes, *vocabulary.reporting_unit_prefixes))
    candidates = (
        row
        for row in range(start, last)
        if _texts(sheet.rows[row], vocabulary) >= _FEWEST_HEADERS
        and not any(fold(text).startswith(above) for text in sheet.rows[row])
    )
    return next(candidates, None)


def _blocks(
    table: TableOnSheet, header: Header, rows: Sequence[int], vocabulary: Vocabulary
) -> list[dict[str, Any]]:
    """Columns as found, a new block with each column of labels."""
    known = {
        place: column
        for place, column in zip(header.columns, table.layout.columns, strict=True)
        if place is not None
    }
    is_matrix = table.table.spec.kind == "matrix"
    blocks: list[dict[str, Any]] = []
    for found in header.found:
        spec = known[found.column].spec if found.column in known else None
        is_label = is_matrix and _is_label(table, found, spec, rows, vocabulary, blocks)
        if is_label or not blocks:
            blocks.append({"columns": [], "label_at": found.column if is_label else -1})
        said = _said(spec) if spec else {"header": "".join(found.printed.split())}
        if spec is None and is_label:
            said["role"] = "label"
        elif spec is None and is_matrix and not _is_text(table, found.column, rows, vocabulary):
            said["measure"] = f"new_column_{column_letters(found.column).lower()}"
        blocks[-1]["columns"].append(said)
    if is_matrix:
        codes = [block.spec.codes for block in table.layout.blocks]
        for block, code in zip(blocks, codes, strict=False):
            if code is not None:
                block["codes"] = _said(code)
    return blocks


def _is_label(
    table: TableOnSheet,
    found: HeaderColumn,
    spec: Column | None,
    rows: Sequence[int],
    vocabulary: Vocabulary,
    blocks: Sequence[Mapping[str, Any]],
) -> bool:
    if spec is not None:
        return spec.role == "label"
    if blocks and all("measure" not in column for column in blocks[-1]["columns"]):
        return False
    return _is_text(table, found.column, rows, vocabulary)


def _is_text(table: TableOnSheet, column: int, rows: Sequence[int], vocabulary: Vocabulary) -> bool:
    texts = [text for row in rows if (text := table.segment.sheet.rows[row][column])]
    return sum(amount_statement(text, vocabulary.statements) == "text" for text in texts) * 2 > len(texts)


def _add_items(
    table: TableOnSheet, block: dict[str, Any], rows: Sequence[int], vocabulary: Vocabulary
) -> None:
    """Rows as found; one the old edition knows keeps its code."""
    column = block["label_at"]
    known = table.layout.blocks[0]
    for one in table.layout.blocks:
        texts = [table.segment.sheet.rows[row][column] for row in rows]
        if any(labelled(one, text) for text in texts if text):
            known = one
            break
    items = []
    for row in rows if column >= 0 else ():
        label = table.segment.sheet.rows[row][column]
        if label and not ("codes" in block and label.isdigit()):
            matched = labelled(known, label)
            item = _said(known.items[matched[0]].spec) if matched else {"code": f"new_row_{row + 1}"}
            for name in ("from", "to", "numbered", "aliases"):
                item.pop(name, None)
            items.append({**item, "label": "".join(label.split())})
    if items:
        block["items"] = items


def _table_said(table: Table, layout: Mapping[str, Any] | None) -> dict[str, Any]:
    said = _said(table)
    return {**said, "layouts": [dict(layout)]} if layout else said


def _edition_said(like: Edition, year: int) -> dict[str, Any]:
    return {"edition": str(year), "valid_from": year}


def _shared(edition: Edition) -> dict[str, Any]:
    said: dict[str, Any] = {"terms": dict(edition.terms)} if edition.terms else {}
    return {**said, "same_as": edition.same_as or edition.edition}


def _add_layout(table: TableOnSheet, layout: Mapping[str, Any]) -> Edit:
    entry = table.layout_entry()
    return _behind(table.file, entry, {"name": "new_layout", **layout})


def _valid_to_first(file: MapFile, entry: Entry, edit: Edit) -> Iterable[Edit]:
    """`valid_to` of a block mapping stands behind `valid_from`, not behind its tables."""
    names = {name.value: value for name, value in entry.node.value}
    if "valid_to" in names or entry.node.flow_style:
        return [edit]
    at = file.end(names["valid_from"])
    indent = " " * entry.node.value[0][0].start_mark.column
    return [Edit(at, at, f"\n{indent}valid_to: {edit.text.rpartition(' ')[2]}")]


def _behind(file: MapFile, entry: Entry, said: Mapping[str, Any]) -> Edit:
    at = file.end(entry.node)
    container, _ = entry.chain[-1]
    return Edit(at, at, "\n" + _block(said, file.dash_column(container)).rstrip("\n"))


def _before(file: MapFile, entry: Entry, said: Mapping[str, Any]) -> Edit:
    container, _ = entry.chain[-1]
    column = file.dash_column(container)
    at = entry.node.start_mark.index - entry.node.start_mark.column
    return Edit(at, at, _block(said, column))


def _block(said: Mapping[str, Any], column: int) -> str:
    """An entry of a list as block YAML, its innermost parts on one line each."""
    written = yaml.dump([dict(said)], Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=float("inf"))
    return "".join(f"{' ' * column}{line}\n" for line in written.rstrip("\n").split("\n"))


class _Dumper(yaml.SafeDumper):
    """Leaves on one line, lists indented below their keys, and no anchors."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)

    def ignore_aliases(self, data: Any) -> bool:
        return True


def _said(model: Any) -> dict[str, Any]:
    """A part of a map as data, without what is the default."""
    return _short(model.model_dump(mode="json", by_alias=True, exclude_defaults=True))  # type: ignore[no-any-return]


def _short(data: Any) -> Any:
    if isinstance(data, dict):
        short = {name: _short(value) for name, value in data.items()}
        if isinstance(short.get("header"), list) and len(short["header"]) == 1:
            short["header"] = short["header"][0]
        if "measure" in short or "field" in short:
            short.pop("role", None)
        return short
    return [_short(one) for one in data] if isinstance(data, list) else data


def _texts(row: Sequence[str], vocabulary: Vocabulary) -> int:
    return len({fold(text) for text in row if text and not _is_number(text, vocabulary)})


def _is_number(text: str, vocabulary: Vocabulary) -> bool:
    return bool(text) and amount_statement(text, vocabulary.statements) == "number"
