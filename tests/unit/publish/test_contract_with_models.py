"""The page's columns and those the dbt models promise are the same columns."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml

from orchestration.publish.site.contract import COLUMNS
from orchestration.resources.paths import DBT_PROJECT

MARTS = DBT_PROJECT / "models" / "marts"


def _promised() -> dict[str, set[str]]:
    models: dict[str, set[str]] = {}
    for file in sorted(Path(MARTS).rglob("*.yml")):
        for model in yaml.safe_load(file.read_text("utf-8")).get("models", []):
            models[model["name"]] = {column["name"] for column in model.get("columns", [])}
    return models


@pytest.mark.parametrize("table", sorted(COLUMNS))
def test_the_models_promise_every_column_the_page_shows(table: str) -> None:
    promised = _promised()
    assert table in promised
    assert set(COLUMNS[table]) <= promised[table]
