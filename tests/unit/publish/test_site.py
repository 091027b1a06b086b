from __future__ import annotations

import json
import re
from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest

from orchestration.publish.manifest import Manifest, ReleaseFacts
from orchestration.publish.site import figures, listing, subjects, write_site
from orchestration.publish.site.contract import COLUMNS, ContractError
from orchestration.texts import catalogue
from tests.support.marts_fixture import SMALL, Province, Rows, write_marts

OWN_FILES = ("index.html", "assets/site.css", "assets/site.js", "assets/language.js")
# Words that would call a missed target a breach of rules.
ACCUSING = ("违规", "违反", "不达标", "violation", "breach", "failed to")


class Page(HTMLParser):
    """Text of a page by language, and the addresses it loads."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.texts: list[tuple[str, str]] = []
        self.loaded: list[str] = []
        self.labels: list[dict[str, str | None]] = []
        self._open: list[tuple[str, str]] = []
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.labels.append(given)
        if tag in ("script", "img", "iframe", "source") and given.get("src"):
            self.loaded.append(str(given["src"]))
        if tag == "link":
            self.loaded.append(str(given.get("href")))
        if tag not in ("meta", "link", "br", "img", "input"):
            classes = (given.get("class") or "").split()
            language = next((name for name in ("zh", "en") if name in classes), "")
            self._open.append((tag, language or (self._open[-1][1] if self._open else "")))

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop()[0] != tag:
            pass

    def handle_data(self, data: str) -> None:
        if self._open and self._open[-1][0] not in ("script", "style"):
            self.texts.append((self._open[-1][1], data))

    def said(self, language: str) -> str:
        """What a reader of `language` sees."""
        return " ".join(" ".join(text for own, text in self.texts if own in (language, "")).split())


@pytest.fixture(scope="module")
def site(release: Path) -> Path:
    return release / "site"


@pytest.fixture(scope="module")
def page(site: Path) -> Page:
    return Page((site / "index.html").read_text("utf-8"))


@pytest.fixture
def build(tmp_path: Path, facts: ReleaseFacts) -> Callable[..., Path]:
    """Builds a page from a changed province."""

    def write(change: Callable[[Rows], None] | None = None, province: Province = SMALL) -> Path:
        database = write_marts(tmp_path / "w.duckdb", province, change)
        write_site(database, Manifest("r", "c", replace(facts, scheme_editions={}), ()), tmp_path / "site")
        return tmp_path / "site"

    return write


def _document(site: Path, name: str) -> Any:
    for file in sorted((site / "data" / "s").iterdir()):
        arguments = json.loads(f"[{file.read_text('utf-8').removeprefix('bpw.subject(').strip()[:-2]}]")
        if arguments[1]["name"] == name:
            return arguments[1]
    raise AssertionError(name)


def test_nothing_is_loaded_from_a_network(site: Path, page: Page) -> None:
    assert all(not re.match(r"(https?:)?//", address) for address in page.loaded)
    assert {"assets/site.css", "assets/site.js", "assets/plotly.min.js"} <= set(page.loaded)
    for name in (*OWN_FILES, *(f"data/{path.name}" for path in (site / "data").glob("*.js"))):
        content = (site / name).read_text("utf-8")
        assert not re.search(r"https?://|@import|url\(|fetch\(|XMLHttpRequest", content), name
    assert "connect-src 'none'" in (site / "index.html").read_text("utf-8")


def test_every_figure_of_the_board_stands_in_both_languages(release: Path, page: Page) -> None:
    with duckdb.connect(str(release / "budget_performance.duckdb"), read_only=True) as connection:
        rows = connection.execute(
            "SELECT coverage_code, coverage_name_zh, coverage_name_en, coverage_ratio, target_ratio, "
            "gap_cny, gap_count, is_target_reached, parameters_zh, parameters_en "
            "FROM marts.rpt_coverage_board "
            "WHERE is_headline AND fiscal_year = 2015 AND value_status = 'reported'"
        ).fetchall()
    assert len(rows) == 5
    chinese, english = page.said("zh"), page.said("en")
    for code, zh, en, ratio, target, gap_cny, gap_count, reached, parameters_zh, parameters_en in rows:
        assert zh in chinese and parameters_zh in chinese and zh not in english
        assert en in english and parameters_en in english and en not in chinese
        gap = figures.count(gap_count) if gap_count is not None else figures.wan(gap_cny)
        shown = [code, figures.percent(ratio)] + ([] if reached else [gap])
        for said in (chinese, english):
            assert all(figure in said for figure in shown), code
        assert f"力争目标 {figures.whole_percent(target)}" in chinese
        assert f"Target to strive for {figures.whole_percent(target)}" in english


def test_a_missed_target_is_a_distance_and_never_a_breach(page: Page) -> None:
    said = page.said("zh") + page.said("en")
    assert "距目标还差" in said and "Still to go" in said
    texts = [entry[part] for key, entry in catalogue().items() if key.startswith("site.") for part in entry]
    for text in (said, *texts):
        assert not [word for word in ACCUSING if word in text.lower()]


def test_withheld_and_not_applicable_ratios_give_their_reason_and_no_number(
    build: Callable[..., Path],
) -> None:
    def withhold(rows: Rows) -> None:
        for row in rows["rpt_coverage_board"] + rows["fct_coverage_ratios"]:
            if row["coverage_code"] == "C1" and row["fiscal_year"] == 2015:
                row |= {"value_status": "withheld", "status_reason_zh": "台账不平", "is_target_reached": None}
                row |= {"status_reason_en": "ledger off", "coverage_ratio": None, "gap_cny": None}
            if row["coverage_code"] == "C5" and row["fiscal_year"] == 2015:
                row |= {"value_status": "not_applicable", "status_reason_zh": "分母为零", "gap_cny": None}
                row |= {
                    "status_reason_en": "zero denominator",
                    "coverage_ratio": None,
                    "is_target_reached": None,
                }

    page = Page((build(withhold) / "index.html").read_text("utf-8"))
    assert "暂不公布 台账不平" in page.said("zh") and "Withheld ledger off" in page.said("en")
    assert "不适用 分母为零" in page.said("zh") and "Not applicable zero denominator" in page.said("en")
    assert "2 项，共 5 项" not in page.said("zh")


def test_every_trial_total_is_marked_and_incomplete_ones_say_what_is_missing(
    site: Path, build: Callable[..., Path]
) -> None:
    html = (site / "index.html").read_text("utf-8")
    tables = re.findall(r'<table class="listing listing-league".*?</table>', html, re.S)
    assert len(tables) == 2
    for table in tables:
        for row in re.findall(r"<tr.*?</tr>", table.split("<tbody>")[1], re.S):
            assert 'class="trial-mark"' in row

    def lose(rows: Rows) -> None:
        rows["rpt_region_scorecard"][-1] |= {
            "is_complete": False,
            "rank_overall": None,
            "missing_items_zh": "暂付款比重",
            "missing_items_en": "Temporary",
        }

    page = Page((build(lose) / "index.html").read_text("utf-8"))
    assert "不完整 暂付款比重" in page.said("zh") and "Incomplete Temporary" in page.said("en")
    assert "未排名" in page.said("zh")


def test_two_editions_of_a_scheme_are_two_league_tables(build: Callable[..., Path]) -> None:
    """Their ranks are not mixed, and each table says which edition it is."""

    def score_again(rows: Rows) -> None:
        rows["rpt_region_scorecard"] += [
            {**row, "scheme_edition": "990-2014"} for row in rows["rpt_region_scorecard"]
        ]

    html = (build(score_again) / "index.html").read_text("utf-8")
    assert [html.count(f'<section id="{anchor}"') for anchor in ("regions", "regions-2", "departments")] == [
        1,
        1,
        1,
    ]
    tables = re.findall(r'<table class="listing listing-league".*?</table>', html, re.S)
    ranks = [len(re.findall(r"<tr", table.split("<tbody>")[1])) for table in tables]
    assert len(tables) == 3 and ranks[0] == ranks[1]
    said = Page(html).said("en")
    assert said.index("396-2012") < said.index("990-2014")


def test_what_submitters_wrote_cannot_become_markup(site: Path) -> None:
    html = (site / "index.html").read_text("utf-8")
    assert "<b>约三百</b>" not in html and "&lt;b&gt;约三百&lt;/b&gt;" in html


def test_hostile_names_cannot_leave_a_script_or_a_file_name(build: Callable[..., Path]) -> None:
    hostile = "</script><script>alert(1)</script>"

    def rename(rows: Rows) -> None:
        for table in ("fct_coverage_ratios", "rpt_region_scorecard", "fct_scores", "fct_submissions"):
            for row in rows[table]:
                for column in ("subject_name_zh", "submitter_name_zh", "subject_code", "file_name"):
                    if row.get(column):
                        row[column] = f"../{hostile}{row[column]}"

    site = build(rename)
    assert hostile not in (site / "index.html").read_text("utf-8")
    assert all(re.fullmatch(r"\d{6}\.js", path.name) for path in (site / "data" / "s").iterdir())


def test_the_footer_names_release_and_data(release: Path, page: Page) -> None:
    for said in (page.said("zh"), page.said("en")):
        assert release.name in said and "2026-01-14 17:05" in said and "396-2012" in said


def test_submissions_findings_and_who_is_missing_are_told(release: Path, page: Page) -> None:
    chinese, english = page.said("zh"), page.said("en")
    with duckdb.connect(str(release / "budget_performance.duckdb"), read_only=True) as connection:
        counted = connection.execute("SELECT count(*) FROM marts.fct_submissions WHERE fiscal_year = 2015")
        (received,) = counted.fetchone() or (0,)
    assert f"收到报表 {received}" in chinese and f"Workbooks received {received}" in english
    assert "content.text_in_amount" in chinese and "文字 content.text_in_amount" in chinese
    assert "已报送，但均未通过" in chinese and "Filed, but nothing got through" in english


def test_forms_that_were_due_and_not_filed_are_told(build: Callable[..., Path]) -> None:
    def silent(rows: Rows) -> None:
        rows["fct_findings"].append(
            {
                "finding_id": "silent",
                "gate": "G0",
                "check_code": "receive.silent_submitter",
                "disposition": "open",
                "severity": "warning",
                "fiscal_year": 2015,
                "submitter_code": "001",
                "message_zh": "应报送的项目清单未收到。",
                "message_en": "The project list was due and did not come.",
            }
        )

    html = (build(silent) / "index.html").read_text("utf-8")
    missing = re.findall(r'<table class="listing listing-missing".*?</table>', html, re.S)[0]
    assert "应报送的项目清单未收到。" in missing and "示例省教育厅" in missing


def test_the_drill_down_has_points_by_node_and_their_cells(site: Path) -> None:
    document = _document(site, "青石县")
    score = next(entry for entry in document["scores"] if entry["year"] == 2015)
    nodes = {node[0]: node for node in score["nodes"]}
    assert nodes["overall_guarantee"][3] == "Overall guarantee" and nodes["overall_guarantee"][5] == "20"
    assert nodes["overall_guarantee"][10] is False, "stated by the document: no trial mark"
    assert nodes["key_spending"][7] == "source" and nodes["key_spending"][10] is True, "holds defaults below"
    cells = [line for line in score["trace"] if line[0] == "overall_guarantee" and line[2]]
    file = document["files"][cells[0][8]]
    assert cells[0][9:] == ["支出决算明细表", "C17"] and file[1].startswith("2015/990102/")
    assert cells[0][5:7] == ["123,456,789.5", "12,345.68"]
    statistic = next(line for line in score["trace"] if line[3] == "band_mean")
    assert statistic[5] == "0.473512" and statistic[8] == -1
    ledger = next(entry for entry in document["coverage"] if (entry["year"], entry["code"]) == (2015, "C2"))
    assert ledger["lines"][0][3] == "not_covered" and ledger["lines"][0][7:9] == ["项目支出决算明细表", "H12"]
    assert ledger["lines"][0][9:] == [-1, "", ""] and ledger["lines"][1][10:] == ["绩效评价登记表", "I7"]


def test_ledgers_are_cut_with_their_number_told(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(subjects, "MOST_LEDGER_LINES", 1)
    ledger = _document(build(), "青石县")["coverage"][0]
    assert (len(ledger["lines"]), ledger["more"]) == (1, 1)


def test_long_tables_leave_their_rest_in_a_file(
    build: Callable[..., Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(listing, "ROWS_IN_PAGE", 2)
    site = build()
    html = (site / "index.html").read_text("utf-8")
    assert 'data-rest="league-region-2015"' in html
    rest = (site / "data" / "rows-league-region-2015.js").read_text("utf-8")
    key, rows = json.loads(f"[{rest.removeprefix('bpw.rows(').strip()[:-2]}]")
    assert key == "league-region-2015" and rows.count("<tr") == SMALL.counties - 2


def test_other_years_are_files_and_the_latest_published_one_is_open(build: Callable[..., Path]) -> None:
    def early(rows: Rows) -> None:
        row = {**rows["fct_submissions"][0], "submission_id": "early", "fiscal_year": 2016}
        rows["fct_submissions"].append(row)

    site = build(early)
    html = (site / "index.html").read_text("utf-8")
    assert 'data-year="2015"' in html and '<option value="2016">' in html
    assert {path.name for path in (site / "data").glob("year-*.js")} == {
        *("year-2014.js", "year-2015.js", "year-2016.js")
    }


def test_a_release_without_any_figures_has_a_page_too(build: Callable[..., Path]) -> None:
    def empty(rows: Rows) -> None:
        for records in rows.values():
            records.clear()

    page = Page((build(empty) / "index.html").read_text("utf-8"))
    assert "本年度没有覆盖面数据。" in page.said("zh")


def test_the_same_release_gives_the_same_page(site: Path, build: Callable[..., Path]) -> None:
    again = build()
    for path in sorted((site / "data").rglob("*.js")):
        name = path.relative_to(site)
        if name.name.startswith("year-"):
            continue  # The release under test names its checks; this one does not.
        assert path.read_bytes() == (again / name).read_bytes(), name


def test_a_column_that_the_page_shows_and_the_marts_lack_is_named(
    tmp_path: Path, facts: ReleaseFacts
) -> None:
    database = write_marts(tmp_path / "w.duckdb", SMALL)
    with duckdb.connect(str(database)) as connection:
        connection.execute("ALTER TABLE marts.fct_scores RENAME COLUMN points TO score")
    with pytest.raises(ContractError, match=r"fct_scores\.points(.|\n)*字段不存在"):
        write_site(database, Manifest("r", "c", facts, ()), tmp_path / "site")


def test_the_contract_names_only_columns_of_the_fixture() -> None:
    statement = (Path(__file__).parents[2] / "support" / "marts_fixture.sql").read_text("utf-8")
    for table, columns in COLUMNS.items():
        body = statement.split(f"create table marts.{table} (")[1].split(");")[0]
        assert set(columns) <= {part.split()[0] for part in re.split(r",\s+(?![^(]*\))", body.strip())}


def test_labels_for_assistive_technology_come_in_both_languages(page: Page) -> None:
    labelled = [given for given in page.labels if "data-aria-label-zh" in given]
    assert labelled
    assert all(given.get("data-aria-label-en") and given.get("aria-label") for given in labelled)


def test_a_share_of_the_whole_is_never_above_it() -> None:
    assert Decimal(figures.bar_share(Decimal("1.5"), Decimal(1))) == 100
