"""Stages 2 and 3, read and load: workbooks that are new, or read under other form maps, become rows.

What belongs here: one asset per raw table of a form. What does not: how a workbook is read (`ingest`) and how
rows are filed (`resources/intake`).
"""

import os
import time
from collections.abc import Iterable, Iterator, Sequence

from dagster import (
    AssetExecutionContext,
    AssetKey,
    AssetsDefinition,
    AssetSpec,
    MaterializeResult,
    TableColumn,
    TableSchema,
    multi_asset,
)

from orchestration.assets.policy import FILE_RETRIES, KINDS_OF_TABLE, LOAD, numbers
from orchestration.assets.receive import FILES_KEY, SUBMISSIONS_KEY
from orchestration.fingerprint import forms_hash
from orchestration.ingest.forms import FormCatalogue, RawSchema
from orchestration.ingest.pool import ReadJob, ReadOutcome, read_many
from orchestration.partitions import FISCAL_YEARS, ONE_RUN_FOR_ALL_YEARS, years_of
from orchestration.progress import report
from orchestration.resources.intake import Intake, LoadSummary
from orchestration.resources.raw_tables import (
    FILED_CELLS,
    VOCABULARY_TABLE,
    raw_tables,
    write_code_lists,
    write_filed_cells,
    write_vocabulary,
)
from orchestration.resources.registry import Pending, pending
from orchestration.resources.run import FORCE_TAG, WorkspaceRun

VOCABULARY_KEY = AssetKey(["raw", VOCABULARY_TABLE])
CELLS_KEY = AssetKey(["raw", FILED_CELLS])

_READERS = 2
_BATCH_WORKBOOKS = 200
_BATCH_CELLS = 400_000

Read = tuple[Pending, ReadOutcome]


def load_assets(catalogue: FormCatalogue) -> AssetsDefinition:
    """One asset per raw table of the forms of `catalogue`."""

    @multi_asset(
        name="load_workbooks",
        specs=[
            _vocabulary_spec(),
            _cells_spec(),
            *(_spec(catalogue, schema) for schema in catalogue.raw_schemas().values()),
        ],
        backfill_policy=ONE_RUN_FOR_ALL_YEARS,
        retry_policy=FILE_RETRIES,
    )
    def load(context: AssetExecutionContext, run: WorkspaceRun) -> Iterator[MaterializeResult[None]]:
        started = time.monotonic()
        words = write_vocabulary(run.warehouse, catalogue.vocabulary)
        write_filed_cells(run.warehouse, catalogue)
        write_code_lists(run.warehouse, run.workspace.codes)
        every = context.run.tags.get(FORCE_TAG) == "true" and context.retry_number == 0
        summary = load_pending(run, catalogue, years_of(context), context.run.run_id, every=every)
        for path in summary.changed_while_read:
            context.log.warning(f"{path} changed while it was read; the next run reads it")
        context.log.info(
            f"workbooks opened: {summary.statuses}, cells {summary.cells}, findings {summary.findings}"
        )
        seconds = time.monotonic() - started
        yield MaterializeResult(asset_key=VOCABULARY_KEY, metadata=numbers(rows=words))
        yield MaterializeResult(asset_key=CELLS_KEY, metadata=numbers(cells=summary.cells))
        for table in catalogue.raw_schemas():
            yield MaterializeResult(
                asset_key=AssetKey(["raw", table]),
                metadata=numbers(
                    rows=summary.rows.get(f"raw.{table}", 0),
                    files=len(summary.submissions.get(f"raw.{table}", ())),
                    findings=summary.findings_by_form.get(table, 0),
                    seconds_of_stage=seconds,
                ),
            )

    return load


def load_pending(
    run: WorkspaceRun, catalogue: FormCatalogue, years: Sequence[int], run_id: str, *, every: bool = False
) -> LoadSummary:
    """Open what must be opened for some fiscal years and file what is found, batch by batch."""
    with run.warehouse.kept_open():
        return _load_pending(run, catalogue, years, run_id, every=every)


def _load_pending(
    run: WorkspaceRun, catalogue: FormCatalogue, years: Sequence[int], run_id: str, *, every: bool
) -> LoadSummary:
    reader_hash = forms_hash(run.workspace)
    intake = Intake(run.warehouse, raw_tables(catalogue), run_id, reader_hash)
    waiting = {one.relative_path: one for one in pending(run.warehouse, years, reader_hash, every=every)}
    summary = LoadSummary()
    report(LOAD, 0, len(waiting))
    if not waiting:
        return summary
    jobs = [
        ReadJob(run.workspace.inbox / one.relative_path, one.relative_path, one.fiscal_year)
        for one in waiting.values()
    ]
    results = read_many(jobs, catalogue, workers=min(_READERS, os.cpu_count() or 1))
    done = 0
    for batch in _batches((waiting[outcome.job.relative_path], outcome) for outcome in results):
        intake.file(batch, summary)
        done += len(batch)
        report(LOAD, done, len(waiting))
    return summary


def _batches(results: Iterable[Read]) -> Iterator[list[Read]]:
    """Groups small enough for memory, and large enough that a transaction's cost does not count."""
    batch: list[Read] = []
    cells = 0
    for pair in results:
        batch.append(pair)
        cells += pair[1].result.cell_count
        report(LOAD, note=pair[0].relative_path)
        if len(batch) >= _BATCH_WORKBOOKS or cells >= _BATCH_CELLS:
            yield batch
            batch, cells = [], 0
    if batch:
        yield batch


def _vocabulary_spec() -> AssetSpec:
    return AssetSpec(
        VOCABULARY_KEY,
        deps=[SUBMISSIONS_KEY],
        description="What an amount cell may say without a number, as the form maps in use have it. "
        "金额单元格中非数字填法的含义，以所用报表格式登记为准。",
        group_name=LOAD,
        kinds=KINDS_OF_TABLE,
        partitions_def=FISCAL_YEARS,
    )


def _cells_spec() -> AssetSpec:
    return AssetSpec(
        CELLS_KEY,
        deps=[SUBMISSIONS_KEY],
        description="Every cell that was read, of all forms in one shape: a view of the raw tables. "
        "全部已读取的单元格（各报表原始表的统一视图）。",
        group_name=LOAD,
        kinds=KINDS_OF_TABLE,
        partitions_def=FISCAL_YEARS,
    )


def _spec(catalogue: FormCatalogue, schema: RawSchema) -> AssetSpec:
    title = catalogue.forms[schema.form_code].title
    columns = [
        TableColumn(column.name, column.type, f"{column.en} | {column.zh}") for column in schema.columns
    ]
    return AssetSpec(
        AssetKey(["raw", schema.table]),
        deps=[SUBMISSIONS_KEY, FILES_KEY],
        description=f"{title.en}, as published, by submission, sheet and row. "
        f"{title.zh}，按报送文件、工作表、行原样存放。",
        group_name=LOAD,
        kinds=KINDS_OF_TABLE,
        partitions_def=FISCAL_YEARS,
        metadata={"dagster/column_schema": TableSchema(columns=columns)},
    )
