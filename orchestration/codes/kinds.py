"""Kinds of published code lists, as `kinds.yml` describes them."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import cache
from pathlib import Path

import yaml
from pydantic import BaseModel, ConfigDict, field_validator

from orchestration.ingest.form_models import Bilingual


class CodeKind(BaseModel):
    """One kind of code list.

    Attributes:
        kind: its name, as on the command line.
        title: in both languages.
        citation: the standard or document that issues such lists.
        code_headers: headings of the column of codes.
        name_headers: headings of the column of names.
        pattern: what a code looks like, as a regular expression for the whole of it.
        place_suffixes: ends of names that say what kind of thing it is, longest first.
        most_vanished: share of the codes held, a fraction, that a new list may lack unconfirmed.
        prefixes: leading digits that a code and its proposed successor share, narrowest circle first.
    """

    model_config = ConfigDict(extra="forbid", frozen=True)

    kind: str
    title: Bilingual
    citation: str
    code_headers: tuple[str, ...]
    name_headers: tuple[str, ...]
    pattern: str
    place_suffixes: tuple[str, ...]
    most_vanished: Decimal
    prefixes: tuple[int, ...]

    @field_validator("pattern")
    @classmethod
    def _compiles(cls, pattern: str) -> str:
        re.compile(pattern)
        return pattern

    def is_code(self, text: str) -> bool:
        """Whether a text has the shape of a code of this kind."""
        return re.fullmatch(self.pattern, text) is not None

    def stem(self, name: str) -> str:
        """A name without what says which kind of place it is; the name itself when nothing would be left."""
        for suffix in self.place_suffixes:
            if name.endswith(suffix) and name != suffix:
                return name.removesuffix(suffix)
        return name


@cache
def kinds() -> dict[str, CodeKind]:
    """All kinds, by name."""
    document = yaml.safe_load(Path(__file__).with_name("kinds.yml").read_text(encoding="utf-8"))
    return {entry["kind"]: CodeKind.model_validate(entry) for entry in document["kinds"]}
