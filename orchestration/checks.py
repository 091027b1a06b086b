"""Asset checks: the gates on raw forms and on candidate marts, as Dagster shows them.

What belongs here: turning findings into check results. What does not: judging (`expectations`), writing
(`resources`).

A violation of what was filed is a warning here, because it holds back its own (submission, form) and nothing
else. What blocks is a check that could not be evaluated, and a candidate that breaks a promise to analysts.
"""

from collections.abc import Iterator

import duckdb
from dagster import (
    AssetCheckExecutionContext,
    AssetCheckResult,
    AssetChecksDefinition,
    AssetCheckSeverity,
    AssetCheckSpec,
    AssetKey,
    MarkdownMetadataValue,
    asset_check,
    multi_asset_check,
)

from expectations.catalogue import CatalogueError, UnknownCheckError
from expectations.findings import CheckOutcome
from expectations.rules import RuleError
from expectations.validation import ValidationError
from orchestration.assets.check import judge
from orchestration.assets.policy import AUDIT, numbers
from orchestration.assets.publish import CANDIDATE_KEY
from orchestration.ingest.forms import FormCatalogue
from orchestration.progress import report
from orchestration.publish.candidate import load_candidate
from orchestration.publish.releases import current_release
from orchestration.resources.findings import replace_product
from orchestration.resources.run import FORCE_TAG, WorkspaceRun
from orchestration.resources.stage_state import note_audited
from orchestration.resources.warehouse import Warehouse

CONTENT_CHECK = "content"

_CANNOT_EVALUATE = (ValidationError, RuleError, CatalogueError, UnknownCheckError, duckdb.Error)
_OFFENDERS_SHOWN = 10
_OFFENDER_COLUMNS = ("submitter_code", "fiscal_year", "check_code", "n", "example")


def content_checks(catalogue: FormCatalogue) -> AssetChecksDefinition:
    """One check per form, over all its submissions of all fiscal years."""
    forms = list(catalogue.forms)

    @multi_asset_check(
        name="content",
        specs=[
            AssetCheckSpec(
                CONTENT_CHECK,
                asset=AssetKey(["raw", form]),
                blocking=True,
                description="Gates G0 to G2 on what was filed: findings, and quarantine where one blocks. "
                "报送内容核验；违反项计入问题清单，阻断性问题予以隔离。",
            )
            for form in forms
        ],
    )
    def content(context: AssetCheckExecutionContext, run: WorkspaceRun) -> Iterator[AssetCheckResult]:
        every = context.run.tags.get(FORCE_TAG) == "true"
        with run.warehouse.kept_open():
            try:
                judge(run.warehouse, catalogue, context.run.run_id, every=every)
                answers = [_answer(run.warehouse, form) for form in forms]
            except _CANNOT_EVALUATE as error:
                answers = [_not_evaluated(form, error) for form in forms]
        yield from answers

    return content


def candidate_checks() -> AssetChecksDefinition:
    """The audit of candidate marts; publishing waits for it."""

    @asset_check(
        asset=CANDIDATE_KEY,
        name="audit",
        blocking=True,
        description="Gate G4: what analysts are promised, and nothing lost against the last release. "
        "发布前审核：表、字段、主键、取值范围以及与上次发布的对比。",
    )
    def audit(context: AssetCheckExecutionContext, run: WorkspaceRun) -> AssetCheckResult:
        from expectations.runner import check_candidate

        report(AUDIT)
        candidate = load_candidate(run.workspace.candidate)
        try:
            outcome = check_candidate(candidate.folder, current_release(run.workspace.marts))
        except _CANNOT_EVALUATE as error:
            return AssetCheckResult(
                passed=False, severity=AssetCheckSeverity.ERROR, description=_why_not_evaluated(error)
            )
        replace_product(run.warehouse, context.run.run_id, outcome)
        if not outcome.has_blocking:
            note_audited(run.warehouse, context.run.run_id, candidate.content_sha256)
        return _verdict(outcome)

    return audit


def _verdict(outcome: CheckOutcome) -> AssetCheckResult:
    shown = [
        f"- {finding.check_code}: {finding.message_en} {finding.message_zh}" for finding in outcome.findings
    ]
    violated = len([result for result in outcome.results if result.status == "failed"])
    return AssetCheckResult(
        passed=not outcome.findings,
        severity=AssetCheckSeverity.ERROR if outcome.has_blocking else AssetCheckSeverity.WARN,
        description="; ".join(finding.message_en for finding in outcome.findings if finding.is_blocking)
        or None,
        metadata={
            **numbers(checks=len(outcome.results), violated=violated),
            "findings": MarkdownMetadataValue("\n".join(shown[:_OFFENDERS_SHOWN])),
        },
    )


def _answer(warehouse: Warehouse, form: str) -> AssetCheckResult:
    filed = warehouse.rows(
        "select count(*) as n from raw.submissions where list_contains(string_split(form_codes, ','), ?)",
        [form],
    )
    counts = warehouse.rows(
        "select severity, count(*) as n from quality.findings where form_code = ? and gate <> 'G4'"
        " group by severity order by severity",
        [form],
    )
    by_severity = {row["severity"]: row["n"] for row in counts}
    return AssetCheckResult(
        asset_key=AssetKey(["raw", form]),
        check_name=CONTENT_CHECK,
        passed=not any(number for severity, number in by_severity.items() if severity != "note"),
        severity=AssetCheckSeverity.WARN,
        metadata={**numbers(submissions=filed[0]["n"], **by_severity), "worst": _worst(warehouse, form)},
    )


def _worst(warehouse: Warehouse, form: str) -> MarkdownMetadataValue:
    rows = warehouse.rows(
        "select f.submitter_code, f.fiscal_year, f.check_code, count(*) as n, min(f.message_zh) as example"
        " from quality.findings f where f.form_code = ? and f.severity <> 'note' and f.gate <> 'G4'"
        " group by all order by n desc, f.submitter_code, f.fiscal_year, f.check_code limit ?",
        [form, _OFFENDERS_SHOWN],
    )
    lines = ["| submitter | year | check | findings | example |", "| --- | --- | --- | --- | --- |"]
    lines += ["| " + " | ".join(str(row[column]) for column in _OFFENDER_COLUMNS) + " |" for row in rows]
    return MarkdownMetadataValue("\n".join(lines) if rows else "")


def _not_evaluated(form: str, error: Exception) -> AssetCheckResult:
    return AssetCheckResult(
        asset_key=AssetKey(["raw", form]),
        check_name=CONTENT_CHECK,
        passed=False,
        severity=AssetCheckSeverity.ERROR,
        description=_why_not_evaluated(error),
    )


def _why_not_evaluated(error: Exception) -> str:
    return f"could not be evaluated: {type(error).__name__}: {error}"
