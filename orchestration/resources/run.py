"""What every stage is given: the workspace, its warehouse, and the right to write.

What belongs here: the Dagster resource of the stages. What does not: any stage.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from dagster import ConfigurableResource, InitResourceContext

from orchestration.dbt_runner import DbtProject
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.resources.warehouse import Warehouse
from orchestration.run_lock import run_lock

FORCE_TAG = "budget_performance/force"
"""Run tag: open every workbook and check every year again, whatever is known."""


class WorkspaceRun(ConfigurableResource):  # type: ignore[type-arg]
    """A run's hold on a workspace.

    Steps of a run share one process, so Dagster makes this resource once per run and the lock is held from
    its first step to its last.
    """

    root: str
    dbt_project: str = str(DBT_PROJECT)
    lock_wait_seconds: float = 3600

    @contextmanager
    def yield_for_execution(self, context: InitResourceContext) -> Iterator[WorkspaceRun]:
        """Hold the run lock of the workspace while the run lasts."""
        purpose = f"Dagster {context.run.run_id[:8]}" if context.run else "Dagster"
        with run_lock(self.workspace.run_lock, purpose, self.lock_wait_seconds):
            self.workspace.make()
            yield self

    @property
    def workspace(self) -> Workspace:
        """The bureau's folder."""
        return Workspace(Path(self.root))

    @property
    def dbt(self) -> DbtProject:
        """The dbt project, run against this workspace."""
        return DbtProject(self.workspace, Path(self.dbt_project))

    @property
    def warehouse(self) -> Warehouse:
        """The working database."""
        return Warehouse(self.workspace.warehouse)
