"""How far a run is, told to whoever watches it.

What belongs here: the one place stages report to and watchers listen at. What does not: any way of showing
it. A stage may report although nobody listens, so stages stay the same under the command line, the Dagster
daemon and in tests.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass


@dataclass(frozen=True)
class Step:
    """One report: `done` of `total` units of a stage; a total of 0 means it is not known."""

    stage: str
    done: int = 0
    total: int = 0
    note: str = ""


Listener = Callable[[Step], None]
_listeners: list[Listener] = []


def report(stage: str, done: int = 0, total: int = 0, note: str = "") -> None:
    """Tell all listeners how far a stage is."""
    for listener in _listeners:
        listener(Step(stage, done, total, note))


@contextmanager
def listening(listener: Listener) -> Iterator[None]:
    """Have `listener` called for every report made inside the block."""
    _listeners.append(listener)
    try:
        yield
    finally:
        _listeners.remove(listener)
