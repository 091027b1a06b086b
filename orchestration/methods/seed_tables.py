"""The method tables of the dbt project: columns, types, and which of them a bureau may add its own rows to.

What belongs here: what the tables are. What does not: their rows (`own_tables`).
"""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SEEDS = "seeds"
_PROPERTIES = "_seeds.yml"


@dataclass(frozen=True, slots=True)
class SeedTable:
    """A table of the dbt project's seeds.

    Attributes:
        name: its name.
        folder: `codes`, `schemes` or `targets`.
        description: what it holds, "English | Chinese".
        columns: column → SQL type.
        replaced_by: columns naming what a bureau's own rows replace as a whole, such as an edition of a
            scheme; () when a bureau adds none.
        bounds: column → smallest and largest value it may have, None where there is no such bound.
        one_in_force_by: columns of which each combination has at most one row in force in a year; () when
            rows may be in force together.
    """

    name: str
    folder: str
    description: str
    columns: dict[str, str]
    replaced_by: tuple[str, ...]
    bounds: dict[str, tuple[Decimal | None, Decimal | None]]
    one_in_force_by: tuple[str, ...]

    def path(self, project: Path) -> Path:
        """Where the table lies in a dbt project."""
        return project / SEEDS / self.folder / f"{self.name}.csv"


@cache
def seed_tables(project: Path) -> dict[str, SeedTable]:
    """Name → table of all seeds of a dbt project.

    Raises:
        KeyError: a seed without a file, or without column types.
    """
    folders = {path.stem: path.parent.name for path in (project / SEEDS).rglob("*.csv")}
    properties = yaml.safe_load((project / SEEDS / _PROPERTIES).read_text(encoding="utf-8"))
    return {entry["name"]: _table(entry, folders[entry["name"]]) for entry in properties["seeds"]}


def _table(entry: dict[str, Any], folder: str) -> SeedTable:
    config = entry["config"]
    meta = config.get("meta", {})
    return SeedTable(
        entry["name"],
        folder,
        entry["description"],
        dict(config["column_types"]),
        tuple(meta.get("replaced_by", ())),
        {column: (_bound(least), _bound(most)) for column, (least, most) in meta.get("bounds", {}).items()},
        tuple(meta.get("one_in_force_by", ())),
    )


def _bound(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
