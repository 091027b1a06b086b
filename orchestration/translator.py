"""How dbt's nodes appear in Dagster: key = relation, group = stage.

What belongs here: names, groups, owners. What does not: running dbt (`dbt_runner`, `assets/compute`).
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster import AssetKey
from dagster_dbt import DagsterDbtTranslator, DagsterDbtTranslatorSettings

from orchestration.assets.policy import COMPUTE


class RelationTranslator(DagsterDbtTranslator):
    """Asset key = the `schema.table` an analyst types."""

    def __init__(self) -> None:
        super().__init__(DagsterDbtTranslatorSettings(enable_source_tests_as_checks=True))

    def get_asset_key(self, dbt_resource_props: Mapping[str, Any]) -> AssetKey:
        """Schema and name of the relation the node makes or, for a source, reads."""
        name = (
            dbt_resource_props.get("identifier")
            or dbt_resource_props.get("alias")
            or dbt_resource_props["name"]
        )
        return AssetKey([dbt_resource_props["schema"], name])

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        """All of dbt is one stage."""
        return COMPUTE
