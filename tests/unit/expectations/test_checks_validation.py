from __future__ import annotations

import pandas as pd
import pytest

from expectations.raw_contract import CountMismatchError
from expectations.validation import (
    EmptyFrameError,
    EmptySuiteError,
    ExpectationRaisedError,
    ValidationError,
    Validator,
    expectation_library,
)


@pytest.fixture(scope="module")
def validator() -> Validator:
    return Validator()


FRAME = pd.DataFrame({"violations": [0, 3, 0, 1]})


def test_violating_rows_are_told(validator: Validator) -> None:
    gxe = expectation_library()
    verdicts = validator.validate(
        "example",
        FRAME,
        [
            gxe.ExpectColumnValuesToBeBetween(column="violations", min_value=0, max_value=0),
            gxe.ExpectTableRowCountToEqual(value=4),
        ],
    )
    assert [(verdict.success, verdict.violating_rows) for verdict in verdicts] == [
        (False, (1, 3)),
        (True, ()),
    ]
    assert verdicts[0].evaluated_count == 4


def test_an_empty_suite_is_an_error(validator: Validator) -> None:
    with pytest.raises(EmptySuiteError):
        validator.validate("example", FRAME, [])


def test_an_empty_frame_is_an_error(validator: Validator) -> None:
    gxe = expectation_library()
    with pytest.raises(EmptyFrameError):
        validator.validate(
            "example", FRAME.iloc[:0], [gxe.ExpectColumnValuesToBeBetween(column="violations", max_value=0)]
        )


def test_an_expectation_that_raises_is_an_error(validator: Validator) -> None:
    gxe = expectation_library()
    with pytest.raises(ExpectationRaisedError, match="absent"):
        validator.validate(
            "example", FRAME, [gxe.ExpectColumnValuesToBeBetween(column="absent", min_value=0, max_value=0)]
        )


def test_all_are_one_family() -> None:
    for error in (EmptySuiteError, EmptyFrameError, ExpectationRaisedError, CountMismatchError):
        assert issubclass(error, ValidationError)
