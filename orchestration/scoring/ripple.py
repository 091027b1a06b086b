"""Who would move if a correction were accepted: the whole job, on a copy of the workspace.

What belongs here: making the copy, running the job in it, and holding its scores against the release readers
have; what became of the corrected workbook. What does not: showing this.
"""

from __future__ import annotations

import os
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

import duckdb

from orchestration.publish.candidate import DATABASE_NAME
from orchestration.publish.releases import current_release
from orchestration.resources.paths import Workspace
from orchestration.scoring.comparison import PUBLISHED

# Derived, or to be made anew in the copy; everything else of a workspace is a bureau's own tables.
_NOT_COPIED = frozenset({"raw", "marts", "work", "returned", "what_if"})
# Of the working files, what a run goes on from; caches of dbt stay in the copy from the time before.
_WORKING_FILES = ("warehouse.duckdb", "inbox.json")
_ACCEPTED, _WITHDRAWN = "accepted", "withdrawn"


@dataclass(frozen=True)
class Mover:
    """A subject whose score, rank or grade under an edition would be another.

    Attributes:
        scheme_edition: the edition.
        fiscal_year: the year.
        subject_code: the subject.
        name: its name.
        points_before: unrounded, None when not known.
        points_after: unrounded, None when not known.
        rank_before: among all, None while incomplete.
        rank_after: among all, None while incomplete.
        grade_before: Chinese and English name, '' without one.
        grade_after: Chinese and English name, '' without one.
        is_own: figures of its own moved; otherwise others moved it.
    """

    scheme_edition: str
    fiscal_year: int
    subject_code: str
    name: str
    points_before: Decimal | None
    points_after: Decimal | None
    rank_before: int | None
    rank_after: int | None
    grade_before: tuple[str, str]
    grade_after: tuple[str, str]
    is_own: bool

    @property
    def change(self) -> Decimal | None:
        """Points after minus points before; None when one of them is not known."""
        if self.points_before is None or self.points_after is None:
            return None
        return self.points_after - self.points_before


def copy_workspace(workspace: Workspace, corrections: Sequence[tuple[Path, int, str]]) -> Workspace:
    """A copy of a workspace to run in, with corrected workbooks put into its inbox.

    The caller holds the workspace's run lock. Workbooks are linked and not copied where the disk allows.

    Args:
        workspace: the bureau's folder.
        corrections: file, fiscal year, submitter.

    Raises:
        ValueError: a submitter that is a path out of the inbox.
    """
    copy = Workspace(workspace.work / "ripple")
    discard(copy)
    copy.make()
    shutil.copytree(workspace.inbox, copy.inbox, copy_function=_link, dirs_exist_ok=True)
    for path in workspace.root.iterdir():
        if path.name in _NOT_COPIED or path.name.startswith("."):
            continue
        if path.is_dir():
            shutil.copytree(path, copy.root / path.name, dirs_exist_ok=True)
        else:
            shutil.copyfile(path, copy.root / path.name)
    for name in _WORKING_FILES:
        if (workspace.work / name).is_file():
            shutil.copyfile(workspace.work / name, copy.work / name)
    for file, year, submitter in corrections:
        folder = copy.inbox / str(year) / submitter
        if not folder.resolve().is_relative_to(copy.inbox.resolve()):
            raise ValueError(f"{submitter!r} leads out of the inbox")
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / file.name
        # A linked workbook is the bureau's own file; its name is taken away, its bytes stay.
        target.unlink(missing_ok=True)
        shutil.copyfile(file, target)
    return copy


def discard(copy: Workspace) -> None:
    """Remove a copy but for the caches of dbt."""
    if not copy.root.is_dir():
        return
    for path in copy.root.rglob("*"):
        if path.is_dir() and not path.is_symlink():
            path.chmod(0o755)
    for path in copy.root.iterdir():
        if path != copy.work:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
    for path in copy.work.glob("*"):
        if path not in (copy.dbt_target, copy.methods):
            shutil.rmtree(path) if path.is_dir() else path.unlink()


