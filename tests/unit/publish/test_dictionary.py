from __future__ import annotations

import json
from pathlib import Path

from orchestration.publish.candidate import Column, TableFile
from orchestration.publish.dictionary import (
    dictionary,
    grain,
    models_from,
    split_description,
    write_dictionary,
)

TABLE = TableFile(
    name="fct_scores",
    file="parquet/fct_scores.parquet",
    rows=1,
    size_bytes=1,
    sha256="",
    comment="One row per node. Points are unrounded. | 每个节点一行。得分未取整。",
    columns=(
        Column("points", "DECIMAL(28,12)", "Points of the node. | 节点得分。"),
        Column("gap_cny", "DECIMAL(24,2)", "Gap, a|b. | 差额。"),
        Column("node_code", "VARCHAR", ""),
    ),
)
MANIFEST = {
    "nodes": {
        "model.p.fct_scores": {
            "resource_type": "model",
            "name": "fct_scores",
            "schema": "marts",
            "description": "",
            "depends_on": {"nodes": ["model.p.stg_a", "seed.p.schemes"]},
            "columns": {
                "node_code": {"config": {"meta": {"source": "Annex 2 | 附件2", "unit": "code | 代码"}}}
            },
        },
        "model.p.stg_a": {
            "resource_type": "model",
            "name": "stg_a",
            "schema": "staging",
            "depends_on": {"nodes": ["source.p.raw.county_base_data"]},
        },
        "seed.p.schemes": {"resource_type": "seed", "name": "schemes", "schema": "seeds"},
    },
    "sources": {"source.p.raw.county_base_data": {"name": "county_base_data", "schema": "raw"}},
}


def test_descriptions_are_split_by_language() -> None:
    assert split_description("English. | 中文。", "en") == "English."
    assert split_description("English. | 中文。", "zh") == "中文。"
    assert split_description("only one", "zh") == "only one"


def test_the_grain_is_the_first_sentence() -> None:
    assert grain(TABLE.comment, "en") == "One row per node."
    assert grain(TABLE.comment, "zh") == "每个节点一行。"
    assert grain("", "en") == ""


def test_the_dictionary_says_grain_types_units_and_origin_in_each_language() -> None:
    english = dictionary([TABLE], models_from(MANIFEST), "en")
    chinese = dictionary([TABLE], models_from(MANIFEST), "zh")
    assert "| `points` | decimal(28,12) | points | Points of the node. |" in english
    assert "| `points` | decimal(28,12) | 分 | 节点得分。 |" in chinese
    assert "| `gap_cny` | decimal(24,2) | yuan | Gap, a\\|b. |" in english
    assert "- Built from: `seeds.schemes`, `staging.stg_a`" in english
    assert "- 来源报表: `raw.county_base_data`" in chinese
    assert "| `node_code` | varchar | 代码 | （暂无说明） | 附件2 |" in chinese
    assert "每个节点一行" not in english and "One row" not in chinese


def test_the_files_of_both_languages_are_written(tmp_path: Path) -> None:
    manifest = tmp_path / "manifest.json"
    manifest.write_text(json.dumps(MANIFEST), "utf-8")
    write_dictionary([TABLE], tmp_path / "release", manifest)
    assert "# Data dictionary" in (tmp_path / "release" / "DATA_DICTIONARY.md").read_text("utf-8")
    assert "# 数据字典" in (tmp_path / "release" / "DATA_DICTIONARY.zh-CN.md").read_text("utf-8")


def test_without_a_manifest_the_comments_of_the_tables_suffice() -> None:
    assert "Points of the node." in dictionary([TABLE], {}, "en")
