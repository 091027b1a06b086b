"""Small schemes written as folders, and scored on tables of values; for tests of the engine."""

from __future__ import annotations

import csv
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import duckdb

from orchestration.methods.scheme_folders import read_scheme
from orchestration.methods.scheme_rules import require_sound, rule_catalogue
from orchestration.methods.seed_tables import seed_tables
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.scoring.scratch import figures_of, scored
from orchestration.scoring.values import read_values

STATEMENTS = {"": "missing", "不适用": "not_applicable", "无法证实": "not_demonstrable"}
Row = Mapping[str, object]


@dataclass
class SchemeWriter:
    """A scheme in the making; leaves take a metric of their own name unless told otherwise."""

    code: str
    edition: str = "1"
    about: dict[str, object] = field(default_factory=dict)
    tables: dict[str, list[dict[str, object]]] = field(default_factory=dict)

    def add(self, table: str, **row: object) -> None:
        self.tables.setdefault(table, []).append(row)

    def inner(self, code: str, parent: str = "", **row: object) -> None:
        names = {"name_zh": code, "name_en": code, "node_status": "default", "citation": "test"}
        self.add("nodes", node_code=code, parent_node_code=parent, **{**names, **row})

    def leaf(
        self, code: str, parent: str, rule: str, parameters: Mapping[str, object] | None = None, **row: object
    ) -> None:
        inputs = row.pop("inputs", [("value", code)])
        assert isinstance(inputs, list)
        self.inner(code, parent, **{"rule_code": rule, "combination": "single", **row})
        for parameter, value in (parameters or {}).items():
            self.add("parameters", node_code=code, parameter_code=parameter, parameter_value=value)
        for role, metric, *rest in inputs:
            self.add(
                "inputs", node_code=code, input_role=role, metric_code=metric, **(rest[0] if rest else {})
            )
            self.metric(metric)

    def metric(self, code: str, denominator: str = "") -> None:
        """A metric that is a figure of its own name."""
        if any(row["metric_code"] == code for row in self.tables.get("metrics", ())):
            return
        self.add("metrics", metric_code=code, name_zh=code, name_en=code, unit="", citation="test")
        self.add("metric_terms", metric_code=code, term_role="numerator", figure_code=code)
        if denominator:
            self.add("metric_terms", metric_code=code, term_role="denominator", figure_code=denominator)

    def write(self, folder: Path) -> Path:
        about = {
            "scheme_code": self.code,
            "scheme_edition": self.edition,
            "valid_from": 2015,
            "subject_type": "thing",
            "name_zh": self.code,
            "name_en": self.code,
            "citation": "test",
            "rounding_digits": 6,
            **self.about,
        }
        folder.mkdir(parents=True)
        for name, rows in {"scheme": [about], **self.tables}.items():
            write_table(folder / f"{name}.csv", rows)
        return folder


def write_table(path: Path, rows: Sequence[Row]) -> Path:
    """Rows as CSV, with the columns any of them has."""
    columns = list(dict.fromkeys(column for row in rows for column in row))
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns, restval="")
        writer.writeheader()
        writer.writerows(rows)
    return path


@contextmanager
def scored_folder(folder: Path, values: Path, work: Path) -> Iterator[duckdb.DuckDBPyConnection]:
    """The results of a scheme's folder on a table of values."""
    scheme = read_scheme(folder, seed_tables(DBT_PROJECT).values())
    require_sound(scheme, rule_catalogue(DBT_PROJECT))
    table = read_values(values, figures_of(scheme), STATEMENTS, int(scheme.about["valid_from"]))
    with scored(Workspace(work), scheme, table) as results:
        yield results
