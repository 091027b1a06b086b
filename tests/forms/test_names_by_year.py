"""Names that changed with the years, item by item.

What each summary calls a class in a year is typed here a second time: the 2012 classification, its revision
of 2014, the revised Budget Law of 2015, the classifications of 2019 and 2020.
"""

from __future__ import annotations

import re

import pytest

from orchestration.ingest.compiled import CompiledTable, for_year
from tests.support.real_material import shipped_forms

# Class → its name in 2012–2013, 2014–2018, 2019, from 2020; '' where there was none.
CLASSES: dict[str, tuple[str, str, str, str]] = {
    "201": ("一般公共服务", "一般公共服务支出", "一般公共服务支出", "一般公共服务支出"),
    "202": ("外交", "外交支出", "外交支出", "外交支出"),
    "203": ("国防", "国防支出", "国防支出", "国防支出"),
    "204": ("公共安全", "公共安全支出", "公共安全支出", "公共安全支出"),
    "205": ("教育", "教育支出", "教育支出", "教育支出"),
    "206": ("科学技术", "科学技术支出", "科学技术支出", "科学技术支出"),
    "207": ("文化体育与传媒", "文化体育与传媒支出", "文化旅游体育与传媒支出", "文化旅游体育与传媒支出"),
    "208": ("社会保障和就业", "社会保障和就业支出", "社会保障和就业支出", "社会保障和就业支出"),
    "210": ("医疗卫生", "医疗卫生与计划生育支出", "卫生健康支出", "卫生健康支出"),
    "211": ("节能环保", "节能环保支出", "节能环保支出", "节能环保支出"),
    "212": ("城乡社区事务", "城乡社区支出", "城乡社区支出", "城乡社区支出"),
    "213": ("农林水事务", "农林水支出", "农林水支出", "农林水支出"),
    "214": ("交通运输", "交通运输支出", "交通运输支出", "交通运输支出"),
    "215": ("资源勘探电力信息等事务", "资源勘探信息等支出", "资源勘探信息等支出", "资源勘探工业信息等支出"),
    "216": ("商业服务业等事务", "商业服务业等支出", "商业服务业等支出", "商业服务业等支出"),
    "217": ("金融监管等事务支出", "金融支出", "金融支出", "金融支出"),
    "219": ("援助其他地区支出",) * 4,
    "220": ("国土资源气象等事务", "国土海洋气象等支出", "自然资源海洋气象等支出", "自然资源海洋气象等支出"),
    "221": ("住房保障支出",) * 4,
    "222": ("粮油物资储备事务", "粮油物资储备支出", "粮油物资储备支出", "粮油物资储备支出"),
    "224": ("", "", "灾害防治及应急管理支出", "灾害防治及应急管理支出"),
    "229": ("其他支出",) * 4,
}
BUDGET_NAME = {2012: "公共财政预算", 2013: "公共财政预算", 2014: "公共财政预算"}  # from 2015 一般公共预算
YEARS = [*range(2012, 2027)]
SUMMARIES = [
    ("department_final_account", "revenue_expenditure_summary"),
    ("department_final_account", "appropriation_summary"),
    ("department_budget", "revenue_expenditure_summary"),
    ("department_budget", "appropriation_summary"),
    ("government_final_account", "revenue_expenditure_summary"),
]


def spell(year: int) -> int:
    return 0 if year < 2014 else 1 if year < 2019 else 2 if year < 2020 else 3


def table(form: str, name: str, year: int) -> CompiledTable:
    return for_year(shipped_forms(), year).tables[form, name]


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize(("form", "name"), SUMMARIES)
def test_each_class_bears_the_name_of_its_year(form: str, name: str, year: int) -> None:
    for layout in table(form, name, year).layouts:
        printed = [
            (item.spec.code, re.sub(r"^[一二三四五六七八九十]+、", "", item.printed))
            for block in layout.blocks
            for item in block.items
        ]
        found = [(code, label) for code, label in printed if code in CLASSES]
        expected = [(code, names[spell(year)]) for code, names in CLASSES.items() if names[spell(year)]]
        assert sorted(found) == expected, layout.spec.name


@pytest.mark.parametrize("year", YEARS)
def test_the_budget_bears_the_name_of_its_year(year: int) -> None:
    budget = BUDGET_NAME.get(year, "一般公共预算")
    own = table("department_final_account", "general_public_expenditure", year)
    assert own.titles == (f"{budget}财政拨款支出决算表",)
    planned = table("department_budget", "general_public_expenditure", year)
    assert planned.titles == (f"预算单位{budget}支出功能分类预算表",)
    government = table("government_final_account", "expenditure_by_function", year)
    expected = "公共财政" if year < 2015 else "一般公共预算"
    assert government.titles == (f"{expected}支出决算功能分类明细表",)


@pytest.mark.parametrize("year", YEARS)
def test_fund_balance_row_changed_with_government_accounting(year: int) -> None:
    summary = table("department_final_account", "revenue_expenditure_summary", year)
    for layout in summary.layouts:
        labels = {item.printed for block in layout.blocks for item in block.items}
        assert ("用事业基金弥补收支差额" in labels) == (year < 2019)
        assert ("使用非财政拨款结余" in labels) == (year >= 2019)


@pytest.mark.parametrize("year", YEARS)
def test_nine_tables_of_which_one_came_later(year: int) -> None:
    form = shipped_forms().forms["department_final_account"]
    edition = form.edition_for(year)
    assert edition is not None
    tables = form.tables_of(edition)
    assert len(tables) == 9
    optional = [part.table for part in tables if not part.required]
    assert optional == (["state_capital"] if 2016 <= year <= 2023 else [])


@pytest.mark.parametrize("year", YEARS)
def test_standard_expenditure_of_counties_bears_the_class_names(year: int) -> None:
    items = {
        item.spec.code: item.printed
        for block in table("county_base_data", "base_data", year).layouts[0].blocks
        for item in block.items
    }
    for code in ("207", "210"):
        class_name = CLASSES[code][spell(year)].removesuffix("支出")
        assert items[f"standard_expenditure_{code}"] == f"{class_name}标准支出"
