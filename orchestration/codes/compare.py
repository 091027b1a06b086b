"""What changed between two lists of codes: named, and never joined by likeness without somebody's word.

A code that vanished keeps its history under itself until its successor is stated; a successor is proposed
only where exactly one new code of the same circle bears the same name but for the kind of place (县 → 区).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

from orchestration.codes.kinds import CodeKind

ChangeKind = Literal["new", "vanished", "renamed"]


@dataclass(frozen=True, slots=True)
class Change:
    """One code that is not as it was.

    Attributes:
        change: new, vanished or renamed.
        code: the code.
        name: its name, for a renamed one the name before.
        new_name: of a renamed code its name now, else ''.
        proposed: of a vanished code the one code that may have succeeded it, else ''.
        proposed_name: its name.
    """

    change: ChangeKind
    code: str
    name: str
    new_name: str = ""
    proposed: str = ""
    proposed_name: str = ""


def changes(before: Mapping[str, str], after: Mapping[str, str], kind: CodeKind) -> list[Change]:
    """Every code that was added, taken away or renamed, in the order of codes.

    Args:
        before: code → name in the earlier list.
        after: code → name in the later list.
        kind: decides which successor may be proposed.
    """
    found = [
        Change("renamed", code, before[code], new_name=after[code])
        for code in before.keys() & after.keys()
        if before[code] != after[code]
    ]
    added = {code: after[code] for code in after.keys() - before.keys()}
    found += [Change("new", code, name) for code, name in added.items()]
    for code in before.keys() - after.keys():
        proposed = _successor(code, before[code], added, kind)
        found.append(
            Change("vanished", code, before[code], proposed=proposed, proposed_name=added.get(proposed, ""))
        )
    return sorted(found, key=lambda change: (change.code, change.change))


def _successor(code: str, name: str, added: Mapping[str, str], kind: CodeKind) -> str:
    """The only added code of the narrowest circle whose name has the same stem; '' when none or several."""
    stem = kind.stem(name)
    for length in kind.prefixes:
        same = [
            other
            for other, other_name in added.items()
            if other[:length] == code[:length] and kind.stem(other_name) in (stem, name)
        ]
        if same:
            return same[0] if len(same) == 1 else ""
    return ""
