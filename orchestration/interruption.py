"""Whether a person interrupted what libraries do with signal handlers of their own.

Dagster and dbt catch an interrupt and end with whatever error it caused where it struck; only the signal
itself says that it was one.
"""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress


@contextmanager
def interrupts_noticed() -> Iterator[Callable[[], bool]]:
    """Give a function that says whether this process was interrupted since; handlers stay as they are."""
    if threading.current_thread() is not threading.main_thread():
        yield lambda: False  # signals go to the main thread
        return
    reading, writing = os.pipe()
    os.set_blocking(reading, False)
    os.set_blocking(writing, False)
    seen = bytearray()

    def is_interrupted() -> bool:
        with suppress(BlockingIOError):  # no signal since the last look
            seen.extend(os.read(reading, 4096))
        return signal.SIGINT in seen

    before = signal.set_wakeup_fd(writing, warn_on_full_buffer=False)
    try:
        yield is_interrupted
    finally:
        signal.set_wakeup_fd(before)
        os.close(reading)
        os.close(writing)
