"""Schemes as folders: read as they are meant, or refused with every mistake by file and row."""

from __future__ import annotations

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner
from openpyxl import Workbook

from orchestration.cli import main
from orchestration.fingerprint import methods_hash, run_fingerprint
from orchestration.methods.project import project_in_use, schemes_in_use
from orchestration.methods.scheme_folders import Scheme, SchemeError, read_scheme, shipped_schemes
from orchestration.methods.scheme_rules import mistakes_of, require_sound, rule_catalogue
from orchestration.methods.seed_tables import seed_tables
from orchestration.methods.table_files import OwnTableError
from orchestration.resources.paths import DBT_PROJECT, Workspace

SHIPPED = sorted(path for path in shipped_schemes(DBT_PROJECT).iterdir() if path.is_dir())
COUNTY = shipped_schemes(DBT_PROJECT) / "county_expenditure_management_396_2012"
TABLES = seed_tables(DBT_PROJECT).values()
CATALOGUE = rule_catalogue(DBT_PROJECT)
Rows = list[dict[str, str]]


def rows_of(path: Path) -> Rows:
    with path.open(encoding="utf-8", newline="") as stream:
        return list(csv.DictReader(stream))


def write_rows(path: Path, rows: Rows, columns: list[str] | None = None) -> None:
    with path.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, columns or list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A copy of the county scheme to spoil."""
    return Path(shutil.copytree(COUNTY, tmp_path / "spoiled"))


def spoil(folder: Path, table: str, edit: Callable[[Rows], object]) -> None:
    path = folder / f"{table}.csv"
    rows = rows_of(path) if path.exists() else []
    edit(rows)
    write_rows(path, rows)


def read(folder: Path) -> Scheme:
    return read_scheme(folder, TABLES)


def mistakes(folder: Path) -> list[str]:
    return [mistake.said() for mistake in mistakes_of(read(folder), CATALOGUE)]


def node(rows: Rows, code: str) -> dict[str, str]:
    return next(row for row in rows if row["node_code"] == code)


def set_node(code: str, **values: str) -> tuple[str, Callable[[Rows], object]]:
    return "nodes", lambda rows: node(rows, code).update(values)


def added(table: str, **values: str) -> tuple[str, Callable[[Rows], object]]:
    return table, lambda rows: rows.append({**dict.fromkeys(rows[0] if rows else values, ""), **values})


def dropped(table: str, column: str, value: str) -> tuple[str, Callable[[Rows], object]]:
    return table, lambda rows: rows.remove(next(row for row in rows if row[column] == value))


@pytest.mark.parametrize("shipped", SHIPPED, ids=lambda path: path.name)
def test_shipped_schemes_are_sound(shipped: Path) -> None:
    require_sound(read(shipped), CATALOGUE)


@pytest.mark.parametrize(
    ("spoiling", "said"),
    [
        (set_node("guarantee_205", max_points="11"), "“guarantee_205” has 11 points, the nodes below it 10"),
        (set_node("guarantee_205", parent_node_code="nowhere"), "the parent “nowhere” of “guarantee_205”"),
        (set_node("total", parent_node_code="guarantee_205"), "no node is the total"),
        (set_node("key_spending", parent_node_code=""), "“key_spending” has no parent either"),
        (set_node("itemised_guarantee", parent_node_code="guarantee_205"), "lead back to itself"),
        (set_node("openness", max_points=""), "“openness” has no points"),
        (set_node("openness", rule_code="proportion"), "there is no rule “proportion”"),
        (set_node("openness", rule_code="normalise_rank"), "does not go with this scheme"),
        (set_node("openness", combination="sum"), "there is no combination “sum”"),
        (set_node("openness", combination="difference"), "needs 1 inputs in the role previous, but has 0"),
        (set_node("openness", combination="best_of"), "needs ≥ 2 inputs in the role value, but has 1"),
        (set_node("openness", aggregation="sum_of_points"), "aggregation must be blank"),
        (set_node("key_spending", rule_code="threshold"), "rule_code must be blank"),
        (set_node("key_spending", aggregation="minimum"), "“minimum” of “key_spending” cannot be used"),
        (set_node("openness", combination="checklist"), "so item_points is needed"),
        (set_node("even_progress", combination="single"), "so reference_value must be blank"),
        (set_node("openness", rule_code="interval_table"), "needs intervals in the table intervals"),
        (set_node("openness", rule_code="threshold"), "needs the parameter threshold"),
        (set_node("openness", rule_code="threshold"), "has no parameter full_at; there are threshold"),
        (
            added("parameters", node_code="overall", parameter_code="full_at", parameter_value="1"),
            "“overall” is no",
        ),
        (
            added("inputs", node_code="openness", input_role="proof", metric_code="openness_index"),
            "no role “proof”",
        ),
        (
            added("inputs", node_code="openness", input_role="value", metric_code="index"),
            "there is no “index”",
        ),
        (dropped("inputs", "node_code", "carry_over"), "“carry_over_ratio” is not used by any node"),
        (dropped("metric_terms", "term_role", "numerator"), "“per_capita_expenditure” has no numerator"),
        (("scheme", lambda rows: rows[0].update(band_metric_code="heads")), "there is no “heads”"),
        (("scheme", lambda rows: rows[0].update(valid_to="2011")), "begins after it ends"),
        (("grades", lambda rows: rows[1].update(points_below="89")), "what lies between belongs to none"),
        (
            ("grades", lambda rows: rows[1].update(points_below="91")),
            "overlaps grades.csv:3, which ends at 91",
        ),
        (
            ("grades", lambda rows: rows[0].update(points_below="100")),
            "the highest one must have no points_below",
        ),
        (("grades", lambda rows: rows[3].update(points_from="0")), "the lowest one must have no points_from"),
        (("bands", lambda rows: rows.pop(0)), "must begin at 1 subject, but begins at 15"),
        (
            ("bands", lambda rows: rows[2].update(band_count="2")),
            "more subjects have fewer bands (2 after 3)",
        ),
        (("perturbations", lambda rows: rows.append({**rows[0], "seed": "1"})), "has one row only"),
    ],
)
def test_a_mistake_is_told_with_its_place(
    folder: Path, spoiling: tuple[str, Callable[[Rows], object]], said: str
) -> None:
    table, edit = spoiling
    assert mistakes(folder) == []
    spoil(folder, table, edit)
    told = mistakes(folder)
    assert any(said in one for one in told), told
    assert all(".csv:" in one for one in told), told
    assert all(any("\u4e00" <= sign <= "\u9fff" for sign in one) for one in told), "in Chinese, too"


def test_parameters_keep_their_bounds_and_ends_differ(folder: Path) -> None:
    spoil(folder, "parameters", lambda rows: node(rows, "overall_guarantee").update(parameter_value="0"))
    spoil(
        folder, *added("parameters", node_code="openness", parameter_code="nothing_at", parameter_value="1")
    )
    told = "\n".join(mistakes(folder))
    assert "window_half_width of “overall_guarantee” must lie between 0.000000000001 and ∞, but is 0" in told
    assert "nothing_at and full_at of “openness” must differ, both are 1" in told


def test_intervals_are_half_open_without_hole_or_overlap(folder: Path) -> None:
    spoil(folder, *set_node("openness", rule_code="interval_table"))
    spoil(folder, *dropped("parameters", "node_code", "openness"))
    columns = ["node_code", "value_from", "value_below", "points"]

    def intervals(*rows: tuple[str, str, str]) -> list[str]:
        write_rows(
            folder / "intervals.csv",
            [dict(zip(columns, ("openness", *row), strict=True)) for row in rows],
        )
        return mistakes(folder)

    assert intervals(("", "0.5", "0"), ("0.5", "", "5")) == []
    assert "belongs to none" in intervals(("", "0.5", "0"), ("0.6", "", "5"))[0]
    assert "overlaps" in intervals(("", "0.5", "0"), ("0.4", "", "5"))[0]
    assert "more than its 5 points" in intervals(("", "0.5", "0"), ("0.5", "", "6"))[0]
    assert "lowest" in intervals(("0", "0.5", "0"), ("0.5", "", "5"))[0]


def test_all_mistakes_are_told_at_once(folder: Path) -> None:
    spoil(folder, *set_node("openness", rule_code="proportion"))
    spoil(folder, *set_node("carry_over", combination="sum"))
    with pytest.raises(SchemeError) as refused:
        require_sound(read(folder), CATALOGUE)
    assert "has 2 mistakes" in str(refused.value) and "处错误" in str(refused.value)
    assert len(str(refused.value).splitlines()) == 3


@pytest.mark.parametrize(
    ("spoiling", "said"),
    [
        (set_node("openness", direction="up"), "“direction” cannot be “up”; there are more, less"),
        (set_node("openness", node_status="guess"), "“node_status” cannot be “guess”"),
        (set_node("openness", max_points="-5"), "“max_points” must lie between 0 and ∞"),
        (set_node("openness", max_points="five"), "is “five”"),
        (added("nodes", node_code="openness", name_zh="公开", node_status="source"), "is the same as row"),
        (("nodes", lambda rows: [row.pop("citation") for row in rows]), "missing: citation"),
        (("scheme", lambda rows: rows.append(dict(rows[0], scheme_edition="x"))), "exactly one row"),
    ],
)
def test_a_file_that_is_not_its_table_is_refused(
    folder: Path, spoiling: tuple[str, Callable[[Rows], object]], said: str
) -> None:
    spoil(folder, *spoiling)
    with pytest.raises((OwnTableError, SchemeError)) as refused:
        read(folder)
    assert said in str(refused.value) and f"{spoiling[0]}.csv" in str(refused.value)


def test_values_of_another_type_are_told_of_all_files(folder: Path) -> None:
    spoil(folder, "parameters", lambda rows: rows[0].update(parameter_value="abc"))
    spoil(folder, "parameters", lambda rows: rows[2].update(parameter_value="many"))
    spoil(folder, "nodes", lambda rows: rows[0].update(max_points="1/2"))
    spoil(folder, "bands", lambda rows: rows[1].update(band_count="2.5"))
    with pytest.raises(SchemeError) as refused:
        read(folder)
    told = str(refused.value).splitlines()
    assert len(told) == 4 and sum("must be a number" in line for line in told) == 3
    assert sum("must be a whole number, but is “2.5”" in line for line in told) == 1


def test_files_must_be_those_of_a_scheme(folder: Path, tmp_path: Path) -> None:
    (folder / "weights.csv").write_text("a\n1\n", encoding="utf-8")
    with pytest.raises(SchemeError, match=r"weights\.csv.*there are bands"):
        read(folder)
    (folder / "weights.csv").unlink()
    (folder / "README.md").write_text("notes", encoding="utf-8")
    read(folder)
    (folder / "nodes.csv").unlink()
    with pytest.raises(SchemeError, match=r"nodes\.csv is missing"):
        read(folder)
    with pytest.raises(SchemeError, match="no such scheme folder"):
        read(tmp_path / "absent")


def test_a_table_may_be_a_workbook(folder: Path) -> None:
    rows = rows_of(folder / "grades.csv")
    (folder / "grades.csv").unlink()
    book = Workbook()
    book.active.append(list(rows[0]))
    for row in rows:
        book.active.append([value or None for value in row.values()])
    book.save(folder / "grades.xlsx")
    assert [row["grade_code"] for row in read(folder).tables["grade_bands"]] == [
        r["grade_code"] for r in rows
    ]


def own_scheme(root: Path, name: str = "ours", **about: str) -> Path:
    target = Path(shutil.copytree(COUNTY, root / "schemes" / name))
    spoil(target, "scheme", lambda rows: rows[0].update(about))
    return target


def test_an_own_edition_adds_to_the_shipped_ones_and_one_of_the_same_key_goes_before(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    shipped = {scheme.key for scheme in schemes_in_use(workspace, DBT_PROJECT)}
    own_scheme(tmp_path, scheme_edition="ours-2014")
    used = {scheme.key: scheme.folder for scheme in schemes_in_use(workspace, DBT_PROJECT)}
    assert set(used) == {*shipped, ("county_expenditure_management", "ours-2014")}
    own_scheme(tmp_path, "changed")
    used = {scheme.key: scheme.folder for scheme in schemes_in_use(workspace, DBT_PROJECT)}
    assert used["county_expenditure_management", "396-2012"].parent == workspace.schemes
    own_scheme(tmp_path, "again")
    with pytest.raises(SchemeError, match="same edition of the same scheme"):
        schemes_in_use(workspace, DBT_PROJECT)


def test_a_change_of_an_own_scheme_is_a_change_of_method(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path)
    seen = [run_fingerprint(workspace, [], [])["methods"]]
    target = own_scheme(tmp_path, scheme_edition="ours-2014")
    seen.append(run_fingerprint(workspace, [], [])["methods"])
    spoil(target, "grades", lambda rows: rows[0].update(name_zh="优秀"))
    seen.append(run_fingerprint(workspace, [], [])["methods"])
    assert len(set(seen)) == 3


def test_the_project_in_use_holds_the_schemes_in_one_table_each(tmp_path: Path) -> None:
    own_scheme(tmp_path, scheme_edition="ours-2014")
    project = project_in_use(Workspace(tmp_path), DBT_PROJECT, methods_hash())
    tables = seed_tables(DBT_PROJECT)
    nodes = rows_of(tables["scheme_nodes"].path(project))
    assert list(nodes[0]) == list(tables["scheme_nodes"].columns)
    own = [row for row in nodes if row["scheme_edition"] == "ours-2014"]
    assert [row["node_code"] for row in own] == [row["node_code"] for row in rows_of(COUNTY / "nodes.csv")]
    assert {row["node_code"]: row["node_level"] for row in own}["guarantee_205_static"] == "4"
    above = rows_of(tables["scheme_ancestors"].path(project))
    way = [
        (row["ancestor_code"], row["distance"])
        for row in above
        if row["scheme_edition"] == "ours-2014" and row["node_code"] == "guarantee_205"
    ]
    assert way == [("guarantee_205", "0"), ("itemised_guarantee", "1"), ("key_spending", "2"), ("total", "3")]
    assert "scheme_depth: 4" in (project / "dbt_project.yml").read_text(encoding="utf-8")


def test_a_broken_own_scheme_stops_the_run_with_a_sentence_and_nothing_is_written(tmp_path: Path) -> None:
    spoil(own_scheme(tmp_path, scheme_edition="ours-2014"), *set_node("openness", max_points="6"))
    for command in ("methods", "run"):
        refused = CliRunner().invoke(main, ["--workspace", str(tmp_path), "--language", "en", command])
        assert refused.exit_code == 2, refused.output
        assert "nodes.csv:21" in refused.output and "Traceback" not in refused.output
    assert not list((tmp_path / "work").glob("methods/*"))


def test_a_file_beside_the_scheme_folders_is_refused(tmp_path: Path) -> None:
    (tmp_path / "schemes").mkdir()
    (tmp_path / "schemes" / "scheme_nodes.csv").write_text("a\n", encoding="utf-8")
    with pytest.raises(SchemeError, match=r"scheme_nodes\.csv: a scheme is a folder"):
        schemes_in_use(Workspace(tmp_path), DBT_PROJECT)


def test_the_command_lists_schemes_and_copies_one_to_begin_from(tmp_path: Path) -> None:
    own_scheme(tmp_path, scheme_edition="ours-2014")
    bpw = ["--workspace", str(tmp_path), "--language", "en", "methods"]
    told = CliRunner().invoke(main, bpw).output
    assert "schemes/ours  county_expenditure_management ours-2014" in told and "(your own)" in told
    target = tmp_path / "copy"
    copied = CliRunner().invoke(main, [*bpw, f"schemes/{COUNTY.name}", "--out", str(target)])
    assert copied.exit_code == 0, copied.output
    assert {path.name for path in target.iterdir()} == {path.name for path in COUNTY.iterdir()}
    again = CliRunner().invoke(main, [*bpw, COUNTY.name, "--out", str(target)])
    assert again.exit_code == 2 and "left as it is" in again.output
    unknown = CliRunner().invoke(main, [*bpw, "theirs", "--out", str(tmp_path / "other")])
    assert unknown.exit_code == 2 and "there are county_expenditure" in unknown.output
