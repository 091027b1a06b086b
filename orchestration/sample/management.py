"""Facts about a department's performance management work, consistent with its targets and evaluations."""

from __future__ import annotations

from decimal import Decimal
from random import Random

from orchestration.sample.model import Evaluation, Project
from orchestration.sample.money import total
from orchestration.sample.trajectories import Trajectory

Fact = int | Decimal | bool | None


def management_facts(
    rng: Random, year: int, targeted: list[Project], evaluations: list[Evaluation]
) -> dict[str, Fact]:
    """The facts by item code. None means not sampled; the work grows with the years of the plan."""
    stage = min(3, Trajectory("department_evaluated").position(year))
    done = len(evaluations)
    facts = _foundations(rng, stage)
    facts.update(_targets(rng, targeted))
    facts.update(_monitoring(rng, targeted, stage))
    due = done + rng.randint(0, max(0, 3 - stage))
    facts["self_evaluations_due"] = due
    facts["self_evaluations_done"] = done
    facts["report_review_score"] = Decimal(rng.randint(700 + 40 * stage, 960)) / 10
    facts["recheck_gap"] = Decimal(rng.randint(0, 90)) / 10 if rng.random() < 0.8 else None
    facts.update(_use(rng, done, stage))
    facts["innovations"] = rng.randint(0, stage)
    facts["upheld_problems"] = 1 if rng.random() < 0.2 else 0
    return facts


def _part(rng: Random, whole: int, least: int) -> int:
    """Some of `whole`, at least `least` per cent of it."""
    return whole * rng.randint(least, 100) // 100


def _foundations(rng: Random, stage: int) -> dict[str, Fact]:
    likely = 0.55 + 0.15 * stage
    names = [
        "has_lead_body",
        "has_named_staff",
        "rule_targets",
        "rule_monitoring",
        "rule_evaluation",
        "rule_application",
        "rule_operating",
    ]
    facts: dict[str, Fact] = {name: rng.random() < likely for name in names}
    facts["indicator_sets_three_level"] = rng.randint(0, 2 + 2 * stage)
    facts["indicator_sets_two_level"] = rng.randint(1, 6)
    facts["has_data_system"] = rng.random() < likely - 0.2
    due = rng.randint(20, 90)
    facts["persons_trained"] = _part(rng, due, 40 + 15 * stage)
    facts["persons_due_training"] = due
    return facts


def _targets(rng: Random, targeted: list[Project]) -> dict[str, Fact]:
    filed = len(targeted)
    return {
        "targets_filed": filed,
        "targeted_funds": total(project.budget for project in targeted),
        "targets_passed_first_review": _part(rng, filed, 60),
        "targets_due_to_units": filed,
        "targets_approved_to_units": _part(rng, filed, 70),
    }


def _monitoring(rng: Random, targeted: list[Project], stage: int) -> dict[str, Fact]:
    monitored = _part(rng, len(targeted), 30 + 20 * stage)
    found = rng.randint(0, monitored)
    return {
        "targets_monitored": monitored,
        "monitored_funds": total(project.budget for project in targeted[:monitored]),
        "deviations_found": found,
        "deviations_handled": _part(rng, found, 50),
        "monitoring_reports_due": monitored,
        "monitoring_reports_on_time": _part(rng, monitored, 60),
    }


def _use(rng: Random, done: int, stage: int) -> dict[str, Fact]:
    issues = rng.randint(done, 3 * done)
    return {
        "results_finished": done,
        "results_fed_back": _part(rng, done, 60 + 10 * stage),
        "issues_due": issues,
        "issues_closed_in_time": _part(rng, issues, 50 + 10 * stage),
        "graded_items": done,
        "budget_follows_grade": _part(rng, done, 40 + 15 * stage),
        "results_open_inside": _part(rng, done, 60 + 10 * stage),
        "results_open_public": _part(rng, done, 10 + 20 * stage),
    }
