"""Which cell is told where sums break, on numbers alone."""

from __future__ import annotations

from decimal import Decimal

from hypothesis import given
from hypothesis import strategies as st

from expectations.root_causes import Place, RootCause, Suspect, find_root_causes

CENT = Decimal("0.01")


def place(cell: str) -> Place:
    return ("submission", "form", "sheet", cell)


class Table:
    """Cells with amounts, and sums over them; what a checker would hand over of it."""

    def __init__(self, amounts: dict[str, Decimal], sums: list[tuple[str, list[str]]]) -> None:
        self.amounts, self.sums = amounts, sums

    def causes(self) -> list[RootCause]:
        suspects: list[Suspect] = []
        intact: dict[Place, int] = {}
        for number, (total, parts) in enumerate(self.sums, start=1):
            gap = self.amounts[total] - sum((self.amounts[part] for part in parts), Decimal())
            for cell in (total, *parts):
                if gap:
                    correction = -gap if cell == total else gap
                    suspects.append(
                        Suspect(number, place(cell), cell == total, correction, CENT, self.amounts[cell])
                    )
                else:
                    intact[place(cell)] = intact.get(place(cell), 0) + 1
        return find_root_causes(suspects, intact)


def grid(rows: int, columns: int) -> Table:
    """A table with a total of every row and column, and of all."""
    amounts = {
        f"{row}.{column}": Decimal(100 * row + column + 1) for row in range(rows) for column in range(columns)
    }
    sums = [(f"{row}.T", [f"{row}.{column}" for column in range(columns)]) for row in range(rows)]
    sums += [(f"T.{column}", [f"{row}.{column}" for row in range(rows)]) for column in range(columns)]
    sums += [
        ("T.T", [f"{row}.T" for row in range(rows)]),
        ("T.T", [f"T.{column}" for column in range(columns)]),
    ]
    for total, parts in sums:
        amounts[total] = sum((amounts[part] for part in parts), Decimal())
    return Table(amounts, sums)


def test_nothing_broken_has_no_cause() -> None:
    assert grid(3, 3).causes() == []


@given(st.data(), st.decimals(min_value=-90000000, max_value=90000000, places=2).filter(bool))
def test_one_wrong_cell_of_a_table_with_totals_both_ways_is_named(
    data: st.DataObject, error: Decimal
) -> None:
    table = grid(3, 4)
    cell = data.draw(st.sampled_from(sorted(table.amounts)))
    table.amounts[cell] += error
    (cause,) = table.causes()
    assert cause.place == place(cell)
    assert cause.correction_cny == -error
    assert len(cause.instance_ids) == 2


def test_two_wrong_cells_are_two_causes() -> None:
    table = grid(4, 4)
    table.amounts["0.0"] += Decimal(7)
    table.amounts["2.3"] -= Decimal(64840547)
    assert {(cause.place[3], cause.correction_cny) for cause in table.causes()} == {
        ("0.0", Decimal(-7)),
        ("2.3", Decimal(64840547)),
    }


def test_every_broken_sum_belongs_to_one_cause() -> None:
    table = grid(3, 3)
    for number, cell in enumerate(("0.0", "0.1", "1.T")):
        table.amounts[cell] += Decimal(10 + number)
    told = [instance for cause in table.causes() for instance in cause.instance_ids]
    assert sorted(told) == sorted(set(told))


def test_a_sum_alone_is_told_at_its_total() -> None:
    table = Table(
        dict(zip("tab", (Decimal(100), Decimal(50), Decimal(49)), strict=True)), [("t", ["a", "b"])]
    )
    assert [cause.place[3] for cause in table.causes()] == ["t"]


def test_an_addend_too_large_is_told_where_other_sums_vouch_for_the_total() -> None:
    amounts = dict(zip("utab", (Decimal(100), Decimal(100), Decimal(64840597), Decimal(50)), strict=True))
    table = Table(amounts, [("u", ["t"]), ("t", ["a", "b"])])
    assert [(cause.place[3], cause.correction_cny) for cause in table.causes()] == [("a", Decimal(-64840547))]


def test_where_several_addends_could_be_wrong_the_total_is_told() -> None:
    amounts = dict(zip("utab", (Decimal(100), Decimal(100), Decimal(60), Decimal(50)), strict=True))
    table = Table(amounts, [("u", ["t"]), ("t", ["a", "b"])])
    assert [cause.place[3] for cause in table.causes()] == ["t"]
