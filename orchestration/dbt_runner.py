"""dbt in this process: the manifest Dagster builds its graph from, and one build.

What belongs here: calling dbt and letting go of what it holds. What does not: Dagster, and what the models
say.

dbt takes seconds to import and is imported inside functions only. It leaves its DuckDB connection open when
it returns, which would lock the working database against everything after it, so the connection is closed
here, always.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from orchestration.errors import ComputationError
from orchestration.fingerprint import methods_hash
from orchestration.methods.project import project_in_use
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.run_lock import run_lock

WAREHOUSE_VARIABLE = "BPW_WAREHOUSE"

_NODE_DONE = frozenset({"LogModelResult", "LogSeedResult", "LogSnapshotResult", "LogTestResult"})
_NODE_STARTED = "NodeStart"
_PARSE_LOCK_SECONDS = 120


class DbtError(ComputationError):
    """dbt could not do what was asked, or a model or an error-severity test failed."""


@dataclass
class DbtOutcome:
    """What a build did.

    Attributes:
        events: dbt's result events as dictionaries, in order.
        failures: `unique_id: message` of nodes and tests that failed or could not run.
        success: whether nothing failed.
    """

    events: list[Mapping[str, Any]] = field(default_factory=list)
    failures: list[str] = field(default_factory=list)
    success: bool = True


class DbtProject:
    """The dbt project with a workspace's own tables, run against that workspace.

    Raises:
        OwnTableError: a table of the workspace cannot be used.
        CodeListError: a code list of the workspace cannot be read.
    """

    def __init__(self, workspace: Workspace, project: Path = DBT_PROJECT) -> None:
        self.workspace = workspace
        self.project = project_in_use(workspace, project, methods_hash(project))

    @classmethod
    def of_place(cls, workspace: Workspace, place: Path) -> DbtProject:
        """A project put together already, to run on a workspace's warehouse."""
        made = cls.__new__(cls)
        made.workspace, made.project = workspace, place
        return made

    @property
    def target(self) -> Path:
        """Where dbt writes: outside the project, which may be read-only.

        One folder per place of the project, because dbt keeps the place in what it remembers of a parse.
        """
        place = hashlib.sha256(os.fsencode(self.project.resolve())).hexdigest()
        return self.workspace.dbt_target / place[:8]

    def manifest(self) -> Mapping[str, Any]:
        """The manifest of the project as it is now; parsed only when the project changed.

        Raises:
            DbtError: the project cannot be parsed.
        """
        path = self.manifest_path()
        manifest: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        return manifest

    def manifest_path(self) -> Path:
        """Where the manifest of the project as it is now lies; parsed only when the project changed."""
        digest = methods_hash(self.project)
        path = self.target / f"manifest-{digest[:16]}.json"
        if path.is_file():
            return path
        # Several processes may load definitions at once; the first one parses.
        with run_lock(self.target / "parse.lock", "dbt parse", _PARSE_LOCK_SECONDS):
            if not path.is_file():
                self._parse(path)
        return path

    def build(
        self, selection: Sequence[str] = (), on_node: Callable[[str, int, int], None] | None = None
    ) -> DbtOutcome:
        """Run `dbt build` (seeds, models, tests) on the workspace's warehouse.

        Args:
            selection: `--select` and `--exclude` arguments; none means everything.
            on_node: told the name of each finished node, its number and their total.
        """
        outcome = DbtOutcome()

        def listen(event: Any) -> None:
            if event.info.name not in _NODE_DONE:
                return
            message = _as_dict(event)
            outcome.events.append(message)
            data = message["data"]
            if on_node is not None:
                on_node(data["node_info"]["node_name"], int(data.get("index", 0)), int(data.get("total", 0)))

        # A seed whose columns changed is refused by the table of an earlier version, unless that is dropped.
        result = self._invoke(["build", "--full-refresh", "--threads", "1", *selection], listen)
        outcome.success = bool(result.success)
        outcome.failures = list(_failures(result))
        return outcome

    def _parse(self, path: Path) -> None:
        result = self._invoke(["parse"])
        if not result.success:
            raise DbtError("\n".join(_failures(result)) or "dbt parse failed")
        draft = path.with_suffix(f".{os.getpid()}")
        shutil.copyfile(self.target / "manifest.json", draft)
        for old in path.parent.glob("manifest-*.json"):
            old.unlink(missing_ok=True)
        draft.replace(path)

    def _invoke(self, arguments: Sequence[str], listen: Callable[[Any], None] | None = None) -> Any:
        from dbt.cli.main import dbtRunner

        self.target.mkdir(parents=True, exist_ok=True)
        common = [
            "--project-dir", str(self.project),
            "--profiles-dir", str(DBT_PROJECT),
            "--target-path", str(self.target),
        ]  # fmt: skip
        flags = [
            "--log-level",
            "none",
            "--log-level-file",
            "info",
            "--log-path",
            str(self.target / "logs"),
            "--no-use-colors",
        ]
        with _environment(self.workspace), _closing_connections():
            return dbtRunner(callbacks=[listen] if listen else []).invoke([*flags, *arguments, *common])


@contextmanager
def _environment(workspace: Workspace) -> Iterator[None]:
    before = os.environ.get(WAREHOUSE_VARIABLE)
    os.environ[WAREHOUSE_VARIABLE] = str(workspace.warehouse)
    os.environ.setdefault("DO_NOT_TRACK", "1")
    try:
        yield
    finally:
        if before is None:
            del os.environ[WAREHOUSE_VARIABLE]
        else:
            os.environ[WAREHOUSE_VARIABLE] = before


@contextmanager
def _closing_connections() -> Iterator[None]:
    try:
        yield
    finally:
        from dbt.adapters.duckdb.connections import DuckDBConnectionManager

        manager: Any = DuckDBConnectionManager
        if manager._ENV is not None:
            manager._ENV.close()
        manager.close_all_connections()


def _as_dict(event: Any) -> dict[str, Any]:
    from google.protobuf.json_format import MessageToDict  # type: ignore[import-untyped]

    message: dict[str, Any] = MessageToDict(
        event, preserving_proto_field_name=True, always_print_fields_with_no_presence=True
    )
    return message


def _failures(result: Any) -> Iterator[str]:
    if result.exception is not None:
        yield str(result.exception)
    for node in getattr(result.result, "results", None) or ():
        if str(node.status) in {"error", "fail", "runtime error"}:
            yield f"{node.node.unique_id}: {node.message}"
