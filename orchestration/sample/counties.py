"""Places of county level: names and codes, people, accounts, base data, evaluations, targets."""

from __future__ import annotations

from decimal import Decimal
from functools import cache
from random import Random
from typing import Any

from orchestration.sample.evaluations import EvaluationDesk
from orchestration.sample.governments import government_account
from orchestration.sample.model import CountyYear, Evaluation, GovernmentAccount, Region, Unit, WholeTarget
from orchestration.sample.money import ZERO, random_stream, share, split, total
from orchestration.sample.reference import function_classes, layouts, load_csv, load_yaml
from orchestration.sample.size import SampleSize
from orchestration.sample.trajectories import Trajectory, chosen_count


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_yaml("figures")["county"]
    return rules


def _place_name(index: int) -> str:
    regions = load_yaml("regions")
    first, second = regions["first_syllables"], regions["second_syllables"]
    return str(
        first[index % len(first)] + second[(index // len(first) + 7 * (index % len(first))) % len(second)]
    )


@cache
def county_region(index: int) -> Region:
    """The place at a position: fictional name, code outside the real division codes."""
    regions = load_yaml("regions")
    rules = regions["prefectures"]
    each, most = rules["counties_each"], rules["most"]
    turn, place = divmod(index, each * most)  # when all prefectures are full, each takes some more
    prefecture = f"{regions['province']['code'][:2]}{place // each + 1:02d}00"
    code = f"{prefecture[:4]}{rules['first_county'] + turn * each + place % each:02d}"
    kind = next(entry for entry in reversed(regions["types"]) if (index + 1) % entry["every"] == 0)
    return Region(code, _place_name(index) + kind["suffix"], kind["name"], prefecture)


def prefecture_regions(counties: int) -> list[Region]:
    """The prefectures above the first `counties` counties."""
    regions = load_yaml("regions")
    each = regions["prefectures"]["counties_each"]
    kind = layouts()["region_register"]["types"]["prefecture"]
    suffix = regions["prefectures"]["suffix"]
    found = []
    for number in range(min(regions["prefectures"]["most"], (counties + each - 1) // each)):
        code = county_region(number * each).parent_code
        name = _place_name(len(regions["first_syllables"]) * len(regions["second_syllables"]) - 1 - number)
        found.append(Region(code, name + suffix, kind, regions["province"]["code"]))
    return found


class _County:
    """One county; every figure of every year comes from a stream of its own."""

    def __init__(self, index: int, seed: int) -> None:
        self.index = index
        self.seed = seed
        self.region = county_region(index)

    def rng(self, *key: object) -> Random:
        return random_stream(self.seed, "county", self.region.code, *key)

    def _years(self, year: int) -> int:
        return max(0, year - int(load_yaml("figures")["first_year"]))

    def population(self, year: int) -> int:
        people = self.rng("people").randint(*_rules()["population"])
        for step in range(self._years(year)):
            people = people * self.rng("people", step).randint(*_rules()["population_growth"]) // 1000
        return people

    def payroll(self, year: int) -> int:
        persons = self.rng("people").randint(*_rules()["population"])
        persons = persons * self.rng("payroll").randint(*_rules()["payroll"]) // 1000
        for step in range(self._years(year)):
            persons = persons * self.rng("payroll", step).randint(*_rules()["payroll_growth"]) // 1000
        return persons

    def expenditure(self, year: int) -> Decimal:
        """Final expenditure of the year, own level."""
        amount = Decimal(self.population(year)) * self.rng("head").randint(*_rules()["per_head"])
        growth = 1000 + int(load_yaml("figures")["growth"])
        for _ in range(self._years(year)):
            amount = share(amount, growth)
        rng = self.rng("spending", year)
        return share(amount, rng.randint(970, 1030)) + Decimal(rng.randint(0, 99999)) / 100

    def closing(self, year: int) -> Decimal:
        return share(self.expenditure(year), self.rng("closing", year).randint(*_rules()["closing"]))

    def finals(self, year: int) -> dict[str, Decimal]:
        """Final expenditure by class; some counties lean far towards the key classes, some far away."""
        factor = 100
        for unusual in _rules()["unusual"]:
            if self.index % unusual["every"] == unusual["at"]:
                factor = int(unusual["factor"])
        weights = {}
        for entry in function_classes(year):
            lasting = self.rng("class", entry.code).randint(*_rules()["classes"][entry.code])
            weight = lasting * self.rng("class", entry.code, year).randint(93, 107)
            weights[entry.code] = weight * (factor if entry.code in _rules()["key_classes"] else 100)
        amounts = split(self.expenditure(year), list(weights.values()))
        return dict(zip(weights, amounts, strict=True))

    def account(self, year: int) -> GovernmentAccount:
        finals = self.finals(year)
        rng = self.rng("account", year)
        down = share(total(finals.values()), rng.randint(*_rules()["passed_down"]))
        shares = load_yaml("figures")["government"]["passed_down"]
        passed = dict(zip(shares, split(down, list(shares.values())), strict=True))
        return government_account(rng, finals, passed, self.closing(year - 1), self.closing(year), _rules())

    def base_data(self, year: int, account: GovernmentAccount) -> dict[str, int | Decimal | bool]:
        rng = self.rng("base", year)
        persons = self.payroll(year)
        data: dict[str, int | Decimal | bool] = {
            "total_population": self.population(year),
            "payroll_persons": persons,
            "retired_persons": persons * self.rng("retired").randint(*_rules()["retired"]) // 1000,
        }
        for code in ("205", "210", "207"):
            lasting = self.rng("standard", code).randint(*_rules()["standard"])
            standard = share(account.expenditure[code][2], lasting * rng.randint(97, 103), 100000)
            data[f"standard_expenditure_{code}"] = standard
        spent = account.expenditure_total
        for quarter, bounds in enumerate(_rules()["quarters"], start=1):
            data[f"cumulative_expenditure_q{quarter}"] = share(spent, rng.randint(*bounds))
        data["cumulative_expenditure_q4"] = spent
        data["temporary_payments"] = share(spent, rng.randint(*_rules()["temporary_payments"]))
        data["carry_over"] = account.closing
        likely = _rules()["openness_from"][min(self._years(year), len(_rules()["openness_from"]) - 1)]
        for item in ("budget", "final_account", "three_public", "performance", "explanations"):
            data[f"openness_{item}"] = self.rng("open", item).randint(0, 999) < likely
        return data

    def units(self, year: int) -> list[Unit]:
        count = self.rng("units").randint(*_rules()["first_level_units"])
        first_renamed = load_csv("county_units")
        rows = sorted(sorted(first_renamed, key=lambda row: self.rng("unit", row["number"]).random())[:count],
                      key=lambda row: row["number"])  # fmt: skip
        return [self._unit(row, year) for row in rows]

    def _unit(self, row: dict[str, str], year: int) -> Unit:
        renamed = row["name_from_2014"] and year >= load_yaml("settings")["county_units_renamed_from"]
        name = row["name_from_2014"] if renamed else row["name"]
        code = f"{self.region.code}{row['number']}"
        return Unit(code, self.region.name + name, "", self.region.code, row["nature"])

    def evaluations(self, year: int, units: list[Unit], account: GovernmentAccount) -> list[Evaluation]:
        """Evaluated projects of first-level units; in some counties one unit is also judged as a whole."""
        bureau = layouts()["evaluation_register"]["bureau_name"].format(name=self.region.name)
        desk = EvaluationDesk(self.rng("desk", year), year, bureau)
        rng = self.rng("evaluations", year)
        classes = {
            f"{self.region.code}{row['number']}": row["class_code"] for row in load_csv("county_units")
        }
        wanted = Trajectory("county_evaluated").share(self.seed, self.region.code, year)
        candidates = [
            (unit, project["name"])
            for unit in units
            for project in load_csv("county_projects")
            if project["class_code"] == classes[unit.code]
        ]
        rng.shuffle(candidates)
        chosen = candidates[
            : rng.randint(*_rules()["evaluations"]) + Trajectory("county_evaluated").position(year)
        ]
        amounts = split(share(account.expenditure_total, wanted), [rng.randint(10, 40) for _ in chosen])
        room = {
            code: share(values[2], _rules()["largest_class_part"])
            for code, values in account.expenditure.items()
        }
        rows = []
        for number, ((unit, name), amount) in enumerate(zip(chosen, amounts, strict=True), start=1):
            class_code = classes[unit.code]
            amount = min(amount, room[class_code])
            room[class_code] -= amount
            if amount > 0:
                code = f"{unit.code}{year}{number:02d}"
                rows.append(desk.evaluation("project", code, name, unit.code, class_code, amount, unit.name))
        if rows and self.index % _rules()["overlap_every"] == 1:
            rows.append(self._whole_unit(desk, rows[0], units, account))
        return rows

    def _whole_unit(
        self, desk: EvaluationDesk, inside: Evaluation, units: list[Unit], account: GovernmentAccount
    ) -> Evaluation:
        unit = next(unit for unit in units if unit.code == inside.unit_code)
        limit = share(account.expenditure[inside.function_code][2], _rules()["largest_class_part"])
        amount = max(inside.amount, min(limit, share(inside.amount, 1400)))
        name = layouts()["evaluation_register"]["whole_name"].format(name=unit.name)
        return desk.evaluation(
            "department", unit.code, name, unit.code, inside.function_code, amount, unit.name
        )

    def whole_targets(self, year: int, units: list[Unit], account: GovernmentAccount) -> list[WholeTarget]:
        wanted = Trajectory("county_whole_targets").share(self.seed, self.region.code, year)
        order = sorted(units, key=lambda unit: self.rng("files", unit.code).random())
        classes = {
            f"{self.region.code}{row['number']}": row["class_code"] for row in load_csv("county_units")
        }
        targets = []
        for unit in sorted(order[: chosen_count(len(units), wanted)], key=lambda unit: unit.code):
            rng = self.rng("target", unit.code, year)
            budget = share(account.expenditure.get(classes[unit.code], (ZERO,))[0], rng.randint(200, 600))
            basic = share(budget, rng.randint(300, 700))
            duty = layouts()["department_performance_target"]["duty"]
            targets.append(WholeTarget(unit.code, unit.name, basic, budget - basic, duty))
        return targets


def county_year(index: int, year: int, size: SampleSize) -> CountyYear:
    """Everything about the county at `index` in `year`."""
    county = _County(index, size.seed)
    account = county.account(year)
    units = county.units(year)
    return CountyYear(
        year=year,
        index=index,
        region=county.region,
        units=units,
        account=account,
        base_data=county.base_data(year, account),
        evaluations=county.evaluations(year, units, account),
        whole_targets=county.whole_targets(year, units, account),
    )
