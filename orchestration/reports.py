"""The tables `bpw status`, `findings`, `forms` and `releases` print.

What belongs here: reading a release or the workspace and laying it out. What does not: arguments and exit
codes (`cli`).
"""

from __future__ import annotations

from pathlib import Path

import duckdb
from rich.console import Console
from rich.table import Table

from expectations.findings import OPEN
from orchestration import fingerprint
from orchestration.inbox import InboxFile
from orchestration.ingest.form_models import Edition
from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.manifest import MANIFEST_NAME, Manifest
from orchestration.publish.releases import current_release, published_fingerprint
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.resources.recomputes import moved_parts
from orchestration.run_lock import RunLockedError, run_lock
from orchestration.voice import Voice


def print_status(console: Console, voice: Voice, workspace: Workspace) -> None:
    """Print where the workspace is, what is published, what lies in the inbox and whether a run is on."""
    release = current_release(workspace.marts)
    files = fingerprint.scan_workspace(workspace)
    years = sorted({file.fiscal_year for file in files if file.fiscal_year is not None})
    outside = [file.relative_path for file in files if file.fiscal_year is None]
    table = Table(
        show_header=False, box=None, pad_edge=False, title=voice.line("title_status"), title_justify="left"
    )
    table.add_row(voice.line("status_workspace"), str(workspace.root))
    table.add_row(voice.line("status_release"), release.name if release else voice.line("kept_nothing"))
    span = f"{years[0]}-{years[-1]}" if years else "-"
    table.add_row(voice.line("status_inbox"), voice.line("status_inbox_files", files=len(files), years=span))
    if outside:
        table.add_row(voice.line("status_outside"), "\n".join(outside))
    table.add_row(voice.line("status_due"), _due(voice, workspace, files))
    table.add_row(voice.line("status_run"), _holder(voice, workspace))
    console.print(table)


def print_findings(
    console: Console,
    voice: Voice,
    release: Path,
    *,
    severity: tuple[str, ...],
    submitter: str | None,
    form: str | None,
    year: int | None,
    limit: int,
    settled: bool,
) -> None:
    """Print findings of a release, the gravest first; those that are exempted or justified when asked for."""
    where = (
        " from marts.fct_findings where (disposition = ?) <> ?"
        " and (len(?) = 0 or list_contains(?, severity))"
        " and (? is null or submitter_code = ?) and (? is null or form_code = ?)"
        " and (? is null or fiscal_year = ?)"
    )
    values = [OPEN, settled, list(severity), list(severity), submitter, submitter, form, form, year, year]
    order = (
        " order by list_position(['block', 'error', 'warning', 'note'], severity), relative_path, sheet, cell"
    )
    with duckdb.connect(str(release / DATABASE_NAME), read_only=True) as connection:
        counted = connection.execute("select count(*)" + where, values).fetchone()
        cursor = connection.execute(
            f"select severity, fiscal_year, submitter_code, relative_path, sheet, cell, check_code,"
            f" message_zh, message_en, disposition, disposition_reason {where} {order} limit ?",
            [*values, limit],
        )
        names = [column[0] for column in cursor.description or ()]
        rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    for row in rows:
        place = " ".join(str(row[part]) for part in ("relative_path", "sheet", "cell") if row[part])
        gravity = voice.line(f"severity_{row['severity']}")
        _print_plain(
            console, f"{gravity}  {row['fiscal_year'] or ''} {row['submitter_code']}  {place}", "bold"
        )
        for language in voice.languages:
            _print_plain(console, f"    {row[f'message_{language}']} ({row['check_code']})")
        if row["disposition_reason"]:
            said = voice.line(f"finding_{row['disposition']}", reason=row["disposition_reason"])
            _print_plain(console, f"    {said}")
    total = counted[0] if counted else 0
    console.print(voice.line("findings_shown", shown=len(rows), total=total), highlight=False)


def print_forms(console: Console, voice: Voice, workspace: Workspace) -> None:
    """Print the form maps in use: who files each, its editions with their years, its tables."""
    from orchestration.ingest.forms import load_catalogue

    for code, form in load_catalogue(workspace.form_folders()).forms.items():
        titles = {"title_zh": form.title.zh, "title_en": form.title.en}
        filers = {"filed_by_zh": form.filed_by.zh, "filed_by_en": form.filed_by.en}
        tables = [table.table for edition in form.editions for table in form.tables_of(edition)]
        _print_plain(console, f"{code}  {voice.pick(titles, 'title')}", "bold")
        for column, said in (
            ("filed_by", voice.pick(filers, "filed_by")),
            ("editions", ", ".join(_edition_span(edition) for edition in form.editions)),
            ("tables", ", ".join(dict.fromkeys(tables))),
        ):
            _print_plain(console, f"    {voice.line(f'column_{column}')}: {said}")


