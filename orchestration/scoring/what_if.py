"""What-if results: kept in a file and a schema of their own, which no release reads.

A release is made of the schema `marts` of the working database alone. What belongs here: writing results of
a replay to `what_if/<name>.duckdb`. What does not: computing them.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from orchestration.methods.scheme_folders import Scheme
from orchestration.resources.paths import Workspace
from orchestration.scoring.comparison import COMPUTED
from orchestration.scoring.replay import ReplayError, is_plain_name

SCHEMA = "what_if"
_SCORECARD = "rpt_scorecard"
_KEPT = (
    "fct_scores",
    "fct_score_trace",
    "fct_score_changes",
    "fct_indicator_values",
    "rpt_indicator_weights",
)


def keep(
    workspace: Workspace, name: str, release: Path, scheme: Scheme, results: duckdb.DuckDBPyConnection
) -> Path:
    """Write the results of a replay to a database of their own, replacing one of the same name.

    Args:
        workspace: the bureau's folder.
        name: name of the file.
        release: the release whose figures were scored.
        scheme: by what.
        results: connection to the replay's results.

    Returns:
        The file.

    Raises:
        ReplayError: the name is no plain file name.
    """
    if not is_plain_name(name):
        raise ReplayError.about("bad_name", name=name)
    folder = workspace.what_if
    folder.mkdir(parents=True, exist_ok=True)
    draft, target = folder / f".{name}.duckdb", folder / f"{name}.duckdb"
    draft.unlink(missing_ok=True)
    with duckdb.connect(str(draft)) as connection:
        connection.execute(f"CREATE SCHEMA {SCHEMA}")
        for table, source in {_SCORECARD: COMPUTED, **{one: f"marts.{one}" for one in _KEPT}}.items():
            connection.register("rows", results.sql(f"SELECT * FROM {source}").to_arrow_table())
            connection.execute(f"CREATE TABLE {SCHEMA}.{table} AS SELECT * FROM rows")
            connection.unregister("rows")
        connection.execute(
            f"CREATE TABLE {SCHEMA}.basis AS SELECT ? AS release_id, ? AS scheme_code, ? AS scheme_edition, "
            "? AS scheme_folder",
            [release.name, *scheme.key, scheme.folder.name],
        )
    draft.replace(target)
    return target
