"""Real workbooks beside the repository; tests that need them skip, saying so, where they are absent."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

import pytest

from orchestration.ingest.forms import FormCatalogue, load_catalogue
from orchestration.resources.paths import PACKAGE_ROOT, SHIPPED_FORMS

REAL = PACKAGE_ROOT.parent / "shared" / "real"


def real_file(*parts: str) -> Path:
    """A file of the real material, or a skipped test."""
    path = REAL.joinpath(*parts)
    if not path.exists():
        pytest.skip(f"real material not present: ../shared/real/{'/'.join(parts)}")
    return path


def rows_of(*parts: str) -> list[dict[str, str]]:
    """Rows of a CSV file of the real material."""
    with real_file(*parts).open(encoding="utf-8-sig", newline="") as file:
        return list(csv.DictReader(file))


@cache
def shipped_forms() -> FormCatalogue:
    """The form maps of the product."""
    return load_catalogue([SHIPPED_FORMS])
