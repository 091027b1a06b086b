"""What a file is, by its content and never by its name, and whether it is safe to decode.

What belongs here: magic bytes, size and bomb guards, encryption. What does not: cells.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from html import unescape

from orchestration.ingest.compound import MAGIC as COMPOUND_MAGIC
from orchestration.ingest.compound import CompoundFile, CompoundFileError
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.second_look import SheetDefects, is_encrypted_biff, look_at_biff, look_at_sheet_xml
from orchestration.ingest.text import address


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds within which a file is decoded at all.

    Attributes:
        file_bytes: largest file.
        unpacked_bytes: largest sum of the members of an .xlsx.
        packing_ratio: largest ratio of unpacked to packed bytes; real workbooks stay below 40, but a sheet of
            equal formatted rows can reach 200.
        box_cells: largest used range of one sheet (rows × columns), as the decoder fills it densely.
    """

    file_bytes: int = 64 * 1024 * 1024
    unpacked_bytes: int = 512 * 1024 * 1024
    packing_ratio: int = 400
    box_cells: int = 4_000_000


DEFAULT_LIMITS = Limits()
_MEBIBYTE = 1024 * 1024
_SMALL_BYTES = 8 * 1024 * 1024  # below this no ratio is suspicious


class UnreadableError(Exception):
    """A file that is not decoded, with the check code that says why.

    Attributes:
        reason: check code.
        given: what was found.
        sheet: sheet concerned, '' for the whole file.
        cell: cell concerned, '' for none.
        expected: the bound that was passed, '' for none.
    """

    def __init__(
        self, reason: ReaderCheck, given: str = "", sheet: str = "", cell: str = "", expected: str = ""
    ) -> None:
        super().__init__(f"{reason}: {given}")
        self.reason = reason
        self.given = given
        self.sheet = sheet
        self.cell = cell
        self.expected = expected


@dataclass(frozen=True, slots=True)
class Container:
    """A file judged decodable.

    Attributes:
        container_format: xlsx or xls.
        defects: by sheet name, what the decoder will not tell.
    """

    container_format: str
    defects: dict[str, SheetDefects]


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
            f"{len(data) / _MEBIBYTE:.0f} MB",
            expected=f"{limits.file_bytes // _MEBIBYTE} MB",
        )
    if data.startswith(b"PK"):
        container = _inspect_zip(data, limits)
    elif data.startswith(COMPOUND_MAGIC):
        container = _inspect_compound(data)
    else:
        raise UnreadableError(*_other_format(data))
    for sheet, defects in container.defects.items():
        row, column = defects.far_cell
        if (row + 1) * (column + 1) > limits.box_cells:
            far = address(row, column)
            bound = f"{limits.box_cells} cells"
            raise UnreadableError(ReaderCheck.TOO_LARGE, f"A1:{far}", sheet, far, bound)
    return container


def _other_format(data: bytes) -> tuple[ReaderCheck, str]:
    """Known formats that are not read yet are told from rubbish."""
    head = data[:512].lstrip(b"\xef\xbb\xbf \r\n\t").lower()
    for mark, name in (
        (b"<?xml", "XML"),
        (b"<html", "HTML"),
        (b"<table", "HTML"),
        (b"<!doctype html", "HTML"),
        (b"%pdf", "PDF"),
    ):
        if head.startswith(mark):
            return ReaderCheck.UNSUPPORTED_FORMAT, name
    return ReaderCheck.CORRUPT, data[:8].hex(" ")


def _inspect_zip(data: bytes, limits: Limits) -> Container:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            _refuse_bomb(archive, len(data), limits)
            names = set(archive.namelist())
            if "xl/workbook.xml" not in names:
                raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, _zip_kind(names))
            return Container("xlsx", dict(_look_at_sheets(archive, names)))
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    except RuntimeError as error:  # zipfile's way of saying that a member is encrypted
        raise UnreadableError(ReaderCheck.PASSWORD, str(error)) from error
    except Exception as error:
        if type(error).__module__ == "zlib":
            raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
        raise


def _zip_kind(names: set[str]) -> str:
    if "xl/workbook.bin" in names:
        return "xlsb"
    return "ods" if "content.xml" in names else "zip"


def _refuse_bomb(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    unpacked = sum(member.file_size for member in archive.infolist())
    suspicious = unpacked > _SMALL_BYTES and unpacked > packed * limits.packing_ratio
    if unpacked > limits.unpacked_bytes or suspicious:
        raise UnreadableError(ReaderCheck.BOMB, f"{packed} → {unpacked} bytes")


_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')


def _look_at_sheets(archive: zipfile.ZipFile, names: set[str]) -> Iterator[tuple[str, SheetDefects]]:
    relations_name = "xl/_rels/workbook.xml.rels"
    relations = archive.read(relations_name).decode("utf-8", "replace") if relations_name in names else ""
    targets = {}
    for found in _RELATION.finditer(relations):
        attributes = dict(_ATTRIBUTE.findall(found.group(1)))
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    for found in _SHEET.finditer(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        attributes = dict(_ATTRIBUTE.findall(found.group(1)))
        identifier = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        target = targets.get(identifier, "")
        path = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
        if path in names:
            yield unescape(attributes.get("name", "")), look_at_sheet_xml(archive.read(path))


def _inspect_compound(data: bytes) -> Container:
    try:
        compound = CompoundFile(data)
        names = compound.names
        if names & {"EncryptedPackage", "EncryptionInfo"}:
            raise UnreadableError(ReaderCheck.PASSWORD, "EncryptedPackage")
        stream_name = next((name for name in ("Workbook", "Book") if name in names), "")
        if not stream_name:
            raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, "OLE")
        stream = compound.stream(stream_name)
    except CompoundFileError as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error
    if is_encrypted_biff(stream):
        raise UnreadableError(ReaderCheck.PASSWORD, "FILEPASS")
    return Container("xls", look_at_biff(stream))
