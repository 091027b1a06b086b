"""Zip files: opened within bounds, told apart as .xlsx, .xlsm, .xlsb, .ods, archive, or something else.

What belongs here: directories of zip files, and where the sheets of a package lie. What does not: cells.
"""

from __future__ import annotations

import io
import re
import zipfile
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from html import unescape

from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.formats import binary_workbook, open_document
from orchestration.ingest.formats.number_formats import NO_STYLES, percent_styles_of_xml
from orchestration.ingest.formats.sheet_xml import is_usual, look_at_unusual_sheet
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.ingest.second_look import SheetDefects, look_at_sheet_xml

ARCHIVE = "zip"
ZIP_MAGIC = b"PK"
_SIGNATURES = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_HEAD_BYTES = 64
READ_METHODS = frozenset({zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED})
"""Ways of packing that are read. Others may ask for any memory, and no office program uses them."""

_DIRECTORY_ENTRY = b"PK\x01\x02"
_SMALL_BYTES = 8 * 1024 * 1024  # below this no ratio is suspicious
_TYPES = "[Content_Types].xml"
_SHEET = re.compile(r"<(?:\w+:)?sheet\b([^>]*)/?>")
_RELATION = re.compile(r"<(?:\w+:)?Relationship\b([^>]*)/?>")
_ATTRIBUTE = re.compile(r'([\w:]+)\s*=\s*"([^"]*)"')
_OTHER_PACKAGES = (("word/", "docx"), ("ppt/", "pptx"), ("visio/", "vsdx"), ("classes.dex", "apk"))


def is_zip(data: bytes) -> bool:
    """Whether bytes are those of a zip file, damaged or not; a text may begin with its two letters, too."""
    return data.startswith(_SIGNATURES) or (data.startswith(ZIP_MAGIC) and b"\0" in data[:_HEAD_BYTES])


@contextmanager
def opened_zip(data: bytes, limits: Limits) -> Iterator[zipfile.ZipFile]:
    """A zip file whose directory is of bearable size; what breaks while it is open is told by name.

    Raises:
        UnreadableError: it is damaged, encrypted, or its directory is too long.
    """
    entries = data.count(_DIRECTORY_ENTRY)
    if entries > limits.parts:
        raise UnreadableError(ReaderCheck.BOMB, f"{entries} entries")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            yield archive
    except UnreadableError:
        raise
    except RuntimeError as error:  # zipfile's way of saying that a member is encrypted
        raise UnreadableError(ReaderCheck.PASSWORD, str(error)) from error
    except (
        zipfile.BadZipFile,
        zipfile.LargeZipFile,
        zlib.error,
        EOFError,
        OSError,
        NotImplementedError,
        ValueError,
    ) as error:
        raise UnreadableError(ReaderCheck.CORRUPT, str(error)) from error


def kind_of_zip(archive: zipfile.ZipFile) -> str:
    """What a zip file is by what lies in it: xlsx, xlsm, xlsb, ods, `ARCHIVE`, or another kind's name."""
    names = set(archive.namelist())
    if "xl/workbook.xml" in names:
        # Macros change nothing that is read; the name is for the register.
        return "xlsm" if "xl/vbaProject.bin" in names else "xlsx"
    if "xl/workbook.bin" in names:
        return "xlsb"
    if "content.xml" in names and "mimetype" in names:
        # A mimetype is some 50 bytes; the first ones tell.
        with archive.open("mimetype") as stream:
            mimetype = stream.read(200).decode("ascii", "replace").strip()
        return "ods" if mimetype.startswith(open_document.MIMETYPE) else mimetype
    for part, kind in _OTHER_PACKAGES:
        if any(name.startswith(part) for name in names) and (_TYPES in names or kind == "apk"):
            return kind
    return "Office Open XML" if _TYPES in names else ARCHIVE


