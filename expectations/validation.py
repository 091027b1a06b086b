"""Great Expectations on small pandas frames, in a context that lives only as long as the call.

What belongs here: opening the context, running a suite, refusing what proves nothing. Great Expectations
calls an empty suite and a suite on an empty frame a success: here both are errors, and so is an expectation
that could not be computed. What does not: which expectations to run. The library takes seconds to import,
so it is imported inside functions.
"""

from __future__ import annotations

import importlib
import os
from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    import pandas as pd


class ValidationError(RuntimeError):
    """A validation that proves nothing; never to be read as passed."""


class EmptySuiteError(ValidationError):
    """A suite without expectations."""


class EmptyFrameError(ValidationError):
    """A frame without rows."""


class ExpectationRaisedError(ValidationError):
    """An expectation could not be computed."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """Outcome of one expectation.

    Attributes:
        kind: its type, such as expect_column_values_to_be_in_set.
        column: column it is about, '' for the table.
        success: whether it holds.
        evaluated_count: rows it looked at; 1 for the table.
        violating_rows: positions of the rows that break it, in order; empty for the table.
    """

    kind: str
    column: str
    success: bool
    evaluated_count: int
    violating_rows: tuple[int, ...]


class Validator:
    """An ephemeral context; one instance serves all validations of a gate."""

    def __init__(self) -> None:
        os.environ["GX_ANALYTICS_ENABLED"] = "false"
        import great_expectations as gx
        from great_expectations.data_context.types.base import ProgressBarsConfig

        context = gx.get_context(mode="ephemeral")
        context.variables.progress_bars = ProgressBarsConfig(globally=False)
        self._new_suite = gx.ExpectationSuite
        # One asset for all frames: adding one writes the whole context configuration anew.
        asset = context.data_sources.add_pandas("frames").add_dataframe_asset("frame")
        self._frames: Any = asset.add_batch_definition_whole_dataframe("all")

    def validate(self, name: str, frame: pd.DataFrame, expectations: Sequence[Any]) -> list[Verdict]:
        """Run one suite on one frame.

        Args:
            name: what is validated, for messages.
            frame: rows to judge, indexed from 0.
            expectations: Great Expectations expectations.

        Returns:
            One verdict per expectation, in the order given.

        Raises:
            EmptySuiteError: no expectation.
            EmptyFrameError: no row.
            ExpectationRaisedError: an expectation could not be computed.
        """
        if not expectations:
            raise EmptySuiteError(f"{name}: a suite without expectations proves nothing")
        if not len(frame):
            raise EmptyFrameError(f"{name}: a frame without rows proves nothing")
        batch = self._frames.get_batch({"dataframe": frame})
        suite = self._new_suite(name=name, expectations=list(expectations))
        outcome = batch.validate(suite, result_format="COMPLETE")
        if len(outcome.results) != len(expectations):
            raise ExpectationRaisedError(
                f"{name}: {len(expectations)} expectations, {len(outcome.results)} results"
            )
        return [_verdict(name, result) for result in outcome.results]


def expectation_library() -> Any:
    """The expectations of the library; untyped, because it hides its exports from type checkers."""
    return importlib.import_module("great_expectations.expectations")


def _verdict(name: str, result: Any) -> Verdict:
    kind = str(result.expectation_config.type)
    column = str(result.expectation_config.kwargs.get("column", ""))
    raised = _exception_text(result.exception_info or {})
    if raised or (result.success is not True and not result.result):
        raise ExpectationRaisedError(f"{name}: {kind} {column}: {raised or 'no result'}")
    details = result.result or {}
    return Verdict(
        kind=kind,
        column=column,
        success=bool(result.success),
        evaluated_count=int(details.get("element_count", 1)),
        violating_rows=tuple(sorted(int(index) for index in details.get("unexpected_index_list") or ())),
    )


def _exception_text(info: dict[str, Any]) -> str:
    """Great Expectations gives either one record or one per metric."""
    if "raised_exception" in info:
        return str(info.get("exception_message") or "raised") if info["raised_exception"] else ""
    messages = [
        str(entry.get("exception_message") or "raised")
        for entry in info.values()
        if isinstance(entry, dict) and entry.get("raised_exception")
    ]
    return "; ".join(messages)
