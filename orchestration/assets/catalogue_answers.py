"""What every check of the catalogue says, as Dagster shows it: counts and who has most findings.

What belongs here: turning stored results and findings into asset checks. What does not: judging
(`expectations`), and what is said per form (`checks`).
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import groupby
from typing import Any

from dagster import AssetCheckResult, AssetCheckSeverity, AssetCheckSpec, AssetKey, MarkdownMetadataValue

from expectations.catalogue import Check, load
from expectations.findings import OPEN
from orchestration.assets.policy import numbers
from orchestration.resources.warehouse import Warehouse

_OF_CANDIDATES = "G4"
_OFFENDERS_SHOWN = 10
_COLUMNS = ("submitter_code", "fiscal_year", "finding_count", "example_zh", "example_en")


def check_name(check_code: str) -> str:
    """Name of the asset check of a catalogue code; Dagster allows no dot in it."""
    return check_code.replace(".", "__")


def catalogue_specs(asset: AssetKey) -> list[AssetCheckSpec]:
    """One asset check per check of what was filed, on the table of results."""
    return [
        AssetCheckSpec(
            check_name(check.check_code),
            asset=asset,
            description=f"{check.rule_en} {check.rule_zh}",
            metadata={
                "check_code": check.check_code,
                "severity": check.severity,
                "aspect": check.aspect,
                "gate": check.gate,
                "form_code": check.form_code,
            },
        )
        for check in _filed()
    ]


def catalogue_answers(warehouse: Warehouse, asset: AssetKey) -> Iterator[AssetCheckResult]:
    """What each check says of everything in force; exempted and justified findings do not count.

    Nothing fails a run here: a violation holds back its own form and nothing else.
    """
    counts = {row["check_code"]: row for row in warehouse.rows(_COUNTS)}
    worst = {
        code: list(rows)
        for code, rows in groupby(
            warehouse.rows(_WORST, [OPEN, _OFFENDERS_SHOWN]), key=lambda row: row["check_code"]
        )
    }
    for check in _filed():
        yield _answer(check, asset, counts.get(check.check_code, _NOT_ASKED), worst.get(check.check_code, []))


def _filed() -> list[Check]:
    return [check for check in load().values() if check.gate != _OF_CANDIDATES]


_NOT_ASKED = {"asked": 0, "failed": 0, "evaluated": 0, "violations": 0, "excused": 0}
_COUNTS = (
    "select check_code, count(*) as asked, count(*) filter (status = 'failed') as failed,"
    " coalesce(sum(evaluated_count), 0)::bigint as evaluated,"
    " coalesce(sum(violation_count), 0)::bigint as violations,"
    " coalesce(sum(excused_count), 0)::bigint as excused"
    " from quality.check_results where is_in_force group by check_code"
)
_WORST = (
    "select check_code, submitter_code, fiscal_year, count(*) as finding_count,"
    " min(message_zh) as example_zh, min(message_en) as example_en"
    " from quality.findings where disposition = ? group by check_code, submitter_code, fiscal_year"
    " qualify row_number() over (partition by check_code"
    " order by count(*) desc, fiscal_year desc, submitter_code) <= ?"
    " order by check_code, finding_count desc, fiscal_year desc, submitter_code"
)


def _answer(
    check: Check, asset: AssetKey, counts: dict[str, Any], worst: list[dict[str, Any]]
) -> AssetCheckResult:
    return AssetCheckResult(
        asset_key=asset,
        check_name=check_name(check.check_code),
        passed=counts["failed"] == 0,
        severity=AssetCheckSeverity.WARN,
        description=None if counts["asked"] else "asked of nothing that was filed 无所涉报送内容",
        metadata={
            **numbers(**{name: counts[name] for name in _NOT_ASKED}),
            "worst": MarkdownMetadataValue(_table(worst)),
        },
    )


def _table(rows: list[dict[str, Any]]) -> str:
    if not rows:
        return ""
    lines = ["| " + " | ".join(_COLUMNS) + " |", "| " + " | ".join("---" for _ in _COLUMNS) + " |"]
    lines += ["| " + " | ".join(_shown(row[column]) for column in _COLUMNS) + " |" for row in rows]
    return "\n".join(lines)


def _shown(value: object) -> str:
    return str(value if value is not None else "").replace("|", "\\|").replace("\n", " ")
