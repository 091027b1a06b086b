from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from tests.support.tiny_warehouse import TinyWarehouse


@pytest.fixture
def tiny() -> Iterator[TinyWarehouse]:
    with duckdb.connect() as connection:
        yield TinyWarehouse(connection)
