"""Dagster's web page and daemon, started and stopped together.

What belongs here: the child process and its signals. What does not: definitions. It listens on the loopback
only: the page has no log-in.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys

from orchestration.instance import settle_environment
from orchestration.resources.paths import WORKSPACE_VARIABLE, Workspace

LOOPBACK = "127.0.0.1"
_SECONDS_TO_STOP = 30


def serve(workspace: Workspace, port: int) -> int:
    """Run until interrupted.

    Returns:
        Exit code of Dagster; 0 when it was stopped on purpose.
    """
    home = settle_environment(workspace)
    environment = {**os.environ, WORKSPACE_VARIABLE: str(workspace.root)}
    command = [
        sys.executable, "-m", "dagster", "dev",
        "--module-name", "orchestration.definitions",
        "--host", LOOPBACK, "--port", str(port), "--log-level", "warning",
    ]  # fmt: skip
    child = subprocess.Popen(command, cwd=home, env=environment, start_new_session=True)
    stopped_on_purpose = False

    def stop(number: int, frame: object) -> None:
        nonlocal stopped_on_purpose
        stopped_on_purpose = True
        child.send_signal(signal.SIGINT)

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        code = child.wait()
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
        _end(child)
    return 0 if stopped_on_purpose else code


def _end(child: subprocess.Popen[bytes]) -> None:
    """Leave no process of the session behind, however Dagster ended."""
    try:
        os.killpg(child.pid, signal.SIGTERM)
        child.wait(_SECONDS_TO_STOP)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(child.pid, signal.SIGKILL)
