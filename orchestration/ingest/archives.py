"""Zip archives of workbooks: which files are in one, under which names, and the bytes of each.

What belongs here: members, their names and identities, and which of them are refused. What does not: what
stands in a member. Nothing is ever written to a path that an archive names.
"""

from __future__ import annotations

import hashlib
import re
import stat
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.packages import (
    ARCHIVE,
    READ_METHODS,
    is_zip,
    kind_of_zip,
    opened_zip,
    refuse_bomb,
)
from orchestration.ingest.refusal import DEFAULT_LIMITS, MEBIBYTE, Limits, UnreadableError

SEPARATOR = "!/"
"""Between the path of an archive and the path of a member in it."""

_IGNORED_NAMES = frozenset({"README.md", "Thumbs.db", "desktop.ini", "__MACOSX"})
_IGNORED_PREFIXES = (".", "~$")
_ENCRYPTED, _UTF_8 = 0x1, 0x800
_UNIX = 3
_UNICODE_PATH = 0x7075
_LONGEST_PATH_BYTES = 600
_LONGEST_NAME = 100
_DRIVE = re.compile(r"[A-Za-z]:")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Member:
    """A file in an archive, as filed.

    Attributes:
        path: its path in the archive, as shown: without drives, `..` and what leads out of the archive.
        size_bytes: unpacked size.
        content_sha256: SHA-256 of its bytes; of its place in the archive, where its bytes are not unpacked.
    """

    path: str
    size_bytes: int
    content_sha256: str


@dataclass(frozen=True, slots=True)
class Filed:
    """What lies at a path of the inbox.

    Attributes:
        data: its bytes; b"" when it is refused unopened.
        content_sha256: its identity, as in `Member`.
        refusal: why it is not opened, None when it may be.
    """

    data: bytes
    content_sha256: str
    refusal: UnreadableError | None = None


def is_ignored(name: str) -> bool:
    """Whether a file or folder of this name is nobody's report but a program's trace."""
    return name in _IGNORED_NAMES or name.startswith(_IGNORED_PREFIXES)


def is_archive(data: bytes, limits: Limits = DEFAULT_LIMITS) -> bool:
    """Whether bytes are a zip file that is no workbook or document; damaged ones are not."""
    if not is_zip(data) or len(data) > limits.file_bytes:
        return False
    try:
        with opened_zip(data, limits) as archive:
            return kind_of_zip(archive) == ARCHIVE
    except UnreadableError:
        return False


def refuse_archive(data: bytes, limits: Limits) -> None:
    """Say why an archive is refused as a whole. One that is not had its members filed in its place.

    Raises:
        UnreadableError: it is.
    """
    Archive(data, limits)


class Archive:
    """An archive of bearable size.

    Raises:
        UnreadableError: it is damaged, a bomb, has too many members, or none.
    """

    def __init__(self, data: bytes, limits: Limits = DEFAULT_LIMITS) -> None:
        self._data = data
        self._limits = limits
        with opened_zip(data, limits) as archive:
            self._entries = _entries(archive)
            if not self._entries:
                raise UnreadableError(ReaderCheck.EMPTY, "zip")
            if len(self._entries) > limits.archive_members:
                bound = str(limits.archive_members)
                raise UnreadableError(ReaderCheck.TOO_MANY_MEMBERS, str(len(self._entries)), expected=bound)
            refuse_bomb(archive, len(data), limits)
        self.content_sha256 = hashlib.sha256(data).hexdigest()

    def members(self) -> Iterator[Member]:
        """All files in it, in the order of their paths; each is unpacked in turn to know its identity."""
        with opened_zip(self._data, self._limits) as archive:
            for path, entry in self._entries.items():
                yield Member(path, entry.file_size, self._filed(archive, path, entry).content_sha256)

    def read(self, path: str) -> Filed:
        """The member shown as `path`.

        Raises:
            FileNotFoundError: there is none.
        """
        if path not in self._entries:
            raise FileNotFoundError(path)
        with opened_zip(self._data, self._limits) as archive:
            return self._filed(archive, path, self._entries[path])

    def _filed(self, archive: zipfile.ZipFile, path: str, entry: zipfile.ZipInfo) -> Filed:
        try:
            _refuse_entry(entry, self._limits)
            with _damage_named():
                data = archive.read(entry)
        except UnreadableError as error:
            place = f"{self.content_sha256}{SEPARATOR}{path}"
            return Filed(b"", hashlib.sha256(place.encode()).hexdigest(), error)
        refusal = (
            UnreadableError(ReaderCheck.NESTED_ARCHIVE, "zip") if is_archive(data, self._limits) else None
        )
        return Filed(data, hashlib.sha256(data).hexdigest(), refusal)


