"""User-facing texts, Chinese and English, from one catalogue.

Each area of the product keeps its texts in `<area>.yml` beside this module, as `key: {zh: ..., en: ...}`. The
full key of a text is `<area>.<key>`. Texts of findings are not here: they stand in
`expectations/catalogue.csv`, beside the check they belong to.
"""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import Literal

import yaml

Language = Literal["zh", "en"]
LANGUAGES: tuple[Language, ...] = ("zh", "en")


class UnknownTextError(KeyError):
    """A text key that no catalogue file holds, or that lacks a language."""


@cache
def catalogue() -> dict[str, dict[str, str]]:
    """All texts: full key → language → template.

    Raises:
        UnknownTextError: a text lacks one of the languages.
    """
    texts: dict[str, dict[str, str]] = {}
    for file in sorted(Path(__file__).parent.glob("*.yml")):
        entries = yaml.safe_load(file.read_text(encoding="utf-8")) or {}
        for key, languages in entries.items():
            full_key = f"{file.stem}.{key}"
            missing = [language for language in LANGUAGES if not languages.get(language)]
            if missing:
                raise UnknownTextError(f"{file.name}: text {key!r} has no {', '.join(missing)}")
            texts[full_key] = {language: str(languages[language]) for language in LANGUAGES}
    return texts


def area(name: str) -> dict[str, dict[str, str]]:
    """The texts of one area: key without the area → language → template."""
    prefix = f"{name}."
    return {key.removeprefix(prefix): texts for key, texts in catalogue().items() if key.startswith(prefix)}


def text(key: str, language: Language, **values: object) -> str:
    """The text of `key` in `language`, its `{names}` filled from `values`.

    Raises:
        UnknownTextError: no such key.
        KeyError: the template names a value that was not given.
    """
    entry = catalogue().get(key)
    if entry is None:
        raise UnknownTextError(f"no text {key!r} in {Path(__file__).parent.name}/*.yml")
    return entry[language].format(**values)
