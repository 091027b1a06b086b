"""Minimal reader of the compound file format that holds .xls workbooks and encrypted packages.

Only what telling them apart and looking for error cells needs: the names of the streams and the bytes of one.
Layout after [MS-CFB]. Every chain is bounded, because the file may be damaged on purpose.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass

MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_END = 0xFFFFFFFC  # sector numbers from here on are markers, not sectors
_HEADER_DIFAT = 109
_ENTRY = 128


class CompoundFileError(ValueError):
    """The bytes are not a whole compound file."""


@dataclass(frozen=True, slots=True)
class _Entry:
    start: int
    size: int


class CompoundFile:
    """Streams of a compound file, by name.

    Raises:
        CompoundFileError: header, allocation table or directory are damaged.
    """

    def __init__(self, data: bytes) -> None:
        if len(data) < 512 or not data.startswith(MAGIC):
            raise CompoundFileError("no compound file header")
        self._data = data
        self._sector_size = 1 << struct.unpack_from("<H", data, 30)[0]
        if self._sector_size not in (512, 4096):
            raise CompoundFileError("impossible sector size")
        self._cutoff = struct.unpack_from("<I", data, 56)[0]
        directory_start = struct.unpack_from("<I", data, 48)[0]
        mini_fat_start = struct.unpack_from("<I", data, 60)[0]
        self._fat = self._read_fat()
        self._mini_fat = (
            self._numbers(self._chain(mini_fat_start, self._fat)) if mini_fat_start < _END else []
        )
        self._entries, self._mini_stream = self._read_directory(directory_start)

    @property
    def names(self) -> set[str]:
        """Names of all streams and storages."""
        return set(self._entries)

    def stream(self, name: str) -> bytes:
        """Bytes of the stream `name`.

        Raises:
            CompoundFileError: there is none, or its chain is broken.
        """
        entry = self._entries.get(name)
        if entry is None:
            raise CompoundFileError(f"no stream {name!r}")
        if entry.size >= self._cutoff:
            return b"".join(self._chain(entry.start, self._fat))[: entry.size]
        return self._mini(entry)

    def _sector(self, number: int) -> bytes:
        start = (number + 1) * self._sector_size
        sector = self._data[start : start + self._sector_size]
        if not sector:
            raise CompoundFileError("a sector lies beyond the end of the file")
        return sector

    def _chain(self, start: int, table: list[int]) -> list[bytes]:
        sectors: list[bytes] = []
        number = start
        while number < _END:
            if number >= len(table) or len(sectors) > len(table):
                raise CompoundFileError("a sector chain is broken")
            sectors.append(self._sector(number))
            number = table[number]
        return sectors

    def _numbers(self, sectors: list[bytes]) -> list[int]:
        data = b"".join(sectors)
        return list(struct.unpack(f"<{len(data) // 4}I", data[: len(data) // 4 * 4]))

    def _read_fat(self) -> list[int]:
        fat_sectors = list(struct.unpack_from(f"<{_HEADER_DIFAT}I", self._data, 76))
        following = struct.unpack_from("<I", self._data, 68)[0]
        limit = len(self._data) // self._sector_size + 1
        while following < _END and limit:
            *more, following = self._numbers([self._sector(following)])
            fat_sectors.extend(more)
            limit -= 1
        return self._numbers([self._sector(number) for number in fat_sectors if number < _END])

    def _read_directory(self, start: int) -> tuple[dict[str, _Entry], bytes]:
        directory = b"".join(self._chain(start, self._fat))
        entries: dict[str, _Entry] = {}
        mini_stream = b""
        for offset in range(0, len(directory) - _ENTRY + 1, _ENTRY):
            length, kind = struct.unpack_from("<HB", directory, offset + 64)
            if not kind or not 2 <= length <= 64:
                continue
            name = directory[offset : offset + length - 2].decode("utf-16-le", "replace")
            entry = _Entry(*struct.unpack_from("<II", directory, offset + 116))
            if kind == 5:  # the root entry carries the mini stream
                mini_stream = b"".join(self._chain(entry.start, self._fat)) if entry.start < _END else b""
            else:
                entries.setdefault(name, entry)
        return entries, mini_stream

    def _mini(self, entry: _Entry) -> bytes:
        pieces: list[bytes] = []
        number = entry.start
        while number < _END:
            if number >= len(self._mini_fat) or len(pieces) > len(self._mini_fat):
                raise CompoundFileError("a short sector chain is broken")
            pieces.append(self._mini_stream[number * 64 : number * 64 + 64])
            number = self._mini_fat[number]
        return b"".join(pieces)[: entry.size]
