"""The code location as data engineers meet it: a renamed asset, job or group cannot slip through."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from dagster import AssetKey, DefaultScheduleStatus, DefaultSensorStatus, Definitions

from orchestration.assets.policy import STAGES
from orchestration.build import build_defs
from orchestration.jobs import FULL, JOB_OF_STAGE
from orchestration.resources.paths import Workspace

SNAPSHOT = Path(__file__).parent / "snapshots" / "definitions.json"
UPDATE = "BPW_UPDATE_SNAPSHOTS"


@pytest.fixture(scope="module")
def definitions(published: tuple[Workspace, Path]) -> Definitions:
    return build_defs(published[0])


def described(definitions: Definitions) -> dict[str, Any]:
    graph = definitions.resolve_asset_graph()
    groups: dict[str, list[str]] = {}
    for key in sorted(graph.materializable_asset_keys):
        groups.setdefault(graph.get(key).group_name, []).append(key.to_user_string())
    checks = sorted(f"{key.asset_key.to_user_string()} {key.name}" for key in graph.asset_check_keys)
    return {
        "groups": groups,
        "checks": checks,
        "partitioned": sorted(
            key.to_user_string() for key in graph.materializable_asset_keys if graph.get(key).partitions_def
        ),
        "jobs": sorted(job.name for job in definitions.jobs or ()),
        "schedules": {job.name: job.cron_schedule for job in definitions.schedules or ()},  # type: ignore[union-attr]
        "sensors": sorted(sensor.name for sensor in definitions.sensors or ()),
    }


def test_the_code_location_is_the_reviewed_one(definitions: Definitions) -> None:
    found = json.dumps(described(definitions), indent=1, ensure_ascii=False) + "\n"
    if os.environ.get(UPDATE):
        SNAPSHOT.parent.mkdir(exist_ok=True)
        SNAPSHOT.write_text(found, encoding="utf-8")

    assert found == SNAPSHOT.read_text(encoding="utf-8"), f"if this is meant: {UPDATE}=1 pytest {__file__}"


def test_groups_are_the_stages(definitions: Definitions) -> None:
    assert set(described(definitions)["groups"]) == set(STAGES)


def test_jobs_are_the_stages_and_full(definitions: Definitions) -> None:
    assert set(described(definitions)["jobs"]) == {FULL, *JOB_OF_STAGE.values()}
    assert list(JOB_OF_STAGE) == list(STAGES)


def test_dagster_can_load_all_of_it(definitions: Definitions) -> None:
    Definitions.validate_loadable(definitions)
    assert definitions.get_repository_def().job_names


def test_keys_are_relations_and_described(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()
    for key in graph.materializable_asset_keys:
        assert len(key.path) == 2, key
        assert graph.get(key).description, key


def test_every_stage_waits_for_the_one_before(definitions: Definitions) -> None:
    graph = definitions.resolve_asset_graph()

    def upstream(key: AssetKey) -> set[AssetKey]:
        return set(graph.get(key).parent_keys)

    raw = {key for key in graph.materializable_asset_keys if graph.get(key).group_name == "load"}
    assert all(AssetKey(["raw", "submissions"]) in upstream(key) for key in raw)
    assert upstream(AssetKey(["quality", "quarantine"])) >= raw
    marts = {key for key in graph.materializable_asset_keys if key.path[0] == "marts"}
    assert marts
    assert upstream(AssetKey(["release", "candidate"])) == marts
    assert upstream(AssetKey(["release", "current"])) == {AssetKey(["release", "candidate"])}
    assert upstream(AssetKey(["release", "returned_workbooks"])) == {AssetKey(["release", "current"])}


def test_nothing_starts_by_itself(definitions: Definitions) -> None:
    assert all(
        schedule.default_status == DefaultScheduleStatus.STOPPED  # type: ignore[union-attr]
        for schedule in definitions.schedules or ()
    )
    assert all(sensor.default_status == DefaultSensorStatus.STOPPED for sensor in definitions.sensors or ())


def test_what_is_slow_to_import_waits_until_it_is_needed(published: tuple[Workspace, Path]) -> None:
    code = (
        "import sys, orchestration.definitions;"
        "slow = {'great_expectations', 'dbt.cli.main', 'pandas'} & set(sys.modules);"
        "sys.exit(', '.join(slow) or None)"
    )
    environment = {**os.environ, "BPW_WORKSPACE": str(published[0].root)}
    answer = subprocess.run([sys.executable, "-c", code], env=environment, capture_output=True, text=True)

    assert answer.returncode == 0, answer.stderr
