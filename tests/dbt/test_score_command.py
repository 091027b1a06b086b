"""`bpw score`: any scheme on any table of values, by one command."""

from __future__ import annotations

import csv
from pathlib import Path

from click.testing import CliRunner, Result

from orchestration.cli import main
from tests.support.scheme_folders import SchemeWriter, write_table


def scheme(folder: Path) -> Path:
    writer = SchemeWriter(
        "libraries", about={"name_zh": "图书馆评价", "name_en": "Libraries", "rounding_digits": 2}
    )
    writer.inner("total", max_points=100, aggregation="sum_of_points")
    writer.leaf("visits", "total", "band_minmax", max_points=60, peer_scope="year")
    writer.leaf("hours", "total", "proportion_capped", {"full_at": 60}, max_points=40)
    for grade, low, high in (("good", 60, ""), ("poor", "", 60)):
        writer.add(
            "grades", grade_code=grade, points_from=low, points_below=high, name_zh=grade, name_en=grade,
            status="default", citation="test",
        )  # fmt: skip
    return writer.write(folder)


def bpw(tmp_path: Path, *arguments: object) -> Result:
    options = ["--workspace", str(tmp_path / "workspace"), "--language", "en", "score"]
    return CliRunner().invoke(main, [*options, *map(str, arguments)])


def test_a_folder_of_a_scheme_and_a_table_score_in_one_command(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    values = write_table(
        tmp_path / "values.csv",
        [
            {"subject_code": "N", "subject_name": "=cmd|'/c calc'!A1", "visits": "500", "hours": "30"},
            {"subject_code": "S", "subject_name": "South", "visits": "1500", "hours": "60"},
            {"subject_code": "W", "subject_name": "West", "visits": "", "hours": "45"},
        ],
    )
    out = tmp_path / "out"
    done = bpw(tmp_path, "--scheme", scheme(tmp_path / "libraries"), "--values", values, "--out", out)
    assert done.exit_code == 0, done.output
    lines = [line for line in done.output.splitlines() if "│" in line]
    assert [line.split("│")[1].strip() for line in lines] == ["1", "2", ""]
    assert "S South" in lines[0] and "100" in lines[0] and "good" in lines[0]
    assert "visits" in lines[2], "what is missing is named"
    cards = list(csv.DictReader((out / "scorecard.csv").open(encoding="utf-8-sig", newline="")))
    assert [(card["subject_code"], card["score"], card["rank_overall"]) for card in cards] == [
        ("S", "100", "1"), ("N", "20", "2"), ("W", "30", ""),
    ]  # fmt: skip
    assert cards[1]["subject_name"].startswith("'="), "no spreadsheet runs a name"
    assert cards[0]["explanation_en"].startswith("South earns 100 of 100 points")
    assert "It ranks number 1 of 2." in cards[0]["explanation_en"] and cards[0]["ranked_overall"] == "2"
    assert {path.stem for path in out.iterdir()} == {
        "scorecard", "scores", "score_changes", "indicator_weights", "indicator_values", "trace",
    }  # fmt: skip
    trace = list(csv.DictReader((out / "trace.csv").open(encoding="utf-8-sig", newline="")))

    assert ("S", "visits", "C3") in {(row["subject_code"], row["figure_code"], row["cell"]) for row in trace}
    assert not (tmp_path / "workspace" / "marts").exists(), "nothing of it enters a release"
    again = bpw(tmp_path, "--scheme", tmp_path / "libraries", "--values", values, "--out", out)
    assert again.exit_code == 2 and "exists already" in again.output


def test_a_mistake_ends_it_with_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "workspace").mkdir()
    values = write_table(tmp_path / "values.csv", [{"subject_code": "N", "visits": "many", "hours": "1"}])
    refused = bpw(tmp_path, "--scheme", scheme(tmp_path / "libraries"), "--values", values)
    assert refused.exit_code == 2 and "B2" in refused.output and "Traceback" not in refused.output
    nowhere = bpw(tmp_path, "--scheme", tmp_path / "nowhere", "--values", values)
    assert nowhere.exit_code == 2 and "no such scheme folder" in nowhere.output
