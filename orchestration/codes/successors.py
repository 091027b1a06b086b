"""Successors stated by people: a table with the columns `code` and `successor`, a line each."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping
from pathlib import Path

from orchestration.codes.compare import Change
from orchestration.codes.tables import CodeListError, text_of

_FIELDS = ["code", "successor"]


def read_successors(
    path: Path, vanished: Mapping[str, str], published: Mapping[str, str]
) -> dict[str, tuple[str, ...]]:
    """Vanished code → the codes that took its place.

    Args:
        path: in UTF-8, with or without byte order mark, or GB18030; a code that was split has several lines.
        vanished: codes the new list lacks.
        published: codes the new list has.

    Raises:
        CodeListError: other columns, a code that did not vanish, a successor the list lacks; names the line.
    """
    stated: dict[str, tuple[str, ...]] = {}
    reader = csv.DictReader(io.StringIO(text_of(path)))
    if reader.fieldnames != _FIELDS:
        raise CodeListError(f"{path.name}: the columns must be code,successor. 列应为 code,successor。")
    for number, row in enumerate(reader, start=2):
        code, successor = (row["code"] or "").strip(), (row["successor"] or "").strip()
        if code not in vanished:
            raise CodeListError(f"{path.name} line {number}: {code!r} did not vanish. 代码 {code} 并未撤销。")
        if successor not in published:
            raise CodeListError(
                f"{path.name} line {number}: the list has no code {successor!r}. 新表中没有 {successor}。"
            )
        stated[code] = tuple(dict.fromkeys((*stated.get(code, ()), successor)))
    return stated


def accepted(found: Iterable[Change]) -> dict[str, tuple[str, ...]]:
    """The proposed successors, taken as stated."""
    return {change.code: (change.proposed,) for change in found if change.proposed}
