"""Where the parts of a form map stand in its file.

The map is composed, not loaded, so that every list entry keeps the lines it was written on. A list may be a
shared piece (`*alias`) used by several tables; what is written into it holds for all of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Node = yaml.Node


@dataclass(frozen=True)
class Entry:
    """One row, column or label of a map as written.

    Attributes:
        node: its mapping.
        chain: the lists it stands in, from the outermost, each with the position in it.
    """

    node: yaml.MappingNode
    chain: tuple[tuple[yaml.SequenceNode, int], ...]


class MapFile:
    """A form map's file with the places of its parts.

    Args:
        path: the file.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.text = path.read_text(encoding="utf-8")
        self._loader = _Loader(self.text)
        root = self._loader.get_single_node()
        if not isinstance(root, yaml.MappingNode):
            raise ValueError(f"{path.name} is no form map")
        self.root = root
        self._uses = Counter(id(node) for node in _walk(root, skip="shared"))

    def is_shared(self, node: Node) -> bool:
        """Whether several places of the map use the node."""
        return self._uses[id(node)] > 1

    def span(self, container: yaml.SequenceNode, position: int) -> tuple[int, int]:
        """Offsets of a list's entry where the list has it: of the `*alias`, not of what it stands for."""
        alias = self._loader.aliases.get((id(container), position))
        if alias is not None:
            return alias
        node = container.value[position]
        return _offsets(node)[0], self.end(node)

    def end(self, node: Node) -> int:
        """Offset behind the last character of a node; the own mark of a block lies further down."""
        if not isinstance(node, yaml.CollectionNode) or node.flow_style or not node.value:
            return _offsets(node)[1]
        last = node.value[-1]
        key, value = (id(last[0]), last[1]) if isinstance(last, tuple) else (len(node.value) - 1, last)
        alias = self._loader.aliases.get((id(node), key))
        return alias[1] if alias else self.end(value)

    def dash_column(self, container: yaml.SequenceNode) -> int:
        """Column of the dashes of a block list; its own mark may be that of an anchor before it."""
        dash = self.text.rindex("-", 0, self.span(container, 0)[0])
        return dash - self.text.rfind("\n", 0, dash) - 1

    def value(self, node: Node) -> Any:
        """What a node says, as data."""
        return self._loader.construct_object(node, deep=True)

    def editions(self) -> list[Entry]:
        """The editions, in order."""
        return entries(sequence(self.root, "editions"))

    def table(self, edition: str, table: str) -> Node:
        """The node of a table of an edition that has tables of its own."""
        for entry in self.editions():
            if self.value(child(entry.node, "edition")) == edition:
                for found in entries(sequence(entry.node, "tables")):
                    if self.value(child(found.node, "table")) == table:
                        return found.node
        raise KeyError(f"{self.path.name}: edition {edition}, table {table}")


class _Loader(yaml.SafeLoader):
    """Composes like the safe loader and notes where aliases stand."""

    def __init__(self, text: str) -> None:
        super().__init__(text)
        self.aliases: dict[tuple[int, int], tuple[int, int]] = {}

    def compose_node(self, parent: Node | None, index: Any) -> Node | None:
        event: Any = self.peek_event()  # type: ignore[no-untyped-call]
        node: Node | None = super().compose_node(parent, index)
        if isinstance(event, yaml.AliasEvent):
            self.aliases[id(parent), index if isinstance(index, int) else id(index)] = _offsets(event)
        return node


def _offsets(marked: Any) -> tuple[int, int]:
    return marked.start_mark.index, marked.end_mark.index


def child(node: Node, key: str) -> Node:
    """The value of a mapping's key, looked for in merged mappings (`<<`) too.

    Raises:
        KeyError: the mapping has no such key.
    """
    found = child_or_none(node, key)
    if found is None:
        raise KeyError(f"line {node.start_mark.line + 1}: no {key!r}")
    return found


def child_or_none(node: Node, key: str) -> Node | None:
    """The value of a mapping's key; None when it has none."""
    merged: list[Node] = []
    for name, value in node.value:
        if name.value == key:
            return value  # type: ignore[no-any-return]
        if name.value == "<<":
            merged += value.value if isinstance(value, yaml.SequenceNode) else [value]
    return next((found for other in merged if (found := child_or_none(other, key)) is not None), None)


def sequence(node: Node, key: str) -> yaml.SequenceNode:
    """The list under a key.

    Raises:
        KeyError: there is none.
    """
    found = child(node, key)
    if not isinstance(found, yaml.SequenceNode):
        raise KeyError(f"line {node.start_mark.line + 1}: {key!r} is no list")
    return found


def entries(
    container: yaml.SequenceNode, above: tuple[tuple[yaml.SequenceNode, int], ...] = ()
) -> list[Entry]:
    """Entries of a list, those of lists in it laid out in place, as form maps read them."""
    found: list[Entry] = []
    for position, node in enumerate(container.value):
        chain = (*above, (container, position))
        if isinstance(node, yaml.SequenceNode):
            found += entries(node, chain)
        elif isinstance(node, yaml.MappingNode):
            found.append(Entry(node, chain))
    return found


def _walk(node: Node, skip: str = "") -> Iterator[Node]:
    """Every node as often as it is used."""
    yield node
    if isinstance(node, yaml.MappingNode):
        for key, value in node.value:
            if key.value != skip:
                yield from _walk(value)
    elif isinstance(node, yaml.SequenceNode):
        for value in node.value:
            yield from _walk(value)
