"""From marts to files: the templates, the data files and what is copied beside them."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.dictionary import FILE_NAMES as DICTIONARY_NAMES
from orchestration.publish.manifest import MANIFEST_NAME, Manifest
from orchestration.publish.site import figures
from orchestration.publish.site.board import REPORTED, Target, targets
from orchestration.publish.site.charts import PLOTLY_SCRIPT
from orchestration.publish.site.contract import Row, read, require_contract
from orchestration.publish.site.filings import CheckTitles, Filings, filings
from orchestration.publish.site.league import League, leagues
from orchestration.publish.site.listing import Listing
from orchestration.publish.site.quality import Quality, quality
from orchestration.publish.site.subjects import Subject, subject_documents, subject_index
from orchestration.texts import LANGUAGES, catalogue, text

_STATIC = Path(__file__).parent / "static"
_ASSETS = "assets"
_DATA = "data"
_SCRIPT_TEXTS = "site.js_"
_FEW = 3
# Language tags of the page; the simplified script decides which glyphs a browser picks.
_TAGS = {"zh": "zh-Hans", "en": "en"}


@dataclass(frozen=True)
class YearView:
    """All the page shows of one fiscal year."""

    year: int
    targets: Sequence[Target]
    leagues: Sequence[League]
    filings: Filings
    quality: Quality

    @property
    def reached(self) -> int:
        """How many targets are reached."""
        return sum(bool(target.reached) for target in self.targets)

    def listings(self) -> Iterator[Listing]:
        """Every table that may be long."""
        yield from (target.subjects for target in self.targets)
        yield from (entry.listing for entry in self.leagues)
        filed = self.filings
        yield from (filed.submitters, filed.problems, filed.missing, filed.checks, filed.findings)
        yield from self.quality.listings()


def write_site(
    database: Path, manifest: Manifest, folder: Path, check_titles: CheckTitles | None = None
) -> None:
    """Write the page of a release.

    Args:
        database: the release's DuckDB file; opened read-only.
        manifest: for the footer.
        folder: folder to create.
        check_titles: check code → title, Chinese and English; without it the code alone is shown.

    Raises:
        ContractError: the marts lack a column that the page shows.
    """
    (folder / _DATA / "s").mkdir(parents=True)
    shutil.copytree(_STATIC, folder / _ASSETS)
    shutil.copyfile(PLOTLY_SCRIPT, folder / _ASSETS / PLOTLY_SCRIPT.name)
    with duckdb.connect(str(database), read_only=True) as connection:
        require_contract(connection)
        _write_pages(connection, manifest, folder, check_titles)


def _write_pages(
    connection: duckdb.DuckDBPyConnection, manifest: Manifest, folder: Path, check_titles: CheckTitles | None
) -> None:
    board = read(connection, "rpt_coverage_board", "coverage_code, fiscal_year")
    ratios = read(connection, "fct_coverage_ratios", "coverage_code, fiscal_year, subject_type, subject_code")
    cards = {
        kind: read(
            connection, f"rpt_{kind}_scorecard", "fiscal_year, scheme_code, scheme_edition, subject_code"
        )
        for kind in ("region", "department")
    }
    years = _years(connection)
    shown = _year_to_open(board, years)
    index = subject_index([(None, ratios), *cards.items()])
    environment = _environment(index)
    for year in years:
        view = YearView(
            year,
            targets(board, ratios, year),
            [entry for kind, rows in cards.items() for entry in leagues(kind, rows, year)],
            filings(connection, ratios, year, is_latest=year == max(years), check_titles=check_titles),
            quality(connection, year),
        )
        body = environment.get_template("year.html.j2").render(view=view)
        _write_script(folder / _DATA / f"year-{year}.js", "year", str(year), body)
        for listing in view.listings():
            if listing.rest:
                rows = environment.get_template("rest.html.j2").render(listing=listing)
                _write_script(folder / _DATA / f"rows-{listing.key}.js", "rows", listing.key, rows)
        if year == shown:
            page = environment.get_template("index.html.j2").render(
                body=Markup(body),
                years=years,
                shown=shown,
                manifest=manifest,
                texts=_script_texts(),
                database=DATABASE_NAME,
                manifest_name=MANIFEST_NAME,
                dictionaries=DICTIONARY_NAMES,
            )
            (folder / "index.html").write_text(page, "utf-8")
    all_cards = [{"subject_type": kind, **row} for kind, rows in cards.items() for row in rows]
    for subject, document in subject_documents(connection, index, ratios, all_cards):
        _write_script(folder / _DATA / "s" / f"{subject.key}.js", "subject", subject.key, document)


def _years(connection: duckdb.DuckDBPyConnection) -> list[int]:
    """Fiscal years with anything to show, the youngest first; one empty year when there is nothing at all."""
    tables = ("rpt_coverage_board", "rpt_region_scorecard", "rpt_department_scorecard", "fct_submissions")
    union = " UNION ".join(f"SELECT fiscal_year FROM marts.{table}" for table in tables)
    rows = connection.execute(
        f"SELECT DISTINCT fiscal_year FROM ({union}) WHERE fiscal_year > 0 ORDER BY 1 DESC"
    ).fetchall()
    return [int(year) for (year,) in rows] or [0]


def _year_to_open(board: Sequence[Row], years: Sequence[int]) -> int:
    """The latest year with a published ratio: a single early workbook of the next year is no board yet."""
    published = [row["fiscal_year"] for row in board if row["value_status"] == REPORTED]
    return max(published, default=max(years))


def _environment(index: Mapping[tuple[str, str], Subject]) -> Environment:
    environment = Environment(
        loader=PackageLoader("orchestration.publish.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters.update(
        wan=figures.wan,
        percent=figures.percent,
        whole_percent=figures.whole_percent,
        points=figures.points,
        total=figures.total,
        signed_points=figures.signed_points,
        signed=figures.signed,
        probability=figures.probability,
        max_points=figures.max_points,
        count=figures.count,
        sort_key=figures.sort_key,
        chart=_chart,
    )
    environment.globals.update(
        t=_bilingual,
        both=_both,
        some=_some,
        alt=_attributes,
        bar=figures.bar_share,
        mini_scale=figures.mini_scale,
        nothing=figures.NOTHING,
        label=lambda key: catalogue()[f"site.{key}"],
        subject_key=lambda kind, code: index[kind, code].key if (kind, code) in index else "",
        known=lambda key: f"site.{key}" in catalogue(),
        languages=LANGUAGES,
        tags=_TAGS,
    )
    return environment


def _both(chinese: object, english: object) -> Markup:
    """A text in both languages, of which the style shows one; escaped."""
    pair = {"zh": chinese, "en": english}
    return Markup("").join(
        Markup('<span class="{}" lang="{}">{}</span>').format(language, _TAGS[language], pair[language])
        for language in LANGUAGES
    )


def _bilingual(key: str, **values: object) -> Markup:
    """The text `site.<key>` in both languages; values that are Markup (other texts) are shown in both as
    well.
    """
    return _both(*(_filled(key, language, values) for language in ("zh", "en")))


def _filled(key: str, language: Any, values: Mapping[str, object]) -> str:
    chosen = {
        name: value[language] if isinstance(value, Mapping) else value for name, value in values.items()
    }
    return text(f"site.{key}", language, **chosen)


def _some(chinese: str | None, english: str | None) -> Markup:
    """A list of items in both languages, cut after the first few with their number told."""
    given = {"zh": (chinese or "").split("；"), "en": (english or "").split("; ")}
    separators = {"zh": "；", "en": "; "}
    shown = {language: separators[language].join(items[:_FEW]) for language, items in given.items()}
    total = len(given["zh"])
    if total <= _FEW:
        return _both(shown["zh"], shown["en"])
    return _bilingual("incomplete_more", items=shown, total=total, more=total - _FEW)


def _attributes(name: str, key: str, **values: object) -> Markup:
    """An attribute whose value the script exchanges with the language; Chinese until then."""
    chinese, english = (_filled(key, language, values) for language in ("zh", "en"))
    return Markup('{}="{}" data-{}-zh="{}" data-{}-en="{}"').format(
        name, chinese, name, chinese, name, english
    )


def _chart(document: str) -> Markup:
    """A chart's JSON for the inside of a script element."""
    return Markup(document.replace("<", "\\u003c"))


def _script_texts() -> Markup:
    entries = {
        key.removeprefix(_SCRIPT_TEXTS): [entry["zh"], entry["en"]]
        for key, entry in sorted(catalogue().items())
        if key.startswith(_SCRIPT_TEXTS)
    }
    return _chart(json.dumps(entries, ensure_ascii=False))


def _write_script(path: Path, function: str, key: str, content: object) -> None:
    """A data file: one call that hands `content` to the page."""
    arguments = ", ".join(
        json.dumps(value, ensure_ascii=False, separators=(",", ":"))
        .replace("\u2028", "\\u2028")
        .replace("\u2029", "\\u2029")
        for value in (key, content)
    )
    path.write_text(f"bpw.{function}({arguments});\n", "utf-8")
