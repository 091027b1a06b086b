"""Final accounts of governments: the province's own level and the counties."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from random import Random
from typing import Any

from orchestration.sample.model import GovernmentAccount
from orchestration.sample.money import ZERO, share, split, total
from orchestration.sample.reference import groups_of_class, load_yaml

Triple = tuple[Decimal, Decimal, Decimal]


def _rules() -> dict[str, Any]:
    rules: dict[str, Any] = load_yaml("figures")["government"]
    return rules


def _triple(rng: Random, final: Decimal) -> Triple:
    """(budget, adjusted budget, final): the adjusted budget is never below the final."""
    rules = _rules()
    return (share(final, rng.randint(*rules["budget"])), share(final, rng.randint(*rules["adjusted"])), final)


def _sum(triples: Sequence[Triple]) -> Triple:
    return (total(t[0] for t in triples), total(t[1] for t in triples), total(t[2] for t in triples))


def _parts(rng: Random, final: Decimal, weights: Mapping[str, int]) -> dict[str, Triple]:
    jittered = [weight * rng.randint(85, 115) for weight in weights.values()]
    return {name: _triple(rng, amount) for name, amount in zip(weights, split(final, jittered), strict=True)}


def _own_revenue(rng: Random, amount: Decimal) -> dict[str, Triple]:
    rules = _rules()
    tax = share(amount, rng.randint(*rules["tax_share"]))
    taxes = _parts(rng, tax, rules["taxes"])
    nontax = _parts(rng, amount - tax, rules["nontax"])
    revenue: dict[str, Triple] = {"tax_revenue": _sum(list(taxes.values())), **taxes}
    revenue["nontax_revenue"] = _sum(list(nontax.values()))
    revenue.update(nontax)
    revenue["revenue_total"] = _sum([revenue["tax_revenue"], revenue["nontax_revenue"]])
    return revenue


def _groups(
    rng: Random, expenditure: Mapping[str, Triple], known: Mapping[str, Decimal]
) -> dict[str, Decimal]:
    """Expenditure by group (款). Groups known from departments keep at least what those spent."""
    groups: dict[str, Decimal] = {}
    for class_code, (_, _, final) in expenditure.items():
        if final == 0:
            continue
        codes = [code for code in groups_of_class(class_code) if not _is_fund_group(code)]
        floor = {code: known.get(code, ZERO) for code in codes}
        spread = split(final - total(floor.values()), [rng.randint(10, 100) for _ in codes])
        groups.update((code, floor[code] + extra) for code, extra in zip(codes, spread, strict=True))
    return groups


def _is_fund_group(code: str) -> bool:
    funds = {entry["fund"][:5] for entry in load_yaml("templates")["departments"] if "fund" in entry}
    return code in funds


def _with_surplus(remitted: Triple, general: Sequence[Decimal]) -> Triple:
    """What is remitted, and what would have to be received below zero to balance a rich place's account."""
    first, second, third = (
        amount + max(-needed, ZERO) for amount, needed in zip(remitted, general, strict=True)
    )
    return first, second, third


def _passed_down(rng: Random, passed: Mapping[str, Decimal]) -> dict[str, Triple]:
    triples = {name: _triple(rng, amount) for name, amount in passed.items()}
    triples["total"] = _sum([triples[name] for name in ("tax_rebate", "general", "special")])
    return triples


def government_account(
    rng: Random,
    finals: Mapping[str, Decimal],
    passed: Mapping[str, Decimal],
    opening: Decimal,
    closing: Decimal,
    rules: Mapping[str, Any],
    known_groups: Mapping[str, Decimal] | None = None,
) -> GovernmentAccount:
    """A balanced final account.

    The general transfer received closes the balance in each of the three columns, so that
    revenue + received + opening + transferred in = expenditure + passed down + remitted + closing to the fen.

    Args:
        finals: final expenditure by class.
        passed: transfers to lower levels: tax_rebate, general, special.
        opening: balance brought forward.
        closing: balance at the year's end (final column only).
        rules: shares of this kind of government in `figures.yml`.
        known_groups: what departments already spent, by group.
    """
    expenditure = {code: _triple(rng, amount) for code, amount in finals.items()}
    spent = _sum(list(expenditure.values()))
    revenue = _own_revenue(rng, share(spent[2], rng.randint(*rules["own_revenue"])))
    down = _passed_down(rng, passed)
    remitted = _triple(rng, share(spent[2], rng.randint(*rules["remitted"])))
    transferred_in = _triple(rng, share(spent[2], rng.randint(*rules["transferred_in"])))
    received = {name: _triple(rng, share(spent[2], weight)) for name, weight in _rules()["received"].items()}
    closings = (ZERO, ZERO, closing)
    general = []
    for column in range(3):
        needed = spent[column] + down["total"][column] + remitted[column] + closings[column]
        have = revenue["revenue_total"][column] + opening + transferred_in[column]
        have += received["tax_rebate"][column] + received["special"][column]
        general.append(needed - have)
    remitted = _with_surplus(remitted, general)
    received["general"] = (max(general[0], ZERO), max(general[1], ZERO), max(general[2], ZERO))
    received["total"] = _sum([received[name] for name in ("tax_rebate", "general", "special")])
    return GovernmentAccount(
        expenditure=expenditure,
        groups=_groups(rng, expenditure, known_groups or {}),
        revenue=revenue,
        received=received,
        passed_down=down,
        opening=(opening, opening, opening),
        transferred_in=transferred_in,
        remitted=remitted,
        closing=closing,
        carried_over=share(closing, rng.randint(*_rules()["carried_over"])),
    )
