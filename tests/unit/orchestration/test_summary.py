"""What a run says at its end."""

from __future__ import annotations

from pathlib import Path

from rich.console import Console

from orchestration.publish.candidate import DATABASE_NAME
from orchestration.resources.paths import Workspace
from orchestration.summary import print_summary
from orchestration.voice import voice
from tests.support.marts_fixture import SMALL, Rows, write_marts


def test_each_edition_of_a_scheme_has_a_table_of_its_own(tmp_path: Path) -> None:
    def score_again(rows: Rows) -> None:
        rows["rpt_region_scorecard"] += [
            {**row, "scheme_edition": "990-2014"} for row in rows["rpt_region_scorecard"]
        ]

    release = tmp_path / "release"
    release.mkdir()
    write_marts(release / DATABASE_NAME, SMALL, score_again)
    console = Console(record=True, width=200)
    print_summary(console, voice("en"), Workspace(tmp_path), release)
    said = console.export_text()
    headings = [line for line in said.splitlines() if line.startswith(("County scores", "Department scores"))]
    assert [heading.partition(" · ")[2] for heading in headings] == ["396-2012", "990-2014", ""]
