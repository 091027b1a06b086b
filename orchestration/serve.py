"""Dagster's web page and daemon, started and stopped together.

What belongs here: the child process and its signals. What does not: definitions. It listens on the loopback
only: the page has no log-in.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import threading
from contextlib import suppress

from orchestration.instance import settle_environment
from orchestration.resources.paths import PACKAGE_ROOT, WORKSPACE_VARIABLE, Workspace

LOOPBACK = "127.0.0.1"
_STOPPING = (signal.SIGINT, signal.SIGTERM)
_SECONDS_BETWEEN_LOOKS = 0.5
_SECONDS_TO_STOP = 20


def serve(workspace: Workspace, port: int) -> int:
    """Run until interrupted.

    Returns:
        Exit code of Dagster; 0 when it was stopped on purpose.
    """
    home = settle_environment(workspace)
    search_path = os.pathsep.join(filter(None, [str(PACKAGE_ROOT), os.environ.get("PYTHONPATH")]))
    environment = {**os.environ, WORKSPACE_VARIABLE: str(workspace.root), "PYTHONPATH": search_path}
    command = [
        # It recommends a tool for developers of pipelines, which nobody here is at this moment.
        sys.executable, "-W", "ignore:Function `dev_command`", "-m", "dagster", "dev",
        "--module-name", "orchestration.definitions",
        "--host", LOOPBACK, "--port", str(port), "--log-level", "warning",
    ]  # fmt: skip
    interrupted = threading.Event()
    # Before the child is made: started from a script in the background, both would otherwise ignore Ctrl-C.
    before = {number: signal.signal(number, lambda *_: interrupted.set()) for number in _STOPPING}
    child = subprocess.Popen(command, cwd=home, env=environment, start_new_session=True)
    try:
        while child.poll() is None and not interrupted.wait(_SECONDS_BETWEEN_LOOKS):
            pass
        if interrupted.is_set():
            child.send_signal(signal.SIGINT)
    finally:
        _end(child)
        for number, handler in before.items():
            signal.signal(number, handler)
    return 0 if interrupted.is_set() else child.returncode


def _end(child: subprocess.Popen[bytes]) -> None:
    """Wait for Dagster to end, and leave no process of its session behind."""
    for number in (signal.SIGTERM, signal.SIGKILL):
        with suppress(subprocess.TimeoutExpired):
            child.wait(_SECONDS_TO_STOP)
        with suppress(ProcessLookupError):
            os.killpg(child.pid, number)
