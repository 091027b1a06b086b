"""Which languages the command speaks."""

from __future__ import annotations

import pytest

from orchestration.texts import catalogue
from orchestration.voice import voice


@pytest.fixture(autouse=True)
def _no_locale(monkeypatch: pytest.MonkeyPatch) -> None:
    for variable in ("BPW_LANGUAGE", "LC_ALL", "LC_MESSAGES", "LANG"):
        monkeypatch.delenv(variable, raising=False)


@pytest.mark.parametrize(
    ("locale", "languages"),
    [
        ("zh_CN.UTF-8", ("zh",)),
        ("en_GB.UTF-8", ("en",)),
        ("C.UTF-8", ("zh", "en")),
        ("fr_FR.UTF-8", ("zh", "en")),
        ("", ("zh", "en")),
    ],
)
def test_the_locale_decides(locale: str, languages: tuple[str, ...], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("LANG", locale)

    assert voice().languages == languages


def test_the_variable_is_stronger_than_the_locale_and_the_option_than_both(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("LANG", "en_GB.UTF-8")
    monkeypatch.setenv("BPW_LANGUAGE", "zh")

    assert voice().languages == ("zh",)
    assert voice("both").languages == ("zh", "en")


def test_a_text_that_is_the_same_in_both_languages_is_said_once() -> None:
    assert voice("both").line("gap_wan", amount="1.00") != ""
    assert voice("both").pick({"name_zh": "C1", "name_en": "C1"}, "name") == "C1"


def test_every_text_of_the_command_exists_in_both_languages() -> None:
    texts = {key: entry for key, entry in catalogue().items() if key.startswith("cli.")}

    assert texts
    assert all(entry["zh"] and entry["en"] for entry in texts.values())
