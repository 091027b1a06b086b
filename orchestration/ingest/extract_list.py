"""List bodies: one record a row."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence

from orchestration.ingest.body import body_rows
from orchestration.ingest.codes import join_code, padded
from orchestration.ingest.compiled import CompiledColumn
from orchestration.ingest.extract_matrix import Place, find_place
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.results import Record
from orchestration.ingest.segment import Reading, Segment
from orchestration.ingest.text import address, fold

_NUMBER = re.compile(r"[\d.,]+")
_AMOUNT = re.compile(r"[1-9]")
_BRACKETED_END = re.compile(r"\([^()]*\)$")

FieldColumns = dict[str, list[tuple[CompiledColumn, int]]]


def extract_list(segments: list[Segment], reading: Reading) -> list[Record]:
    """Records of one list; total rows wherever they stand are marked as such."""
    records: list[Record] = []
    for segment in segments:
        place = find_place(segment, reading)
        if place is None:
            continue
        fields = field_columns(place.layout.columns, place.header.columns)
        values = [column for parts in fields.values() for _, column in parts]
        for row in body_rows(segment, place.header, reading, values):
            records.append(_row(place, reading, fields, row))
    if segments and not records:
        reading.report(ReaderCheck.EMPTY_TABLE, segments[-1], segments[-1].title_cell)
    if segments and _states_nothing(records, segments[-1].table.form.fields):
        reading.report(ReaderCheck.EMPTY_FORM, segments[-1], segments[-1].title_cell)
    return records


def field_columns(columns: Sequence[CompiledColumn], positions: Sequence[int | None]) -> FieldColumns:
    """Columns of the sheet for each field; a code in several columns has several."""
    fields: FieldColumns = {}
    for spec, position in zip(columns, positions, strict=True):
        if spec.spec.field and position is not None:
            fields.setdefault(spec.spec.field, []).append((spec, position))
    return fields


def read_fields(texts: Sequence[str], fields: FieldColumns, row: int) -> Record:
    """Texts and cells of the fields of one row."""
    read: Record = {}
    for name, parts in fields.items():
        read[name] = _text(texts, parts)
        read[f"{name}__cell"] = address(row, parts[0][1])
    return read


def _text(texts: Sequence[str], parts: Sequence[tuple[CompiledColumn, int]]) -> str:
    if len(parts) == 1:
        spec, position = parts[0]
        return padded(texts[position], spec.spec.width)
    code = join_code(
        tuple(texts[position] for _, position in parts), tuple(spec.spec.width for spec, _ in parts)
    )
    return code.digits or code.text


def _row(place: Place, reading: Reading, fields: FieldColumns, row: int) -> Record:
    sheet = place.segment.sheet
    texts = sheet.rows[row]
    names = place.segment.table.form.fields
    read = read_fields(texts, fields, row)
    return {
        **around(place.segment, reading, row),
        "row_kind": _row_kind(texts, place, reading),
        "reporting_unit_label": place.preamble.reporting_unit,
        "reporting_unit_label__cell": place.preamble.reporting_unit_cell,
        "unit_label": place.preamble.unit,
        **{key: read.get(key, "") for name in names for key in (name, f"{name}__cell")},
    }


def _row_kind(texts: Sequence[str], place: Place, reading: Reading) -> str:
    """What a row is by its first text: a total under any word for one, in whatever column, or a record."""
    if fold(next(filter(None, texts), "")) in place.layout.totals:
        return "total"
    words = (fold(text) for text in texts if text)
    first = next((word for word in words if not _NUMBER.fullmatch(word)), "")
    return reading.vocabulary.total_words.get(_BRACKETED_END.sub("", first), "value")


def _states_nothing(records: Sequence[Record], names: Iterable[str]) -> bool:
    """Whether a list has no record, nor a total that says there is none."""
    if any(record["row_kind"] == "value" for record in records):
        return False
    return not records or any(_AMOUNT.search(str(record[name])) for record in records for name in names)


def around(segment: Segment, reading: Reading, row: int) -> Record:
    """Where a wide record stands."""
    return {
        "_submission_id": reading.submission_id,
        "_sheet": segment.sheet.name,
        "_row": row + 1,
        "fiscal_year": reading.fiscal_year,
    }
