"""The code lists a bureau holds: `<workspace>/codes/<kind>.csv`, every code with the years it was in force.

A code that vanished is not taken out but closed, and points to its successor once somebody states it. Only
the newest list can be taken back whole.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from orchestration.codes.tables import CodeListError, read_table, write_table

SUCCESSOR_SEPARATOR = "|"


@dataclass(frozen=True, slots=True)
class HeldCode:
    """One name of a code over the years it bore it.

    Attributes:
        code: the code.
        name_zh: its name.
        valid_from: year of the first list that has it under this name.
        valid_to: last year before the list that has it no more, '' while it is in force.
        succeeded_by: of a code that vanished the codes that took its place, joined by |; '' while unknown.
        source: name of the file the first list came from.
    """

    code: str
    name_zh: str
    valid_from: str
    valid_to: str = ""
    succeeded_by: str = ""
    source: str = ""


def read_held(path: Path) -> list[HeldCode]:
    """The codes held; none when there is no file yet.

    Raises:
        CodeListError: the file was edited into something that cannot be read; names the line.
    """
    held = [HeldCode(**row) for row in read_table(path, HeldCode)]
    for number, entry in enumerate(held, start=2):
        if not entry.valid_from.isdecimal() or not (entry.valid_to or "0").isdecimal():
            raise CodeListError(f"{path.name} line {number}: years must be numbers. 年度应为数字。")
    return held


def write_held(path: Path, held: Iterable[HeldCode]) -> None:
    """Write the list whole or not at all."""
    write_table(path, HeldCode, sorted(held, key=lambda one: (one.code, one.valid_from)))


def in_force(held: Iterable[HeldCode], year: int) -> dict[str, str]:
    """Code → name of a year."""
    return {
        entry.code: entry.name_zh
        for entry in held
        if int(entry.valid_from) <= year and (not entry.valid_to or year <= int(entry.valid_to))
    }


def advance(
    held: Iterable[HeldCode],
    published: Mapping[str, str],
    year: int,
    source: str,
    successors: Mapping[str, tuple[str, ...]],
) -> list[HeldCode]:
    """The codes held once the list of a year is taken in.

    Args:
        held: codes held so far, of earlier years.
        published: code → name of the list.
        year: its year.
        source: name of its file.
        successors: vanished code → the codes that took its place.
    """
    taken = []
    still: set[str] = set()
    for entry in held:
        if entry.valid_to:
            taken.append(entry)
        elif published.get(entry.code) == entry.name_zh:
            still.add(entry.code)
            taken.append(entry)
        else:
            vanished = entry.code not in published
            after = successors.get(entry.code, ()) if vanished else (entry.code,)
            taken.append(replace(entry, valid_to=str(year - 1), succeeded_by=SUCCESSOR_SEPARATOR.join(after)))
    taken += [
        HeldCode(code, name, str(year), source=source)
        for code, name in published.items()
        if code not in still
    ]
    return taken


def closed_by(held: Iterable[HeldCode], year: int, published: Mapping[str, str]) -> dict[str, HeldCode]:
    """Code → its entry, of codes that the list of a year took out of force."""
    return {
        entry.code: entry for entry in held if entry.valid_to == str(year - 1) and entry.code not in published
    }


def amend(held: Iterable[HeldCode], year: int, successors: Mapping[str, tuple[str, ...]]) -> list[HeldCode]:
    """The codes held once successors of what the list of a year took out of force are stated later.

    Raises:
        CodeListError: another successor is stated already.
    """
    amended = []
    for entry in held:
        after = SUCCESSOR_SEPARATOR.join(successors.get(entry.code, ()))
        if entry.valid_to != str(year - 1) or not after:
            amended.append(entry)
        elif entry.succeeded_by in ("", after):
            amended.append(replace(entry, succeeded_by=after))
        else:
            raise CodeListError(
                f"{entry.code}: {entry.succeeded_by} is stated to succeed it already, not {after}. "
                f"代码 {entry.code} 已填写后继 {entry.succeeded_by}，与 {after} 不符。"
            )
    return amended


def take_back(held: Iterable[HeldCode], year: int) -> list[HeldCode]:
    """The codes held before the newest list, that of a year, was taken in."""
    return [
        replace(entry, valid_to="", succeeded_by="") if entry.valid_to == str(year - 1) else entry
        for entry in held
        if entry.valid_from != str(year)
    ]


def successor_of(held: Iterable[HeldCode], code: str, year: int) -> tuple[str, ...]:
    """The codes in force in a year that hold what a code held, itself if it still is; () when not known.

    A chain of successors is followed to its end; a code that was split leads to several.
    """
    return successors_of(held, [code], year)[code]


def successors_of(held: Iterable[HeldCode], codes: Iterable[str], year: int) -> dict[str, tuple[str, ...]]:
    """Code → `successor_of` it in a year, for several codes."""
    by_code: dict[str, list[HeldCode]] = {}
    for entry in held:
        by_code.setdefault(entry.code, []).append(entry)
    return {code: _follow(by_code, code, year, frozenset()) for code in codes}


def _follow(
    by_code: Mapping[str, list[HeldCode]], code: str, year: int, passed: frozenset[str]
) -> tuple[str, ...]:
    entries = by_code.get(code, [])
    if code in in_force(entries, year):
        return (code,)
    closed = [entry for entry in entries if entry.valid_to and int(entry.valid_to) < year]
    if code in passed or not closed:
        return ()
    last = max(closed, key=lambda entry: int(entry.valid_to))
    following = [after for after in last.succeeded_by.split(SUCCESSOR_SEPARATOR) if after]
    found = [one for after in following for one in _follow(by_code, after, year, passed | {code})]
    return tuple(dict.fromkeys(found))
