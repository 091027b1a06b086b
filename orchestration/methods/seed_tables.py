"""The method tables of the dbt project: columns, types, and which of them a bureau may add its own rows to.

What belongs here: what the tables are. What does not: their rows (`own_tables`, `scheme_folders`).
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any

import yaml

SEEDS = "seeds"
SCHEMES = "schemes"
SCHEME_KEY = ("scheme_code", "scheme_edition")
_PROPERTIES = "_seeds.yml"


@dataclass(frozen=True, slots=True)
class SeedTable:
    """A table of the dbt project's seeds.

    Attributes:
        name: its name.
        folder: `codes`, `schemes` or `targets`.
        description: what it holds, "English | Chinese".
        columns: column → SQL type.
        replaced_by: columns naming what a bureau's own rows replace as a whole, such as a coverage target;
            () when a bureau adds none.
        bounds: column → smallest and largest value it may have, None where there is no such bound.
        one_in_force_by: columns of which each combination has at most one row in force in a year; () when
            rows may be in force together.
        scheme_file: stem of the file of a scheme's folder that holds its rows; '' for tables of no scheme.
        is_optional: whether a scheme may do without that file.
        is_composed: whether its rows are put together from scheme folders.
        from_texts: the part of the catalogue of texts its rows come from; '' for all other tables.
        required: columns a file of it must have; all of them when ().
        choices: column → the values it may have.
        unique_by: columns that name a row.
        when_blank: column → what a blank stands for.
        derived: columns no file of it has.
    """

    name: str
    folder: str
    description: str
    columns: dict[str, str]
    replaced_by: tuple[str, ...]
    bounds: dict[str, tuple[Decimal | None, Decimal | None]]
    one_in_force_by: tuple[str, ...]
    scheme_file: str
    is_optional: bool
    is_composed: bool
    from_texts: str
    required: tuple[str, ...]
    choices: dict[str, tuple[str, ...]]
    unique_by: tuple[str, ...]
    when_blank: dict[str, str]
    derived: tuple[str, ...]

    def path(self, project: Path) -> Path:
        """Where the table lies in a dbt project; one of schemes only in a project in use."""
        return project / SEEDS / self.folder / f"{self.name}.csv"

    def of_scheme_file(self) -> SeedTable:
        """The table as a scheme's own file has it: without derived columns, the scheme named once."""
        left_out = {*self.derived, *(() if self.name == SCHEMES else SCHEME_KEY)}
        columns = {column: kind for column, kind in self.columns.items() if column not in left_out}
        return replace(self, columns=columns)


@cache
def seed_tables(project: Path) -> dict[str, SeedTable]:
    """Name → table of all seeds of a dbt project.

    Raises:
        KeyError: a seed without a file, or without column types.
    """
    seeds = project / SEEDS
    folders = {path.stem: path.parent.name for path in seeds.glob("*/*.csv")}
    properties = yaml.safe_load((seeds / _PROPERTIES).read_text(encoding="utf-8"))
    return {entry["name"]: _table(entry, folders) for entry in properties["seeds"]}


def _table(entry: dict[str, Any], folders: dict[str, str]) -> SeedTable:
    config = entry["config"]
    meta = config.get("meta", {})
    is_composed = "scheme_file" in meta or bool(meta.get("scheme_derived"))
    return SeedTable(
        name=entry["name"],
        folder=SCHEMES if is_composed or "from_texts" in meta else folders[entry["name"]],
        description=entry["description"],
        columns=dict(config["column_types"]),
        replaced_by=tuple(meta.get("replaced_by", ())),
        bounds={column: (_bound(a), _bound(b)) for column, (a, b) in meta.get("bounds", {}).items()},
        one_in_force_by=tuple(meta.get("one_in_force_by", ())),
        scheme_file=meta.get("scheme_file", ""),
        is_optional=bool(meta.get("is_optional")),
        is_composed=is_composed,
        from_texts=meta.get("from_texts", ""),
        required=tuple(meta.get("required", ())),
        choices={column: tuple(values) for column, values in meta.get("choices", {}).items()},
        unique_by=tuple(meta.get("unique_by", ())),
        when_blank=dict(meta.get("when_blank", {})),
        derived=tuple(meta.get("derived", ())),
    )


def _bound(value: object) -> Decimal | None:
    return None if value is None else Decimal(str(value))