@dataclass(frozen=True, slots=True)
class Filing:
    """What became of a corrected workbook.

    Attributes:
        relative_path: where it lies in the inbox, with `/`.
        status: as in `fct_submissions`; empty where it was not taken for a workbook at all.
        findings: what was found in it, in Chinese and in English, those that hold it back first.
    """

    relative_path: str
    status: str
    findings: Sequence[tuple[str, str]]

    @property
    def is_accepted(self) -> bool:
        """Whether all of it enters figures."""
        return self.status == _ACCEPTED


def filings(copy: Workspace, corrections: Sequence[tuple[Path, int, str]]) -> list[Filing]:
    """What became of the corrections in the release made in a copy."""
    with duckdb.connect(str(_made(copy) / DATABASE_NAME), read_only=True) as connection:
        return [
            _filing(connection, f"{year}/{submitter}/{file.name}") for file, year, submitter in corrections
        ]


def _filing(connection: duckdb.DuckDBPyConnection, relative_path: str) -> Filing:
    # What lay there before was overwritten, hence withdrawn.
    row = connection.execute(
        "SELECT submission_id, status FROM marts.fct_submissions WHERE relative_path = ? AND status <> ?",
        [relative_path, _WITHDRAWN],
    ).fetchone()
    if row is None:
        return Filing(relative_path, "", [])
    found = connection.execute(
        "SELECT message_zh, message_en FROM marts.fct_findings WHERE submission_id = ? "
        "ORDER BY severity <> 'block', severity <> 'error', check_code, sheet, cell",
        [row[0]],
    ).fetchall()
    return Filing(relative_path, str(row[1]), [(str(zh), str(en)) for zh, en in found])


def _made(copy: Workspace) -> Path:
    release = current_release(copy.marts)
    if release is None:
        raise RuntimeError("the copy published nothing")
    return release


def movers(release: Path, copy: Workspace) -> list[Mover]:
    """Who moves between a release and the one made in a copy, the largest change first."""
    with duckdb.connect() as connection:
        for name, folder in (("before", release), ("after", _made(copy))):
            path = str(folder / DATABASE_NAME).replace("'", "''")
            connection.execute(f"ATTACH '{path}' AS {name} (READ_ONLY)")
        return [_mover(row) for row in connection.execute(_QUERY).fetchall()]


def _cards(name: str) -> str:
    return PUBLISHED.replace(" marts.", f" {name}.marts.")


def _figures(name: str) -> str:
    columns = "subject_code, fiscal_year, figure_code, figure_value, value_status"
    return f"select {columns} from {name}.marts.fct_figures"


_QUERY = f"""
with own as (
    select distinct subject_code from (
        ({_figures("after")} except all {_figures("before")})
        union all
        ({_figures("before")} except all {_figures("after")})
    )
)
select
    scheme_edition, fiscal_year, subject_code, coalesce(a.subject_name_zh, b.subject_name_zh, subject_code),
    b.total_points_with_defaults_unrounded, a.total_points_with_defaults_unrounded,
    b.rank_overall, a.rank_overall,
    coalesce(b.grade_name_zh, ''), coalesce(b.grade_name_en, ''),
    coalesce(a.grade_name_zh, ''), coalesce(a.grade_name_en, ''),
    subject_code in (select subject_code from own)
from {_cards("before")} as b
full outer join {_cards("after")} as a using (scheme_code, scheme_edition, fiscal_year, subject_code)
where b.total_points_with_defaults_unrounded is distinct from a.total_points_with_defaults_unrounded
    or b.rank_overall is distinct from a.rank_overall
    or b.grade_code is distinct from a.grade_code
order by
    scheme_edition, fiscal_year,
    abs(a.total_points_with_defaults_unrounded - b.total_points_with_defaults_unrounded) desc nulls first,
    subject_code
"""


def _mover(row: Sequence[object]) -> Mover:
    edition, year, code, name, before, after, rank_before, rank_after, *rest = row
    grade_before, grade_after = (str(rest[0]), str(rest[1])), (str(rest[2]), str(rest[3]))
    return Mover(
        str(edition), int(str(year)), str(code), str(name),
        before if isinstance(before, Decimal) else None,
        after if isinstance(after, Decimal) else None,
        rank_before if isinstance(rank_before, int) else None,
        rank_after if isinstance(rank_after, int) else None,
        grade_before, grade_after, bool(rest[4]),
    )  # fmt: skip


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
