"""The register of submissions: which workbook was filed where, what became of it, which must be opened.

What belongs here: `raw.submissions` and `raw.submission_files`. What does not: what stands in a workbook.

Identity is content. A renamed or copied file is the submission it was; its own place is where it was filed
first, of several there the first path in sorted order. A file that left the inbox leaves its submission known
but withdrawn (or replaced, when other content lies at its path now), and its rows leave the raw tables; its
cells stay to be looked up.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

import duckdb

from orchestration.inbox import Filed, InboxFile, Version, year_fingerprints
from orchestration.resources import recomputes
from orchestration.resources import warehouse as store
from orchestration.resources.warehouse import Warehouse

RECEIVED = "received"
LOADED = "loaded"
UNREADABLE = "unreadable"
UNRECOGNISED = "unrecognised"
WITHDRAWN = "withdrawn"

OUTSIDE_LAYOUT = "receive.outside_layout"


@dataclass
class ReceiveSummary:
    """What one look at the inbox changed, in submissions."""

    files: int = 0
    new: list[str] = field(default_factory=list)
    known: list[str] = field(default_factory=list)
    moved: list[str] = field(default_factory=list)
    gone: list[str] = field(default_factory=list)
    outside_layout: list[str] = field(default_factory=list)
    duplicate_paths: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Pending:
    """A submission that must be opened."""

    submission_id: str
    relative_path: str
    fiscal_year: int
    submitter_code: str
    reason: str


def register(
    warehouse: Warehouse,
    files: Iterable[InboxFile],
    years: Collection[int],
    run_id: str,
    raw_tables: Iterable[str],
) -> ReceiveSummary:
    """Bring the register in line with the inbox for some fiscal years, and for files outside the layout.

    A fiscal year that left the inbox altogether is brought in line by any run: none would name it any more.

    Args:
        warehouse: where the register lies.
        files: all files of the inbox, of every year, in the order of their paths.
        years: the fiscal years to bring in line.
        run_id: kept as `first_seen_run` of new submissions.
        raw_tables: tables that hold rows of submissions; those of submissions that are gone are removed.
    """
    everything = list(files)
    with warehouse.transaction() as connection:
        known = _known(connection)
        owners = _owners(everything, known)
        scope = frozenset(years) | _years_left(known, everything)
        summary = ReceiveSummary(
            files=len([file for file in everything if _in_scope(file.fiscal_year, scope)])
        )
        rows = _settled_rows(owners, known, scope, run_id, summary)
        rows += _gone_rows(owners, known, scope, summary)
        ids = [str(row["submission_id"]) for row in rows]
        reread = [str(row["submission_id"]) for row in rows if row["status"] != LOADED]
        store.delete_submissions(connection, ["raw.submissions"], "submission_id", ids)
        store.insert(connection, "raw.submissions", store.SUBMISSIONS, rows)
        _keep_cells(connection, rows)
        store.delete_submissions(connection, raw_tables, "_submission_id", reread)
        _replace_files(connection, [file for file in everything if _in_scope(file.fiscal_year, scope)], scope)
        summary.duplicate_paths = [
            file.relative_path
            for file in everything
            if _in_scope(file.fiscal_year, scope)
            and owners[file.submission_id].relative_path != file.relative_path
        ]
    return summary


def pending(
    warehouse: Warehouse, years: Iterable[int], forms_hash: str, *, every: bool = False
) -> list[Pending]:
    """Submissions of some fiscal years to open: new ones, and those read under other form maps.

    Args:
        warehouse: where the register lies.
        years: fiscal years.
        forms_hash: hashes of the form maps in use and of the reader, as `fingerprint.forms_hash` gives them.
        every: open all of them, whatever is known.
    """
    rows = warehouse.rows(
        "select submission_id, relative_path, fiscal_year, submitter_code, status, forms_hash,"
        " was_opened, took_place_of_other from ("
        " select *,"
        "  exists (from quality.recomputes r where r.relative_path = s.relative_path and r.stage = 'load'"
        "   and r.fiscal_year = s.fiscal_year) as was_opened,"
        "  exists (from raw.submissions o where o.relative_path = s.relative_path"
        "   and o.submission_id <> s.submission_id and o.fiscal_year = s.fiscal_year) as took_place_of_other"
        "  from raw.submissions s)"
        " where list_contains(?, fiscal_year) and status <> ?"
        " and (? or status = ? or forms_hash is distinct from ?) order by relative_path",
        [list(years), WITHDRAWN, every, RECEIVED, forms_hash],
    )
    return [_pending(row, forms_hash) for row in rows]


def _pending(row: Mapping[str, Any], forms_hash: str) -> Pending:
    place = (row["submission_id"], row["relative_path"], row["fiscal_year"], row["submitter_code"])
    return Pending(*place, reason=_reason_to_open(row, forms_hash))


def _reason_to_open(row: Mapping[str, Any], forms_hash: str) -> str:
    if row["status"] == RECEIVED:
        if row["took_place_of_other"]:
            return recomputes.CORRECTED_WORKBOOK
        return recomputes.FILED_AGAIN if row["was_opened"] else recomputes.NEW_WORKBOOK
    before = str(row["forms_hash"] or "")
    if before == forms_hash:
        return recomputes.FORCED
    if not before:
        return recomputes.TABLES_REMADE
    same_maps = before.split()[0] == forms_hash.split()[0]
    return recomputes.READER_CHANGED if same_maps else recomputes.FORMS_CHANGED


@dataclass(frozen=True)
class LoadedFile:
    """A file whose content the warehouse holds."""

    relative_path: str
    fiscal_year: int | None
    submitter_code: str
    content_sha256: str
    modified_at: datetime

    @property
    def filed(self) -> Filed:
        """Where its content lies, whatever the file is called."""
        return self.fiscal_year, self.submitter_code, self.content_sha256


def loaded_inputs(warehouse: Warehouse) -> list[LoadedFile]:
    """Each file whose content the warehouse holds, in the order of their paths.

    Files still to be opened are left out, so that a release never claims them.
    """
    rows = warehouse.rows(
        "select f.relative_path, f.fiscal_year, f.submitter_code, s.content_sha256, f.modified_at"
        " from raw.submission_files f"
        " join raw.submissions s using (submission_id) where s.status <> ? order by f.relative_path",
        [RECEIVED],
    )
    return [LoadedFile(**row) for row in rows]


def versions(warehouse: Warehouse) -> list[Version]:
    """Submissions of which the later one counts: (earlier, later), as last judged."""
    rows = warehouse.rows("select distinct earlier_id, later_id from quality.versions order by all")
    return [(row["earlier_id"], row["later_id"]) for row in rows]


def year_states(warehouse: Warehouse) -> dict[int, str]:
    """Fiscal year → hash of what the warehouse holds of it: which content, read by which form maps, and which
    of two versions is the later one."""
    rows = warehouse.rows(
        "select f.fiscal_year, f.submitter_code,"
        " concat_ws(' ', f.submission_id, s.status, s.forms_hash, s.fiscal_year, s.submitter_code) as content"
        " from raw.submission_files f join raw.submissions s using (submission_id)"
        " where f.fiscal_year is not null"
    )
    rows += warehouse.rows(
        "select distinct fiscal_year, later_id as submitter_code, 'after ' || earlier_id as content"
        " from quality.versions order by all"
    )
    hashes = year_fingerprints((row["fiscal_year"], row["submitter_code"], row["content"]) for row in rows)
    return {int(year): value for year, value in hashes.items()}


def forget_reading(warehouse: Warehouse) -> None:
    """Have every workbook opened and every year checked again: tables were made anew."""
    with warehouse.transaction() as connection:
        connection.execute("update raw.submissions set forms_hash = ''")
        connection.execute("delete from quality.stage_state")


def _owners(files: Iterable[InboxFile], known: Mapping[str, dict[str, Any]]) -> dict[str, InboxFile]:
    """Each submission's own file: the first path where it was filed first, else the first path inside the
    layout, else the first path. A copy put into somebody else's folder later takes nothing over.
    """
    owners: dict[str, tuple[int, InboxFile]] = {}
    for file in files:
        before = known.get(file.submission_id)
        rank = 0 if file.fiscal_year is None else 1 + _is_where_it_was(file, before)
        if file.submission_id not in owners or rank > owners[file.submission_id][0]:
            owners[file.submission_id] = (rank, file)
    return {submission_id: file for submission_id, (_, file) in owners.items()}


def _is_where_it_was(file: InboxFile, before: Mapping[str, Any] | None) -> bool:
    if before is None or before["status"] == WITHDRAWN:
        return False
    return (before["fiscal_year"], before["submitter_code"]) == (file.fiscal_year, file.submitter_code)


def _years_left(known: Mapping[str, dict[str, Any]], files: Iterable[InboxFile]) -> frozenset[int]:
    """Fiscal years the register has submissions of, and the inbox no file any more."""
    held = {row["fiscal_year"] for row in known.values() if row["status"] != WITHDRAWN}
    return frozenset(held - {file.fiscal_year for file in files} - {None})


def _in_scope(fiscal_year: int | None, scope: Collection[int]) -> bool:
    return fiscal_year is None or fiscal_year in scope


def _known(connection: duckdb.DuckDBPyConnection) -> dict[str, dict[str, Any]]:
    cursor = connection.execute("select * from raw.submissions")
    names = [column[0] for column in cursor.description or ()]
    rows = [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]
    return {row["submission_id"]: row for row in rows}


def _settled_rows(
    owners: Mapping[str, InboxFile],
    known: Mapping[str, dict[str, Any]],
    scope: Collection[int],
    run_id: str,
    summary: ReceiveSummary,
) -> list[dict[str, Any]]:
    rows = []
    for submission_id, owner in owners.items():
        before = known.get(submission_id)
        year_before = before["fiscal_year"] if before else owner.fiscal_year
        if not (_in_scope(owner.fiscal_year, scope) or _in_scope(year_before, scope)):
            continue
        row = _placed_row(owner, before, run_id)
        _note(summary, owner, before, row)
        if row != before:
            rows.append(row)
    return rows


def _placed_row(owner: InboxFile, before: Mapping[str, Any] | None, run_id: str) -> dict[str, Any]:
    """The register's row of a submission that lies in the inbox."""
    place = {
        "submission_id": owner.submission_id,
        "content_sha256": owner.content_sha256,
        "fiscal_year": owner.fiscal_year,
        "submitter_code": owner.submitter_code,
        "file_name": owner.file_name,
        "relative_path": owner.relative_path,
        "size_bytes": owner.size_bytes,
        "modified_at": _timestamp(owner),
    }
    unread = {"container_format": "", "reason": "", "form_codes": "", "forms_hash": "", "cell_count": 0}
    seen = {"first_seen_run": before["first_seen_run"] if before else run_id}
    if owner.fiscal_year is None:
        return {**place, **seen, **unread, "status": UNRECOGNISED, "reason": OUTSIDE_LAYOUT}
    # Editions of form maps go by fiscal year: content that moved to another year is read again.
    same_year = before is not None and before["fiscal_year"] == owner.fiscal_year
    if before is None or not same_year or before["status"] == WITHDRAWN:
        return {**place, **seen, **unread, "status": RECEIVED}
    return {**before, **place}


