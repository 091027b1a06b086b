"""The code location, put together for one workspace.

What belongs here: which assets, checks, jobs, schedule and sensor there are. What does not: any of their
bodies. Tests call `build_defs` with a workspace of their own; nothing has to be patched.
"""

from __future__ import annotations

from pathlib import Path

from dagster import AssetKey, Definitions, in_process_executor

from orchestration.assets.check import quality_assets
from orchestration.assets.compute import compute_assets
from orchestration.assets.load import CELLS_KEY, VOCABULARY_KEY, load_assets
from orchestration.assets.publish import candidate_asset, release_asset
from orchestration.assets.receive import receive_assets
from orchestration.assets.returned import returned_asset
from orchestration.checks import candidate_checks, content_checks
from orchestration.dbt_runner import DbtProject
from orchestration.ingest.forms import load_catalogue
from orchestration.jobs import FULL, jobs
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.resources.paths import workspace as default_workspace
from orchestration.resources.run import WorkspaceRun
from orchestration.schedules import nightly
from orchestration.sensors import workbooks

_MARTS = "marts"


def build_defs(
    workspace: Workspace | None = None,
    *,
    dbt_project: Path = DBT_PROJECT,
    lock_wait_seconds: float = 3600,
) -> Definitions:
    """The whole code location, or an error: a part that cannot be built never shrinks the graph silently.

    Args:
        workspace: the bureau's folder; the one in use when None.
        dbt_project: the methods; the shipped ones unless a test plants something.
        lock_wait_seconds: how long a run waits for another process that holds the workspace.
    """
    place = workspace or default_workspace()
    place.make()
    catalogue = load_catalogue(place.form_folders())
    compute = compute_assets(DbtProject(place, dbt_project).manifest())
    filed = [AssetKey(["raw", table]) for table in catalogue.raw_schemas()]
    marts = sorted(key for key in compute.keys if key.path[0] == _MARTS)
    return Definitions(
        assets=[
            receive_assets(catalogue),
            load_assets(catalogue),
            quality_assets([*filed, VOCABULARY_KEY, CELLS_KEY]),
            compute,
            candidate_asset(marts),
            release_asset(catalogue),
            returned_asset(),
        ],
        asset_checks=[content_checks(catalogue), candidate_checks()],
        jobs=jobs(filed),
        schedules=[nightly(place, FULL)],
        sensors=[workbooks(place, FULL)],
        resources={
            "run": WorkspaceRun(
                root=str(place.root), dbt_project=str(dbt_project), lock_wait_seconds=lock_wait_seconds
            )
        },
        executor=in_process_executor,
    )