def _edition_span(edition: Edition) -> str:
    ends = "-" if edition.valid_to is None else f"-{edition.valid_to}"
    return f"{edition.edition} ({edition.valid_from}{'' if edition.valid_to == edition.valid_from else ends})"


def print_methods(console: Console, voice: Voice, workspace: Workspace) -> None:
    """Print the method tables with the number of rows that ship and of the bureau's own.

    Raises:
        OwnTableError, SchemeError: a table or scheme of the workspace cannot be used.
        CodeListError: a code list of the workspace cannot be read.
    """
    from orchestration.methods.crosswalk import CODE_LISTS, CODE_SUCCESSIONS, code_rows
    from orchestration.methods.project import own_tables, schemes_in_use, table_state
    from orchestration.methods.seed_tables import seed_tables

    own, about = own_tables(workspace, DBT_PROJECT), voice.about("methods")
    _print_plain(console, about.lines("title", folder=workspace.root), "bold")
    for one, shipped, rows, replaced in table_state(seed_tables(DBT_PROJECT).values(), own, DBT_PROJECT):
        texts = dict(zip(("text_en", "text_zh"), one.description.split(" | "), strict=True))
        _print_plain(console, f"{one.folder}/{one.name}  {voice.pick(texts, 'text')}")
        columns = ", ".join(one.replaced_by)
        said = about.line("table_rows", shipped=shipped, own=rows, replaced=replaced, columns=columns)
        _print_plain(console, f"    {said}")
    _print_plain(console, about.lines("schemes_title", folder=workspace.schemes), "bold")
    for scheme in schemes_in_use(workspace, DBT_PROJECT):
        texts = {"name_zh": scheme.about["name_zh"], "name_en": scheme.about["name_en"]}
        owner = about.line("scheme_own" if scheme.folder.parent == workspace.schemes else "scheme_shipped")
        named = f"schemes/{scheme.folder.name}  {' '.join(scheme.key)}"
        _print_plain(console, f"{named}  {voice.pick(texts, 'name')}  ({owner})")
    codes = code_rows(workspace.codes)
    _print_plain(
        console,
        about.line("code_lists", codes=len(codes[CODE_LISTS]), successions=len(codes[CODE_SUCCESSIONS])),
    )


def print_releases(console: Console, voice: Voice, workspace: Workspace) -> None:
    """Print all releases, youngest first."""
    current = current_release(workspace.marts)
    table = Table(title=voice.line("title_releases"), title_justify="left", box=None, pad_edge=False)
    for column in ("release", "created", "inputs", "rows"):
        table.add_column(voice.line(f"column_{column}"), no_wrap=column in ("release", "created"))
    table.add_column(voice.line("column_because"), overflow="fold")
    table.add_column("")
    for folder in sorted(workspace.releases.glob(f"*/{MANIFEST_NAME}"), reverse=True):
        manifest = Manifest.read(folder)
        table.add_row(
            manifest.release_id,
            f"{manifest.facts.created_at.astimezone():%Y-%m-%d %H:%M:%S}",
            str(len(manifest.facts.inputs)),
            str(sum(entry.rows for entry in manifest.tables)),
            _because(voice, manifest),
            voice.line("release_current") if current == folder.parent else "",
        )
    console.print(table)


def _because(voice: Voice, manifest: Manifest) -> str:
    """Why a release was made: workbooks opened, counted, and what moved for the models."""
    opened: dict[str, int] = {}
    moved: list[str] = []
    for entry in manifest.facts.recomputed:
        label = voice.line(f"because_{entry['reason']}")
        if entry["stage"] == "load":
            opened[label] = opened.get(label, 0) + int(entry["count"])
        elif entry["stage"] == "compute" and label not in moved:
            moved.append(label)
    return "\n".join([*moved, *(f"{label} {count}" for label, count in opened.items())])


def _print_plain(console: Console, line: str, style: str = "") -> None:
    """Print what a workbook says as it is: no markup, no wrapping."""
    console.print(line, style=style, markup=False, highlight=False, soft_wrap=True)


def _due(voice: Voice, workspace: Workspace, files: list[InboxFile]) -> str:
    published = published_fingerprint(workspace.marts)
    if published is None:
        return "-"
    now = fingerprint.inbox_fingerprint(workspace, files, published)
    moved = [voice.line(f"part_{part}") for part in moved_parts(published, now)]
    return voice.line("status_changed", parts=", ".join(moved)) if moved else voice.line("status_current")


def _holder(voice: Voice, workspace: Workspace) -> str:
    try:
        with run_lock(workspace.run_lock, "bpw status"):
            return voice.line("status_idle")
    except RunLockedError as error:
        if error.holder is None:
            return voice.line("locked_by_unknown")
        return voice.line("status_busy", process=error.holder.process_id, since=error.holder.since)
