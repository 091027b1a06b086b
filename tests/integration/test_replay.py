"""Releases computed again, methods side by side, what moved a score, and whom a correction would move."""

from __future__ import annotations

import csv
import shutil
from decimal import Decimal
from pathlib import Path

import duckdb
import openpyxl
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.publish.manifest import MANIFEST_NAME, Manifest
from orchestration.publish.releases import current_release, verify_release
from orchestration.resources.paths import DBT_PROJECT, Workspace
from orchestration.run import execute, failure_reasons
from orchestration.scoring.movement import State, movement
from orchestration.scoring.replay import Difference, ReplayError, differences, release_folder, schemes_of
from orchestration.scoring.ripple import copy_workspace, movers
from tests.integration.conftest import SMALL

SHIPPED = DBT_PROJECT / "seeds" / "schemes"
COUNTY = "county_expenditure_management_396_2012"
FIRST, SECOND = SMALL.years


def call(place: Workspace, *arguments: object) -> Result:
    command = ["--language", "en", "--workspace", str(place.root), *map(str, arguments)]
    return CliRunner().invoke(main, command)


def test_a_release_is_computed_again_byte_by_byte(province: Workspace) -> None:
    result = call(province, "replay")
    assert result.exit_code == 0, result.output
    assert "every year and edition, computed again, is byte for byte what was published" in result.output
    nothing = call(province, "replay", "--year", 2030)
    assert nothing.exit_code == 2 and f"has no scores for 2030; there are {FIRST}, {SECOND}" in nothing.output


def test_one_changed_number_shows(province: Workspace, tmp_path: Path) -> None:
    release = release_folder(province, None)
    copy = tmp_path / "copy.duckdb"
    shutil.copyfile(release / "budget_performance.duckdb", copy)
    copy.chmod(0o644)
    with duckdb.connect(str(copy)) as connection:
        assert differences(release, connection) == []
        connection.execute(
            "UPDATE marts.fct_scores SET points = points + 0.000000000001 WHERE rowid = "
            f"(SELECT min(rowid) FROM marts.fct_scores WHERE points > 0 AND fiscal_year = {SECOND})"
        )
        assert differences(release, connection) == [Difference("fct_scores", 1, 1)]
        assert differences(release, connection, year=SECOND) == [Difference("fct_scores", 1, 1)]
        assert differences(release, connection, year=FIRST) == []
        assert differences(release, connection, edition="hunan-2014") == []
        (scheme, edition) = connection.execute(
            "SELECT scheme_code, scheme_edition FROM marts.fct_scores WHERE rowid = "
            f"(SELECT min(rowid) FROM marts.fct_scores WHERE points > 0 AND fiscal_year = {SECOND})"
        ).fetchone() or ("", "")
        for said in (edition, f"{scheme}/{edition}"):
            assert differences(release, connection, edition=said) == [Difference("fct_scores", 1, 1)]


def test_what_if_leaves_every_release_alone(province: Workspace, tmp_path: Path) -> None:
    release = release_folder(province, None)
    tried = tmp_path / "tried"
    shutil.copytree(SHIPPED / COUNTY, tried)
    nodes = (tried / "nodes.csv").read_text(encoding="utf-8")
    lines = [
        line.replace(",5,", ",9,", 1) if line.startswith("openness,") else
        line.replace(",5,", ",1,", 1) if line.startswith("even_progress,") else line
        for line in nodes.splitlines()
    ]  # fmt: skip
    (tried / "nodes.csv").write_text("\n".join(lines) + "\n", encoding="utf-8")
    result = call(province, "what-if", "--scheme", tried, "--year", SECOND, "--name", "openness")
    assert result.exit_code == 0, result.output
    assert "points 5 → 9" in result.output and "points 5 → 1" in result.output
    with duckdb.connect(str(province.what_if / "openness.duckdb"), read_only=True) as connection:
        schemas = connection.execute("SELECT DISTINCT schema_name FROM duckdb_tables() ORDER BY 1").fetchall()
        assert schemas == [("what_if",)]
        basis = connection.execute("SELECT release_id, scheme_edition FROM what_if.basis").fetchone()
        assert basis == (release.name, "396-2012")
        assert connection.execute("SELECT count(*) FROM what_if.rpt_scorecard").fetchone() != (0,)
    assert verify_release(release) == []
    assert current_release(province.marts) == release
    assert "nothing changed" in call(province, "run").output
    names = {table.name for table in Manifest.read(release / MANIFEST_NAME).tables}
    assert not any("what_if" in name for name in names)
    refused = call(province, "what-if", "--scheme", tried, "--name", "nobody", "--year", "2031")
    assert refused.exit_code == 2 and not list(province.what_if.glob("*nobody*"))
    refused = call(province, "what-if", "--scheme", tried, "--name", "../x")
    assert refused.exit_code == 2 and "cannot be a name" in refused.output


