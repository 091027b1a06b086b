"""One workbook read: bytes → records and findings.

What belongs here: the order of the steps. What does not: how a table is laid out, which is data.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from pathlib import Path

from orchestration.ingest.compiled import CompiledCatalogue, for_year
from orchestration.ingest.container import DEFAULT_LIMITS, Limits, UnreadableError
from orchestration.ingest.extract_card import extract_card
from orchestration.ingest.extract_cross import extract_cross
from orchestration.ingest.extract_list import extract_list
from orchestration.ingest.extract_matrix import extract_matrix
from orchestration.ingest.filed import read_filed
from orchestration.ingest.findings import ReaderCheck, ReaderFinding
from orchestration.ingest.form_models import BodyKind
from orchestration.ingest.forms import FormCatalogue, raw_tables
from orchestration.ingest.grid import Grid, decode
from orchestration.ingest.recognise import Recognised, recognise
from orchestration.ingest.results import FormRecords, ReadResult, Record
from orchestration.ingest.segment import Reading, Segment
from orchestration.ingest.text import address, fold

SUBMISSION_ID_LENGTH = 16
_EXTRACTORS: dict[BodyKind, Callable[[list[Segment], Reading], list[Record]]] = {
    "matrix": extract_matrix,
    "cross": extract_cross,
    "list": extract_list,
    "card": extract_card,
}


def read_workbook(
    path: Path, fiscal_year: int, catalogue: FormCatalogue, limits: Limits = DEFAULT_LIMITS
) -> ReadResult:
    """Read one workbook as filed for a fiscal year.

    A workbook that cannot be read is a result too: its status and reason say why.

    Args:
        path: the file, or `<archive>!/<member>`; its name decides nothing.
        fiscal_year: year of the folder it was filed in.
        catalogue: form maps.
        limits: bounds within which a file is decoded at all.

    Raises:
        OSError: the file cannot be opened.
        FormMapError: the form maps contradict each other.
    """
    filed = read_filed(path, limits)
    if filed.refusal is not None:
        result = ReadResult(filed.content_sha256[:SUBMISSION_ID_LENGTH], filed.content_sha256)
        _refuse(result, filed.refusal)
        return result
    return read_bytes(filed.data, fiscal_year, catalogue, limits)


def read_bytes(
    data: bytes, fiscal_year: int, catalogue: FormCatalogue, limits: Limits = DEFAULT_LIMITS
) -> ReadResult:
    """Read the bytes of one workbook; see `read_workbook`."""
    digest = hashlib.sha256(data).hexdigest()
    result = ReadResult(digest[:SUBMISSION_ID_LENGTH], digest)
    try:
        grid = decode(data, limits)
    except UnreadableError as error:
        _refuse(result, error)
        return result
    result.container_format, result.cell_count = grid.container_format, grid.cell_count
    compiled = for_year(catalogue, fiscal_year)
    recognised = recognise(grid, compiled, catalogue.vocabulary)
    if not recognised.segments:
        _unrecognised(result, grid, recognised, fiscal_year)
        return result
    _extract_forms(result, recognised, compiled, catalogue)
    _report_sheets(result, recognised)
    _report_lost_values(result, recognised)
    return result


def _refuse(result: ReadResult, error: UnreadableError) -> None:
    finding = ReaderFinding(
        error.reason, sheet=error.sheet, cell=error.cell, given=error.given, expected=error.expected
    )
    result.status, result.reason = "unreadable", str(error.reason)
    result.findings.append(finding)


def _unrecognised(result: ReadResult, grid: Grid, recognised: Recognised, fiscal_year: int) -> None:
    result.status = "unrecognised"
    if recognised.out_of_edition:
        result.reason = str(ReaderCheck.NO_EDITION)
        for form_code in dict.fromkeys(recognised.out_of_edition):
            result.findings.append(ReaderFinding(ReaderCheck.NO_EDITION, form_code, given=str(fiscal_year)))
        return
    result.reason = str(ReaderCheck.UNKNOWN_FORM)
    sheet = next(sheet for sheet in grid.sheets if any(any(row) for row in sheet.rows))
    row, column, text = next(sheet.texts())
    result.findings.append(
        ReaderFinding(ReaderCheck.UNKNOWN_FORM, sheet=sheet.name, cell=address(row, column), given=text)
    )


def _extract_forms(
    result: ReadResult, recognised: Recognised, compiled: CompiledCatalogue, catalogue: FormCatalogue
) -> None:
    for form_code in dict.fromkeys(segment.table.form.form for segment in recognised.segments):
        reading = Reading(result.submission_id, compiled.fiscal_year, catalogue.vocabulary)
        segments = [segment for segment in recognised.segments if segment.table.form.form == form_code]
        edition = segments[0].table.edition.edition
        reading.tables = {name: [] for name in raw_tables(catalogue.forms[form_code])}
        for key, table in compiled.tables.items():
            parts = [segment for segment in segments if segment.table is table]
            if parts:
                parts = _without_duplicates(parts, reading)
                reading.tables[form_code] += _EXTRACTORS[table.spec.kind](parts, reading)
            elif key[0] == form_code and table.spec.required:
                missing = ReaderFinding(
                    ReaderCheck.MISSING_SHEET, form_code, expected=table.titles[0], subject=key[1]
                )
                reading.findings.append(missing)
        _refuse_empty_form(reading, segments)
        result.forms.append(FormRecords(form_code, edition, reading.tables))
        result.findings += reading.findings


def _refuse_empty_form(reading: Reading, segments: list[Segment]) -> None:
    """Report a form of figures in which no cell says anything; what else is wrong with it says enough."""
    form = segments[0].table.form
    if not form.is_long or any(found.check_code != ReaderCheck.EMPTY_TABLE for found in reading.findings):
        return
    if not any(record["value_text"] for record in reading.tables[form.form]):
        reading.report(ReaderCheck.EMPTY_FORM, segments[0], segments[0].title_cell)


def _without_duplicates(parts: list[Segment], reading: Reading) -> list[Segment]:
    """Parts of a table that are read: on the sheet it begins on, and where it may repeat or says it goes
    on.
    """
    first = parts[0]
    if first.table.spec.repeats:
        return parts
    kept = []
    suffixes = reading.vocabulary.continuation_suffixes
    for part in parts:
        title = fold(part.sheet.rows[part.title[0]][part.title[1]]) if part.title else ""
        if part.sheet is first.sheet or title.endswith(suffixes):
            kept.append(part)
        else:
            reading.report(
                ReaderCheck.DUPLICATE_TABLE, part, part.title_cell, part.sheet.name, first.sheet.name
            )
    return kept


def _report_sheets(result: ReadResult, recognised: Recognised) -> None:
    for segment, printed in recognised.by_other_title:
        check = ReaderCheck.TITLE_NOT_FOUND if printed else ReaderCheck.TITLE_MISSING
        form_code, table_code = segment.table.key
        place = (segment.sheet.name, segment.title_cell)
        expected = segment.table.titles[0]
        result.findings.append(ReaderFinding(check, form_code, *place, printed, expected, table_code))
    forms = [form.form_code for form in result.forms]
    for sheet in recognised.strangers:
        row, column, text = next(sheet.texts())
        form_code = forms[0] if len(forms) == 1 else ""
        result.findings.append(
            ReaderFinding(
                ReaderCheck.UNKNOWN_SHEET, form_code, sheet.name, address(row, column), text or sheet.name
            )
        )


def _report_lost_values(result: ReadResult, recognised: Recognised) -> None:
    """Error cells and formulas without a value, wherever they stand on a sheet that is read."""
    seen: set[int] = set()
    for segment in recognised.segments:
        sheet, form_code = segment.sheet, segment.table.form.form
        if id(sheet) in seen:
            continue
        seen.add(id(sheet))
        for cell in sheet.uncached:
            result.findings.append(
                ReaderFinding(ReaderCheck.FORMULA_WITHOUT_VALUE, form_code, sheet.name, address(*cell))
            )
        for row, column in sheet.errors:
            result.findings.append(
                ReaderFinding(
                    ReaderCheck.ERROR_CELL,
                    form_code,
                    sheet.name,
                    address(row, column),
                    sheet.rows[row][column],
                )
            )
