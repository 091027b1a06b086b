"""The gates, for callers.

`check_receipts` (G0), `check_raw` and `check_raw_years` (G2) and `check_candidate` (G4) return a
`CheckOutcome`: findings in both languages and how often each check was asked. They write nothing. Whatever
proves nothing (an empty suite, an empty frame, an expectation that raised, a rule whose SQL fails) is an
exception and never a pass.
"""

from __future__ import annotations

from expectations.catalogue import Catalogue, Check
from expectations.findings import CheckOutcome, CheckResult, Finding
from expectations.product_gate import check_candidate
from expectations.raw_gate import check_raw, check_raw_years, check_receipts, rival_versions
from expectations.reader_findings import reader_outcome
from expectations.validation import EmptyFrameError, EmptySuiteError, ExpectationRaisedError, ValidationError

__all__ = [
    "Catalogue",
    "Check",
    "CheckOutcome",
    "CheckResult",
    "EmptyFrameError",
    "EmptySuiteError",
    "ExpectationRaisedError",
    "Finding",
    "ValidationError",
    "check_candidate",
    "check_raw",
    "check_raw_years",
    "check_receipts",
    "reader_outcome",
    "rival_versions",
]
