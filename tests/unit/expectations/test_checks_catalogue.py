from __future__ import annotations

import csv
import itertools
import re
from pathlib import Path

import pytest

from expectations import product, receipts
from expectations.catalogue import (
    AREAS,
    ASPECTS,
    CATALOGUE_FILE,
    PLACEHOLDERS,
    CatalogueError,
    UnknownCheckError,
    find,
    load,
)
from expectations.data import FOLDER, DataFileError, read_rows
from expectations.findings import make_finding
from expectations.rules import RuleError, load_rules
from orchestration.ingest.findings import ReaderCheck
from orchestration.resources import dispositions

CODE = re.compile(rf"[\"'](?P<code>(?:{'|'.join(AREAS)})\.[a-z0-9_]+)[\"']")
PACKAGE = CATALOGUE_FILE.parent
DEFECTS = PACKAGE.parent / "orchestration" / "sample" / "data" / "defects.yml"


def header() -> list[str]:
    with CATALOGUE_FILE.open(encoding="utf-8", newline="") as stream:
        return next(csv.reader(stream))


GOOD = {
    "check_code": "content.example",
    "gate": "G2",
    "severity": "error",
    "aspect": "data_basis",
    "object": "cell",
    "form_code": "",
    "exemptible": "",
    "valid_from": "",
    "valid_to": "",
    "title_zh": "例",
    "title_en": "Example",
    "rule_zh": "应为规定的值",
    "rule_en": "it is as prescribed",
    "message_zh": "{where}为 {given}",
    "message_en": "{where} is {given}",
    "basis": "rule",
    "fix_zh": "改",
    "fix_en": "correct",
}


def written(folder: Path, *rows: dict[str, str]) -> Path:
    file = folder / "catalogue.csv"
    with file.open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, header(), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return file


def test_a_good_row_is_read(tmp_path: Path) -> None:
    check = load(written(tmp_path, GOOD))["content.example"]
    assert (check.severity, check.title("zh"), check.fix("en")) == ("error", "例", "correct")


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"check_code": "Content"}, "check_code"),
        ({"check_code": "other.thing"}, "check_code"),
        ({"gate": "G9"}, "gate 'G9'"),
        ({"severity": "grave"}, "severity 'grave'"),
        ({"aspect": "everything"}, "aspect 'everything'"),
        ({"object": "thing"}, "object 'thing'"),
        ({"valid_from": "13"}, "valid_from '13' is not a fiscal year"),
        ({"valid_from": "2014", "valid_to": "2013"}, "valid_from 2014 lies after 2013"),
        ({"title_en": ""}, "title_en is blank"),
        ({"rule_zh": ""}, "rule_zh is blank"),
        ({"fix_zh": " 改"}, "fix_zh is blank or has outer white space"),
        ({"message_zh": "{nobody}", "message_en": "{nobody}"}, "unknown nobody"),
        ({"message_zh": "{given"}, "message_zh"),
        ({"message_en": "{where}"}, "do not say the same: given"),
    ],
)
def test_a_broken_row_is_named(tmp_path: Path, change: dict[str, str], said: str) -> None:
    with pytest.raises(CatalogueError, match=re.escape(said)) as error:
        load(written(tmp_path, GOOD | change))
    assert "line 2" in str(error.value)


def test_a_code_stands_once(tmp_path: Path) -> None:
    with pytest.raises(CatalogueError, match="stands twice"):
        load(written(tmp_path, GOOD, GOOD))


def test_a_short_row_and_a_foreign_header_are_named(tmp_path: Path) -> None:
    file = written(tmp_path, GOOD)
    file.write_text(file.read_text("utf-8") + "content.short,G2\n", "utf-8")
    with pytest.raises(CatalogueError, match="line 3: 2 fields"):
        load(file)
    other = tmp_path / "other.csv"
    other.write_text("a,b\n", "utf-8")
    with pytest.raises(CatalogueError, match="header"):
        load(other)


@pytest.mark.parametrize(
    ("valid_from", "valid_to", "years"),
    [
        ("", "", (2012, 2013, 2014)),
        ("2013", "", (2013, 2014)),
        ("", "2013", (2012, 2013)),
        ("2013", "2013", (2013,)),
    ],
)
def test_a_check_is_asked_of_its_years(
    tmp_path: Path, valid_from: str, valid_to: str, years: tuple[int, ...]
) -> None:
    row = GOOD | {"valid_from": valid_from, "valid_to": valid_to}
    check = load(written(tmp_path, row))["content.example"]
    assert tuple(year for year in (2012, 2013, 2014) if check.applies_to(year)) == years
    assert check.applies_to(None)


def test_every_aspect_of_supervision_has_checks() -> None:
    assert {check.aspect for check in load().values()} >= set(ASPECTS) - {"result_use", "target_attainment"}


def test_an_unknown_check_is_an_error() -> None:
    with pytest.raises(UnknownCheckError):
        find(load(), "content.nothing")


