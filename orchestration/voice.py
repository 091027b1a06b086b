"""In which language the command speaks.

What belongs here: choosing languages and joining texts. What does not: the texts (`texts/*.yml`).
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass

from orchestration.texts import LANGUAGES, Language, text

LANGUAGE_VARIABLE = "BPW_LANGUAGE"
BOTH = "both"
CHOICES = (*LANGUAGES, BOTH)


@dataclass(frozen=True)
class Voice:
    """The languages to speak, Chinese first, and the area of the text catalogue to speak from."""

    languages: tuple[Language, ...] = LANGUAGES
    area: str = "cli"

    def about(self, area: str) -> Voice:
        """The same voice with the texts of another area."""
        return Voice(self.languages, area)

    def line(self, key: str, **values: object) -> str:
        """A text for the middle of a line or a heading, the languages side by side."""
        return " ".join(dict.fromkeys(self._each(key, values)))

    def short(self, key: str, **values: object) -> str:
        """A text for a table cell, where there is room for one language only: the first one spoken."""
        return self._each(key, values)[0]

    def lines(self, key: str, **values: object) -> str:
        """A sentence, each language on a line of its own."""
        return "\n".join(dict.fromkeys(self._each(key, values)))

    def pick(self, row: Mapping[str, object], name: str) -> str:
        """The columns `<name>_zh` and `<name>_en` of a row, side by side."""
        values = [str(row.get(f"{name}_{language}") or "") for language in self.languages]
        return " ".join(dict.fromkeys(value for value in values if value))

    def short_of(self, row: Mapping[str, object], name: str) -> str:
        """The column `<name>_zh` or `<name>_en` of a row, in the first language spoken."""
        return str(row.get(f"{name}_{self.languages[0]}") or "")

    def _each(self, key: str, values: Mapping[str, object]) -> list[str]:
        return [text(f"{self.area}.{key}", language, **values) for language in self.languages]


def voice(choice: str | None = None) -> Voice:
    """The voice of a choice; without one, of `BPW_LANGUAGE`, else of the locale, else both languages."""
    chosen = choice or os.environ.get(LANGUAGE_VARIABLE) or _of_locale()
    languages = tuple(language for language in LANGUAGES if chosen in (language, BOTH))
    return Voice(languages or LANGUAGES)


def _of_locale() -> str:
    for variable in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(variable, "")
        if value:
            language = value.partition("_")[0].partition(".")[0].lower()
            return language if language in LANGUAGES else BOTH
    return BOTH
