"""Reading the data files of this package: names, codes, labels, trajectories.

Nothing here is method: it is what the fictional province is called and how much its subjects spend.
"""

from __future__ import annotations

import csv
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import yaml

_FOLDER = Path(__file__).parent / "data"


@cache
def load_yaml(name: str) -> dict[str, Any]:
    """A YAML file of the package's data, by its stem."""
    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    loaded: dict[str, Any] = yaml.load((_FOLDER / f"{name}.yml").read_text(encoding="utf-8"), loader)
    return loaded


@cache
def load_csv(name: str) -> tuple[dict[str, str], ...]:
    """The rows of a CSV file of the package's data, by its stem."""
    with (_FOLDER / f"{name}.csv").open(encoding="utf-8", newline="") as stream:
        return tuple(csv.DictReader(stream))


def settings() -> dict[str, Any]:
    """Cycles and dates of the sample."""
    return load_yaml("settings")


def layouts() -> dict[str, Any]:
    """Words of the forms."""
    return load_yaml("layouts")


def words() -> dict[str, str]:
    """Words that all forms share."""
    shared: dict[str, str] = layouts()["words"]
    return shared


def dated(entries: list[list[Any]], year: int) -> str:
    """The text of `[[first year, text], …]` that holds in `year`; before the first year, the first."""
    valid = [text for first, text in entries if first <= year]
    return str(valid[-1] if valid else entries[0][1])


@dataclass(frozen=True)
class FunctionClass:
    """A class (类) of the functional classification in one fiscal year."""

    code: str
    name: str
    is_livelihood: bool


@cache
def function_classes(year: int) -> tuple[FunctionClass, ...]:
    """The classes valid in `year`, in the order of the forms."""
    return tuple(
        FunctionClass(row["code"], row["name"], row["is_livelihood"] == "1")
        for row in load_csv("classes")
        if int(row["valid_from"]) <= year and (not row["valid_to"] or year <= int(row["valid_to"]))
    )


@cache
def function_names(year: int) -> dict[str, str]:
    """Code → name of every class, group and entry in `year`."""
    names = {row["code"]: row["name"] for row in load_csv("function_items")}
    names.update((entry.code, entry.name) for entry in function_classes(year))
    return names


@cache
def groups_of_class(class_code: str) -> tuple[str, ...]:
    """Codes of the groups (款) under a class."""
    codes = (row["code"] for row in load_csv("function_items"))
    return tuple(code for code in codes if len(code) == 5 and code.startswith(class_code))


@cache
def label_names(year: int) -> dict[str, str]:
    """What the placeholders in labels stand for in `year`."""
    by_year = layouts()["names_by_year"]
    return {key: dated(entries, year) for key, entries in by_year.items()}


@cache
def label(template: str, year: int) -> str:
    """A label of a form as it is printed in `year`."""
    return template.format(**label_names(year)) if "{" in template else template