def refuse_bomb(archive: zipfile.ZipFile, packed: int, limits: Limits) -> None:
    """Refuse a zip file that unpacks to too much; no member ever gives more than its directory says.

    Raises:
        UnreadableError: it does.
    """
    unpacked = sum(member.file_size for member in archive.infolist())
    suspicious = unpacked > _SMALL_BYTES and unpacked > packed * limits.packing_ratio
    if unpacked > limits.unpacked_bytes or suspicious:
        raise UnreadableError(ReaderCheck.BOMB, f"{packed} → {unpacked} bytes")


def refuse_methods(archive: zipfile.ZipFile) -> None:
    """Refuse a package packed in a way no office program packs.

    Raises:
        UnreadableError: it is.
    """
    for member in archive.infolist():
        if member.compress_type not in READ_METHODS:
            raise UnreadableError(ReaderCheck.UNSUPPORTED_FORMAT, f"zip method {member.compress_type}")


def look_at_package(archive: zipfile.ZipFile, kind: str, limits: Limits) -> dict[str, SheetDefects]:
    """Defects of every sheet, by its name.

    Raises:
        UnreadableError: a part is damaged, encrypted or too large.
    """
    names = set(archive.namelist())
    if kind == "ods":
        if "META-INF/manifest.xml" in names and b"encryption-data" in archive.read("META-INF/manifest.xml"):
            raise UnreadableError(ReaderCheck.PASSWORD, "encryption-data")
        return open_document.look_at_open_document(archive.read("content.xml"), limits)
    if kind == "xlsb":
        return dict(_look_at_binary_sheets(archive, names, limits))
    return dict(_look_at_sheets(archive, names, limits))


def _look_at_sheets(
    archive: zipfile.ZipFile, names: set[str], limits: Limits
) -> Iterator[tuple[str, SheetDefects]]:
    targets = _targets(archive, names, "xl/_rels/workbook.xml.rels")
    styles = _part_named(targets, names, "styles.xml")
    percents = percent_styles_of_xml(archive.read(styles)) if styles else NO_STYLES
    for found in _SHEET.finditer(archive.read("xl/workbook.xml").decode("utf-8", "replace")):
        attributes = dict(_ATTRIBUTE.findall(found.group(1)))
        identifier = next((value for key, value in attributes.items() if key.endswith(":id")), "")
        path = _part(targets.get(identifier, ""))
        if path in names:
            name, xml = unescape(attributes.get("name", "")), archive.read(path)
            if is_usual(xml):
                yield name, look_at_sheet_xml(xml, percents)
            else:
                yield name, look_at_unusual_sheet(xml, limits, name, percents)


def _look_at_binary_sheets(
    archive: zipfile.ZipFile, names: set[str], limits: Limits
) -> Iterator[tuple[str, SheetDefects]]:
    targets = _targets(archive, names, "xl/_rels/workbook.bin.rels")
    styles = _part_named(targets, names, "styles.bin")
    percents = binary_workbook.percent_styles_of_records(archive.read(styles)) if styles else NO_STYLES
    for name, relation in binary_workbook.sheet_relations(archive.read("xl/workbook.bin")):
        path = _part(targets.get(relation, ""))
        if path in names:
            yield name, binary_workbook.look_at_binary_sheet(archive.read(path), limits, name, percents)


def _targets(archive: zipfile.ZipFile, names: set[str], part: str) -> dict[str, str]:
    """Relation → where it leads."""
    relations = archive.read(part).decode("utf-8", "replace") if part in names else ""
    targets = {}
    for found in _RELATION.finditer(relations):
        attributes = dict(_ATTRIBUTE.findall(found.group(1)))
        targets[attributes.get("Id", "")] = attributes.get("Target", "")
    return targets


def _part_named(targets: dict[str, str], names: set[str], ending: str) -> str:
    """The part a workbook relates to whose name ends so; '' when there is none."""
    parts = (_part(target) for target in targets.values() if target.lower().endswith(ending))
    return next((part for part in parts if part in names), "")


def _part(target: str) -> str:
    return target.lstrip("/") if target.startswith("/") else f"xl/{target}"
