"""The sample province as facts, before any form: exact, consistent, without layout."""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal

from orchestration.sample.money import ZERO, total


@dataclass
class Line:
    """Expenditure of one entry (项): of the general budget appropriation, or from own revenue."""

    basic: Decimal = ZERO
    project: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """Basic and project expenditure together."""
        return self.basic + self.project


@dataclass
class FundLine:
    """One entry of the government fund budget."""

    opening: Decimal = ZERO
    revenue: Decimal = ZERO
    project: Decimal = ZERO

    @property
    def closing(self) -> Decimal:
        """What is left at the year's end."""
        return self.opening + self.revenue - self.project


@dataclass
class RevenueLine:
    """Revenue booked under one entry, by source."""

    appropriation: Decimal = ZERO
    public_service: Decimal = ZERO
    operating: Decimal = ZERO
    other: Decimal = ZERO

    @property
    def amount(self) -> Decimal:
        """All sources."""
        return self.appropriation + self.public_service + self.operating + self.other


@dataclass
class UnitAccount:
    """The final account of a unit in a year, or of a department as the sum of its units.

    General budget: `general` and its balances. Own revenue: `own`, `operating` and balances. Amounts in yuan.
    """

    code: str
    name: str
    general: dict[str, Line] = field(default_factory=dict)
    own: dict[str, Line] = field(default_factory=dict)
    operating: dict[str, Decimal] = field(default_factory=dict)
    fund: dict[str, FundLine] = field(default_factory=dict)
    revenue: dict[str, RevenueLine] = field(default_factory=dict)
    economic: dict[str, Decimal] = field(default_factory=dict)
    three_public: dict[str, tuple[Decimal, Decimal]] = field(default_factory=dict)
    general_opening: Decimal = ZERO
    own_opening: Decimal = ZERO
    use_of_fund_balance: Decimal = ZERO
    balance_distribution: Decimal = ZERO

    @property
    def general_total(self) -> Decimal:
        """Expenditure of the general budget appropriation."""
        return total(line.amount for line in self.general.values())

    @property
    def fund_total(self) -> Decimal:
        """Expenditure of government funds."""
        return total(line.project for line in self.fund.values())

    @property
    def appropriation(self) -> Decimal:
        """Appropriation received in the year, general budget and funds."""
        return total(line.appropriation for line in self.revenue.values())

    @property
    def fund_revenue(self) -> Decimal:
        """Government fund appropriation received in the year."""
        return total(line.revenue for line in self.fund.values())

    @property
    def fund_opening(self) -> Decimal:
        """Government fund balance at the beginning of the year."""
        return total(line.opening for line in self.fund.values())

    @property
    def fund_closing(self) -> Decimal:
        """Government fund balance at the end of the year."""
        return total(line.closing for line in self.fund.values())

    @property
    def general_closing(self) -> Decimal:
        """General budget appropriation left at the end of the year."""
        return self.general_opening + self.appropriation - self.fund_revenue - self.general_total

    @property
    def opening(self) -> Decimal:
        """All balances at the beginning of the year."""
        return self.general_opening + self.own_opening + self.fund_opening

    @property
    def revenue_total(self) -> Decimal:
        """All revenue of the year."""
        return total(line.amount for line in self.revenue.values())

    @property
    def expenditure_total(self) -> Decimal:
        """All expenditure of the year."""
        return (
            self.general_total
            + self.fund_total
            + total(line.amount for line in self.own.values())
            + total(self.operating.values())
        )

    @property
    def closing(self) -> Decimal:
        """All balances at the end of the year."""
        received = self.opening + self.revenue_total + self.use_of_fund_balance
        return received - self.expenditure_total - self.balance_distribution


@dataclass(frozen=True)
class Project:
    """A project on a department's list in one year. Amounts in yuan."""

    code: str
    name: str
    unit_code: str
    unit_name: str
    function_code: str
    is_new: bool
    first_year: int
    last_year: int
    budget: Decimal
    adjusted_budget: Decimal
    executed: Decimal


@dataclass(frozen=True)
class Evaluation:
    """One evaluation. `object_type` and `evaluator_kind` are keys of the layout's words."""

    object_type: str
    object_code: str
    object_name: str
    unit_code: str
    function_code: str
    expenditure_year: int
    amount: Decimal
    evaluator_kind: str
    evaluator: str
    date: str
    score: Decimal
    grade: str
    code: str = ""


@dataclass(frozen=True)
class Unit:
    """A budget unit of a register."""

    code: str
    name: str
    parent_code: str
    region_code: str
    nature: str

    @property
    def is_first_level(self) -> bool:
        """Whether it is a first-level budget unit."""
        return not self.parent_code


@dataclass(frozen=True)
class Region:
    """A place. `kind` is the printed type (县, 县级市, …)."""

    code: str
    name: str
    kind: str
    parent_code: str


@dataclass(frozen=True)
class WholeTarget:
    """A whole-department performance target. Amounts in yuan."""

    unit_code: str
    unit_name: str
    basic: Decimal
    project: Decimal
    duty: str


@dataclass
class DepartmentYear:
    """A department in a year: accounts, their sum, projects, targets, evaluations, management facts."""

    year: int
    index: int
    code: str
    name: str
    units: list[Unit]
    accounts: list[UnitAccount]
    consolidated: UnitAccount
    projects: list[Project]
    targeted: list[Project]
    whole_target: WholeTarget | None
    evaluations: list[Evaluation]
    facts: dict[str, int | Decimal | bool | None]


@dataclass(frozen=True)
class Programme:
    """A transfer programme in a year; the amount in yuan. `kind` is general or special."""

    code: str
    name: str
    kind: str
    responsible_code: str
    amount: Decimal
    has_target: bool


@dataclass
class GovernmentAccount:
    """A place's own-level final account; every measure is (budget, adjusted budget, final), in yuan."""

    expenditure: dict[str, tuple[Decimal, Decimal, Decimal]]
    groups: dict[str, Decimal]
    revenue: dict[str, tuple[Decimal, Decimal, Decimal]]
    received: dict[str, tuple[Decimal, Decimal, Decimal]]
    passed_down: dict[str, tuple[Decimal, Decimal, Decimal]]
    opening: tuple[Decimal, Decimal, Decimal]
    transferred_in: tuple[Decimal, Decimal, Decimal]
    remitted: tuple[Decimal, Decimal, Decimal]
    closing: Decimal
    carried_over: Decimal

    @property
    def expenditure_total(self) -> Decimal:
        """Final expenditure of the own level."""
        return total(values[2] for values in self.expenditure.values())


@dataclass
class CountyYear:
    """A county in a year."""

    year: int
    index: int
    region: Region
    units: list[Unit]
    account: GovernmentAccount
    base_data: dict[str, int | Decimal | bool]
    evaluations: list[Evaluation]
    whole_targets: list[WholeTarget]


@dataclass
class ProvinceYear:
    """The province's finance bureau in a year."""

    year: int
    region: Region
    regions: list[Region]
    units: list[Unit]
    account: GovernmentAccount
    programmes: list[Programme]
    evaluations: list[Evaluation]