@contextmanager
def _damage_named() -> Iterator[None]:
    try:
        yield
    except (zipfile.BadZipFile, zlib.error, EOFError, OSError, ValueError, NotImplementedError) as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error


def _refuse_entry(entry: zipfile.ZipInfo, limits: Limits) -> None:
    if entry.flag_bits & _ENCRYPTED:
        raise UnreadableError(ReaderCheck.PASSWORD, "zip")
    if entry.create_system == _UNIX and stat.S_ISLNK(entry.external_attr >> 16):
        raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, "symbolic link")
    if entry.compress_type not in READ_METHODS:
        raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, f"zip method {entry.compress_type}")
    if entry.file_size > limits.file_bytes:
        given, bound = f"{entry.file_size / MEBIBYTE:.0f} MB", f"{limits.file_bytes // MEBIBYTE} MB"
        raise UnreadableError(ReaderCheck.TOO_LARGE, given, expected=bound)


def _entries(archive: zipfile.ZipFile) -> dict[str, zipfile.ZipInfo]:
    """Path as shown → entry, for all files somebody filed; of two with one path the second says so."""
    found: dict[str, zipfile.ZipInfo] = {}
    for entry in archive.infolist():
        name = _name(entry).replace("\\", "/")
        parts = [
            part for part in name.split("/") if part not in ("", ".", "..") and not _DRIVE.fullmatch(part)
        ]
        if name.endswith("/") or not parts or any(is_ignored(part) for part in parts):
            continue
        path, number = _shown(parts), 1
        while path in found:
            number += 1
            path = f"{_shown(parts)}#{number}"
        found[path] = entry
    return dict(sorted(found.items()))


def _shown(parts: list[str]) -> str:
    path = _CONTROL.sub("_", "/".join(parts))
    if len(path.encode()) <= _LONGEST_PATH_BYTES:
        return path
    mark = hashlib.sha256(path.encode()).hexdigest()[:8]
    return f"{mark}/{parts[-1][-_LONGEST_NAME:]}"


def _name(entry: zipfile.ZipInfo) -> str:
    """The name of an entry. Without a mark it is in whatever the packing system used: here UTF-8 or GB 18030,
    while the library takes it for a code page of 1981.
    """
    name = entry.orig_filename.split("\0")[0]
    if entry.flag_bits & _UTF_8 or name.isascii():
        return name
    raw = name.encode("cp437")
    return _unicode_path(entry.extra, raw) or _guessed(raw)


def _guessed(raw: bytes) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return raw.decode("gb18030", "replace")


def _unicode_path(extra: bytes, raw: bytes) -> str:
    """The name some programs note beside, '' when there is none for these bytes."""
    while len(extra) >= 4:
        kind, length = int.from_bytes(extra[:2], "little"), int.from_bytes(extra[2:4], "little")
        body, extra = extra[4 : 4 + length], extra[4 + length :]
        if kind == _UNICODE_PATH and len(body) > 5 and int.from_bytes(body[1:5], "little") == zlib.crc32(raw):
            return body[5:].decode("utf-8", "replace")
    return ""
