"""Zip archives as bureaus and attackers make them."""

from __future__ import annotations

import io
import struct
import zipfile
import zlib
from collections.abc import Mapping


def archive(members: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A zip whose names bear the mark of UTF-8 where they need it."""
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", method) as packed:
        for name, content in members.items():
            packed.writestr(name, content)
    return buffer.getvalue()


def raw_archive(
    members: Mapping[bytes, bytes], *, flags: int = 0, method: int = 0, mode: int = 0, extra: bytes = b""
) -> bytes:
    """A zip of stored members with names as given, byte by byte, and without any mark unless `flags` says so.

    Args:
        members: content by name.
        flags: general purpose bits of every member.
        method: packing the members claim.
        mode: Unix mode of every member, 0 for a zip made on another system.
        extra: extra field of every member.
    """
    body, directory = b"", b""
    for name, content in members.items():
        sizes = struct.pack("<IIIHH", zlib.crc32(content), len(content), len(content), len(name), len(extra))
        common = struct.pack("<HHHHH", 20, flags, method, 0, 0x21) + sizes
        made_by = 0x0314 if mode else 20
        directory += b"PK\x01\x02" + struct.pack("<H", made_by) + common
        directory += struct.pack("<HHHII", 0, 0, 0, mode << 16, len(body)) + name + extra
        body += b"PK\x03\x04" + common + name + extra + content
    end = struct.pack("<HHHHIIH", 0, 0, len(members), len(members), len(directory), len(body), 0)
    return body + directory + b"PK\x05\x06" + end


def declaring(data: bytes, size: int) -> bytes:
    """The zip with every member declared to unpack to `size` bytes."""
    changed = bytearray(data)
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = changed.find(mark)
        while place >= 0:
            struct.pack_into("<I", changed, place + offset, size)
            place = changed.find(mark, place + 4)
    return bytes(changed)
