"""What a release was made of, as hashes: if none of them moved, a run would make the same release again.

What belongs here: hashing of inputs, forms, methods, checks and code. What does not: deciding what to do
about it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from functools import cache
from pathlib import Path

from orchestration.exemptions import current_day, exemption_files, exemptions_hash
from orchestration.fiscal_years import fiscal_years
from orchestration.inbox import Filed, InboxFile, Version, current_order, scan
from orchestration.ingest.filed import hash_file
from orchestration.methods.project import method_files, own_methods_hash
from orchestration.resources.paths import DBT_PROJECT, EXPECTATIONS, PACKAGE_ROOT, Workspace

_PACKAGE = PACKAGE_ROOT / "orchestration"
_READER_FOLDER = _PACKAGE / "ingest"
_DERIVED_FOLDERS = frozenset({"__pycache__", "target", "logs"})
_NOT_SOURCES = frozenset({".pyc", ".md"})

Fingerprint = dict[str, str]
"""Name of a part → hash: `inbox`, `forms`, `methods`, `checks`, `code`; and `versions`, the pairs of
workbooks of which the later one counts, as text: their order hangs on times of change, which no hash of
content holds.
"""


def scan_workspace(workspace: Workspace) -> list[InboxFile]:
    """All files of a workspace's inbox; only those that changed since the last look are hashed."""
    return scan(workspace.inbox, fiscal_years(), workspace.work / "inbox.json")


def inbox_fingerprint(
    workspace: Workspace, files: Iterable[InboxFile], published: Mapping[str, object] | None
) -> Fingerprint:
    """What a run over these files would depend on.

    Args:
        workspace: the bureau's folder.
        files: all files of its inbox.
        published: fingerprint of the current release. It names the versions whose order counts; new ones
            show as new content.
    """
    everything = list(files)
    inputs = ((file.fiscal_year, file.submitter_code, file.content_sha256) for file in everything)
    return run_fingerprint(workspace, inputs, current_order(published_versions(published), everything))


def published_versions(published: Mapping[str, object] | None) -> list[Version]:
    """The pairs of versions a release was made of, each with the later one last."""
    pairs = json.loads(str((published or {}).get("versions") or "[]"))
    return [(str(earlier), str(later)) for earlier, later in pairs]


def run_fingerprint(
    workspace: Workspace, inputs: Iterable[Filed], versions: Iterable[Version]
) -> Fingerprint:
    """Everything a run depends on: what each submitter filed for each year, which of two versions is the
    later one, and the product. Names of files are not among it."""
    filed = (f"{sha256} {'' if year is None else year} {submitter}" for year, submitter, sha256 in inputs)
    return {
        "inbox": _digest(sorted(filed)),
        "versions": json.dumps(sorted(versions), ensure_ascii=False),
        "forms": forms_hash(workspace),
        "methods": f"{methods_hash()} {own_methods_hash(workspace, DBT_PROJECT)}".rstrip(),
        "checks": f"{checks_hash()} {exemptions_hash(workspace.quality, current_day())}".rstrip(),
        "code": tree_hash(_PACKAGE),
    }


def own_files(workspace: Workspace) -> dict[str, str]:
    """Path in the workspace → SHA-256 of the files a bureau wrote that forms and methods depend on."""
    maps = [path for folder in workspace.form_folders()[1:] for path in _source_files(folder)]
    files = [*maps, *method_files(workspace, DBT_PROJECT), *exemption_files(workspace.quality)]
    return {path.relative_to(workspace.root).as_posix(): hash_file(path) for path in files}


def forms_hash(workspace: Workspace) -> str:
    """Form maps in use and the code that reads by them, as two hashes: when one moves, workbooks are read
    again."""
    return f"{tree_hash(*workspace.form_folders())} {tree_hash(_READER_FOLDER)}"


def methods_hash(project: Path = DBT_PROJECT) -> str:
    """The dbt project: models, seeds, tests."""
    return tree_hash(project)


@cache
def checks_hash() -> str:
    """Suites and the check catalogue: when it moves, content is checked again.

    Taken once a process, which also imports them once.
    """
    return tree_hash(EXPECTATIONS)


def tree_hash(*folders: Path) -> str:
    """SHA-256 over relative names and bytes of the source files below some folders."""
    return _digest(
        f"{number} {hash_file(file)} {file.relative_to(folder).as_posix()}"
        for number, folder in enumerate(folders)
        for file in _source_files(folder)
    )


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _source_files(folder: Path) -> list[Path]:
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file()
        and not path.name.startswith(".")
        and path.suffix not in _NOT_SOURCES
        and not _DERIVED_FOLDERS.intersection(path.relative_to(folder).parts[:-1])
    )
