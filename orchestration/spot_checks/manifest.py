"""A spot check as files: the plan that is published before the draw, and the draw with all that repeats it.

Both are JSON in UTF-8 with sorted keys. A plan holds the population it was made on, so that nothing about the
draw is open once it is published; a draw holds its plan, so that the one file is enough to repeat it.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Any

from orchestration.errors import WorkspaceFileError
from orchestration.spot_checks.sampling import Allocation, Drawn, SelfEvaluation, allocate, draw
from orchestration.texts import LANGUAGES, text

_PLAN_FILE, _DRAW_FILE = "plan.json", "draw.json"


class SpotCheckError(WorkspaceFileError):
    """A plan or draw cannot be made or read; the message is in both languages."""

    @classmethod
    def about(cls, key: str, **values: object) -> SpotCheckError:
        """The error of a text."""
        return cls(" ".join(text(f"spot_checks.{key}", language, **values) for language in LANGUAGES))


@dataclass(frozen=True)
class Plan:
    """What is published before the draw.

    Attributes:
        plan_code: its name, unique in the workspace.
        region_code: whose finance bureau checks.
        fiscal_year: of the spending that was self-evaluated.
        release: whose self-evaluations are the population.
        edition: of the rules.
        share: fraction drawn at a risk factor of 1.
        least: drawn of every department at least.
        seed: decides the draw; any text.
        seed_source: where it comes from, in words.
        announced_at: when the plan was written, UTC, ISO 8601.
        risk_factors: of departments at higher risk.
        population: every self-evaluation that can be drawn.
    """

    plan_code: str
    region_code: str
    fiscal_year: int
    release: str
    edition: str
    share: Decimal
    least: int
    seed: str
    seed_source: str
    announced_at: str
    risk_factors: Mapping[str, Decimal]
    population: tuple[SelfEvaluation, ...]

    def allocations(self) -> list[Allocation]:
        """How many are drawn of each department."""
        return allocate(self.population, share=self.share, least=self.least, risk_factors=self.risk_factors)

    def drawn(self) -> list[Drawn]:
        """The self-evaluations to be checked."""
        return draw(self.population, self.allocations(), self.seed)

    def as_json(self) -> dict[str, Any]:
        """The plan as it is written."""
        fields = {name: getattr(self, name) for name in self.__dataclass_fields__}
        return fields | {
            "share": str(self.share),
            "risk_factors": {code: str(factor) for code, factor in self.risk_factors.items()},
            "population": [_evaluation_json(one) for one in self.population],
        }

    @property
    def sha256(self) -> str:
        """Hash of the plan's text: what a bulletin prints so that nobody can change the plan later."""
        return hashlib.sha256(_text(self.as_json()).encode()).hexdigest()


def plan_path(folder: Path, plan_code: str) -> Path:
    """Where a plan lies below the folder of spot checks."""
    return folder / plan_code / _PLAN_FILE


def draw_path(folder: Path, plan_code: str) -> Path:
    """Where a draw lies."""
    return folder / plan_code / _DRAW_FILE


def write_plan(folder: Path, plan: Plan) -> Path:
    """Write a plan.

    Raises:
        SpotCheckError: there is one of that name; a published plan is never changed.
    """
    return _write_new(plan_path(folder, plan.plan_code), plan.as_json())


def read_plan(path: Path) -> Plan:
    """Read a plan.

    Raises:
        SpotCheckError: no such file, or it holds no plan.
    """
    return _plan(path, _read(path))


def write_draw(folder: Path, plan: Plan, drawn_at: str) -> Path:
    """Draw, and write the draw with its plan.

    Raises:
        SpotCheckError: the plan was drawn before; a draw is never repeated in place.
    """
    content = {
        "plan": plan.as_json(),
        "plan_sha256": plan.sha256,
        "drawn_at": drawn_at,
        "allocations": [_allocation_json(row) for row in plan.allocations()],
        "drawn": [_drawn_json(one) for one in plan.drawn()],
    }
    return _write_new(draw_path(folder, plan.plan_code), content)


def redraw(path: Path) -> tuple[Plan, list[str]]:
    """Draw again from a draw's own file; what differs from it: names of its parts, none when all is equal.

    Raises:
        SpotCheckError: no such file, or it holds no draw.
    """
    content = _read(path)
    if not isinstance(content.get("plan"), dict):
        raise SpotCheckError.about("no_draw_file", path=path)
    plan = _plan(path, content["plan"])
    again = {
        "plan_sha256": plan.sha256,
        "allocations": [_allocation_json(row) for row in plan.allocations()],
        "drawn": [_drawn_json(one) for one in plan.drawn()],
    }
    return plan, [part for part, value in again.items() if content.get(part) != value]


def _plan(path: Path, content: Mapping[str, Any]) -> Plan:
    try:
        plan = Plan(
            **{
                **content,
                "share": Decimal(content["share"]),
                "risk_factors": {code: Decimal(factor) for code, factor in content["risk_factors"].items()},
                "population": tuple(_evaluation(one) for one in content["population"]),
            }
        )
        plan.allocations()
    except (KeyError, TypeError, AttributeError, ValueError, InvalidOperation) as error:
        raise SpotCheckError.about("no_plan_file", path=path, reason=error) from error
    return plan


def _evaluation(content: Mapping[str, Any]) -> SelfEvaluation:
    score = content["score"]
    return SelfEvaluation(**{**content, "score": None if score is None else Decimal(score)})


def _evaluation_json(one: SelfEvaluation) -> dict[str, Any]:
    return asdict(one) | {"score": None if one.score is None else str(one.score)}


def _allocation_json(row: Allocation) -> dict[str, Any]:
    return asdict(row) | {"risk_factor": str(row.risk_factor)}


def _drawn_json(one: Drawn) -> dict[str, Any]:
    evaluation = one.evaluation
    return {
        "evaluation_code": evaluation.evaluation_code,
        "stratum": evaluation.stratum,
        "place": one.place,
        "hash": one.hash,
    }


def _text(content: Mapping[str, Any]) -> str:
    return json.dumps(content, ensure_ascii=False, sort_keys=True, indent=1) + "\n"


def _write_new(path: Path, content: Mapping[str, Any]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        with path.open("x", encoding="utf-8") as stream:
            stream.write(_text(content))
    except FileExistsError:
        raise SpotCheckError.about("exists", path=path) from None
    return path


def _read(path: Path) -> dict[str, Any]:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise SpotCheckError.about("unreadable", path=path, reason=error) from error
    if not isinstance(content, dict):
        raise SpotCheckError.about("no_draw_file", path=path)
    return content
