"""Which tests share a process: those of one file, and all that need the one build of `tests/dbt`."""

from __future__ import annotations

import pytest


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Give each test the group that pytest-xdist keeps in one process."""
    builders = {item.path for item in items if "built" in getattr(item, "fixturenames", ())}
    for item in items:
        group = "built" if item.path in builders else item.path.stem
        item.add_marker(pytest.mark.xdist_group(group))
