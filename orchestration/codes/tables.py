"""Small tables of the workspace that people may open in Excel or WPS and edit: CSV with a byte order mark."""

from __future__ import annotations

import csv
import io
import os
from collections.abc import Iterable
from dataclasses import asdict, fields
from pathlib import Path
from typing import Any

from orchestration.errors import WorkspaceFileError


class CodeListError(WorkspaceFileError):
    """A code list that cannot be taken; the message names the file and the place in it."""


_ENCODINGS = ("utf-8-sig", "gb18030")


def text_of(path: Path) -> str:
    """The text of a table, in UTF-8 with or without byte order mark, or in GB18030.

    Raises:
        CodeListError: it is in neither.
        OSError: the file cannot be opened.
    """
    data = path.read_bytes()
    for encoding in _ENCODINGS:
        try:
            return data.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise CodeListError(f"{path.name}: neither UTF-8 nor GB18030. 文件编码不是 UTF-8 或 GB18030。")


def read_table(path: Path, row_type: type[Any]) -> list[dict[str, str]]:
    """Rows of a table with the fields of a dataclass of texts; none when there is no file yet.

    Raises:
        CodeListError: other columns, or a line with too many or too few; names the line.
    """
    if not path.is_file():
        return []
    names = [field.name for field in fields(row_type)]
    reader = csv.DictReader(io.StringIO(text_of(path)))
    if reader.fieldnames != names:
        raise CodeListError(f"{path.name}: the columns must be {','.join(names)}. 列应为上述各列。")
    rows = []
    for number, row in enumerate(reader, start=2):
        if None in row or None in row.values():
            raise CodeListError(f"{path.name} line {number}: wrong number of fields. 字段数不符。")
        rows.append(row)
    return rows


def write_table(path: Path, row_type: type[Any], rows: Iterable[Any]) -> None:
    """Write a table whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f".{path.name}.new")
    with draft.open("w", encoding="utf-8-sig", newline="") as stream:
        writer = csv.DictWriter(stream, [field.name for field in fields(row_type)], lineterminator="\n")
        writer.writeheader()
        writer.writerows(asdict(row) for row in rows)
        stream.flush()
        os.fsync(stream.fileno())
    draft.replace(path)
