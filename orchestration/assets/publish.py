"""Stages 6 and 7, audit and publish: candidate marts as files, and the release readers open.

What belongs here: the two assets. What does not: the audit's checks (`checks`) and how a release is made
(`publish`).
"""

import subprocess
import time
from collections.abc import Iterable
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version

from dagster import AssetExecutionContext, AssetKey, AssetsDefinition, MaterializeResult, asset

from expectations.catalogue import load as load_checks
from orchestration.assets.policy import AUDIT, FILE_RETRIES, PUBLISH, numbers
from orchestration.fingerprint import own_files, run_fingerprint
from orchestration.ingest.forms import FormCatalogue
from orchestration.methods.project import scheme_files
from orchestration.progress import report
from orchestration.publish.candidate import export_candidate, load_candidate
from orchestration.publish.manifest import InputFile, ReleaseFacts, check_counts
from orchestration.publish.releases import Publication, current_manifest, publish
from orchestration.resources import recomputes
from orchestration.resources.paths import DBT_PROJECT, PACKAGE_ROOT
from orchestration.resources.registry import loaded_inputs, versions
from orchestration.resources.run import WorkspaceRun
from orchestration.resources.stage_state import require_audited

CANDIDATE_KEY = AssetKey(["release", "candidate"])
RELEASE_KEY = AssetKey(["release", "current"])

_DISTRIBUTION = "budget-performance-warehouse"


def candidate_asset(marts: Iterable[AssetKey]) -> AssetsDefinition:
    """The exported marts that wait for their audit."""

    @asset(
        key=CANDIDATE_KEY,
        deps=list(marts),
        group_name=AUDIT,
        kinds={"parquet"},
        retry_policy=FILE_RETRIES,
        description="All marts as Parquet files, before anyone sees them. 待审核的全部数据集市（Parquet）。",
    )
    def candidate(context: AssetExecutionContext, run: WorkspaceRun) -> MaterializeResult[None]:
        started = time.monotonic()
        report(AUDIT)
        exported = export_candidate(run.workspace.warehouse, run.workspace.candidate)
        return MaterializeResult(
            metadata=numbers(
                tables=len(exported.tables),
                rows=sum(table.rows for table in exported.tables),
                bytes=sum(table.size_bytes for table in exported.tables),
                content=exported.content_sha256,
                seconds=time.monotonic() - started,
            )
        )

    return candidate


def release_asset(catalogue: FormCatalogue) -> AssetsDefinition:
    """The release readers open."""

    @asset(
        key=RELEASE_KEY,
        deps=[CANDIDATE_KEY],
        group_name=PUBLISH,
        kinds={"duckdb", "parquet"},
        retry_policy=FILE_RETRIES,
        description="The immutable release `data/marts/current` points to. 当前发布版本（不可变）。",
    )
    def release(context: AssetExecutionContext, run: WorkspaceRun) -> MaterializeResult[None]:
        started = time.monotonic()
        report(PUBLISH)
        publication = publish_candidate(run, catalogue, context.run.run_id)
        return MaterializeResult(
            metadata=numbers(
                release=publication.release_id,
                status=publication.status,
                folder=publication.folder.relative_to(run.workspace.root).as_posix(),
                seconds=time.monotonic() - started,
            )
        )

    return release


def publish_candidate(run: WorkspaceRun, catalogue: FormCatalogue, run_id: str) -> Publication:
    """Publish the candidate, if it is the one that passed its audit."""
    workspace, warehouse = run.workspace, run.warehouse
    candidate = load_candidate(workspace.candidate)
    require_audited(warehouse, candidate.content_sha256)
    inputs = loaded_inputs(warehouse)
    with warehouse.transaction() as connection:
        counts = check_counts(connection)
    before = current_manifest(workspace.marts)
    facts = ReleaseFacts(
        created_at=datetime.now(UTC),
        product_version=product_version(),
        git_revision=git_revision(),
        form_catalogue_hash=catalogue.content_hash,
        fingerprint=run_fingerprint(workspace, (file.filed for file in inputs), versions(warehouse)),
        inputs=[
            InputFile(file.relative_path, file.content_sha256, file.modified_at.replace(tzinfo=UTC))
            for file in inputs
        ],
        check_counts=counts,
        run_id=run_id,
        recomputed=recomputes.since(warehouse, before.facts.created_at if before else None),
        own_files=own_files(workspace),
    )
    return publish(
        candidate,
        facts,
        workspace.marts,
        dbt_manifest=run.dbt.manifest_path(),
        check_titles={code: (check.title_zh, check.title_en) for code, check in load_checks().items()},
        methods=scheme_files(workspace, DBT_PROJECT),
        on_step=lambda step: report(PUBLISH, note=step),
    )


def product_version() -> str:
    """Version of this package."""
    try:
        return version(_DISTRIBUTION)
    except PackageNotFoundError:
        # Run from a checkout that was not installed: the version stands in its pyproject.
        import tomllib

        project = tomllib.loads((PACKAGE_ROOT / "pyproject.toml").read_text(encoding="utf-8"))
        return str(project["project"]["version"])


def git_revision() -> str:
    """Commit of the checkout the package runs from; '' when it is none, or git is not there."""
    if not (PACKAGE_ROOT / ".git").exists():
        return ""
    try:
        answer = subprocess.run(
            ["git", "-C", str(PACKAGE_ROOT), "rev-parse", "HEAD"],
            capture_output=True,
            text=True,
            check=True,
            timeout=10,
        )
    except (OSError, subprocess.SubprocessError):
        return ""
    return answer.stdout.strip()
