"""What the main job on the sample province costs, and which part of it is whose.

One run measures side by side, each in a process of its own, so that only ratios within the run count:

- the job as `make run` starts it (Dagster, dbt, Great Expectations),
- the same stages called one after the other without Dagster,
- the same transformations as bare SQL in DuckDB, the floor under dbt,
- a run with nothing changed.

    .venv/bin/python -m benchmarks.main_job [--write]

`--write` puts the table into benchmarks/README.md and both READMEs of the project.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks.measuring import ROOT, measured, write


def plain_job(workspace_root: Path) -> dict[str, float]:
    """The stages without Dagster, in this process: seconds of each."""
    from orchestration.assets.check import judge
    from orchestration.assets.load import load_pending
    from orchestration.assets.publish import publish_candidate
    from orchestration.dbt_runner import DbtProject
    from orchestration.fingerprint import scan_workspace
    from orchestration.ingest.forms import load_catalogue
    from orchestration.publish.candidate import export_candidate
    from orchestration.resources.findings import rebuild_quarantine
    from orchestration.resources.paths import Workspace
    from orchestration.resources.raw_tables import raw_tables, write_filed_cells, write_vocabulary
    from orchestration.resources.registry import register
    from orchestration.resources.run import WorkspaceRun
    from orchestration.resources.stage_state import note_audited

    workspace = Workspace(workspace_root)
    workspace.make()
    run = WorkspaceRun(root=str(workspace.root))
    catalogue = load_catalogue(workspace.form_folders())
    years = sorted(int(folder.name) for folder in workspace.inbox.iterdir() if folder.is_dir())
    seconds: dict[str, float] = {}

    def stage(name: str, work: Any) -> Any:
        started = time.perf_counter()
        result = work()
        seconds[name] = time.perf_counter() - started
        return result

    def receive() -> None:
        run.warehouse.prepare(raw_tables(catalogue))
        register(run.warehouse, scan_workspace(workspace), years, "benchmark", raw_tables(catalogue))

    validations = timed_validations()
    stage("receive", receive)
    write_vocabulary(run.warehouse, catalogue.vocabulary)
    write_filed_cells(run.warehouse, catalogue)
    stage("load", lambda: load_pending(run, catalogue, years, "benchmark"))
    stage("check", lambda: judge(run.warehouse, catalogue, "benchmark"))
    rebuild_quarantine(run.warehouse)
    outcome = stage("compute", lambda: DbtProject(workspace).build())
    if not outcome.success:
        raise SystemExit(str(outcome.failures))
    candidate = stage("audit", lambda: export_candidate(workspace.warehouse, workspace.candidate))
    note_audited(run.warehouse, "benchmark", candidate.content_sha256)
    stage("publish", lambda: publish_candidate(run, catalogue, "benchmark"))
    seconds["great_expectations"] = sum(validations)
    return seconds


def timed_validations() -> list[float]:
    """Seconds of each validation Great Expectations carries out from now on."""
    from expectations import validation

    seconds: list[float] = []
    original = validation.Validator.validate

    def validate(*arguments: Any, **named: Any) -> Any:
        started = time.perf_counter()
        try:
            return original(*arguments, **named)
        finally:
            seconds.append(time.perf_counter() - started)

    validation.Validator.validate = validate  # type: ignore[method-assign]
    return seconds


def bare_sql(workspace_root: Path) -> float:
    """Seconds DuckDB needs for the SQL dbt compiled: models built, tests counted."""
    import duckdb

    from orchestration.dbt_runner import DbtProject
    from orchestration.resources.paths import Workspace

    work = workspace_root / "work"
    target = DbtProject(Workspace(workspace_root)).target
    manifest = json.loads((target / "manifest.json").read_text(encoding="utf-8"))
    # Compiled SQL names the catalog, which is the file's name.
    copy = work / "bare" / "warehouse.duckdb"
    copy.parent.mkdir(exist_ok=True)
    shutil.copyfile(work / "warehouse.duckdb", copy)
    results = json.loads((target / "run_results.json").read_text(encoding="utf-8"))
    started = time.perf_counter()
    with duckdb.connect(str(copy)) as connection:
        connection.execute("set threads = 1")
        for result in results["results"]:
            node = manifest["nodes"].get(result["unique_id"])
            code = result.get("compiled_code")
            if node is None or not code:
                continue
            if node["resource_type"] == "model":
                kind = "view" if node["config"]["materialized"] == "view" else "table"
                connection.execute(f"create or replace {kind} {node['schema']}.{node['name']} as {code}")
            else:
                connection.execute(f"select count(*) from ({code}) as rows").fetchall()
    seconds = time.perf_counter() - started
    copy.unlink()
    return seconds


def measure() -> dict[str, Any]:
    """All figures of one run."""
    with tempfile.TemporaryDirectory(prefix="bpw-benchmark-") as folder:
        whole, plain = Path(folder) / "whole", Path(folder) / "plain"
        measured(["-m", "orchestration.cli", "sample"], {"BPW_WORKSPACE": str(whole)})
        shutil.copytree(whole / "raw", plain / "raw")
        workspace = {"BPW_WORKSPACE": str(whole)}
        definitions = measured(["-c", "import orchestration.definitions"], workspace)
        job = measured(["-m", "orchestration.cli", "run"], workspace)
        stages = json.loads((whole / "work" / "last_run_seconds.json").read_text(encoding="utf-8"))
        no_change = measured(["-m", "orchestration.cli", "run"], workspace)
        output = subprocess.run(
            [sys.executable, "-m", "benchmarks.main_job", "--plain", str(plain)],
            cwd=ROOT,
            check=True,
            capture_output=True,
            text=True,
        ).stdout
        without_dagster = json.loads(output.splitlines()[-1])
        floor = bare_sql(plain)
        for path in sorted(Path(folder).rglob("*")):
            if path.is_dir() and not path.is_symlink():
                path.chmod(0o755)
    return {
        "job": job.wall,
        "memory_mb": job.memory_mb,
        "stages": stages,
        "definitions": definitions.wall,
        "no_change": no_change.wall,
        "plain": without_dagster,
        "bare_sql": floor,
    }


def table(figures: dict[str, Any]) -> str:
    """The figures as a Markdown table, seconds beside shares of the whole job."""
    job = figures["job"]
    plain = figures["plain"]
    whole_plain = sum(value for key, value in plain.items() if key != "great_expectations")

    def row(name: str, seconds: float) -> str:
        return f"| {name} | {seconds:.1f} s | {seconds / job:.0%} |\n"

    lines = "| part | wall | share of the job |\n|---|---|---|\n"
    lines += row("**the whole job, warm environment**", job)
    for stage, seconds in figures["stages"].items():
        lines += row(f"stage {stage}", seconds)
    lines += row("the same stages without Dagster, one process", whole_plain)
    lines += row("Dagster: the job minus that (imports, definitions, events)", job - whole_plain)
    lines += row("loading the definitions alone", figures["definitions"])
    lines += row("dbt build (seeds, models, tests)", plain["compute"])
    lines += row("the same SQL bare in DuckDB: the floor", figures["bare_sql"])
    lines += row("validations by Great Expectations", plain["great_expectations"])
    lines += row("a run with nothing changed", figures["no_change"])
    memory = f"Peak memory of the job with its readers: {figures['memory_mb']:.0f} MB. "
    ratio = f"dbt takes {plain['compute'] / figures['bare_sql']:.1f} × the bare SQL. "
    machine = f"{os.cpu_count()} cores, Python {platform.python_version()}; compare within this table only."
    return f"\n{lines}\n{memory}{ratio}{machine}\n\n"


def main() -> None:
    """Measure and print; see the module's text."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--write", action="store_true", help="put the table into the documents")
    parser.add_argument("--plain", type=Path, help="only the stages without Dagster, in this folder")
    options = parser.parse_args()
    if options.plain:
        sys.stdout.write(json.dumps(plain_job(options.plain)) + "\n")
        return
    text = table(measure())
    sys.stdout.write(text)
    if options.write:
        write("benchmark", text)


if __name__ == "__main__":
    main()