def _note(
    summary: ReceiveSummary, owner: InboxFile, before: Mapping[str, Any] | None, row: Mapping[str, Any]
) -> None:
    if owner.fiscal_year is None:
        summary.outside_layout.append(owner.relative_path)
    elif before is None or before["status"] == WITHDRAWN:
        summary.new.append(owner.submission_id)
    elif row["relative_path"] != before["relative_path"]:
        summary.moved.append(owner.submission_id)
    else:
        summary.known.append(owner.submission_id)


def _gone_rows(
    owners: Mapping[str, InboxFile],
    known: Mapping[str, dict[str, Any]],
    scope: Collection[int],
    summary: ReceiveSummary,
) -> list[dict[str, Any]]:
    rows = []
    for submission_id, before in known.items():
        if (
            submission_id in owners
            or before["status"] == WITHDRAWN
            or not _in_scope(before["fiscal_year"], scope)
        ):
            continue
        summary.gone.append(submission_id)
        rows.append({**before, "status": WITHDRAWN, "reason": ""})
    return rows


def _keep_cells(connection: duckdb.DuckDBPyConnection, rows: Iterable[Mapping[str, Any]]) -> None:
    """Keep the cells of submissions that leave, so that what was filed once can still be looked up; let go of
    those that came back and will be read again.
    """
    touched = {str(row["submission_id"]): row["status"] == WITHDRAWN for row in rows}
    store.delete_submissions(connection, ["raw.withdrawn_cells"], "submission_id", touched)
    leaving = [submission_id for submission_id, is_leaving in touched.items() if is_leaving]
    has_view = connection.execute(
        "select 1 from information_schema.tables where table_schema = 'raw' and table_name = 'filed_cells'"
    ).fetchall()
    if leaving and has_view:
        connection.execute(
            "insert into raw.withdrawn_cells"
            " select * from raw.filed_cells where list_contains(?, submission_id)",
            [leaving],
        )


def _replace_files(
    connection: duckdb.DuckDBPyConnection, files: Iterable[InboxFile], scope: Collection[int]
) -> None:
    connection.execute(
        "delete from raw.submission_files where fiscal_year is null or list_contains(?, fiscal_year)",
        [list(scope)],
    )
    rows = [
        {
            "relative_path": file.relative_path,
            "submission_id": file.submission_id,
            "fiscal_year": file.fiscal_year,
            "submitter_code": file.submitter_code,
            "file_name": file.file_name,
            "modified_at": _timestamp(file),
        }
        for file in files
    ]
    store.insert(connection, "raw.submission_files", store.SUBMISSION_FILES, rows)


def _timestamp(file: InboxFile) -> datetime:
    """Time of change in UTC, without a zone, as the warehouse keeps it."""
    return datetime.fromtimestamp(file.modified_seconds, UTC).replace(tzinfo=None)