def test_editions_side_by_side(province: Workspace, tmp_path: Path) -> None:
    out = tmp_path / "compared.csv"
    result = call(province, "compare-editions", "396-2012", "hunan-2013", "--year", SECOND, "--out", out)
    assert result.exit_code == 0, result.output
    assert "Quality of revenue: in hunan-2013 only (15 points)" in result.output
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) == SMALL.counties and {row["fiscal_year"] for row in rows} == {str(SECOND)}
    database = release_folder(province, None) / "budget_performance.duckdb"
    with duckdb.connect(str(database), read_only=True) as connection:
        for row in rows:
            published = dict(
                connection.execute(
                    "SELECT scheme_edition, total_points_with_defaults_unrounded "
                    "FROM marts.rpt_region_scorecard WHERE subject_code = ? AND fiscal_year = ?",
                    [row["subject_code"], SECOND],
                ).fetchall()
            )
            for side, edition in (("before", "396-2012"), ("after", "hunan-2013")):
                assert row[f"points_{side}"] == str(published[edition])
    unknown = call(province, "compare-editions", "396-2012", "hunan-2099")
    assert unknown.exit_code == 2 and "county_expenditure_management/hunan-2013" in unknown.output
    assert call(province, "compare-editions", "396-2012", "396-2012").exit_code == 2, "of two schemes"
    again = call(province, "compare-editions", "396-2012", "hunan-2013", "--out", out)
    assert again.exit_code == 2 and "exists already" in again.output
    nowhere = call(province, "compare-editions", "396-2012", "hunan-2013", "--out", tmp_path / "x" / "y.csv")
    assert nowhere.exit_code == 2 and "There is no folder" in nowhere.output
    early = call(province, "compare-editions", "396-2012", "hunan-2013", "--year", FIRST)
    assert early.exit_code == 0 and "no subject is complete under both" in early.output


def test_a_change_is_taken_apart(province: Workspace) -> None:
    release = release_folder(province, None)
    of_counties = [scheme for scheme in schemes_of(release) if scheme.about["subject_type"] == "region"]
    older, newer = sorted(of_counties, key=lambda scheme: scheme.key[1])
    subject = first_county(province)
    start, end = State(release, older, FIRST), State(release, newer, SECOND)
    found = movement(province, subject, start, end)
    assert sum((part.points for part in found.parts), Decimal(0)) == found.after - found.before
    assert found.parts[-1].kind == "edition"
    # The first year lacks the year before it, so items about growth have points in the second only.
    assert {part.kind for part in found.parts} == {"own", "peers", "unmatched", "edition"}
    assert (found.is_complete_before, found.is_complete_after) == (False, True)
    with pytest.raises(ReplayError, match="is after"):
        movement(province, subject, end, State(release, newer, FIRST))
    told = call(province, "why", "--subject", subject, "--from", FIRST, "--to", SECOND)
    assert told.exit_code == 2 and "several editions" in told.output
    told = call(
        province, "why", "--subject", subject, "--from", FIRST, "--to", SECOND, "--edition", "396-2012"
    )
    assert told.exit_code == 0 and f"its own data in {SECOND}" in told.output, told.output
    assert f"items with points in only one of {SECOND}" in told.output
    assert f"Note: {FIRST} (396-2012) is incomplete" in told.output
    assert f"Note: {SECOND}" not in told.output
    assert call(province, "replay", "--release", "nothing").exit_code == 2
    of_one = ["--edition", "396-2012"]
    late = call(province, "why", "--subject", subject, "--from", FIRST, "--to", SECOND + 1, *of_one)
    assert late.exit_code == 2 and f"no total of {subject} for {SECOND + 1}" in late.output
    nobody = call(province, "why", "--subject", "nobody", "--from", FIRST, "--to", SECOND, *of_one)
    assert nobody.exit_code == 2 and "scores no subject nobody" in nobody.output


