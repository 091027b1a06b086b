"""A Great Expectations expectation of our own: results of checks hold.

What belongs here: the expectation and its metric, which Great Expectations registers when the module is
imported; so only functions that run a validation import it. What does not: which results are validated.
"""

from __future__ import annotations

from typing import Any, ClassVar

import pandas as pd
from great_expectations.execution_engine.pandas_execution_engine import PandasExecutionEngine
from great_expectations.expectations.expectation import MulticolumnMapExpectation
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_condition_partial import (
    multicolumn_condition_partial,
)
from great_expectations.expectations.metrics.map_metric_provider.multicolumn_map_metric_provider import (
    MulticolumnMapMetricProvider,
)

EVALUATED, VIOLATIONS = "evaluated", "violations"
_METRIC = "check_results.hold"


class CheckResultsHold(MulticolumnMapMetricProvider):
    """Row by row: the check was asked of something, and nothing it was asked of failed."""

    condition_metric_name = _METRIC
    condition_domain_keys = (
        "batch_id",
        "table",
        "column_list",
        "row_condition",
        "condition_parser",
        "ignore_row_if",
    )

    # The library's decorator is untyped, and hands over the class in the place of `self`.
    @multicolumn_condition_partial(engine=PandasExecutionEngine)  # type: ignore[untyped-decorator]
    def _pandas(cls, column_list: pd.DataFrame, **_: Any) -> pd.Series[bool]:  # noqa: N805
        return (column_list[EVALUATED] > 0) & (column_list[VIOLATIONS] == 0)


class ExpectCheckResultsToHold(MulticolumnMapExpectation):
    """Expect each row of results to have judged at least one thing and to have found nothing against it.

    Rows that bear neither count (they belong to other expectations of the suite) are left out.
    """

    map_metric: ClassVar[str] = _METRIC
    args_keys = ("column_list",)


def results_to_hold() -> ExpectCheckResultsToHold:
    """The expectation on the columns `evaluated` and `violations`."""
    return ExpectCheckResultsToHold(column_list=[EVALUATED, VIOLATIONS])
