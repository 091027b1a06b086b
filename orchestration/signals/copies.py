"""Texts that are word for word those of somebody else's project."""

from __future__ import annotations

import unicodedata
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Text:
    """What somebody wrote about something.

    Attributes:
        group: whom a copy is counted for.
        written_about: the project; the same text about the same project is no copy.
        text: as filed.
    """

    group: str
    written_about: str
    text: str


@dataclass(frozen=True, slots=True)
class Copies:
    """How many of a group's texts stand elsewhere too.

    Attributes:
        group: whom it is about.
        sample: texts long enough to be compared.
        copied: those that equal a text about another project.
    """

    group: str
    sample: int
    copied: int


def copied_texts(texts: Sequence[Text], *, shortest: int) -> list[Copies]:
    """Count the texts that equal a text about another project, spaces, width and punctuation aside.

    Args:
        texts: all texts of a year.
        shortest: letters and digits a text must have at least; short ones («完成») are alike by nature.

    Returns:
        One row per group that wrote texts long enough, in the order of the names.
    """
    folded = [(one, _folded(one.text)) for one in texts]
    long_enough = [(one, text) for one, text in folded if len(text) >= shortest]
    about: dict[str, set[str]] = defaultdict(set)
    for one, text in long_enough:
        about[text].add(one.written_about)
    own: dict[str, list[bool]] = defaultdict(list)
    for one, text in long_enough:
        own[one.group].append(len(about[text]) > 1)
    return [Copies(group, len(copied), sum(copied)) for group, copied in sorted(own.items())]


def _folded(text: str) -> str:
    """Letters and digits alone, full-width forms made plain."""
    return "".join(letter for letter in unicodedata.normalize("NFKC", text).casefold() if letter.isalnum())
