"""What all assets share: retries, owner, group names."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import Backoff, RetryPolicy

RECEIVE, LOAD, CHECK, COMPUTE, AUDIT, PUBLISH, RETURN = STAGES = (
    "receive",
    "load",
    "check",
    "compute",
    "audit",
    "publish",
    "return",
)
"""Stages in their order: each is an asset group, a job and a folder or file of this name."""

FILE_RETRIES = RetryPolicy(max_retries=2, delay=1.0, backoff=Backoff.EXPONENTIAL)
"""For steps that touch network drives: a share that blinks is tried again, a wrong workbook is not an error
at all."""

KINDS_OF_TABLE = {"duckdb", "table"}


def numbers(**values: float | int | str) -> Mapping[str, Any]:
    """Metadata of a materialization; durations are rounded to what a reader wants to see."""
    return {key: round(value, 2) if isinstance(value, float) else value for key, value in values.items()}
