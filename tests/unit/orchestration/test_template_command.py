"""`bpw template` and `bpw forms`: what is written and what is said."""

from __future__ import annotations

import json
from pathlib import Path

import openpyxl
import pytest
from click.testing import CliRunner, Result

from orchestration.cli import main
from orchestration.ingest.form_schema import form_map_schema
from tests.support.real_material import shipped_forms


def bpw(workspace: Path, *arguments: str, language: str = "en") -> Result:
    return CliRunner().invoke(main, ["--workspace", str(workspace), "--language", language, *arguments])


def test_blank_form_is_written_where_asked(tmp_path: Path) -> None:
    out = tmp_path / "blank.xlsx"
    answer = bpw(
        tmp_path, "template", "evaluation_register", "--year", "2014", "--unit", "元", "--out", str(out)
    )

    assert answer.exit_code == 0, answer.output
    sheet = openpyxl.load_workbook(out).worksheets[0]
    assert (sheet["A1"].value, sheet["O2"].value) == ("2014年度绩效评价登记表", "单位：元")


def test_blank_form_is_named_after_form_and_year(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)

    assert bpw(tmp_path / "data", "template", "department_final_account", "--year", "2013").exit_code == 0
    assert [path.name for path in tmp_path.glob("*.xlsx")] == ["部门决算_2013.xlsx"]


def test_a_file_is_overwritten_only_when_told_to(tmp_path: Path) -> None:
    out = tmp_path / "blank.xlsx"
    out.write_bytes(b"mine")
    asked = ("template", "unit_register", "--year", "2014", "--out", str(out))

    answer = bpw(tmp_path, *asked)
    assert (answer.exit_code, out.read_bytes()) == (1, b"mine")
    assert "--force" in answer.output
    assert bpw(tmp_path, *asked, "--force").exit_code == 0
    assert out.read_bytes() != b"mine"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("nothing", "--year", "2014"), "evaluation_register"),
        (("evaluation_register", "--year", "2011"), "no edition for 2011"),
        (("evaluation_register", "--year", "2014", "--unit", "吨"), "万元, 元"),
    ],
)
def test_what_cannot_be_written_is_said(tmp_path: Path, arguments: tuple[str, ...], said: str) -> None:
    answer = bpw(tmp_path, "template", *arguments, "--out", str(tmp_path / "blank.xlsx"))

    assert answer.exit_code == 2
    assert said in answer.output
    assert not list(tmp_path.glob("*.xlsx"))


def test_a_folder_that_is_not_there_is_made_and_one_that_cannot_be_is_said(tmp_path: Path) -> None:
    def template(out: Path) -> Result:
        return bpw(tmp_path, "template", "unit_register", "--year", "2014", "--out", str(out))

    assert template(tmp_path / "new" / "a.xlsx").exit_code == 0
    assert (tmp_path / "new" / "a.xlsx").is_file()

    (tmp_path / "file").write_text("", "utf-8")
    answer = template(tmp_path / "file" / "a.xlsx")
    assert answer.exit_code == 1
    assert "cannot be written" in answer.output


@pytest.mark.parametrize("language", ["zh", "en"])
def test_forms_are_listed_with_who_files_them_their_editions_and_tables(
    tmp_path: Path, language: str
) -> None:
    answer = bpw(tmp_path, "forms", language=language)

    assert answer.exit_code == 0
    for code, form in shipped_forms().forms.items():
        assert code in answer.output
        assert getattr(form.title, language) in answer.output
        assert getattr(form.filed_by, language) in answer.output
        for edition in form.editions:
            assert f"{edition.edition} ({edition.valid_from}" in answer.output
            assert all(table.table in answer.output for table in form.tables_of(edition))


def test_forms_gives_the_schema_for_editors(tmp_path: Path) -> None:
    answer = bpw(tmp_path, "forms", "--schema")

    assert answer.output == form_map_schema()
    assert json.loads(answer.output)["title"] == "FormMap"
