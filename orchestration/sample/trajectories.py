"""How far performance management covers each subject, year by year."""

from __future__ import annotations

from typing import Any

from orchestration.sample.money import random_stream
from orchestration.sample.reference import load_yaml


class Trajectory:
    """A named series over the fiscal years; beyond its ends the first or last entry holds."""

    def __init__(self, name: str) -> None:
        self._name = name
        self._entry: Any = load_yaml("trajectories")[name]

    def position(self, year: int) -> int:
        """Years since the first one, never negative."""
        return max(0, year - int(load_yaml("trajectories")["first_year"]))

    def at(self, year: int) -> int:
        """The entry of `year` of a plain series."""
        series: list[int] = self._entry if isinstance(self._entry, list) else self._entry["base"]
        return series[min(self.position(year), len(series) - 1)]

    def share(self, seed: int, subject: str, year: int) -> int:
        """The subject's share in `year`, per thousand: the series times the subject's lasting factor."""
        least, most = self._entry["factor"]
        factor = random_stream(seed, self._name, subject).randint(least, most)
        return min(1000, self.at(year) * factor // 100)


def chosen_count(whole: int, per_thousand: int) -> int:
    """How many of `whole` a share means, rounded half up, at least one."""
    return max(1, (whole * per_thousand * 2 + 1000) // 2000)