def test_a_ripple_is_what_the_correction_then_does(province: Workspace, tmp_path: Path) -> None:
    before = release_folder(province, None)
    subject = first_county(province)
    corrected = corrected_workbook(province, subject, tmp_path)
    told = call(province, "ripple", corrected, "--submitter", subject, "--year", SECOND)
    assert told.exit_code == 0, told.output
    assert "own data" in told.output and "subjects move" in told.output
    assert current_release(province.marts) == before and verify_release(before) == []
    shutil.copyfile(corrected, province.inbox / str(SECOND) / subject / corrected.name)
    result = execute(province, SMALL.years)
    assert result.success, "\n".join(failure_reasons(result))
    after = release_folder(province, None)
    assert after != before
    found = movers(before, province)
    assert found and any(one.is_own for one in found)
    for one in found:
        assert one.subject_code in told.output
    (scheme,) = (one for one in schemes_of(after) if one.folder.name.endswith(COUNTY))
    moved = movement(province, subject, State(before, scheme, SECOND), State(after, scheme, SECOND))
    assert [part.kind for part in moved.parts] == ["corrections"]
    (of_subject,) = (
        one for one in found if (one.subject_code, one.scheme_edition) == (subject, scheme.key[1])
    )
    assert moved.parts[0].points == of_subject.change
    assert call(province, "ripple", corrected).exit_code == 2, "of whom?"


def test_a_correction_that_would_be_held_back_is_told_as_such(
    province: Workspace, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What the run in the copy made is planted into the release; that run is the matter of the test above."""
    from orchestration.scoring import movement_command

    subject = first_county(province)
    (filed,) = (province.inbox / str(SECOND) / subject).glob("*县级基础数据*.xlsx")
    note = tmp_path / "note.md"
    note.write_text("no workbook", encoding="utf-8")
    monkeypatch.setattr(movement_command, "copy_workspace", lambda workspace, corrections: workspace)
    monkeypatch.setattr(movement_command, "_run", lambda session, copy: None)
    monkeypatch.setattr(movement_command, "discard", lambda copy: None)
    options = ["--submitter", subject, "--year", SECOND]
    taken = call(province, "ripple", filed, *options)
    assert taken.exit_code == 0 and "taken up" not in taken.output
    ignored = call(province, "ripple", note, *options)
    assert ignored.exit_code == 1 and "is no workbook that is read here" in ignored.output
    database = release_folder(province, None) / "budget_performance.duckdb"
    database.chmod(0o644)
    with duckdb.connect(str(database)) as connection:
        place = f"{SECOND}/{subject}/{filed.name}"
        connection.execute(
            "UPDATE marts.fct_submissions SET status = 'quarantined' WHERE relative_path = ?", [place]
        )
        connection.execute(
            "INSERT INTO marts.fct_findings (finding_id, gate, check_code, severity, submission_id, "
            "message_zh, message_en) "
            "SELECT '1', 'G2', 'content.text_in_amount', 'block', submission_id, '应为数字', 'no number' "
            "FROM marts.fct_submissions WHERE relative_path = ?",
            [place],
        )
    away = call(province, "ripple", filed, "--submitter", "../../away", "--year", SECOND)
    assert away.exit_code == 2 and "cannot be a name" in away.output
    with pytest.raises(ValueError, match="leads out of the inbox"):
        copy_workspace(province, [(filed, SECOND, "../../../away")])
    held = call(province, "ripple", filed, *options)
    assert held.exit_code == 1 and "would be taken up: quarantined" in held.output
    assert "no number" in held.output


def first_county(place: Workspace) -> str:
    with duckdb.connect(
        str(release_folder(place, None) / "budget_performance.duckdb"), read_only=True
    ) as connection:
        row = connection.execute(
            f"SELECT min(subject_code) FROM marts.rpt_region_scorecard WHERE fiscal_year = {SECOND} "
            "AND is_complete"
        ).fetchone()
    assert row is not None and row[0]
    return str(row[0])


def corrected_workbook(place: Workspace, subject: str, folder: Path) -> Path:
    """The county's base data with a fifth fewer persons on the payroll, under the name of the first one."""
    (filed,) = (place.inbox / str(SECOND) / subject).glob("*县级基础数据*.xlsx")
    book = openpyxl.load_workbook(filed)
    sheet = book.worksheets[0]
    (cell,) = (
        row[3] for row in sheet.iter_rows() if row[1].value and "财政供养人员（在职）" in str(row[1].value)
    )
    cell.value = int(cell.value) * 4 // 5
    target = folder / filed.name
    book.save(target)
    return target
