"""Rules of the receive stage, as SQL files in the form `expectations.rules` describes, each row with its
fiscal year.

What belongs here: who filed what twice, in whose place, for whom, and who stayed silent. What does not:
what a workbook says inside.
"""

from __future__ import annotations

from pathlib import Path

FOLDER = Path(__file__).parent
