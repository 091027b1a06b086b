"""The code location Dagster loads."""

from __future__ import annotations

from orchestration.build import build_defs

defs = build_defs()
