from __future__ import annotations

import re
from pathlib import Path

import pytest

from expectations.catalogue import load
from orchestration.publish.check_pages import FILE_NAMES, write_check_pages
from orchestration.texts import LANGUAGES, Language
from tests.support.quality_oracle import seed


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


@pytest.mark.parametrize("language", LANGUAGES)
def test_aspects_bear_the_same_names_on_the_page_and_in_the_board(language: Language, tmp_path: Path) -> None:
    write_check_pages(load().values(), tmp_path)
    page = (tmp_path / FILE_NAMES[language]).read_text("utf-8")
    aspects = {row["aspect"]: row[f"name_{language}"] for row in seed("supervision_aspects")}
    assert set(aspects) == {check.aspect for check in load().values()} | {"result_use"}
    for aspect in {check.aspect for check in load().values()}:
        assert f"## {aspects[aspect]}" in page
