"""Why a file is not decoded, in the words of the check catalogue, for messages of commands."""

from __future__ import annotations

from expectations.catalogue import load as load_checks
from orchestration.ingest.refusal import UnreadableError


def refusal_in_words(error: UnreadableError) -> dict[str, str]:
    """Values for a text about a refused file: `title_zh`, `title_en`, `check` (its code), `given`."""
    check = load_checks()[str(error.reason)]
    return {
        "title_zh": check.title_zh,
        "title_en": check.title_en,
        "check": str(error.reason),
        "given": error.given,
    }
