"""Looking at workspaces and planting faults in them, for integration tests."""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from typing import Any

from openpyxl import load_workbook
from openpyxl.worksheet.worksheet import Worksheet

from orchestration.resources.paths import Workspace
from orchestration.resources.warehouse import Warehouse


def release_bytes(workspace: Workspace) -> dict[str, str]:
    """Every file under the releases and what `current` points to, by hash: equal means byte-identical."""
    found = {
        path.relative_to(workspace.releases).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(workspace.releases.rglob("*"))
        if path.is_file()
    }
    return {**found, "current": str(workspace.current.readlink())}


def rows(workspace: Workspace, sql: str, *values: object) -> list[dict[str, Any]]:
    """Rows of the working database."""
    return Warehouse(workspace.warehouse).rows(sql, list(values))


def workbook_of(
    workspace: Workspace, form_code: str, fiscal_year: int, submitter_code: str | None = None
) -> str:
    """Path below the inbox of a filed .xlsx with this one form."""
    found = rows(
        workspace,
        "select relative_path from raw.submissions where form_codes = ? and fiscal_year = ?"
        " and status = 'loaded' and container_format = 'xlsx' and (? is null or submitter_code = ?)"
        " order by 1",
        form_code,
        fiscal_year,
        submitter_code,
        submitter_code,
    )
    return str(found[0]["relative_path"])


def change(
    workspace: Workspace, relative_path: str, edit: Callable[[Worksheet], None], target: str = ""
) -> None:
    """Edit the first sheet of a filed workbook, in place or as another file."""
    workbook = load_workbook(workspace.inbox / relative_path)
    edit(workbook.worksheets[0])
    path = workspace.inbox / (target or relative_path)
    path.parent.mkdir(parents=True, exist_ok=True)
    workbook.save(path)


def replace_text(before: str, after: str) -> Callable[[Worksheet], None]:
    """An edit that changes the first cell that reads `before`, white space aside."""

    def edit(sheet: Worksheet) -> None:
        for cells in sheet.iter_rows():
            for cell in cells:
                if isinstance(cell.value, str) and "".join(cell.value.split()) == before:
                    cell.value = after
                    return
        raise AssertionError(f"no cell reads {before!r}")

    return edit
