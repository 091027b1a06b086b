"""Every location of the system, in one place.

What belongs here: names of folders and files of the package and of a workspace. What does not: reading or
writing them.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path

PACKAGE_ROOT = Path(__file__).resolve().parents[2]
WORKSPACE_VARIABLE = "BPW_WORKSPACE"


class WorkspaceNotFoundError(RuntimeError):
    """No workspace was named and the package does not sit in a checkout that has one."""


@dataclass(frozen=True)
class Workspace:
    """A bureau's folder: inbox, releases, working files, its own forms.

    Nothing of the package lies in it, so that a package update and a bureau's data never mix.
    """

    root: Path

    @property
    def inbox(self) -> Path:
        """Where workbooks are put: `<fiscal_year>/<submitter>/<any name>`."""
        return self.root / "raw"

    @property
    def marts(self) -> Path:
        """Folder of the releases."""
        return self.root / "marts"

    @property
    def releases(self) -> Path:
        """One immutable folder per release."""
        return self.marts / "releases"

    @property
    def current(self) -> Path:
        """Link to the release readers should open."""
        return self.marts / "current"

    @property
    def quality(self) -> Path:
        """The bureau's own decisions on quality control: exemptions."""
        return self.root / "quality"

    @property
    def returned(self) -> Path:
        """Annotated copies for the submitters."""
        return self.root / "returned"

    @property
    def work(self) -> Path:
        """Working files of runs; safe to delete between runs, rebuilt from the inbox."""
        return self.root / "work"

    @property
    def warehouse(self) -> Path:
        """The working database; only a run opens it."""
        return self.work / "warehouse.duckdb"

    @property
    def candidate(self) -> Path:
        """Candidate marts, audited before they become a release."""
        return self.work / "candidate"

    @property
    def run_lock(self) -> Path:
        """Held by the one writing run."""
        return self.work / "run.lock"

    @property
    def dagster_home(self) -> Path:
        """Run history and logs of Dagster."""
        return self.work / "dagster"

    @property
    def dbt_target(self) -> Path:
        """Compiled models, manifest and logs of dbt."""
        return self.work / "dbt"

    @property
    def schemes(self) -> Path:
        """Schemes of the bureau's own, a folder each."""
        return self.root / "schemes"

    @property
    def sample_truth(self) -> Path:
        """What the sample province planted, when the inbox holds it."""
        return self.root / "sample"

    @property
    def own_forms(self) -> Path:
        """A bureau's own form maps, which add to or override the shipped ones."""
        return self.root / "forms"

    @property
    def codes(self) -> Path:
        """Code lists a bureau has taken in, with the years of each code, and its own code tables."""
        return self.root / "codes"

    @property
    def methods(self) -> Path:
        """Copies of the dbt project with a bureau's own tables put in."""
        return self.work / "methods"

    def form_folders(self) -> list[Path]:
        """Folders of form maps, shipped first; a later one overrides an earlier one."""
        folders = [SHIPPED_FORMS]
        if self.own_forms.is_dir():
            folders.append(self.own_forms)
        return folders

    @property
    def what_if(self) -> Path:
        """Results of schemes tried on a release's figures; nothing published comes from here."""
        return self.root / "what_if"

    def make(self) -> None:
        """Create the folders a run writes to."""
        for folder in (self.inbox, self.releases, self.work, self.dagster_home, self.dbt_target):
            folder.mkdir(parents=True, exist_ok=True)


SHIPPED_FORMS = PACKAGE_ROOT / "orchestration" / "forms"
DBT_PROJECT = PACKAGE_ROOT / "dbt_project"
EXPECTATIONS = PACKAGE_ROOT / "expectations"


def workspace() -> Workspace:
    """The workspace in use: `BPW_WORKSPACE`, else `data/` of the checkout this package sits in.

    Raises:
        WorkspaceNotFoundError: neither exists.
    """
    named = os.environ.get(WORKSPACE_VARIABLE)
    if named:
        return Workspace(Path(named).expanduser().resolve())
    checkout = PACKAGE_ROOT / "data"
    if (PACKAGE_ROOT / "pyproject.toml").is_file() and checkout.is_dir():
        return Workspace(checkout)
    raise WorkspaceNotFoundError(
        f"No workspace: set {WORKSPACE_VARIABLE} to a folder for inbox and releases. "
        f"未指定工作区：请将 {WORKSPACE_VARIABLE} 设为存放报表与发布结果的文件夹。"
    )
