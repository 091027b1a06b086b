"""Explanations of what a scheme's folder gave: every subject, both languages, and the column beside them."""

from __future__ import annotations

import re
from collections import Counter

import duckdb

from orchestration.scoring.comparison import COMPUTED
from orchestration.scoring.explained import Explanation, explanation
from orchestration.texts import LANGUAGES


def explain_all(results: duckdb.DuckDBPyConnection) -> tuple[list[Explanation], Counter[str]]:
    """All explanations of a connection's scorecards, and how often each text was used.

    No gap may be left in any, and the column of sentences must begin as they do.
    """
    cards = results.execute(f"select subject_code, fiscal_year from {COMPUTED} order by all").fetchall()
    found = [explanation(results, *card, source=COMPUTED) for card in cards]
    for one in found:
        (column,) = results.execute(
            "select [explanation_zh, explanation_en] from intermediate.int_explanations "
            "where subject_code = ? and fiscal_year = ?",
            [one.card["subject_code"], one.card["fiscal_year"]],
        ).fetchone() or ([],)
        for language, separator, said in zip(LANGUAGES, ("", " "), column, strict=True):
            sentences = [sentence.said(language) for sentence in one.sentences]
            assert not any(re.search(r"[{}]|None|\bnan\b", sentence) for sentence in sentences), sentences
            of_total = [sentence for sentence in one.sentences if not sentence.node_code]
            assert said == separator.join(sentence.said(language) for sentence in of_total)
    return found, Counter(sentence.key for one in found for sentence in one.sentences)
