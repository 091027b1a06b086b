"""Workbooks under Excel's default password: people open them daily without knowing, Excel never asks.

What belongs here: trying that one password, with msoffcrypto-tool. What does not: guessing another.
"""

from __future__ import annotations

import io
import struct
from xml.parsers.expat import ExpatError

import msoffcrypto
import olefile
from msoffcrypto.exceptions import DecryptionError, FileFormatError, InvalidKeyError, ParseError

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.refusal import MEBIBYTE, UnreadableError

BIFF_PROTECTION = "FILEPASS"
"""What shows that an .xls is protected: a record of that name."""

DEFAULT_PASSWORD = "VelvetSweatshop"
# The decryption of an old .xls holds each byte as a number of its own.
MOST_PROTECTED_BYTES = 24 * MEBIBYTE
_STREAM, _HEAD = "Workbook", 4
# What the library raises on damaged files; it has no common base for them.
_DAMAGED = (
    ArithmeticError,
    AssertionError,
    AttributeError,
    EOFError,
    ExpatError,
    FileFormatError,
    LookupError,
    OSError,
    ParseError,
    RecursionError,
    TypeError,
    ValueError,
    struct.error,
)


def without_default_password(data: bytes, kind: str) -> bytes:
    """The bytes of a protected workbook as they are without protection.

    Args:
        data: the workbook.
        kind: what shows that it is protected, for the message.

    Raises:
        UnreadableError: it has a password of its own, is protected in a way that is not read, or is damaged.
    """
    if len(data) > MOST_PROTECTED_BYTES:
        given = f"{len(data) / MEBIBYTE:.0f} MB"
        raise UnreadableError(ReaderCheck.TOO_LARGE, given, expected=f"{MOST_PROTECTED_BYTES // MEBIBYTE} MB")
    opened = io.BytesIO()
    try:
        source = _with_whole_records(data) if kind == BIFF_PROTECTION else io.BytesIO(data)
        workbook = msoffcrypto.OfficeFile(source)
        if workbook.format == "ooxml":
            workbook.load_key(password=DEFAULT_PASSWORD, verify_password=True)
        else:
            workbook.load_key(password=DEFAULT_PASSWORD)
        workbook.decrypt(opened)
    except (InvalidKeyError, DecryptionError) as error:
        raise UnreadableError(ReaderCheck.PASSWORD, kind) from error
    except _DAMAGED as error:
        raise UnreadableError(ReaderCheck.CORRUPT, f"{kind}: {error}") from error
    return opened.getvalue()


def _with_whole_records(data: bytes) -> io.BytesIO:
    """An .xls whose workbook stream ends with a record: the library refuses padding of less than one."""
    file = io.BytesIO(data)
    with olefile.OleFileIO(io.BytesIO(data)) as source:
        stream = bytearray(source.openstream(_STREAM).read())
    offset, last = 0, -1
    while offset + _HEAD <= len(stream):
        (length,) = struct.unpack_from("<H", stream, offset + 2)
        last, offset = offset, offset + _HEAD + length
    left = len(stream) - offset
    if 0 < left < _HEAD and last >= 0 and stream[last : last + _HEAD] == bytes(_HEAD):
        struct.pack_into("<H", stream, last + 2, left)  # the last record of padding takes the rest
        olefile.OleFileIO(file, write_mode=True).write_stream(_STREAM, bytes(stream))
        file.seek(0)
    return file
