"""What ends a command with a sentence and an exit code instead of a traceback."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from orchestration.cli import main
from orchestration.errors import ComputationError, WorkspaceFileError
from orchestration.run_lock import Holder, RunLockedError
from orchestration.scoring import command

LOCKED = Holder(process_id=396, purpose="bpw run", since="2015-12-31T08:00:00")


@pytest.mark.parametrize(
    ("error", "code", "said"),
    [
        (RunLockedError(LOCKED), 3, "process 396 (bpw run"),
        (RunLockedError(None), 3, "in use by another process"),
        (ComputationError("int_scores: division"), 1, "The computation failed: int_scores: division"),
        (WorkspaceFileError("scheme.csv:2: no"), 2, "scheme.csv:2: no"),
    ],
)
def test_errors_end_a_command_with_a_sentence(
    error: Exception, code: int, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fails(*_: object) -> None:
        raise error

    failing: Callable[..., None] = fails
    monkeypatch.setattr(command, "run_explain", failing)
    result = CliRunner().invoke(
        main,
        ["--language", "en", "--workspace", str(tmp_path), "explain", "--subject", "x", "--year", "2015"],
    )
    assert (result.exit_code, said in result.output) == (code, True), result.output
