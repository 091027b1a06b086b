"""Dagster's run history, kept open while a run writes it.

What belongs here: the files of the history as SQLite sees them. What does not: what is written into them, and
where they lie.

Dagster opens a connection for every event. Whoever closes the last one to a SQLite database makes it fold its
log into the file and wait for the disk, several times an event; with one connection held, only the end of the
run does.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.pool import Pool


@contextmanager
def kept_open(home: Path) -> Iterator[None]:
    """Hold one more connection to each database under Dagster's home that is opened meanwhile.

    Args:
        home: Dagster's home; databases elsewhere are left alone.
    """
    held: dict[Path, sqlite3.Connection] = {}
    place = home.resolve()
    with ExitStack() as connections:

        def opened(connection: Any, _: object) -> None:
            if not isinstance(connection, sqlite3.Connection):
                return
            file = _logged_file(connection)
            if file is None or place not in file.parents:
                return
            # A power cut may take the last events of a run with it; the databases stay whole.
            connection.execute("PRAGMA synchronous = NORMAL")
            if file in held:
                return
            # Closed by the main thread, whichever thread opened it.
            held[file] = connections.enter_context(closing(sqlite3.connect(file, check_same_thread=False)))
            # Only who has read takes part in the log.
            held[file].execute("SELECT count(*) FROM sqlite_schema").fetchone()

        event.listen(Pool, "connect", opened)
        try:
            yield
        finally:
            event.remove(Pool, "connect", opened)


def _logged_file(connection: sqlite3.Connection) -> Path | None:
    """The file of a database that writes a log ahead; none before it does, and in memory."""
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    name = next(file for _, schema, file in connection.execute("PRAGMA database_list") if schema == "main")
    return Path(name).resolve() if mode == "wal" and name else None
