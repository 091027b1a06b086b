"""What a file is, by its content and never by its name, and whether it is safe to decode.

What belongs here: magic bytes, first elements, size guards, the order of the questions. What does not: cells.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace

from orchestration.ingest.archives import refuse_archive
from orchestration.ingest.compound import MAGIC as COMPOUND_MAGIC
from orchestration.ingest.compound import CompoundFile, CompoundFileError
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats.charset import decoded
from orchestration.ingest.formats.packages import (
    ARCHIVE,
    is_zip,
    kind_of_zip,
    look_at_package,
    opened_zip,
    refuse_bomb,
    refuse_methods,
)
from orchestration.ingest.formats.protection import BIFF_PROTECTION, without_default_password
from orchestration.ingest.formats.spreadsheet_xml import NAMESPACE as SPREADSHEET_XML
from orchestration.ingest.refusal import DEFAULT_LIMITS, MEBIBYTE, Limits, UnreadableError
from orchestration.ingest.second_look import (
    SheetDefects,
    biff_version,
    is_encrypted_biff,
    look_at_biff,
)
from orchestration.ingest.text import address

__all__ = ["DEFAULT_LIMITS", "Container", "Limits", "UnreadableError", "inspect", "unprotected"]

_PACKAGES = frozenset({"xlsx", "xlsm", "xlsb", "ods"})
_BIFF5, _BIFF8 = 0x0500, 0x0600
_OTHER_FORMATS = (
    (b"%PDF", "PDF"),
    (b"{\\rtf", "RTF"),
    (b"Rar!", "RAR"),
    (b"7z\xbc\xaf\x27\x1c", "7z"),
    (b"\x1f\x8b", "gzip"),
    (b"\x89PNG", "PNG"),
    (b"\xff\xd8\xff", "JPEG"),
    (b"II*\0", "TIFF"),
    (b"MM\0*", "TIFF"),
    (b"\x09\x00\x04\x00", "BIFF2"),
    (b"\x09\x02\x06\x00", "BIFF3"),
    (b"\x09\x04\x06\x00", "BIFF4"),
    (b"\x09\x08", "BIFF"),
)
# Letters that a text may begin with, too; these formats have a NUL soon after.
_LETTERED_FORMATS = ((b"GIF8", "GIF"), (b"BM", "BMP"), (b"MZ", "EXE"))
_LETTERED_HEAD = 32
_MOST_ELEMENT = 4096
_PROLOGUE = re.compile(r"\s*(?:<\?[^>]{0,1000}\?>\s*|<!--.{0,4000}?-->\s*){0,20}", re.DOTALL)
_FIRST_ELEMENT = re.compile(r"<([A-Za-z!][\w:.-]*)([^>]*)")
_HTML_ELEMENTS = frozenset(
    {"html", "head", "body", "table", "meta", "div", "style", "title", "center", "span", "p", "font", "link"}
)
_WEB_ARCHIVE = re.compile(r"\s*(?:MIME-Version|From|Content-Type|Date|Subject):", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Container:
    """A file judged decodable.

    Attributes:
        container_format: xlsx, xlsm, xlsb, xls, ods, html, spreadsheetml or csv.
        data: the bytes to decode: those of the file, without the default password.
        text: the whole text of a text format, '' for the others.
        defects: by sheet name, what the decoder will not tell.
        is_excel_95: whether it is an .xls older than Excel 97.
    """

    container_format: str
    data: bytes
    text: str = ""
    defects: dict[str, SheetDefects] = field(default_factory=dict)
    is_excel_95: bool = False


def inspect(data: bytes, limits: Limits = DEFAULT_LIMITS) -> Container:
    """Judge the bytes of a file.

    Raises:
        UnreadableError: it is empty, too large, encrypted, damaged, or no workbook.
    """
    if not data.strip(b"\0 \r\n\t"):
        raise UnreadableError(ReaderCheck.EMPTY, f"{len(data)} bytes")
    if len(data) > limits.file_bytes:
        raise UnreadableError(
            ReaderCheck.TOO_LARGE,
            f"{len(data) / MEBIBYTE:.0f} MB",
            expected=f"{limits.file_bytes // MEBIBYTE} MB",
        )
    if is_zip(data):
        container = _inspect_zip(data, limits)
    elif data.startswith(COMPOUND_MAGIC):
        container = _inspect_compound(data, limits)
    else:
        container = _inspect_text(data)
    _refuse_far_cells(container, limits)
    return container


def unprotected(data: bytes) -> bytes:
    """The bytes of a workbook without Excel's default password, where it has that one.

    Raises:
        UnreadableError: it has a password of its own, or is damaged.
    """
    if not data.startswith(COMPOUND_MAGIC):
        return data
    try:
        protection = _protection(CompoundFile(data))
    except CompoundFileError as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    return without_default_password(data, protection) if protection else data


def _refuse_far_cells(container: Container, limits: Limits) -> None:
    for sheet, defects in container.defects.items():
        row, column = defects.far_cell
        if (row + 1) * (column + 1) > limits.box_cells:
            far = address(row, column)
            bound = f"{limits.box_cells} cells"
            raise UnreadableError(ReaderCheck.TOO_LARGE, f"A1:{far}", sheet, far, bound)


def _inspect_zip(data: bytes, limits: Limits) -> Container:
    with opened_zip(data, limits) as archive:
        refuse_bomb(archive, len(data), limits)
        refuse_methods(archive)
        kind = kind_of_zip(archive)
        if kind == ARCHIVE:
            refuse_archive(data, limits)
        if kind not in _PACKAGES:
            raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, kind)
        return Container(kind, data, defects=look_at_package(archive, kind, limits))


def _inspect_compound(data: bytes, limits: Limits) -> Container:
    try:
        compound = CompoundFile(data)
        protection = _protection(compound)
        if protection:
            return _inspect_opened(without_default_password(data, protection), limits)
        stream = compound.stream(_workbook_stream(compound))
        defects = look_at_biff(stream)
    except ValueError as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    version = biff_version(stream)
    if version not in (_BIFF5, _BIFF8):
        reason = ReaderCheck.UNSUPPORTED_FORMAT if version else ReaderCheck.CORRUPT
        raise UnreadableError(reason, f"BIFF {version:#06x}")
    return Container("xls", data, defects=defects, is_excel_95=version == _BIFF5)


def _inspect_opened(data: bytes, limits: Limits) -> Container:
    """Judge a workbook whose default password was taken off: what is protected once more is not opened."""
    if is_zip(data):
        return _inspect_zip(data, limits)
    compound = CompoundFile(data)
    if _protection(compound):
        raise UnreadableError(ReaderCheck.PASSWORD, _protection(compound))
    return _inspect_compound(data, limits)


def _workbook_stream(compound: CompoundFile) -> str:
    name = next((name for name in ("Workbook", "Book") if name in compound.names), "")
    if not name:
        raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, "OLE")
    return name


def _protection(compound: CompoundFile) -> str:
    """What shows that a workbook is encrypted, '' when it is not."""
    if compound.names & {"EncryptedPackage", "EncryptionInfo"}:
        return "EncryptedPackage"
    return BIFF_PROTECTION if is_encrypted_biff(compound.stream(_workbook_stream(compound))) else ""


def _inspect_text(data: bytes) -> Container:
    lettered = _LETTERED_FORMATS if b"\0" in data[:_LETTERED_HEAD] else ()
    for magic, name in (*_OTHER_FORMATS, *lettered):
        if data.startswith(magic):
            raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, name)
    text = decoded(data)
    if not text.strip():
        raise UnreadableError(ReaderCheck.EMPTY, f"{len(data)} bytes")
    container = Container("csv", data, text)
    start = _PROLOGUE.match(text)
    first = _FIRST_ELEMENT.match(text, start.end() if start else 0)
    if first is None:
        if _WEB_ARCHIVE.match(text):
            raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, "MHTML")
        return container
    element = first.group(1).lower()
    if element in _HTML_ELEMENTS or (element == "!doctype" and "html" in first.group(2)[:40].lower()):
        return replace(container, container_format="html")
    if element.rpartition(":")[2] == "workbook" and SPREADSHEET_XML in first.group(2)[:_MOST_ELEMENT]:
        return replace(container, container_format="spreadsheetml")
    if element.startswith("!"):
        # A document type of its own: no workbook has one, and entities can be defined there without end.
        raise UnreadableError(ReaderCheck.BOMB, first.group()[:40])
    raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, f"XML <{first.group(1)[:40]}>")
