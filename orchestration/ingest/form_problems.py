"""What is wrong with a form map, said so that its author finds the place: line, field, what to write."""

from __future__ import annotations

import difflib
from collections.abc import Iterator, Sequence
from typing import Any

import yaml
from pydantic import BaseModel, ValidationError

from orchestration.ingest.form_models import MapModel

_MOST = 8  # problems named at once; what follows is mostly their consequence


def problems(root: yaml.Node | None, error: ValidationError) -> str:
    """The problems of a validation, each with line and field.

    Args:
        root: the file as YAML nodes, None when it is empty.
        error: what the validation found.
    """
    lines = [_problem(root, problem) for problem in error.errors()]
    more = f"; and {len(lines) - _MOST} more" if len(lines) > _MOST else ""
    return "; ".join(lines[:_MOST]) + more


def repeated_keys(root: yaml.Node | None) -> list[str]:
    """Keys that stand twice in one mapping, with their lines: YAML would silently keep the last."""
    found: list[tuple[int, str]] = []
    todo: list[Any] = [root]
    seen: set[int] = set()
    while todo:
        node = todo.pop()
        if id(node) in seen:
            continue
        seen.add(id(node))
        if isinstance(node, yaml.SequenceNode):
            todo += node.value
        elif isinstance(node, yaml.MappingNode):
            found += _repeated(node)
            todo += [value for _, value in node.value]
    return [said for _, said in sorted(found)]


def _repeated(node: yaml.MappingNode) -> Iterator[tuple[int, str]]:
    first: dict[str, int] = {}
    for key, _ in node.value:
        line = key.start_mark.line + 1
        if key.value in first:
            yield line, f"line {line}: key {key.value!r} stands already in line {first[key.value]}"
        first.setdefault(key.value, line)


def _problem(root: Any, problem: Any) -> str:
    place: tuple[str | int, ...] = problem["loc"]
    said = str(problem["msg"]).removeprefix("Value error, ")
    if problem["type"] == "extra_forbidden":
        said = _unknown_key(str(place[-1]))
    elif problem["type"] == "missing":
        said = f"key {place[-1]!r} is missing"
    elif problem["type"] == "literal_error":
        said = f"{problem['input']!r} is none of {problem['ctx']['expected']}"
    word = said.partition(":")[0]
    line = _line(root, place or (word,))
    return f"line {line}: {'.'.join(str(part) for part in place) or 'form'}: {said}"


def _unknown_key(key: str) -> str:
    known = {field.alias or name for kind in _models(MapModel) for name, field in kind.model_fields.items()}
    near = difflib.get_close_matches(key, sorted(known), n=1)
    return f"unknown key {key!r}" + (f"; did you mean {near[0]!r}?" if near else "")


def _models(base: type[BaseModel]) -> Iterator[type[BaseModel]]:
    for child in base.__subclasses__():
        yield child
        yield from _models(child)


def _line(root: Any, place: Sequence[str | int]) -> int:
    """The line of the last part of a place that stands in the text; a missing key has its mapping's."""
    node, line = root, root.start_mark.line if root else 0
    for part in place:
        if isinstance(node, yaml.MappingNode):
            pair = next((pair for pair in _pairs(node) if pair[0].value == part), None)
            if pair is None:
                break
            line, node = pair[0].start_mark.line, pair[1]
        elif isinstance(node, yaml.SequenceNode) and isinstance(part, int):
            children = list(_laid_out(node))
            if part >= len(children):
                break
            node = children[part]
            line = node.start_mark.line
        else:
            break
    return int(line) + 1


def _pairs(node: yaml.MappingNode) -> Iterator[tuple[Any, Any]]:
    """Keys and values of a mapping, merged ones (`<<`) behind its own."""
    for key, value in node.value:
        if key.value != "<<":
            yield key, value
    for key, value in node.value:
        if key.value == "<<":
            for merged in value.value if isinstance(value, yaml.SequenceNode) else [value]:
                yield from _pairs(merged)


def _laid_out(node: yaml.SequenceNode) -> Iterator[Any]:
    """Parts of a list, shared lists inside it laid out in place as the models do."""
    for child in node.value:
        if isinstance(child, yaml.SequenceNode):
            yield from _laid_out(child)
        else:
            yield child
