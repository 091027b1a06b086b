"""Findings and results: what a check has to say, in both languages, and how often it was asked.

What belongs here: the two records and the filling of message templates. What does not: writing them anywhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

from expectations.catalogue import Check, Language

Status = Literal["passed", "failed"]
OPEN, EXEMPTED, JUSTIFIED = "open", "exempted", "justified"
"""What becomes of a finding: it asks something, a dated decision accepts it, or who filed has answered it."""

_BLANK = {"zh": "空白", "en": "blank"}
_SHOWN_LENGTH = 120
"""Longest value quoted in a message; the finding keeps the whole."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One statement of one check about one cell, workbook, submitter or published table.

    Attributes:
        gate: G0, G1, G2 or G4.
        check_code: row of the catalogue.
        severity: block, error, warning or note, as the catalogue says.
        fiscal_year: year concerned, None when none can be told.
        submission_id: workbook concerned, '' when none (a form that never came).
        submitter_code: who filed or should have.
        form_code: form concerned, '' when none.
        sheet: sheet, '' for the whole workbook.
        cell: address such as F12, '' for a whole sheet.
        item: project, item, code or field concerned: the key of the row within its form.
        given: what stands there, as printed.
        expected: what should stand there, '' when there is nothing to expect.
        subject_code: unit or region the statement is about.
        root_finding_id: the finding this one follows from, '' when it stands for itself.
        message_zh: the statement in Chinese.
        message_en: the statement in English.
    """

    gate: str
    check_code: str
    severity: str
    fiscal_year: int | None
    submission_id: str
    submitter_code: str
    form_code: str
    sheet: str
    cell: str
    item: str
    given: str
    expected: str
    subject_code: str
    message_zh: str
    message_en: str
    root_finding_id: str = ""

    @property
    def finding_id(self) -> str:
        """Sixteen hexadecimal digits of the content: the same statement has the same id in every run."""
        parts = (
            *(
                self.check_code,
                str(self.fiscal_year),
                self.submission_id,
                self.submitter_code,
                self.form_code,
            ),
            *(self.sheet, self.cell, self.given, self.expected, self.subject_code, self.message_en),
        )
        return hashlib.sha256("\x1f".join(parts).encode()).hexdigest()[:16]

    @property
    def is_blocking(self) -> bool:
        """Whether it holds back its (submission, form), or the release at gate G4."""
        return self.severity == "block"


@dataclass(frozen=True, slots=True)
class CheckResult:
    """How often one check was asked of one version of one subject's form, and how often it was violated.

    Attributes:
        gate: G0, G1, G2 or G4.
        check_code: row of the catalogue.
        form_code: form concerned; at gate G4 the published table.
        fiscal_year: year concerned, None for a whole release.
        submitter_code: who filed or should have, '' at gate G4.
        subject_code: whom the form is about, '' at gate G4.
        submission_id: the version judged: one content of a workbook; '' for a form that never came.
        evaluated_count: how many things were judged.
        violation_count: how many of them failed.
        severity: as the catalogue says.
        status: failed when anything was violated.
        detail: remark, '' when there is none.
    """

    gate: str
    check_code: str
    form_code: str
    fiscal_year: int | None
    submitter_code: str
    subject_code: str
    submission_id: str
    evaluated_count: int
    violation_count: int
    severity: str
    status: Status
    detail: str = ""


@dataclass(frozen=True, slots=True)
class CheckOutcome:
    """What a gate has to say."""

    findings: list[Finding] = field(default_factory=list)
    results: list[CheckResult] = field(default_factory=list)

    @property
    def has_blocking(self) -> bool:
        """Whether any finding blocks."""
        return any(finding.is_blocking for finding in self.findings)

    @property
    def quarantine(self) -> list[tuple[str, str, str]]:
        """(submission, form, check) held back, without repetition, in order."""
        return sorted(
            {
                (finding.submission_id, finding.form_code, finding.check_code)
                for finding in self.findings
                if finding.is_blocking and finding.submission_id
            }
        )


def make_finding(check: Check, **values: object) -> Finding:
    """A finding of `check` with its messages filled in both languages.

    Args:
        check: row of the catalogue.
        values: any of fiscal_year, submission_id, submitter_code, form_code, sheet, cell, given, expected,
            subject_code, and for the messages file, item, difference, tolerance, addends, rule_zh, rule_en.
            What is absent is ''.
    """
    texts = {name: "" if value is None else str(value) for name, value in values.items()}
    year = values.get("fiscal_year")
    return Finding(
        gate=check.gate,
        check_code=check.check_code,
        severity=check.severity,
        fiscal_year=int(str(year)) if year is not None else None,
        submission_id=texts.get("submission_id", ""),
        submitter_code=texts.get("submitter_code", ""),
        form_code=texts.get("form_code", ""),
        sheet=texts.get("sheet", ""),
        cell=texts.get("cell", ""),
        item=texts.get("item", ""),
        given=texts.get("given", ""),
        expected=texts.get("expected", ""),
        subject_code=texts.get("subject_code", "") or texts.get("submitter_code", ""),
        message_zh=_filled(check.message_zh, texts, "zh"),
        message_en=_filled(check.message_en, texts, "en"),
    )


def make_result(
    check: Check,
    *,
    form_code: str,
    fiscal_year: int | None,
    evaluated_count: int,
    violation_count: int,
    submitter_code: str = "",
    subject_code: str = "",
    submission_id: str = "",
    detail: str = "",
) -> CheckResult:
    """A result of `check`, with gate and severity from the catalogue."""
    return CheckResult(
        gate=check.gate,
        check_code=check.check_code,
        form_code=form_code,
        fiscal_year=fiscal_year,
        submitter_code=submitter_code,
        subject_code=subject_code,
        submission_id=submission_id,
        evaluated_count=evaluated_count,
        violation_count=violation_count,
        severity=check.severity,
        status="failed" if violation_count else "passed",
        detail=detail,
    )


def _filled(template: str, texts: Mapping[str, str], language: Language) -> str:
    shown = {
        name: _shown(texts.get(name, ""), language)
        for name in ("file", "sheet", "cell", "given", "expected", "item", "form_code", "fiscal_year")
    }
    shown |= {name: texts.get(name, "") for name in ("difference", "tolerance", "addends")}
    shown["rule"] = texts.get(f"rule_{language}", "")
    shown["subject"] = texts.get("subject_code", "") or texts.get("submitter_code", "")
    shown["where"] = _where(texts, language)
    return template.format(**shown)


def _shown(value: str, language: Language) -> str:
    if not value.strip():
        return _BLANK[language]
    return value if len(value) <= _SHOWN_LENGTH else value[:_SHOWN_LENGTH] + "…"


def _where(texts: Mapping[str, str], language: Language) -> str:
    sheet, cell = texts.get("sheet", ""), texts.get("cell", "")
    if language == "zh":
        return f"工作表“{sheet}”{cell}" if sheet else (cell or "该工作簿")
    return (
        f"{cell} of sheet '{sheet}'"
        if sheet and cell
        else (f"sheet '{sheet}'" if sheet else cell or "the workbook")
    )
