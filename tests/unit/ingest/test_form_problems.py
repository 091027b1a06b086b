"""A mistake in a form map is named by file, line and field, in words that say what to write."""

from __future__ import annotations

from pathlib import Path

import pytest

from orchestration.ingest.forms import FormMapError
from tests.support.workbooks import catalogue_of

FORM = """form: small
title: {zh: 小表, en: Small}
filed_by: {zh: 部门, en: Departments}
shared:
  more: &more
    - {code: c, label: 丙}
    - {code: d, label: 丁}
editions:
  - edition: "2012"
    valid_from: 2012
    valid_to: 2013
    tables:
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
                  - *more
                  - {code: b, label: 乙, from: 2013}
  - edition: "2014"
    valid_from: 2014
    same_as: "2012"
"""
BLOCK = "editions.0.tables.0.layouts.0.blocks.0"


def said_of(tmp_path: Path, text: str) -> str:
    with pytest.raises(FormMapError) as error:
        catalogue_of(tmp_path / "forms", small=text)
    return str(error.value)


def test_the_map_itself_is_good(tmp_path: Path) -> None:
    assert "small" in catalogue_of(tmp_path / "forms", small=FORM).forms


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        pytest.param(
            "label: 甲",
            "label: 甲, optionl: true",
            f"small.yml: line 22: {BLOCK}.items.0.optionl: unknown key 'optionl'; did you mean 'optional'?",
            id="wrong key",
        ),
        pytest.param(
            "role: label",
            "role: labels",
            f"small.yml: line 19: {BLOCK}.columns.0.role: 'labels' is none of 'label', 'code', 'name', "
            "'subject', 'measure', 'unit', 'field', 'line_number' or 'ignore'",
            id="unknown role",
        ),
        pytest.param(
            "kind: matrix",
            "kind: table",
            "small.yml: line 14: editions.0.tables.0.kind: "
            "'table' is none of 'matrix', 'cross', 'list' or 'card'",
            id="unknown kind",
        ),
        pytest.param(
            "        titles: [小表]\n",
            "",
            "small.yml: line 13: editions.0.tables.0.titles: key 'titles' is missing",
            id="missing key",
        ),
        pytest.param(
            "valid_from: 2014",
            "valid_from: 2013",
            "small.yml: line 8: form: editions: '2014' starts in 2013, but '2012' ends in 2013: "
            "no overlap and no hole is allowed",
            id="overlapping editions",
        ),
        pytest.param(
            "label: 乙, from: 2013",
            "label: 戊, from: 2013}\n                  - {code: b, label: 乙, to: 2013",
            f"small.yml: line 18: {BLOCK}: row '乙': code b is also row '戊' in 2013; "
            "end the earlier one with `to` and begin this one the year after with `from`",
            id="overlapping rows",
        ),
        pytest.param(
            "label: 乙",
            "label: 丁",
            f"small.yml: line 18: {BLOCK}: row '丁' (code b): the same label is already code d from 2013 on; "
            "if the form prints it twice, say `again: true` here",
            id="duplicated label, one of them shared",
        ),
        pytest.param(
            "label: 丁",
            "labl: 丁",
            f"small.yml: line 7: {BLOCK}.items.2.label: key 'label' is missing; "
            f"line 7: {BLOCK}.items.2.labl: unknown key 'labl'; did you mean 'label'?",
            id="wrong key in a shared part",
        ),
        pytest.param(
            "    valid_to: 2013\n",
            "    valid_to: 2013\n    valid_to: 2013\n",
            "small.yml: line 12: key 'valid_to' stands already in line 11",
            id="key written twice",
        ),
        pytest.param(
            "{code: a, label: 甲}",
            "{code: a, label: 甲, code: b}",
            "small.yml: line 22: key 'code' stands already in line 22",
            id="key written twice on a line",
        ),
    ],
)
def test_a_mistake_names_file_line_and_field(tmp_path: Path, old: str, new: str, expected: str) -> None:
    assert old in FORM
    assert said_of(tmp_path, FORM.replace(old, new, 1)) == expected


CARD = """form: small
title: {zh: 小卡, en: Small}
filed_by: {zh: 部门, en: Departments}
key: code
fields:
  code: {zh: 编码, en: Code}
indicator_fields:
  name: {zh: 名称, en: Name}
editions:
  - edition: "2012"
    valid_from: 2012
    tables:
      - table: cards
        kind: card
        titles: [小卡]
        layouts:
          - fields:
              - {label: 编码, field: code}
              - {label: 说明, at: none, spans: 1}
            indicators:
              - anchor: 指标
                after: 说明
                columns:
                  - {header: 名称, field: name}
                rows: [{name: 甲}]
"""


@pytest.mark.parametrize(
    ("text", "old", "new", "said"),
    [
        (FORM, "header: 金额,", "header: 金额/本年/实际,", ""),
        (
            FORM.replace("- blocks:", "- header_rows: 2\n            blocks:"),
            "header: 金额,",
            "header: 金额/本年/实际,",
            "header '金额/本年/实际' has 3 parts, but header_rows is 2",
        ),
        (
            FORM,
            "                items:",
            "                codes: {lengths: [3], below: z}\n                items:",
            "codes: below 'z' names no row of this block",
        ),
        (CARD, "编码, field", "编码, field", ""),
        (CARD, "after: 说明", "after: 备注", "指标: after '备注' names no label of the card"),
        (
            CARD,
            "rows: [{name: 甲}]",
            "rows: [{nam: 甲}]",
            "指标: rows name ['nam'], which no column of the table holds",
        ),
        (CARD, "at: none, spans: 1", "spans: 1", "label '说明': only a heading (`at: none`) spans rows"),
    ],
)
def test_what_is_said_about_the_blank_form_agrees_with_the_rest(
    tmp_path: Path, text: str, old: str, new: str, said: str
) -> None:
    assert old in text
    changed = text.replace(old, new, 1)
    if said:
        assert said in said_of(tmp_path, changed)
    else:
        assert catalogue_of(tmp_path / "forms", small=changed).forms


def test_rows_of_years_apart_may_share_code_and_label(tmp_path: Path) -> None:
    text = FORM.replace(
        "- {code: a, label: 甲}",
        "- {code: a, label: 甲, to: 2012}\n                  - {code: a, label: 甲, from: 2013}",
    )
    assert catalogue_of(tmp_path / "forms", small=text).forms


def test_a_second_spelling_may_be_an_optional_row_of_the_same_code(tmp_path: Path) -> None:
    text = FORM.replace(
        "- {code: a, label: 甲}",
        "- {code: a, label: 甲}\n                  - {code: a, label: 曱, optional: true}",
    )
    assert catalogue_of(tmp_path / "forms", small=text).forms


@pytest.mark.parametrize("text", ["", "- a list\n", "form: [unclosed\n", "42\n"])
def test_what_is_no_map_at_all_is_an_error_with_the_file(tmp_path: Path, text: str) -> None:
    assert said_of(tmp_path, text).startswith("small.yml: ")


def test_many_problems_are_counted_not_poured_out(tmp_path: Path) -> None:
    rows = "".join(f"\n                  - {{lable: 行{number}, code: r{number}}}" for number in range(10))
    said = said_of(tmp_path, FORM.replace("                  - {code: a, label: 甲}", rows.lstrip("\n"), 1))
    assert said.endswith("; and 12 more")
