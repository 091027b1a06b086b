"""The `bpw drift` command: one workbook against the form maps."""

from __future__ import annotations

import difflib
import json
import sys
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Literal, TypeAlias

import click
from rich.console import Console

from expectations.catalogue import load as load_checks
from orchestration.drift.changes import Change, Planner, loses_rows, printed_twice
from orchestration.drift.edition import edition_for_year, is_printed_anew, new_edition
from orchestration.drift.edits import Edit, apply, hunks
from orchestration.drift.places import MapFile
from orchestration.drift.sheets import TableOnSheet, tables_on_sheets
from orchestration.ingest.compiled import for_year
from orchestration.ingest.filed import read_filed
from orchestration.ingest.findings import ReaderCheck, ReaderFinding
from orchestration.ingest.form_models import Vocabulary
from orchestration.ingest.forms import FormCatalogue, FormMapError, load_catalogue
from orchestration.ingest.grid import decode
from orchestration.ingest.read import read_bytes
from orchestration.ingest.recognise import recognise
from orchestration.ingest.refusal import UnreadableError
from orchestration.ingest.refusal_in_words import refusal_in_words
from orchestration.ingest.results import ReadResult
from orchestration.ingest.text import fold, parse_address, years_in
from orchestration.resources.paths import SHIPPED_FORMS, Workspace
from orchestration.voice import Voice

EXIT_DRIFT = 1
EXIT_UNREADABLE = 2
_OF_PARTS = frozenset({"layout.renamed_column", "layout.unknown_column", "layout.missing_column",
                       "layout.renamed_row", "layout.unknown_row", "layout.missing_row"})  # fmt: skip
_YEAR_ROWS = 12

Form: TypeAlias = Literal["text", "json", "diff"]


class CannotCompareError(ValueError):
    """The workbook cannot be compared with any map.

    Attributes:
        key: key of the text that says why.
        values: what it is filled with.
    """

    def __init__(self, key: str, **values: object) -> None:
        super().__init__(key)
        self.key, self.values = key, values


@dataclass
class DriftReport:
    """What differs, and what to write.

    Attributes:
        year: fiscal year compared for.
        changes: the differences, in the order of the sheets.
        held: whether one of them holds the form back.
    """

    year: int
    changes: list[Change] = field(default_factory=list)
    held: bool = False

    @property
    def is_drift(self) -> bool:
        """Whether there is something to teach the maps, or something that holds the form back."""
        return self.held or any(change.edits for change in self.changes)

    def edits(self) -> dict[MapFile, list[Edit]]:
        """By file, what to write into it; what two tables share is written once."""
        found: dict[MapFile, list[Edit]] = {}
        for change in self.changes:
            if change.file is not None:
                found.setdefault(change.file, []).extend(change.edits)
        return {file: list(dict.fromkeys(edits)) for file, edits in found.items()}

    def written(self) -> dict[Path, str]:
        """By file, its text with everything written."""
        return {file.path: apply(file.text, edits) for file, edits in self.edits().items()}


def drift(data: bytes, form_folders: Sequence[Path], year: int | None = None) -> DriftReport:
    """Compare a workbook with the form maps.

    Args:
        data: its bytes.
        form_folders: folders of form maps, a later one before an earlier.
        year: fiscal year it is filed for; else the one its titles name.

    Raises:
        CannotCompareError: it cannot be read, is no known form, or names no year; or a form map is broken.
    """
    try:
        catalogue = load_catalogue(form_folders)
    except FormMapError as error:
        raise CannotCompareError("bad_map", reason=error) from error
    year = year or _year_named(data)
    result = read_bytes(data, year, catalogue)
    report = DriftReport(year)
    files = {code: MapFile(_file_of(code, form_folders)) for code in _forms_met(result, catalogue)}
    if result.status == "unrecognised" and result.reason == ReaderCheck.NO_EDITION:
        for finding in result.findings:
            edits = edition_for_year(files[finding.form_code], catalogue.forms[finding.form_code], year)
            change = Change("no_edition", finding.form_code, "", "", str(year), "", finding.check_code)
            report.changes.append(replace(change, file=files[finding.form_code], edits=tuple(edits)))
        report.held = True
        return report
    if result.status != "loaded":
        finding = result.findings[0]
        checks = load_checks()
        said = {
            f"title_{language}": getattr(checks[finding.check_code], f"title_{language}")
            for language in ("zh", "en")
        }
        raise CannotCompareError("not_read", **said, given=finding.given, check=finding.check_code)
    _compare(report, data, result, catalogue, files)
    return report


