"""What to write into a form map: edits of its text, and the lines they come to."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import yaml

from orchestration.drift.places import Entry, MapFile, child_or_none


@dataclass(frozen=True)
class Edit:
    """A replacement of characters of a form map's file; an insertion has `start == end`."""

    start: int
    end: int
    text: str


@dataclass(frozen=True)
class Hunk:
    """Lines of a file to replace.

    Attributes:
        first: first line replaced, from 1; with nothing to replace, the line after which to insert.
        last: last line replaced; `first - 1` when nothing is.
        lines: the new lines.
    """

    first: int
    last: int
    lines: tuple[str, ...]

    @property
    def is_insertion(self) -> bool:
        """Whether no line is replaced."""
        return self.last < self.first


def flow(value: Any) -> str:
    """A value on one line of YAML."""
    written = yaml.safe_dump(
        value, default_flow_style=True, allow_unicode=True, sort_keys=False, width=float("inf")
    )
    return str(written).removesuffix("\n").removesuffix("\n...")


def set_key(file: MapFile, entry: Entry, key: str, value: Any) -> Edit:
    """Give a mapping a key, or another value for one it has itself."""
    node = entry.node
    own = next((found for name, found in node.value if name.value == key), None)
    if own is not None:
        return Edit(own.start_mark.index, file.end(own), flow(value))
    if node.flow_style:
        return Edit(node.end_mark.index - 1, node.end_mark.index - 1, f", {key}: {flow(value)}")
    indent = " " * node.value[0][0].start_mark.column
    at = file.end(node)
    return Edit(at, at, f"\n{indent}{key}: {flow(value)}")


def add_to_list(file: MapFile, entry: Entry, key: str, values: Sequence[Any]) -> Edit:
    """Add values to a mapping's list, which is made when there is none."""
    found = child_or_none(entry.node, key)
    before = [] if found is None else file.value(found)
    return set_key(file, entry, key, [*(before if isinstance(before, list) else [before]), *values])


def insert(
    file: MapFile, beside: Entry, new: Mapping[str, Any], *, before: bool = False
) -> tuple[Edit, bool]:
    """Put a new entry behind (or before) another one of the same list.

    The outermost list in which the place exists is taken, as that one is shared by the fewest tables.

    Returns:
        The edit, and whether the list is a shared one.
    """
    container, position = beside.chain[-1]
    for (outer, at), (inner, place) in zip(beside.chain, beside.chain[1:], strict=False):
        if all(
            index == (0 if before else len(each.value) - 1)
            for each, index in beside.chain[beside.chain.index((inner, place)) :]
        ):
            container, position = outer, at
            break
    start, end = file.span(container, position)
    said = flow(dict(new))
    if container.flow_style:
        edit = Edit(start, start, f"{said}, ") if before else Edit(end, end, f", {said}")
    else:
        dash = file.text.rindex("-", 0, start) if before else 0
        indent = " " * file.dash_column(container)
        edit = Edit(dash, dash, f"- {said}\n{indent}") if before else Edit(end, end, f"\n{indent}- {said}")
    return edit, file.is_shared(container)


def remove(file: MapFile, entry: Entry) -> Edit:
    """Take an entry out of the list it stands in."""
    container, position = entry.chain[-1]
    start, end = file.span(container, position)
    if container.flow_style:
        if position + 1 < len(container.value):
            return Edit(start, file.span(container, position + 1)[0], "")
        return Edit(file.span(container, position - 1)[1] if position else start, end, "")
    line = file.text.rindex("\n", 0, start) + 1
    return Edit(line, file.text.find("\n", end) + 1 or len(file.text), "")


def apply(text: str, edits: Iterable[Edit]) -> str:
    """The text with all edits made; insertions at one place keep their order."""
    made, at = [], 0
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        made += [text[at : edit.start], edit.text]
        at = max(at, edit.end)
    return "".join([*made, text[at:]])


def hunks(text: str, edits: Sequence[Edit]) -> list[Hunk]:
    """The edits as lines to replace or insert; what falls on the same lines comes together."""
    groups: list[tuple[int, int, list[Edit]]] = []
    for edit in sorted(edits, key=lambda edit: (edit.start, edit.end)):
        first, last = text.count("\n", 0, edit.start), text.count("\n", 0, edit.end)
        if groups and first <= groups[-1][1]:
            groups[-1] = (groups[-1][0], max(last, groups[-1][1]), [*groups[-1][2], edit])
        else:
            groups.append((first, last, [edit]))
    starts = [0, *(index + 1 for index, sign in enumerate(text) if sign == "\n"), len(text) + 1]
    return [_hunk(text, starts, first, last, own) for first, last, own in groups]


def _hunk(text: str, starts: Sequence[int], first: int, last: int, edits: Sequence[Edit]) -> Hunk:
    begin, end = starts[first], starts[last + 1]
    before = text[begin:end].removesuffix("\n").split("\n")
    moved = [Edit(edit.start - begin, edit.end - begin, edit.text) for edit in edits]
    after = apply(text[begin:end], moved).removesuffix("\n").split("\n")
    head = 0
    while head < min(len(before), len(after)) and before[head] == after[head]:
        head += 1
    tail = 0
    while tail < min(len(before), len(after)) - head and before[-1 - tail] == after[-1 - tail]:
        tail += 1
    kept = len(before) - tail
    lines = tuple(after[head : len(after) - tail])
    if kept == head:
        return Hunk(first + head, first + head - 1, lines)
    return Hunk(first + head + 1, first + kept, lines)
