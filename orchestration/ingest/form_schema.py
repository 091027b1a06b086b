"""JSON Schema of form maps, for editors: completion, descriptions and errors while a map is written.

Generated from the models, so that it cannot say something else than what is validated. The descriptions are
those of the models' docstrings.
"""

from __future__ import annotations

import inspect
import json
import re
from typing import Any

from pydantic import BaseModel

from orchestration.ingest.form_models import FormMap, MapModel, Vocabulary

_ATTRIBUTE = re.compile(r"^    (\w+): (.*(?:\n {8,}.*)*)", re.MULTILINE)
FORM_MAP_SCHEMA = "form_map.schema.json"
_FILES: dict[str, type[BaseModel]] = {
    FORM_MAP_SCHEMA: FormMap,
    "vocabulary.schema.json": Vocabulary,
}


def schema_files() -> dict[str, str]:
    """Contents of the schema files that stand beside the form maps, by file name."""
    return {
        name: json.dumps(schema_of(model), ensure_ascii=False, indent=1) + "\n"
        for name, model in _FILES.items()
    }


def form_map_schema() -> str:
    """The JSON Schema of form maps, as JSON."""
    return schema_files()[FORM_MAP_SCHEMA]


def schema_of(model: type[BaseModel]) -> dict[str, Any]:
    """JSON Schema of a model with a description of every key.

    Raises:
        KeyError: a field has no line in the docstring of its class.
    """
    schema = model.model_json_schema(by_alias=True)
    models = {kind.__name__: kind for kind in _all_models(MapModel)}
    for name, part in {**schema["$defs"], model.__name__: schema}.items():
        _describe(part, models[name])
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **schema}


def _all_models(base: type[BaseModel]) -> list[type[BaseModel]]:
    return [kind for child in base.__subclasses__() for kind in (child, *_all_models(child))]


def _describe(part: dict[str, Any], model: type[BaseModel]) -> None:
    described = _attributes(model)
    part["description"] = inspect.cleandoc(model.__doc__ or "").split("\n\n")[0].replace("\n", " ")
    for name, field in model.model_fields.items():
        key = field.alias or name
        part["properties"][key]["description"] = described[name]


def _attributes(model: type[BaseModel]) -> dict[str, str]:
    """Descriptions of the fields, from the docstrings of the class and of those it inherits from."""
    described: dict[str, str] = {}
    for kind in reversed(model.__mro__):
        if issubclass(kind, MapModel):
            _, _, listed = inspect.cleandoc(kind.__doc__ or "").partition("Attributes:\n")
            for name, text in _ATTRIBUTE.findall(listed):
                described[name] = " ".join(text.split())
    return described