def _compare(
    report: DriftReport,
    data: bytes,
    result: ReadResult,
    catalogue: FormCatalogue,
    files: dict[str, MapFile],
) -> None:
    compiled = for_year(catalogue, report.year)
    segments = recognise(decode(data), compiled, catalogue.vocabulary).segments
    tables = tables_on_sheets(segments, result, files)
    severity = {code: check.severity for code, check in load_checks().items()}
    layout = [finding for finding in result.findings if finding.check_code.startswith("layout.")]
    report.held = any(severity[finding.check_code] == "block" for finding in layout)
    layout = _first_things_first(tables, layout)
    doubled = {
        id(table): doubles
        for table in tables
        if (doubles := printed_twice(table, [one for one in layout if _table_of(one, tables) is table]))
    }
    anew = [one for one in _printed_anew(tables, layout, catalogue.vocabulary) if id(one) not in doubled]
    for form_code in dict.fromkeys(one.table.form.form for one in anew):
        own = [one for one in anew if one.table.form.form == form_code]
        edits, hint = new_edition(
            files[form_code], catalogue.forms[form_code], report.year, own, catalogue.vocabulary
        )
        for place, one in enumerate(own):
            change = Change(
                "printed_anew",
                ".".join(one.table.key),
                one.segment.sheet.name,
                one.segment.title_cell,
                "",
                "",
            )
            first = {"file": files[form_code], "edits": tuple(edits), "hint": hint} if not place else {}
            report.changes.append(replace(change, **first))  # type: ignore[arg-type]
    planner = Planner(report.year, doubled)
    changes = []
    ordered = [change for table in tables if table not in anew for change in planner.order_changes(table)]
    for finding in layout:
        if any((one.check_code, one.sheet) == (finding.check_code, finding.sheet) for one in ordered):
            continue  # where to write it is known from the order of the whole table
        table = _table_of(finding, tables)
        if table is None:
            changes.append(_elsewhere(finding))
        elif table not in anew:
            changes.append(planner.change(table, finding))
    report.changes += planner.finished([*changes, *ordered])


def _first_things_first(
    tables: Sequence[TableOnSheet], layout: Sequence[ReaderFinding]
) -> list[ReaderFinding]:
    """Without the rows of tables whose labels cannot be read: they follow from the column."""
    blind = [
        table
        for finding in layout
        if (table := _table_of(finding, tables)) is not None and loses_rows(table, finding)
    ]
    return [
        finding
        for finding in layout
        if not finding.check_code.endswith(("_row", "bad_code")) or _table_of(finding, tables) not in blind
    ]


def _printed_anew(
    tables: Sequence[TableOnSheet], layout: Iterable[ReaderFinding], vocabulary: Vocabulary
) -> list[TableOnSheet]:
    differing = [(_table_of(finding, tables), finding) for finding in layout]
    return [
        table
        for table in tables
        if is_printed_anew(
            table,
            sum(one is table and finding.check_code in _OF_PARTS for one, finding in differing),
            vocabulary,
        )
    ]


def _table_of(finding: ReaderFinding, tables: Sequence[TableOnSheet]) -> TableOnSheet | None:
    """The table a finding is about: of its form and sheet, the one its cell lies in."""
    for table in tables:
        segment = table.segment
        if segment.sheet.name == finding.sheet and table.table.form.form == finding.form_code:
            row = parse_address(finding.cell)[0] if finding.cell else segment.top
            if segment.top <= row <= segment.bottom:
                return table
    return None


def _elsewhere(finding: ReaderFinding) -> Change:
    return Change(
        "other",
        finding.form_code,
        finding.sheet,
        finding.cell,
        finding.given,
        finding.expected,
        finding.check_code,
    )


def _forms_met(result: ReadResult, catalogue: FormCatalogue) -> list[str]:
    met = [form.form_code for form in result.forms] + [finding.form_code for finding in result.findings]
    return [code for code in dict.fromkeys(met) if code in catalogue.forms]


def _file_of(form_code: str, form_folders: Sequence[Path]) -> Path:
    """The file in use: of the last folder that has one."""
    return next(path for folder in reversed(form_folders) if (path := folder / f"{form_code}.yml").is_file())


