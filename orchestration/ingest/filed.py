"""What lies at a path of the inbox: a file, or a member of an archive.

What belongs here: paths and bytes. What does not: what the bytes are. A member's path is that of its archive,
`!/`, and its path in the archive.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path

from orchestration.ingest.archives import SEPARATOR, Archive, Filed
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.refusal import DEFAULT_LIMITS, MEBIBYTE, Limits, UnreadableError


def read_filed(path: Path, limits: Limits = DEFAULT_LIMITS) -> Filed:
    """The bytes filed at a path, or why they are not opened.

    Args:
        path: the file, or `<archive>!/<member>`.
        limits: bounds within which a file is opened at all.

    Raises:
        OSError: there is no such file or member, or it cannot be opened.
    """
    archive = archive_of(path)
    if archive is not None:
        status = archive.stat()
        member = path.relative_to(f"{archive}{SEPARATOR[0]}").as_posix()
        return _opened(archive, status.st_size, status.st_mtime_ns, limits).read(member)
    size = path.stat().st_size
    if size > limits.file_bytes:
        given, bound = f"{size / MEBIBYTE:.0f} MB", f"{limits.file_bytes // MEBIBYTE} MB"
        refusal = UnreadableError(ReaderCheck.TOO_LARGE, given, expected=bound)
        return Filed(b"", hash_file(path), refusal)
    data = path.read_bytes()
    return Filed(data, hashlib.sha256(data).hexdigest())


def size_of(path: Path) -> int:
    """Bytes that must be read from disk to have what is filed at a path: those of its archive, if in one.

    Raises:
        OSError: there is no such file.
    """
    return (archive_of(path) or path).stat().st_size


def archive_of(path: Path) -> Path | None:
    """The archive a path leads into, None when it is that of a file."""
    for parent in path.parents:
        if parent.name.endswith(SEPARATOR[0]):
            archive = parent.with_name(parent.name.removesuffix(SEPARATOR[0]))
            if archive.is_file() and not archive.is_symlink():
                return archive
    return None


def hash_file(path: Path) -> str:
    """SHA-256 of a file's bytes, in hex."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@lru_cache(maxsize=1)
def _opened(archive: Path, size: int, modified: int, limits: Limits) -> Archive:
    """The archive read last stays open: its members come one after the other."""
    if size > limits.file_bytes:
        raise FileNotFoundError(archive)
    try:
        return Archive(archive.read_bytes(), limits)
    except UnreadableError as error:  # it changed since its members were seen
        raise FileNotFoundError(archive) from error
