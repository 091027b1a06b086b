"""The JSON Schema beside the form maps: current, complete, and in agreement with the validation."""

from __future__ import annotations

import json
import os
from typing import Any

import jsonschema
import pytest
import yaml

from expectations.data import read_rows
from orchestration.ingest.form_schema import FORM_MAP_SCHEMA, schema_files
from orchestration.ingest.forms import VOCABULARY_FILE
from orchestration.resources.paths import SHIPPED_FORMS
from tests.support.real_material import shipped_forms

MAPS = sorted(SHIPPED_FORMS.glob("*.yml"))
UPDATE = "BPW_UPDATE_SNAPSHOTS"


def schema_named(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((SHIPPED_FORMS / name).read_text(encoding="utf-8"))
    return loaded


@pytest.mark.parametrize("name", schema_files())
def test_schema_is_the_models(name: str) -> None:
    file = SHIPPED_FORMS / name
    if os.environ.get(UPDATE):
        file.write_text(schema_files()[name], encoding="utf-8")

    shipped = file.read_text(encoding="utf-8")
    assert shipped == schema_files()[name], f"if the models are meant to change: {UPDATE}=1 pytest {__file__}"
    jsonschema.Draft202012Validator.check_schema(json.loads(shipped))


@pytest.mark.parametrize("file", MAPS, ids=lambda file: file.name)
def test_every_map_names_its_schema_and_keeps_it(file: Any) -> None:
    text = file.read_text(encoding="utf-8")
    first = text.splitlines()[0]
    name = "vocabulary.schema.json" if file.name == VOCABULARY_FILE else FORM_MAP_SCHEMA
    assert first == f"# yaml-language-server: $schema=./{name}"
    jsonschema.validate(yaml.safe_load(text), schema_named(name))


def test_every_key_is_described() -> None:
    schema = schema_named(FORM_MAP_SCHEMA)
    for name, part in {**schema["$defs"], "FormMap": schema}.items():
        assert part["description"], name
        for key, said in part["properties"].items():
            assert said.get("description", "").strip(), (name, key)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("kind: matrix", "kind: table"),
        ("header: 科目编码,", "heading: 科目编码,"),
        ("role: code", "role: kode"),
        ("valid_from: 2012", "valid_from: soon"),
        ("zh: 财政总决算,", ""),
    ],
)
def test_an_editor_sees_the_mistakes_the_validation_sees(old: str, new: str) -> None:
    text = (SHIPPED_FORMS / "government_final_account.yml").read_text(encoding="utf-8")
    assert old in text
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.validate(yaml.safe_load(text.replace(old, new, 1)), schema_named(FORM_MAP_SCHEMA))


def test_every_unit_a_map_allows_is_one_the_checks_know() -> None:
    """A unit the checks do not know would hold back every workbook that prints it."""
    known = {row["unit_label"] for row in read_rows("units")}
    layouts = [
        layout
        for form in shipped_forms().forms.values()
        for edition in form.editions
        for table in edition.tables
        for layout in table.layouts
    ]
    allowed = {unit for layout in layouts for unit in layout.units}
    allowed |= {
        unit for layout in layouts for block in layout.blocks for item in block.items for unit in item.units
    }
    assert allowed and allowed <= known