def _year_named(data: bytes) -> int:
    """The fiscal year a workbook's first rows name.

    Raises:
        CannotCompareError: they name none, or the workbook cannot be read.
    """
    try:
        grid = decode(data)
    except UnreadableError as error:
        raise _not_read(error) from error
    for sheet in grid.sheets:
        for row, _, text in sheet.texts():
            if row >= _YEAR_ROWS:
                break
            for year, _, _ in years_in(fold(text)):
                return year
    raise CannotCompareError("no_year")


def _not_read(error: UnreadableError) -> CannotCompareError:
    return CannotCompareError("not_read", **refusal_in_words(error))


def _bytes_of(file: Path) -> bytes:
    """Bytes of a file, or of a member of an archive.

    Raises:
        CannotCompareError: it is refused unopened.
    """
    filed = read_filed(file)
    if filed.refusal is not None:
        raise _not_read(filed.refusal)
    return filed.data


def run(
    console: Console,
    errors: Console,
    voice: Voice,
    file: Path,
    workspace: Workspace,
    *,
    year: int | None = None,
    form: Form = "text",
) -> None:
    """Print how a workbook differs and what to paste where.

    Raises:
        click.exceptions.Exit: 1 with drift, 2 when it cannot be compared.
    """
    said = voice.about("drift")
    try:
        report = drift(_bytes_of(file), workspace.form_folders(), year or _year_of_folder(file))
    except CannotCompareError as error:
        errors.print(
            said.lines(error.key, file=file.name, **error.values),
            soft_wrap=True,
            markup=False,
            highlight=False,
        )
        raise click.exceptions.Exit(EXIT_UNREADABLE) from None
    if form == "json":
        _print_json(report)
    elif form == "diff":
        _print_diff(report)
    else:
        _print_text(console, said, file, report, workspace.own_forms)
    if report.is_drift:
        raise click.exceptions.Exit(EXIT_DRIFT)


def _year_of_folder(file: Path) -> int | None:
    """The year of `<year>/<submitter>/<file>`."""
    name = file.resolve().parent.parent.name
    return int(name) if len(name) == 4 and name.isdigit() else None


def _print_text(console: Console, voice: Voice, file: Path, report: DriftReport, own_forms: Path) -> None:
    def say(line: str, style: str = "") -> None:
        console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)

    if not report.changes:
        say(voice.lines("none", file=file.name, year=report.year))
        return
    say(voice.lines("found", file=file.name, year=report.year, count=len(report.changes)), "bold")
    for change in report.changes:
        place = " › ".join(part for part in (change.form, change.sheet, change.cell) if part)
        say(f"  {_named(voice, change)}  {place}  {_seen(change)}")
        if change.hint:
            say(f"      {voice.line(f'hint_{change.hint}')}", "dim")
    for map_file, edits in report.edits().items():
        say("")
        say(voice.lines("paste_into", path=map_file.path), "bold")
        if map_file.path.parent == SHIPPED_FORMS:
            say(voice.lines("shipped", own=own_forms), "dim")
        for hunk in hunks(map_file.text, edits):
            key = "insert_behind" if hunk.is_insertion else "replace_lines"
            say(voice.line(key, first=hunk.first, last=hunk.last))
            for line in hunk.lines:
                say(line, "green")


def _named(voice: Voice, change: Change) -> str:
    if change.kind != "other":
        return voice.line(f"kind_{change.kind}")
    check = load_checks()[change.check_code]
    return voice.pick({"title_zh": check.title_zh, "title_en": check.title_en}, "title")


def _seen(change: Change) -> str:
    given = f"“{change.given}”" if change.given else "—"
    return f"“{change.expected}” → {given}" if change.expected and change.expected != change.given else given


def _print_json(report: DriftReport) -> None:
    said = {
        "fiscal_year": report.year,
        "changes": [
            {
                name: getattr(change, name)
                for name in ("kind", "form", "sheet", "cell", "given", "expected", "check_code", "hint")
            }
            for change in report.changes
        ],
        "edits": [
            {"file": str(file.path), "first": hunk.first, "last": hunk.last, "lines": hunk.lines}
            for file, edits in report.edits().items()
            for hunk in hunks(file.text, edits)
        ],
    }
    json.dump(said, sys.stdout, ensure_ascii=False, indent=1)
    sys.stdout.write("\n")


def _print_diff(report: DriftReport) -> None:
    for file, edits in report.edits().items():
        name = str(file.path)
        before, after = (text.splitlines(keepends=True) for text in (file.text, apply(file.text, edits)))
        sys.stdout.writelines(difflib.unified_diff(before, after, name, name))
