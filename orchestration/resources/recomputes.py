"""Why anything was done again: one row per workbook opened, fiscal year judged and build of the models.

What belongs here: `quality.recomputes`, which only grows. What does not: deciding what is due (`registry`,
`stage_state`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, Literal

import duckdb

from orchestration.resources import warehouse as store
from orchestration.resources.warehouse import Warehouse

Stage = Literal["load", "check", "compute"]

NEW_WORKBOOK = "new_workbook"
CORRECTED_WORKBOOK = "corrected_workbook"
FILED_AGAIN = "filed_again"
FORMS_CHANGED = "forms_changed"
READER_CHANGED = "reader_changed"
TABLES_REMADE = "tables_remade"
FIRST_TIME = "first_time"
NOT_FINISHED = "not_finished"
ROWS_CHANGED = "rows_changed"
CHECKS_CHANGED = "checks_changed"
OTHER_YEAR_CHANGED = "other_year_changed"
FORCED = "forced"
UNCHANGED = "unchanged"

LOAD_REASONS = (
    NEW_WORKBOOK, CORRECTED_WORKBOOK, FILED_AGAIN, FORMS_CHANGED, READER_CHANGED, TABLES_REMADE, FORCED,
)  # fmt: skip
CHECK_REASONS = (FIRST_TIME, NOT_FINISHED, ROWS_CHANGED, CHECKS_CHANGED, OTHER_YEAR_CHANGED, FORCED)


def note(
    connection: duckdb.DuckDBPyConnection,
    run_id: str,
    stage: Stage,
    reasons: Iterable[tuple[int | None, str, str]],
) -> None:
    """Keep why a stage works again.

    Args:
        connection: of the transaction in which the work is filed, so that neither is kept without the other.
        run_id: the run.
        stage: the stage.
        reasons: fiscal year (None for all), workbook ('' for none), reason code.
    """
    now = datetime.now(UTC).replace(tzinfo=None)
    rows = [
        {
            "run_id": run_id,
            "stage": stage,
            "fiscal_year": fiscal_year,
            "relative_path": path,
            "reason": reason,
            "recorded_at": now,
        }
        for fiscal_year, path, reason in reasons
    ]
    store.insert(connection, "quality.recomputes", store.RECOMPUTES, rows)


def since(warehouse: Warehouse, moment: datetime | None) -> list[dict[str, Any]]:
    """What was done again after a moment, counted: stage, fiscal year (None for all), reason, count.

    Args:
        warehouse: the working database.
        moment: with time zone; None for everything ever.
    """
    after = datetime.min if moment is None else moment.astimezone(UTC).replace(tzinfo=None)
    return warehouse.rows(
        "select stage, fiscal_year, reason, count(*) as count from quality.recomputes where recorded_at > ?"
        " group by all order by stage desc, fiscal_year, reason",
        [after],
    )


def moved_parts(before: Mapping[str, object] | None, now: Mapping[str, object]) -> list[str]:
    """Names of the parts of a fingerprint that are not what they were; all of them when there was none."""
    return [part for part, value in now.items() if (before or {}).get(part) != value]


def build_reasons(before: Mapping[str, object] | None, now: Mapping[str, object]) -> Sequence[str]:
    """Why the models are built: for each part that moved `<part>_changed`, or that there was no release yet,
    or that nothing moved and the build was asked for.
    """
    if before is None:
        return [FIRST_TIME]
    return [f"{part}_changed" for part in moved_parts(before, now)] or [UNCHANGED]
