from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.catalogue import load
from orchestration.publish.check_pages import FILE_NAMES, write_check_pages
from orchestration.texts import LANGUAGES, Language


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_check_has_a_row_with_all_its_cells(language: Language, tmp_path: Path) -> None:
    write_check_pages(load().values(), tmp_path)
    page = (tmp_path / FILE_NAMES[language]).read_text("utf-8")
    rows = {line.split("`")[1]: line for line in page.splitlines() if line.startswith("| `")}
    assert set(rows) == set(load())
    for code, line in rows.items():
        assert len(re.findall(r"(?<!\\)\|", line)) == 12, code
        shown = line.replace("\\|", "|").replace("&lt;", "<")
        assert load()[code].rule(language) in shown
        assert load()[code].fix(language) in shown
