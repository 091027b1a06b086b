"""What lies in the inbox: files, their fiscal year and submitter by place, their identity by content.

What belongs here: looking and hashing. What does not: opening a workbook, and the warehouse. A file's bytes
are never altered, and are hashed again only when its size or time of change differs from the last look.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

Version = tuple[str, str]
"""Paths of two workbooks of one submitter about the same thing: the earlier, and the later, which counts."""

SUBMISSION_ID_LENGTH = 16
"""Hex digits of the content's SHA-256 that name a submission."""

_SETTLED_SECONDS = 2.0
"""A file changed this shortly before the look may change again within the clock's grain: not remembered."""

_LAYOUT_DEPTH = 3  # <fiscal_year>/<submitter>/<file>
_IGNORED_NAMES = frozenset({"README.md", "Thumbs.db", "desktop.ini"})
_IGNORED_PREFIXES = (".", "~$")


@dataclass(frozen=True)
class InboxFile:
    """One file of the inbox.

    `fiscal_year` is None and `submitter_code` empty when the file does not lie at
    `<fiscal_year>/<submitter>/<file>` with a known fiscal year, when it is a symbolic link, which is never
    followed, or when its path is not UTF-8 (then it is shown as GB 18030, the usual reason).
    """

    relative_path: str
    fiscal_year: int | None
    submitter_code: str
    file_name: str
    size_bytes: int
    modified_seconds: float
    content_sha256: str

    @property
    def submission_id(self) -> str:
        """Name of the content: the same for every copy of it."""
        return self.content_sha256[:SUBMISSION_ID_LENGTH]


def scan(inbox: Path, known_years: Iterable[int], memo: Path | None = None) -> list[InboxFile]:
    """All files of the inbox in the order of their paths.

    Args:
        inbox: its folder; one that does not exist is empty.
        known_years: fiscal years a folder may name.
        memo: where hashes of unchanged files are remembered between looks.
    """
    remembered = _read_memo(memo)
    years = {str(year): year for year in known_years}
    looked_at = time.time()
    files = []
    fresh: dict[str, list[int | str]] = {}
    for path in _workbook_paths(inbox):
        status = path.lstat()
        is_link = stat.S_ISLNK(status.st_mode)
        relative = path.relative_to(inbox).as_posix()
        known = remembered.get(relative)
        if known is not None and known[:2] == [status.st_size, status.st_mtime_ns]:
            sha256 = str(known[2])
        else:
            sha256 = _hash_link(path) if is_link else hash_file(path)
        if looked_at - status.st_mtime > _SETTLED_SECONDS:
            fresh[relative] = [status.st_size, status.st_mtime_ns, sha256]
        files.append(_placed(relative, {} if is_link else years, status, sha256))
    if memo is not None and fresh != remembered:
        _write_memo(memo, fresh)
    return files


def is_empty(inbox: Path) -> bool:
    """Whether no file was filed yet."""
    return next(iter(_workbook_paths(inbox)), None) is None


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def version_order(file: InboxFile) -> tuple[int, str, str]:
    """What decides which of two versions is the later one: the second of the last change, then the name
    without its ending, so that 表 comes before 表（更正）. The gate on receipts orders alike.
    """
    stem, dot, _ = file.file_name.rpartition(".")
    return int(round(file.modified_seconds, 6)), stem if dot else file.file_name, file.relative_path


def current_order(pairs: Iterable[Version], files: Iterable[InboxFile]) -> list[Version]:
    """Pairs of versions (earlier, later) as the files' times of change order them now; a pair of which a
    file is gone stays as it is.
    """
    present = {file.relative_path: file for file in files}
    return sorted(
        (pair[0], pair[1])
        if not {*pair} <= present.keys() or version_order(present[pair[0]]) < version_order(present[pair[1]])
        else (pair[1], pair[0])
        for pair in pairs
    )


def year_fingerprints(files: Iterable[tuple[str, int | None, str]]) -> dict[str, str]:
    """One hash per fiscal year over its (path, content) pairs; files outside the layout stand under ''.

    Args:
        files: relative path, fiscal year, and submission of each file.
    """
    by_year: dict[str, list[str]] = {}
    for relative_path, fiscal_year, submission_id in sorted(files, key=lambda file: file[0]):
        year = "" if fiscal_year is None else str(fiscal_year)
        by_year.setdefault(year, []).append(f"{submission_id} {relative_path}")
    return {year: _digest(lines) for year, lines in sorted(by_year.items())}


def inbox_fingerprints(files: Iterable[InboxFile]) -> dict[str, str]:
    """`year_fingerprints` of files just looked at."""
    return year_fingerprints((file.relative_path, file.fiscal_year, file.submission_id) for file in files)


def _workbook_paths(inbox: Path) -> list[Path]:
    found = []
    for folder, subfolders, names in os.walk(inbox):
        subfolders[:] = [name for name in subfolders if not name.startswith(_IGNORED_PREFIXES)]
        links = [name for name in subfolders if Path(folder, name).is_symlink()]
        found += [Path(folder) / name for name in [*names, *links] if not _ignored(name)]
    return sorted(path for path in found if path.is_symlink() or path.is_file())


def _hash_link(path: Path) -> str:
    """Hash of a link's own text: what it leads to may lie outside the inbox."""
    return hashlib.sha256(b"link " + os.fsencode(path.readlink())).hexdigest()


def _ignored(name: str) -> bool:
    return name in _IGNORED_NAMES or name.startswith(_IGNORED_PREFIXES)


def _placed(relative: str, years: dict[str, int], status: os.stat_result, sha256: str) -> InboxFile:
    readable = _readable(relative)
    parts = readable.split("/")
    in_layout = len(parts) == _LAYOUT_DEPTH and parts[0] in years and readable == relative
    return InboxFile(
        relative_path=readable,
        fiscal_year=years[parts[0]] if in_layout else None,
        submitter_code=parts[1] if in_layout else "",
        file_name=parts[-1],
        size_bytes=status.st_size,
        modified_seconds=status.st_mtime,
        content_sha256=sha256,
    )


def _readable(relative: str) -> str:
    try:
        relative.encode()
    except UnicodeEncodeError:
        return os.fsencode(relative).decode("gb18030", "replace")
    return relative


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _read_memo(memo: Path | None) -> dict[str, list[int | str]]:
    if memo is None:
        return {}
    try:
        entries = json.loads(memo.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return entries if isinstance(entries, dict) else {}


def _write_memo(memo: Path, entries: dict[str, list[int | str]]) -> None:
    memo.parent.mkdir(parents=True, exist_ok=True)
    # The sensor looks while a run looks: each writes a file of its own and moves it into place.
    draft = memo.with_name(f"{memo.name}.{os.getpid()}")
    draft.write_text(json.dumps(entries), encoding="utf-8")
    draft.replace(memo)
