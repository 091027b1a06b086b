"""The data dictionary of a release, in English and in Chinese, generated from the models' descriptions.

Descriptions are written once, in the models' YAML, as "English. | 中文。"; dbt persists them as comments of
the tables. Nothing is worded here: this module only lays out.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from orchestration.publish.candidate import Column, TableFile
from orchestration.publish.release_macros import ReleaseMacro, available
from orchestration.texts import Language, text

FILE_NAMES: Mapping[Language, str] = {"en": "DATA_DICTIONARY.md", "zh": "DATA_DICTIONARY.zh-CN.md"}
SEPARATOR = " | "
_SENTENCE_END: Mapping[Language, str] = {"en": ". ", "zh": "。"}
_CONVENTIONS = ("convention_status", "convention_money", "convention_codes")
_UNITS_BY_ENDING = ("cny", "ratio", "points", "count", "year")


@dataclass(frozen=True)
class Model:
    """What dbt's manifest knows of a table beyond its comments.

    Attributes:
        description: "English | Chinese".
        parents: relations it reads directly.
        forms: raw tables it goes back to.
        units: column → unit, where the model's YAML states one.
        sources: column → source, likewise.
        columns: column → description.
    """

    description: str
    parents: tuple[str, ...]
    forms: tuple[str, ...]
    units: Mapping[str, str]
    sources: Mapping[str, str]
    columns: Mapping[str, str]


def write_dictionary(tables: Sequence[TableFile], folder: Path, dbt_manifest: Path | None = None) -> None:
    """Write the dictionary of `tables` into `folder`, one file per language."""
    document = json.loads(dbt_manifest.read_text("utf-8")) if dbt_manifest else {}
    models = models_from(document)
    folder.mkdir(parents=True, exist_ok=True)
    for language, name in FILE_NAMES.items():
        (folder / name).write_text(dictionary(tables, models, language), "utf-8")


def split_description(description: str, language: Language) -> str:
    """The half of "English | Chinese" in `language`; all of it when it was written in one language only."""
    english, separator, chinese = description.partition(SEPARATOR)
    if not separator:
        return description.strip()
    return (english if language == "en" else chinese).strip()


def grain(description: str, language: Language) -> str:
    """First sentence of a table's description: what one row is."""
    own = " ".join(split_description(description, language).split())
    end = _SENTENCE_END[language]
    head, found, _ = own.partition(end)
    return head + end.strip() if found else own


def models_from(document: Mapping[str, Any]) -> dict[str, Model]:
    """Models of a dbt manifest by the name of their table."""
    nodes = document.get("nodes", {})
    models = {key: node for key, node in nodes.items() if node.get("resource_type") == "model"}
    return {
        node.get("alias") or node["name"]: Model(
            description=node.get("description", ""),
            parents=tuple(sorted(_relation(document, parent) for parent in _parents(node))),
            forms=tuple(sorted({_relation(document, root) for root in _roots(nodes, key)})),
            units=_column_meta(node, "unit"),
            sources=_column_meta(node, "source"),
            columns={name: column.get("description", "") for name, column in node.get("columns", {}).items()},
        )
        for key, node in models.items()
    }


def dictionary(tables: Sequence[TableFile], models: Mapping[str, Model], language: Language) -> str:
    """The dictionary's Markdown in `language`."""

    def said(key: str) -> str:
        return text(f"dictionary.{key}", language)

    lines = [f"# {said('title')}", "", said("intro"), "", f"## {said('conventions')}", ""]
    lines += [f"- {said(key)}" for key in _CONVENTIONS]
    lines += ["", f"## {said('contents')}", "", *_row([said("table"), said("grain")], head=True)]
    for table in tables:
        description = _description(table, models)
        lines += _row(
            [f"[{table.name}](#{table.name})", grain(description, language) or said("not_described")]
        )
    for table in tables:
        lines += _table_section(table, models, language)
    lines += _macro_section(available([table.name for table in tables]), language)
    return "\n".join(lines) + "\n"


