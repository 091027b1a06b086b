"""What a release says about itself: `manifest.json`.

What belongs here: the record and its JSON form. What does not: any file operation of a release
(`releases`), and how the fingerprint of the inputs is taken (`orchestration.fingerprint`).
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from orchestration.publish.candidate import TableFile, table_from_mapping
from orchestration.publish.errors import BrokenReleaseError

MANIFEST_NAME = "manifest.json"
MANIFEST_VERSION = 1


@dataclass(frozen=True)
class InputFile:
    """A workbook the release was computed from. `relative_path` is below the inbox, with forward slashes."""

    relative_path: str
    sha256: str
    modified_at: datetime | None = None


@dataclass(frozen=True)
class CheckCount:
    """How many checks of one severity passed and failed, and how many findings they raised."""

    passed: int
    failed: int
    findings: int


@dataclass(frozen=True)
class ReleaseFacts:
    """What the caller knows about a release beside its tables.

    Attributes:
        created_at: moment of publication, with time zone.
        product_version: version of this package.
        git_revision: commit of the checkout, or "" when it is not one.
        form_catalogue_hash: `FormCatalogue.content_hash`.
        scheme_editions: scheme code → its editions, in order.
        inputs: the workbooks, each with the hash of its bytes.
        check_counts: severity → counts.
        fingerprint: what tells a later run that nothing changed, as `orchestration.fingerprint` takes it;
            kept as given.
        run_id: the run that computed it, or "".
        recomputed: what was done again since the release before, and why: `stage`, `fiscal_year` (None for
            all), `reason`, `count`.
        own_files: form maps, method tables and code lists of the workspace that took part: path → SHA-256.
    """

    created_at: datetime
    product_version: str
    form_catalogue_hash: str
    fingerprint: Mapping[str, object]
    git_revision: str = ""
    scheme_editions: Mapping[str, Sequence[str]] | None = None
    inputs: Sequence[InputFile] = ()
    check_counts: Mapping[str, CheckCount] | None = None
    run_id: str = ""
    recomputed: Sequence[Mapping[str, Any]] = ()
    own_files: Mapping[str, str] | None = None

    @property
    def data_as_of(self) -> datetime | None:
        """When the youngest input was last changed; None when no input tells."""
        return max((entry.modified_at for entry in self.inputs if entry.modified_at), default=None)


@dataclass(frozen=True)
class ReleaseFile:
    """A file of the release beside the tables: path below the release folder, size and hash."""

    file: str
    size_bytes: int
    sha256: str


@dataclass(frozen=True)
class Manifest:
    """All a release says about itself."""

    release_id: str
    content_sha256: str
    facts: ReleaseFacts
    tables: tuple[TableFile, ...]
    files: tuple[ReleaseFile, ...] = ()

    def with_files(self, files: Iterable[ReleaseFile]) -> Manifest:
        """This manifest with its list of further files."""
        return replace(self, files=tuple(files))

    def to_json(self) -> str:
        """The text of `manifest.json`."""
        facts = asdict(self.facts)
        facts["fingerprint"] = dict(self.facts.fingerprint)
        facts["scheme_editions"] = dict(self.facts.scheme_editions or {})
        facts["own_files"] = dict(self.facts.own_files or {})
        facts["check_counts"] = {k: asdict(v) for k, v in (self.facts.check_counts or {}).items()}
        document = {
            "manifest_version": MANIFEST_VERSION,
            "release_id": self.release_id,
            "content_sha256": self.content_sha256,
            **facts,
            "data_as_of": self.facts.data_as_of,
            "tables": [asdict(table) for table in self.tables],
            "files": [asdict(file) for file in self.files],
        }
        return json.dumps(document, ensure_ascii=False, indent=1, default=datetime.isoformat) + "\n"

    @classmethod
    def read(cls, path: Path) -> Manifest:
        """The manifest in `path`.

        Raises:
            BrokenReleaseError: the file is missing, cut off or of another kind.
        """
        try:
            document = json.loads(path.read_text("utf-8"))
            return cls(
                release_id=document["release_id"],
                content_sha256=document["content_sha256"],
                facts=_facts_from(document),
                tables=tuple(table_from_mapping(entry) for entry in document["tables"]),
                files=tuple(ReleaseFile(**entry) for entry in document["files"]),
            )
        except (OSError, ValueError, KeyError, TypeError) as error:
            raise BrokenReleaseError.about("broken_manifest", file=path, reason=error) from error


def check_counts(connection: duckdb.DuckDBPyConnection) -> dict[str, CheckCount]:
    """Counts by severity from `quality.check_results` and `quality.findings` of the working database."""
    results = connection.execute(
        "SELECT severity, count(*) FILTER (WHERE status = 'passed'), "
        "count(*) FILTER (WHERE status <> 'passed') FROM quality.check_results WHERE is_in_force"
        " GROUP BY severity"
    ).fetchall()
    findings = dict(
        connection.execute("SELECT severity, count(*) FROM quality.findings GROUP BY severity").fetchall()
    )
    by_severity = {severity: (int(passed), int(failed)) for severity, passed, failed in results}
    return {
        severity: CheckCount(*by_severity.get(severity, (0, 0)), findings=int(findings.get(severity, 0)))
        for severity in sorted({*by_severity, *findings})
    }


def _facts_from(document: Mapping[str, Any]) -> ReleaseFacts:
    return ReleaseFacts(
        created_at=datetime.fromisoformat(document["created_at"]),
        product_version=document["product_version"],
        form_catalogue_hash=document["form_catalogue_hash"],
        fingerprint=dict(document["fingerprint"]),
        git_revision=document["git_revision"],
        scheme_editions={
            # Releases made before a scheme could have several editions name one.
            code: [editions] if isinstance(editions, str) else list(editions)
            for code, editions in document["scheme_editions"].items()
        },
        inputs=tuple(
            InputFile(
                entry["relative_path"],
                entry["sha256"],
                datetime.fromisoformat(entry["modified_at"]) if entry["modified_at"] else None,
            )
            for entry in document["inputs"]
        ),
        check_counts={name: CheckCount(**entry) for name, entry in document["check_counts"].items()},
        run_id=document["run_id"],
        recomputed=tuple(document.get("recomputed", ())),
        own_files=dict(document.get("own_files", {})) or None,
    )
