"""The one partition: the fiscal year.

What belongs here: partition definitions and what a context says about them. Years themselves are in
`fiscal_years.yml`.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from dagster import AssetExecutionContext, BackfillPolicy, StaticPartitionsDefinition

from orchestration.fiscal_years import fiscal_years

FISCAL_YEARS = StaticPartitionsDefinition([str(year) for year in fiscal_years()])
ONE_RUN_FOR_ALL_YEARS = BackfillPolicy.single_run()

RANGE_START_TAG = "dagster/asset_partition_range_start"
RANGE_END_TAG = "dagster/asset_partition_range_end"


def years_of(context: AssetExecutionContext) -> list[int]:
    """The fiscal years a step runs for."""
    return [int(key) for key in context.partition_keys]


def range_tags(years: Sequence[int]) -> Mapping[str, str]:
    """Tags of one run over all fiscal years from the first to the last of `years`."""
    return {RANGE_START_TAG: str(min(years)), RANGE_END_TAG: str(max(years))}
