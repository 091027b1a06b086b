"""Rules over candidate marts, as SQL files in the form `expectations.rules` describes; `form_code` holds
the table.

What belongs here: what analysts are promised. Tables of the candidate stand in schema `candidate`, those of
the last release in schema `previous`. What does not: relations inside the warehouse, which are dbt tests.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
