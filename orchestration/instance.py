"""Dagster's home in a workspace: run history, queue and switches.

What belongs here: `dagster.yaml` and the environment Dagster and its companions read. What does not:
definitions.
"""

from __future__ import annotations

import os
from pathlib import Path

from orchestration.resources.paths import Workspace

HOME_VARIABLE = "DAGSTER_HOME"

_DAGSTER_YAML = """\
# Written by `bpw`; edits are overwritten.
# One writing run at a time: runs started in the web page, by the schedule or by the sensor wait in this
# queue.
concurrency:
  runs:
    max_concurrent_runs: 1
# What steps say is in the event log; catching what they print would start four processes more for every run.
compute_logs:
  module: dagster._core.storage.noop_compute_log_manager
  class: NoOpComputeLogManager
# Every start and end of a step is an event anyway; as text it would only fill the terminal.
python_logs:
  python_log_level: INFO
# No account, no network.
telemetry:
  enabled: false
nux:
  enabled: false
# A run whose process died is noticed and marked as failed.
run_monitoring:
  enabled: true
  max_runtime_seconds: 86400
# History of ticks is kept for a while, not for ever.
retention:
  schedule:
    purge_after_days: 90
  sensor:
    purge_after_days:
      skipped: 7
      failure: 30
      success: 90
"""

_QUIET = {
    "DO_NOT_TRACK": "1",
    "DAGSTER_DISABLE_TELEMETRY": "1",
    "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    "GX_ANALYTICS_ENABLED": "false",
}


def settle_environment(workspace: Workspace) -> Path:
    """Write `dagster.yaml` and point this process and its children at it.

    Returns:
        Dagster's home.
    """
    home = workspace.dagster_home
    home.mkdir(parents=True, exist_ok=True)
    settings = home / "dagster.yaml"
    if not settings.is_file() or settings.read_text(encoding="utf-8") != _DAGSTER_YAML:
        settings.write_text(_DAGSTER_YAML, encoding="utf-8")
    os.environ[HOME_VARIABLE] = str(home)
    os.environ.update(_QUIET)
    return home
