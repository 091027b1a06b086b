"""Showing how far a run is.

What belongs here: progress bars on a terminal, plain lines elsewhere. What does not: running.
"""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager

from rich.console import Console
from rich.markup import escape
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    Progress,
    SpinnerColumn,
    TaskID,
    TextColumn,
    TimeElapsedColumn,
)

from orchestration.progress import Step, listening
from orchestration.voice import Voice

_NOTE_WIDTH = 40


class Watch:
    """Remembers the stage a run is in and how long each took, and shows it."""

    def __init__(self, console: Console, voice: Voice) -> None:
        self.console = console
        self.voice = voice
        self.stage = ""
        self.seconds: dict[str, float] = {}
        self._started = time.monotonic()
        self._tasks: dict[str, TaskID] = {}
        self._progress = Progress(
            SpinnerColumn(finished_text="✓"),
            TextColumn("{task.description}"),
            BarColumn(bar_width=24),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[note]}"),
            console=console,
            disable=not console.is_terminal,
        )

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Show the reports made inside the block."""
        with self._progress, listening(self.hear):
            yield
            self._finish()

    def hear(self, step: Step) -> None:
        """Take one report."""
        if step.stage != self.stage:
            self._finish()
            self.stage = step.stage
            self._started = time.monotonic()
            if step.stage not in self._tasks:
                label = self.voice.line(f"stage_{step.stage}")
                self._tasks[step.stage] = self._progress.add_task(label, total=None, note="")
        task = self._tasks[step.stage]
        note = escape(step.note[-_NOTE_WIDTH:])
        if step.total:
            self._progress.update(task, completed=step.done, total=step.total, note=note)
        else:
            self._progress.update(task, note=note)

    def _finish(self) -> None:
        if not self.stage:
            return
        seconds = time.monotonic() - self._started
        self.seconds[self.stage] = self.seconds.get(self.stage, 0) + seconds
        task = self._tasks[self.stage]
        state = self._progress.tasks[self._progress.task_ids.index(task)]
        self._progress.update(task, total=state.total or 1, completed=state.total or 1, note="")
        if not self.console.is_terminal:
            took = self.voice.short("took", seconds=f"{seconds:.1f}")
            self.console.print(f"{self.voice.line(f'stage_{self.stage}')}: {took}", highlight=False)
        self.stage = ""
