"""The fiscal years the warehouse keeps, from `fiscal_years.yml`."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import yaml


@cache
def fiscal_years() -> tuple[int, ...]:
    """All fiscal years an inbox folder may name, in order."""
    bounds = yaml.safe_load((Path(__file__).with_suffix(".yml")).read_text(encoding="utf-8"))
    return tuple(range(int(bounds["first"]), int(bounds["last"]) + 1))
