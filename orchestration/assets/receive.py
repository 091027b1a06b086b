"""Stage 1, receive: which workbooks lie in the inbox, and what changed since the last look.

What belongs here: the two tables of the register. What does not: opening a workbook (load).
"""

import time
from collections.abc import Iterator

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    multi_asset,
)

from orchestration.assets.policy import FILE_RETRIES, KINDS_OF_TABLE, RECEIVE, numbers
from orchestration.fingerprint import scan_workspace
from orchestration.ingest.forms import FormCatalogue
from orchestration.partitions import FISCAL_YEARS, ONE_RUN_FOR_ALL_YEARS, years_of
from orchestration.progress import report
from orchestration.resources.raw_tables import raw_tables, write_filed_cells
from orchestration.resources.registry import forget_reading, register
from orchestration.resources.run import WorkspaceRun

SUBMISSIONS_KEY = AssetKey(["raw", "submissions"])
FILES_KEY = AssetKey(["raw", "submission_files"])

_SPECS = [
    AssetSpec(
        SUBMISSIONS_KEY,
        description="Every workbook ever filed, one row per content (SHA-256), with what became of it. "
        "每份报表（按内容哈希）一行，含处理状态与原因。",
        group_name=RECEIVE,
        kinds=KINDS_OF_TABLE,
        partitions_def=FISCAL_YEARS,
    ),
    AssetSpec(
        FILES_KEY,
        description="Every path in the inbox, one row per file; copies of one content share a submission. "
        "收件夹中每个文件一行；内容相同的文件属于同一份报表。",
        group_name=RECEIVE,
        kinds=KINDS_OF_TABLE,
        partitions_def=FISCAL_YEARS,
    ),
]


def receive_assets(catalogue: FormCatalogue) -> AssetsDefinition:
    """The register of submissions, for the forms of `catalogue`."""

    @multi_asset(
        name="receive_workbooks",
        specs=_SPECS,
        backfill_policy=ONE_RUN_FOR_ALL_YEARS,
        retry_policy=FILE_RETRIES,
    )
    def receive(context: AssetExecutionContext, run: WorkspaceRun) -> Iterator[MaterializeResult[None]]:
        started = time.monotonic()
        report(RECEIVE)
        files = scan_workspace(run.workspace)
        tables, run_id = raw_tables(catalogue), context.run.run_id
        with run.warehouse.kept_open():
            if run.warehouse.prepare(tables):
                forget_reading(run.warehouse)
            write_filed_cells(run.warehouse, catalogue)
            summary = register(run.warehouse, files, years_of(context), run_id, tables)
        report(RECEIVE, summary.files, summary.files)
        metadata = numbers(
            files=summary.files,
            new=len(summary.new),
            known=len(summary.known),
            moved=len(summary.moved),
            withdrawn=len(summary.gone),
            outside_layout=len(summary.outside_layout),
            copies=len(summary.duplicate_paths),
            seconds=time.monotonic() - started,
        )
        yield MaterializeResult(asset_key=SUBMISSIONS_KEY, metadata=metadata)
        yield MaterializeResult(asset_key=FILES_KEY, metadata=numbers(files=summary.files))

    return receive
