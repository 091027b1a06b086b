"""What lies in the inbox: files, their fiscal year and submitter by place, their identity by content.

What belongs here: looking, hashing, and listing archives, whose members are files of their own. What does
not: opening a workbook, and the warehouse. A file's bytes are never altered, and are hashed again only when
its size or time of change differs from the last look; nor is an archive opened again before.
"""

from __future__ import annotations

import hashlib
import json
import os
import stat
import time
from collections.abc import Iterable, Mapping
from dataclasses import astuple, dataclass
from pathlib import Path
from typing import Any

from orchestration.ingest.archives import SEPARATOR, Archive, Member, is_archive, is_ignored
from orchestration.ingest.filed import hash_file
from orchestration.ingest.formats.packages import ZIP_MAGIC
from orchestration.ingest.refusal import DEFAULT_LIMITS, UnreadableError

Version = tuple[str, str]
"""Submissions of one submitter about the same thing: the earlier, and the later, which counts."""

Filed = tuple[int | None, str, str]
"""Where content lies: fiscal year (None outside the layout), submitter, and the content's hash or name."""

SUBMISSION_ID_LENGTH = 16
"""Hex digits of the content's SHA-256 that name a submission."""

_SETTLED_SECONDS = 2.0
"""A file changed this shortly before the look may change again within the clock's grain: not remembered."""

_LAYOUT_DEPTH = 3  # <fiscal_year>/<submitter>/<file>
_MEMO_RULES = f"1 {DEFAULT_LIMITS}"
"""What a remembered look rests on; another one is forgotten."""

Look = tuple[str, list[Member] | None]
"""SHA-256 of a file, and the members of one that is an archive and not refused as such."""


@dataclass(frozen=True)
class InboxFile:
    """One file of the inbox, or one member of an archive: then its path is `<archive>!/<member>` and its time
    of change that of the archive.

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
    fresh: dict[str, list[Any]] = {}
    for relative, status in _filed(inbox):
        is_link = stat.S_ISLNK(status.st_mode)
        known = remembered.get(relative)
        if known is not None and known[:2] == [status.st_size, status.st_mtime_ns]:
            look = _remembered_look(known)
        else:
            path = inbox / relative
            look = (_hash_link(path), None) if is_link else _look(path, status.st_size)
        if looked_at - status.st_mtime > _SETTLED_SECONDS:
            sha256, members = look
            kept = None if members is None else [list(astuple(member)) for member in members]
            fresh[relative] = [status.st_size, status.st_mtime_ns, sha256, kept]
        files += _placed(relative, {} if is_link else years, status, look)
    if memo is not None and fresh != remembered:
        _write_memo(memo, fresh)
    return files


def is_empty(inbox: Path) -> bool:
    """Whether no file was filed yet."""
    return not _filed(inbox)


def version_order(file: InboxFile) -> tuple[int, str, str]:
    """What decides which of two versions is the later one: the second of the last change, then the name
    without its ending, so that 表 comes before 表（更正）. The gate on receipts orders alike.
    """
    stem, dot, _ = file.file_name.rpartition(".")
    return int(round(file.modified_seconds, 6)), stem if dot else file.file_name, file.relative_path


def current_order(pairs: Iterable[Version], files: Iterable[InboxFile]) -> list[Version]:
    """Pairs of versions (earlier, later) as the files' times of change order them now: of content filed more
    than once, the latest filing counts. A pair of which one is gone stays as it is.
    """
    latest: dict[str, dict[tuple[int | None, str], InboxFile]] = {}
    for file in sorted(files, key=version_order):
        latest.setdefault(file.submission_id, {})[file.fiscal_year, file.submitter_code] = file
    return sorted(_in_order(pair, latest) for pair in pairs)


def _in_order(
    pair: Version, latest: Mapping[str, Mapping[tuple[int | None, str], InboxFile]]
) -> tuple[str, str]:
    earlier, later = (latest.get(submission_id, {}) for submission_id in pair)
    for place in sorted(earlier.keys() & later.keys(), key=str):
        if version_order(earlier[place]) > version_order(later[place]):
            return pair[1], pair[0]
    return pair[0], pair[1]


def year_fingerprints(files: Iterable[Filed]) -> dict[str, str]:
    """One hash per fiscal year over what each submitter filed; what lies outside the layout stands under ''.

    Names of files do not count: a renamed file makes no work.
    """
    by_year: dict[str, list[str]] = {}
    for fiscal_year, submitter_code, content in files:
        year = "" if fiscal_year is None else str(fiscal_year)
        by_year.setdefault(year, []).append(f"{submitter_code} {content}")
    return {year: _digest(sorted(lines)) for year, lines in sorted(by_year.items())}


def inbox_fingerprints(files: Iterable[InboxFile]) -> dict[str, str]:
    """`year_fingerprints` of files just looked at."""
    return year_fingerprints((file.fiscal_year, file.submitter_code, file.submission_id) for file in files)


def _filed(inbox: Path) -> list[tuple[str, os.stat_result]]:
    """Path below the inbox and status of each file and link, in the order of their folders and names.

    By directory entries, which bring what is asked of them along: a look at thousands of files is their cost.
    """
    found = []
    folders = [("", str(inbox))] if inbox.is_dir() else []
    while folders:
        prefix, folder = folders.pop()
        with os.scandir(folder) as entries:
            for entry in entries:
                if is_ignored(entry.name):
                    continue
                relative = f"{prefix}{entry.name}"
                if entry.is_dir(follow_symlinks=False):
                    folders.append((f"{relative}/", entry.path))
                elif entry.is_symlink() or entry.is_file(follow_symlinks=False):
                    found.append((relative, entry.stat(follow_symlinks=False)))
    return sorted(found, key=lambda one: one[0].split("/"))


def _hash_link(path: Path) -> str:
    """Hash of a link's own text: what it leads to may lie outside the inbox."""
    return hashlib.sha256(b"link " + os.fsencode(path.readlink())).hexdigest()