def emitted() -> set[str]:
    """Every code some rule, gate or the reader can say."""
    of_rules = {
        code
        for folder in (PACKAGE / "rules", receipts.FOLDER, product.FOLDER)
        for rule in load_rules(folder)
        for code in rule.checks
    }
    of_gates = {
        match["code"]
        for file in ("raw_contract.py", "product_gate.py")
        for match in CODE.finditer((PACKAGE / file).read_text("utf-8"))
    }
    return of_rules | of_gates | {str(code) for code in ReaderCheck} | set(dispositions.CHECKS)


def test_catalogue_and_code_name_the_same_checks() -> None:
    assert emitted() == set(load())


def test_every_check_is_exercised_by_a_test() -> None:
    """Its code, or that of a family without the family's name, stands in some test beside this one, or among
    the defects of the sample province, all of which must be found."""
    files = [path for path in Path(__file__).parents[2].rglob("*.py") if path != Path(__file__)]
    files.append(DEFECTS)
    tests = "\n".join(path.read_text("utf-8") for path in files)
    named = {str(check): f"ReaderCheck.{check.name}" for check in ReaderCheck}
    silent = [
        code
        for code in load()
        if code not in tests
        and named.get(code, code) not in tests
        and not (code.startswith("identity.") and f'"{code.partition(".")[2]}"' in tests)
    ]
    assert silent == []


def test_there_are_checks_enough() -> None:
    assert len(load()) >= 150


def test_a_rule_says_only_what_its_head_names() -> None:
    identities = {row["check_code"] for row in read_rows("identities")}
    pairs = {row["check_code"] for row in read_rows("ordered_pairs")}
    for folder in (PACKAGE / "rules", receipts.FOLDER, product.FOLDER):
        for rule in load_rules(folder):
            literal = {match["code"] for match in CODE.finditer(rule.sql)}
            said = literal | {"identities": identities, "ordered_pairs": pairs}.get(rule.name, set())
            assert said <= set(rule.checks), rule.name


def test_a_rule_without_checks_is_refused(tmp_path: Path) -> None:
    (tmp_path / "nameless.sql").write_text("select 1", "utf-8")
    with pytest.raises(RuleError, match="nameless"):
        load_rules(tmp_path)


@pytest.mark.parametrize("code", sorted(load()))
def test_messages_render_in_both_languages(code: str) -> None:
    values = {name: f"<{name}>" for name in PLACEHOLDERS - {"fiscal_year", "where", "rule", "subject"}}
    finding = make_finding(
        load()[code], fiscal_year=2013, submitter_code="301", rule_zh="<规则>", rule_en="<rule>", **values
    )
    for message in (finding.message_zh, finding.message_en):
        assert message
        assert "{" not in message
        assert "None" not in message
    assert re.search("[\u4e00-\u9fff]", finding.message_zh)
    without = make_finding(load()[code])
    assert without.message_zh
    assert without.message_en


def test_a_blank_value_is_said_to_be_blank() -> None:
    finding = make_finding(
        load()["content.unknown_choice"], sheet="表", cell="C4", given="", expected="是、否"
    )
    assert "空白" in finding.message_zh
    assert "blank" in finding.message_en
    assert finding.given == ""


def test_a_finding_keeps_its_id() -> None:
    check = load()["content.text_in_amount"]
    values = {"fiscal_year": 2013, "submission_id": "a", "sheet": "s", "cell": "C4", "given": "368633!"}
    assert make_finding(check, **values).finding_id == make_finding(check, **values).finding_id
    assert (
        make_finding(check, **values).finding_id != make_finding(check, **{**values, "cell": "C5"}).finding_id
    )


@pytest.mark.parametrize("name", sorted(file.stem for file in FOLDER.glob("*.csv")))
def test_data_files_are_whole(name: str) -> None:
    assert read_rows(name)


def test_a_broken_data_file_is_named(tmp_path: Path) -> None:
    (tmp_path / "units.csv").write_text("a,b\n1\n", "utf-8")
    with pytest.raises(DataFileError, match=r"units\.csv line 2"):
        read_rows("units", tmp_path)


def test_identity_terms_are_complete() -> None:
    """Each identity closes one total over at least one part, and every pattern compiles."""
    terms = read_rows("identity_terms")
    for identity in read_rows("identities"):
        own = [term for term in terms if term["identity_code"] == identity["identity_code"]]
        assert [term["role"] for term in own].count("total") == 1, identity["identity_code"]
        assert any(term["role"] == "part" for term in own), identity["identity_code"]
        assert identity["check_code"] in load()
    for term in terms:
        assert term["identity_code"] in {row["identity_code"] for row in read_rows("identities")}
        for field in ("table_code", "item_pattern", "measure_pattern"):
            re.compile(term[field])
        assert term["sign"] in ("1", "-1")


def test_grade_bands_leave_no_hole() -> None:
    bands = sorted(read_rows("grade_bands"), key=lambda row: float(row["lower_inclusive"] or "-1"))
    assert bands[0]["lower_inclusive"] == ""
    assert bands[-1]["upper_exclusive"] == ""
    for lower, upper in itertools.pairwise(bands):
        assert lower["upper_exclusive"] == upper["lower_inclusive"]
