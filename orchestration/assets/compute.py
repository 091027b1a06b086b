"""Stage 5, compute: the dbt project, each model an asset and each of its tests an asset check.

What belongs here: turning one dbt build into Dagster events. What does not: calling dbt (`dbt_runner`).
"""

import time
from collections.abc import Iterator, Mapping
from typing import Any

from dagster import AssetExecutionContext, AssetsDefinition, Failure
from dagster_dbt import dbt_assets
from dagster_dbt.asset_utils import get_updated_cli_invocation_params_for_context
from dagster_dbt.core.dbt_cli_event import DbtCoreCliEventMessage

from orchestration.assets.policy import COMPUTE
from orchestration.dbt_runner import DbtOutcome
from orchestration.fingerprint import run_fingerprint
from orchestration.progress import report
from orchestration.publish.releases import published_fingerprint
from orchestration.resources.findings import forget_audit
from orchestration.resources.recomputes import build_reasons, note
from orchestration.resources.registry import loaded_inputs, versions
from orchestration.resources.run import WorkspaceRun
from orchestration.resources.stage_state import CHECKED, require_finished, write_model_results
from orchestration.translator import RelationTranslator


def compute_assets(manifest: Mapping[str, Any]) -> AssetsDefinition:
    """All models, seeds and tests of `manifest`."""
    translator = RelationTranslator()

    @dbt_assets(manifest=manifest, name="dbt_build", dagster_dbt_translator=translator)
    def compute(context: AssetExecutionContext, run: WorkspaceRun) -> Iterator[Any]:
        with run.warehouse.kept_open():
            require_finished(run.warehouse, CHECKED)
            note_build(run, context.run.run_id)
            forget_audit(run.warehouse)
        started = time.monotonic()
        selection = get_updated_cli_invocation_params_for_context(
            context=context, manifest=manifest, dagster_dbt_translator=translator
        ).selection_args
        # Unit tests of models hold what ships against itself; no data of a bureau can fail them.
        outcome = run.dbt.build(
            [*selection, "--exclude-resource-type", "unit_test"],
            on_node=lambda name, done, total: report(COMPUTE, done, total, name),
        )
        write_model_results(run.warehouse, context.run.run_id, outcome.events)
        context.log.info(f"dbt: {len(outcome.events)} nodes in {time.monotonic() - started:.1f} s")
        yield from _events(context, manifest, translator, outcome)
        if not outcome.success:
            raise Failure("dbt: " + "; ".join(outcome.failures))

    return compute


def note_build(run: WorkspaceRun, run_id: str) -> None:
    """Keep why the models are built: what moved since the release readers open now."""
    inputs = (file.filed for file in loaded_inputs(run.warehouse))
    now = run_fingerprint(run.workspace, inputs, versions(run.warehouse))
    reasons = build_reasons(published_fingerprint(run.workspace.marts), now)
    with run.warehouse.transaction() as connection:
        note(connection, run_id, "compute", ((None, "", reason) for reason in reasons))


def _events(
    context: AssetExecutionContext,
    manifest: Mapping[str, Any],
    translator: RelationTranslator,
    outcome: DbtOutcome,
) -> Iterator[Any]:
    for event in outcome.events:
        message = DbtCoreCliEventMessage(raw_event=dict(event), event_history_metadata={})
        if message.is_result_event:
            yield from message.to_default_asset_events(
                manifest=manifest, dagster_dbt_translator=translator, context=context
            )