def _look(path: Path, size: int) -> Look:
    """Identity of a file, and its members when it is an archive. What is wrong with it is for the reader to
    say, who then finds the file itself.
    """
    sha256 = hash_file(path)
    if size > DEFAULT_LIMITS.file_bytes:
        return sha256, None
    with path.open("rb") as stream:
        if stream.read(len(ZIP_MAGIC)) != ZIP_MAGIC:
            return sha256, None
        data = ZIP_MAGIC + stream.read()
    if not is_archive(data):
        return sha256, None
    try:
        return sha256, list(Archive(data).members())
    except UnreadableError:
        return sha256, None


def _placed(relative: str, years: dict[str, int], status: os.stat_result, look: Look) -> list[InboxFile]:
    """The file at a path, or the members of the archive there. An archive out of place stays one file."""
    readable = _readable(relative)
    parts = readable.split("/")
    in_layout = len(parts) == _LAYOUT_DEPTH and parts[0] in years and readable == relative
    sha256, members = look
    if members is None or not in_layout:
        filed = [(readable, Member("", status.st_size, sha256))]
    else:
        filed = [(f"{readable}{SEPARATOR}{member.path}", member) for member in members]
    return [
        InboxFile(
            relative_path=path,
            fiscal_year=years[parts[0]] if in_layout else None,
            submitter_code=parts[1] if in_layout else "",
            file_name=path.rpartition("/")[2],
            size_bytes=member.size_bytes,
            modified_seconds=status.st_mtime,
            content_sha256=member.content_sha256,
        )
        for path, member in filed
    ]


def _readable(relative: str) -> str:
    try:
        relative.encode()
    except UnicodeEncodeError:
        return os.fsencode(relative).decode("gb18030", "replace")
    return relative


def _digest(lines: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(lines).encode()).hexdigest()


def _remembered_look(entry: list[Any]) -> Look:
    _, _, sha256, members = entry
    return sha256, None if members is None else [Member(*member) for member in members]


def _read_memo(memo: Path | None) -> dict[str, list[Any]]:
    if memo is None:
        return {}
    try:
        kept = json.loads(memo.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    if not isinstance(kept, dict) or kept.get("rules") != _MEMO_RULES:
        return {}
    files: dict[str, list[Any]] = kept.get("files", {})
    return files


def _write_memo(memo: Path, entries: dict[str, list[Any]]) -> None:
    memo.parent.mkdir(parents=True, exist_ok=True)
    # The sensor looks while a run looks: each writes a file of its own and moves it into place.
    draft = memo.with_name(f"{memo.name}.{os.getpid()}")
    draft.write_text(json.dumps({"rules": _MEMO_RULES, "files": entries}), encoding="utf-8")
    draft.replace(memo)
