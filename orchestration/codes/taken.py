"""Which lists were taken in: `<workspace>/codes/lists.csv`, one line a list."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from orchestration.codes.tables import CodeListError, read_table, write_table


@dataclass(frozen=True, slots=True)
class TakenList:
    """A published list that was taken in.

    Attributes:
        kind: its kind.
        year: the year it holds for.
        file_name: the file it came from.
        sha256: hash of the file's bytes.
        code_count: codes in it.
    """

    kind: str
    year: str
    file_name: str
    sha256: str
    code_count: str


def read_taken(path: Path) -> list[TakenList]:
    """The lists taken in so far.

    Raises:
        CodeListError: the file was edited into something that cannot be read; names the line.
    """
    taken = [TakenList(**row) for row in read_table(path, TakenList)]
    for number, entry in enumerate(taken, start=2):
        if not entry.year.isdigit():
            raise CodeListError(f"{path.name} line {number}: the year must be a number. 年度应为数字。")
    return taken


def write_taken(path: Path, taken: Iterable[TakenList]) -> None:
    """Write the file whole or not at all."""
    write_table(path, TakenList, sorted(taken, key=lambda one: (one.kind, int(one.year))))


def latest_year(taken: Iterable[TakenList], kind: str) -> int | None:
    """Year of the youngest list of a kind; None when none was taken."""
    return max((int(entry.year) for entry in taken if entry.kind == kind), default=None)
