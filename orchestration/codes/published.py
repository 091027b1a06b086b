"""Reading a published code list: any workbook or text table with a column of codes and one of names."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path

from orchestration.codes.kinds import CodeKind
from orchestration.codes.tables import CodeListError, text_of
from orchestration.ingest.container import UnreadableError
from orchestration.ingest.formats.packages import is_zip
from orchestration.ingest.grid import decode
from orchestration.ingest.refusal_in_words import refusal_in_words
from orchestration.ingest.text import address, fold

_COMPOUND_FILE = b"\xd0\xcf\x11\xe0"

Row = tuple[str, int, list[str]]
"""Sheet ('' in a text table), row number from 0, texts."""


def read_code_list(path: Path, kind: CodeKind) -> dict[str, str]:
    """Code → name, in the order of the list.

    Args:
        path: .xlsx, .xls, or a table of text separated by tabs, commas or semicolons (UTF-8 or GB18030).
        kind: decides the headings and the shape of a code.

    Raises:
        CodeListError: no such headings, a code of another shape, one code with two names, or no code at all.
        OSError: the file cannot be opened.
    """
    codes: dict[str, str] = {}
    columns: tuple[int, int] | None = None
    for sheet, row, texts in _rows(path):
        found = _columns(texts, kind)
        if found is not None:
            columns = found
        elif columns is not None and any(texts):
            _take(codes, path, kind, (sheet, row, texts), columns)
    if columns is None:
        raise CodeListError(
            f"{path.name}: no row has a heading {' / '.join(kind.code_headers)} beside "
            f"{' / '.join(kind.name_headers)}. 未找到代码列与名称列的表头。"
        )
    if not codes:
        raise CodeListError(f"{path.name}: no code below the headings. 表头之下没有代码。")
    return codes


def _take(codes: dict[str, str], path: Path, kind: CodeKind, at: Row, columns: tuple[int, int]) -> None:
    sheet, row, texts = at
    code, name = (fold(texts[column]) if column < len(texts) else "" for column in columns)
    place = f"{path.name} {sheet} {address(row, columns[0])}".replace("  ", " ")
    if not code and not name:
        return
    if not kind.is_code(code):
        raise CodeListError(f"{place}: {code!r} is no code of {kind.title.en}. 不是{kind.title.zh}。")
    if not name:
        raise CodeListError(f"{place}: code {code} has no name. 代码 {code} 没有名称。")
    if codes.setdefault(code, name) != name:
        raise CodeListError(
            f"{place}: code {code} is both {codes[code]} and {name}. 代码 {code} 有两个名称。"
        )


def _columns(texts: list[str], kind: CodeKind) -> tuple[int, int] | None:
    folded = [fold(text).lower() for text in texts]
    code = next((index for index, text in enumerate(folded) if text in kind.code_headers), None)
    name = next((index for index, text in enumerate(folded) if text in kind.name_headers), None)
    return None if code is None or name is None else (code, name)


def _rows(path: Path) -> Iterator[Row]:
    data = path.read_bytes()
    if not is_zip(data) and not data.startswith(_COMPOUND_FILE):
        yield from _text_rows(text_of(path))
        return
    try:
        grid = decode(data)
    except UnreadableError as error:
        words = refusal_in_words(error)
        raise CodeListError(
            f"{path.name}: {words['title_zh']} {words['title_en']} ({words['given']})"
        ) from error
    for sheet in grid.sheets:
        for row, texts in enumerate(sheet.rows):
            yield sheet.name, row, texts


def _text_rows(text: str) -> Iterator[Row]:
    lines = text.splitlines()
    # Lines of a title bear no delimiter; what most lines bear is it.
    delimiter = max("\t,;", key=lambda one: sum(one in line for line in lines))
    for row, texts in enumerate(csv.reader(io.StringIO(text), delimiter=delimiter)):
        yield "", row, texts
