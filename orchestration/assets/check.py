"""Stage 4, check: what was filed is judged; findings, results and the quarantine that follows.

What belongs here: the assets of schema quality and running the gates G0 and G2. What does not: the asset
checks that show the answer in Dagster (`checks`), and the rules (`expectations`).
"""

import time
from collections.abc import Iterator, Sequence

from dagster import (
    AssetCheckResult,
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    multi_asset,
)

from orchestration.assets.catalogue_answers import catalogue_answers, catalogue_specs
from orchestration.assets.policy import CHECK, KINDS_OF_TABLE, numbers
from orchestration.exemptions import current_day, read_exemptions
from orchestration.ingest.forms import FormCatalogue
from orchestration.progress import report
from orchestration.resources import findings
from orchestration.resources.dispositions import settle
from orchestration.resources.recomputes import FORCED, note
from orchestration.resources.run import WorkspaceRun
from orchestration.resources.stage_state import (
    CHECKED,
    CONTENT,
    begin,
    check_reasons,
    due_years,
    note_finished,
    require_finished,
)
from orchestration.resources.warehouse import Warehouse

FINDINGS_KEY = AssetKey(["quality", "findings"])
RESULTS_KEY = AssetKey(["quality", "check_results"])
QUARANTINE_KEY = AssetKey(["quality", "quarantine"])

_WHAT = {
    FINDINGS_KEY: "Every finding, to the cell: what was given, what was expected. "
    "问题清单，逐条定位到单元格。",
    RESULTS_KEY: "Every result, passes too: a row per check, subject and version of what it filed. "
    "逐项核验结果（含通过），每项核验、每个对象、每一版报送一行。",
    QUARANTINE_KEY: "Forms of submissions held back by blocking findings. 因阻断性问题被隔离的报表。",
}


def quality_assets(filed_tables: Sequence[AssetKey]) -> AssetsDefinition:
    """The tables of schema quality; they start only when every content check could be evaluated."""

    @multi_asset(
        name="quarantine",
        specs=[
            AssetSpec(key, deps=filed_tables, description=what, group_name=CHECK, kinds=KINDS_OF_TABLE)
            for key, what in _WHAT.items()
        ],
        check_specs=catalogue_specs(RESULTS_KEY),
    )
    def quarantine(
        context: AssetExecutionContext, run: WorkspaceRun
    ) -> Iterator[MaterializeResult[None] | AssetCheckResult]:
        started = time.monotonic()
        with run.warehouse.kept_open():
            require_finished(run.warehouse, CONTENT)
            exemptions = read_exemptions(run.workspace.quality)
            settle(run.warehouse, context.run.run_id, exemptions, current_day())
            held = findings.rebuild_quarantine(run.warehouse)
            note_finished(run.warehouse, CHECKED, context.run.run_id, due_years(run.warehouse, CHECKED))
            counts = run.warehouse.rows(
                "select severity, count(*) as n from quality.findings group by severity"
            )
            answers = list(catalogue_answers(run.warehouse, RESULTS_KEY))
            results = run.warehouse.rows(
                "select count(*) as checks, count(*) filter (status = 'failed') as failed"
                " from quality.check_results where is_in_force"
            )
        seconds = time.monotonic() - started
        yield MaterializeResult(
            asset_key=FINDINGS_KEY, metadata=numbers(**{row["severity"]: row["n"] for row in counts})
        )
        yield MaterializeResult(asset_key=RESULTS_KEY, metadata=numbers(**results[0]))
        yield MaterializeResult(asset_key=QUARANTINE_KEY, metadata=numbers(held_forms=held, seconds=seconds))
        yield from answers

    return quarantine


def judge(warehouse: Warehouse, catalogue: FormCatalogue, run_id: str, *, every: bool = False) -> list[int]:
    """Run the gates G0 and G2 where content or checks moved, and write what they say.

    Args:
        warehouse: the working database.
        catalogue: form maps, for the columns each raw table must have.
        run_id: noted on what is written.
        every: judge all years, whatever was judged before.

    Returns:
        The fiscal years that were judged.
    """
    from expectations.runner import check_raw, check_receipts, rival_versions

    findings.write_checks(warehouse)
    findings.forget_absent(warehouse)
    with warehouse.reading() as connection:
        receipts = check_receipts(connection)
        versions = rival_versions(connection)
    findings.replace_receipts(warehouse, run_id, receipts, versions)
    due = due_years(warehouse, CONTENT)
    states = due or (due_years(warehouse, "") if every else {})
    reasons = check_reasons(warehouse, states)
    if every and not due:
        reasons = dict.fromkeys(reasons, FORCED)
    if states:
        with warehouse.transaction() as connection:
            note(connection, run_id, "check", ((year, "", reason) for year, reason in reasons.items()))
        begin(warehouse, CONTENT, CHECKED)
    years = sorted(year for year, state in states.items() if state)
    schemas = {
        table: [column.name for column in schema.columns] for table, schema in catalogue.raw_schemas().items()
    }
    cells, units = findings.known_cells(warehouse), catalogue.units()
    for number, year in enumerate(years):
        report(CHECK, number, len(years), str(year))
        with warehouse.reading() as connection:
            outcome = check_raw(connection, year, forms=schemas, known_cells=cells, units=units)
        findings.replace_content(warehouse, run_id, year, outcome)
    report(CHECK, len(years), len(years))
    note_finished(warehouse, CONTENT, run_id, states)
    return years
