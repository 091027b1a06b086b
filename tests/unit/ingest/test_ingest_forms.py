"""Form maps: validation that names file and field, editions without holes, one hash for one meaning."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.ingest.compiled import for_year
from orchestration.ingest.drift import compare
from orchestration.ingest.forms import FormMapError, load_catalogue
from orchestration.resources.paths import SHIPPED_FORMS
from tests.support.workbooks import catalogue_of

FORM = """
form: small
title: {zh: 小表, en: Small}
filed_by: {zh: 部门, en: Departments}
editions:
  - edition: "2012"
    valid_from: 2012
    valid_to: 2013
    tables: &tables
      - table: only
        kind: matrix
        titles: [小表]
        layouts:
          - blocks:
              - columns:
                  - {header: 项目, role: label}
                  - {header: 金额, measure: amount}
                items:
                  - {code: a, label: 甲}
  - edition: "2014"
    valid_from: 2014
    same_as: "2012"
"""


def load(tmp_path: Path, text: str = FORM, **more: str) -> str:
    try:
        catalogue_of(tmp_path / "forms", small=text, **more)
    except FormMapError as error:
        return str(error)
    return ""


def test_a_good_map_loads(tmp_path: Path) -> None:
    assert load(tmp_path) == ""


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("valid_from: 2014", "valid_from: 2015", "no overlap and no hole"),
        ("valid_from: 2014", "valid_from: 2013", "no overlap and no hole"),
        ("    valid_to: 2013\n", "", "no overlap and no hole"),
        ("measure: amount", "mesure: amount", "editions.0.tables.0.layouts.0.blocks.0.columns.1"),
        ("{code: a, label: 甲}", "{label: 甲}", "every other row has one"),
        ("kind: matrix", "kind: list", "`fields` are for lists and cards only"),
        ('same_as: "2012"', 'same_as: "2010"', "no edition with tables of its own"),
        ("form: small", "form: large", "must equal the name of the file"),
        ("form: small", "form: [", "not readable as YAML"),
        ("kind: matrix", "kind: card", "a card needs fields"),
    ],
)
def test_mistakes_are_named_with_file_and_place(tmp_path: Path, old: str, new: str, said: str) -> None:
    message = load(tmp_path, FORM.replace(old, new))
    assert message.startswith("small.yml: ")
    assert said in message


def test_two_tables_may_not_claim_one_title(tmp_path: Path) -> None:
    catalogue = catalogue_of(tmp_path / "forms", small=FORM, other=FORM.replace("form: small", "form: other"))
    with pytest.raises(FormMapError, match=r"small\.yml and other\.yml"):
        for_year(catalogue, 2013)


def test_the_hash_follows_meaning_and_a_later_folder_overrides(tmp_path: Path) -> None:
    first = catalogue_of(tmp_path / "one", small=FORM)
    commented = catalogue_of(tmp_path / "two", small="# a comment\n" + FORM)
    changed = catalogue_of(tmp_path / "three", small=FORM.replace("label: 甲", "label: 乙"))
    assert first.content_hash == commented.content_hash != changed.content_hash
    both = load_catalogue([tmp_path / "one", tmp_path / "three"])
    assert both.content_hash == changed.content_hash


def test_the_vocabulary_is_needed(tmp_path: Path) -> None:
    with pytest.raises(FormMapError, match="_vocabulary"):
        load_catalogue([tmp_path])


def test_shipped_maps_compile_for_every_year_and_promise_their_raw_tables() -> None:
    catalogue = load_catalogue([SHIPPED_FORMS])
    for year in range(2012, 2027):
        assert for_year(catalogue, year).tables
    schemas = catalogue.raw_schemas()
    assert {"department_final_account", "project_performance_target_indicators", "region_register"} <= set(
        schemas
    )
    for schema in schemas.values():
        names = [column.name for column in schema.columns]
        assert names[0] == "_submission_id"
        assert len(names) == len(set(names))
        assert all(column.zh and column.en for column in schema.columns)


def test_drift_pairs_only_what_stands_in_the_same_place() -> None:
    renamed = compare([0, None, 2], [True, True, True])
    assert (renamed.renamed, renamed.unknown, renamed.missing) == ({1: 1}, [], [])
    moved = compare([None, 0, 2], [True, True, True])
    assert (moved.renamed, moved.unknown, moved.missing) == ({}, [0], [1])
    optional = compare([0, None], [True, False])
    assert (optional.renamed, optional.unknown, optional.missing) == ({}, [1], [])
