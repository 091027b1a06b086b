"""Bytes of a text file → text: UTF-8 when it is that, else what it declares, else GB 18030, all strictly.

What belongs here: character sets. What does not: what the text is.
"""

from __future__ import annotations

import codecs
import re
from contextlib import suppress

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.refusal import UnreadableError

_MARKS = ((codecs.BOM_UTF8, "utf-8"), (codecs.BOM_UTF16_LE, "utf-16-le"), (codecs.BOM_UTF16_BE, "utf-16-be"))
_DECLARED = re.compile(rb"""(?:charset|encoding)\s*=\s*["']?\s*([\w.:-]{1,40})""", re.IGNORECASE)
_HEAD_BYTES = 4096
# GB 18030 holds all of GB 2312 and GBK, and exporters say the smaller set when they write the larger.
_CODECS = {
    "utf-8": "utf-8",
    "utf8": "utf-8",
    "gb2312": "gb18030",
    "gb_2312-80": "gb18030",
    "x-gbk": "gb18030",
    "gbk": "gb18030",
    "cp936": "gb18030",
    "windows-936": "gb18030",
    "gb18030": "gb18030",
    "big5": "big5hkscs",
}
_CHINESE = re.compile(r"[\u3000-\u303f\u4e00-\u9fff\uff00-\uffef]")
_CONTROL = re.compile(r"[\x00-\x08\x0e-\x1f\x7f\ufffe\uffff]")


def decoded(data: bytes) -> str:
    """The text of a file, without byte order mark.

    Raises:
        UnreadableError: it is no text in a character set that is read, or has control characters.
    """
    text = _decoded(data)
    found = _CONTROL.search(text)
    if found:
        raise UnreadableError(ReaderCheck.CORRUPT, f"U+{ord(found.group()):04X} @ {found.start()}")
    return text


def _decoded(data: bytes) -> str:
    for mark, codec in _MARKS:
        if data.startswith(mark):
            return _strict(data[len(mark) :], codec)
    # A page may declare what its template said; Chinese in UTF-8 is no accident of other bytes.
    with suppress(UnicodeDecodeError):
        text = data.decode("utf-8")
        if text.isascii() or _CHINESE.search(text):
            return text
    declared = [
        _CODECS[name]
        for name in (found.decode("ascii").lower() for found in _DECLARED.findall(data[:_HEAD_BYTES]))
        if name in _CODECS
    ]
    *first, last = dict.fromkeys([*declared, "utf-8", "gb18030"])
    for codec in first:
        try:
            return data.decode(codec)
        except UnicodeDecodeError:
            continue
    return _strict(data, last)


def _strict(data: bytes, codec: str) -> str:
    try:
        return data.decode(codec)
    except UnicodeDecodeError as error:
        raise UnreadableError(ReaderCheck.CORRUPT, f"{codec} @ {error.start}") from error