def _table_section(table: TableFile, models: Mapping[str, Model], language: Language) -> list[str]:
    def said(key: str) -> str:
        return text(f"dictionary.{key}", language)

    description = _description(table, models)
    model = models.get(table.name)
    lines = [
        "",
        f"## {table.name}",
        "",
        split_description(description, language) or said("not_described"),
        "",
    ]
    lines.append(f"- {said('grain')}: {grain(description, language) or said('not_described')}")
    if model and model.parents:
        lines.append(f"- {said('built_from')}: {_code_list(model.parents)}")
    if model and model.forms:
        lines.append(f"- {said('forms')}: {_code_list(model.forms)}")
    heads = ["column", "type", "unit", "meaning"] + (["source"] if model and model.sources else [])
    lines += ["", *_row([said(head) for head in heads], head=True)]
    for column in table.columns:
        lines += _row(_column_cells(column, model, language)[: len(heads)])
    return lines


def _macro_section(macros: Sequence[ReleaseMacro], language: Language) -> list[str]:
    if not macros:
        return []
    lines = ["", f"## {text('dictionary.macros', language)}"]
    for macro in macros:
        lines += ["", f"### {macro.call}", "", split_description(macro.comment, language)]
        lines += ["", "```sql", macro.example, "```"]
    return lines


def _column_cells(column: Column, model: Model | None, language: Language) -> list[str]:
    described = (model.columns.get(column.name) if model else None) or column.comment
    meaning = split_description(described, language) or text("dictionary.not_described", language)
    source = split_description(model.sources.get(column.name, ""), language) if model else ""
    return [f"`{column.name}`", column.type.lower(), _unit(column, model, language), meaning, source]


def _unit(column: Column, model: Model | None, language: Language) -> str:
    stated = model.units.get(column.name) if model else None
    if stated:
        return split_description(stated, language)
    ending = column.name.rpartition("_")[2]
    return text(f"dictionary.unit_{ending}", language) if ending in _UNITS_BY_ENDING else ""


def _description(table: TableFile, models: Mapping[str, Model]) -> str:
    model = models.get(table.name)
    return (model.description if model else "") or table.comment


def _row(cells: Sequence[str], *, head: bool = False) -> list[str]:
    escaped = [" ".join(cell.split()).replace("|", "\\|") for cell in cells]
    line = f"| {' | '.join(escaped)} |"
    return [line, f"|{'---|' * len(cells)}"] if head else [line]


def _code_list(names: Iterable[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


def _column_meta(node: Mapping[str, Any], key: str) -> dict[str, str]:
    stated: dict[str, str] = {}
    for name, column in node.get("columns", {}).items():
        # dbt 1.10 moved `meta` below `config` and keeps the old place for readers.
        meta = {**column.get("meta", {}), **column.get("config", {}).get("meta", {})}
        if meta.get(key):
            stated[name] = str(meta[key])
    return stated


def _parents(node: Mapping[str, Any]) -> list[str]:
    return list(node.get("depends_on", {}).get("nodes", []))


def _roots(nodes: Mapping[str, Any], key: str) -> set[str]:
    """Sources that a node goes back to, through any number of models."""
    roots: set[str] = set()
    seen: set[str] = set()
    waiting = [key]
    while waiting:
        current = waiting.pop()
        if current in seen:
            continue
        seen.add(current)
        if current.startswith("source."):
            roots.add(current)
        elif current in nodes:
            waiting.extend(_parents(nodes[current]))
    return roots


def _relation(document: Mapping[str, Any], key: str) -> str:
    """`schema.table` of a model, seed or source; the last part of its key when the manifest has no more."""
    node = document.get("nodes", {}).get(key) or document.get("sources", {}).get(key)
    if not node:
        return key.rpartition(".")[2]
    return f"{node.get('schema', '')}.{node.get('alias') or node.get('identifier') or node['name']}".lstrip(
        "."
    )
