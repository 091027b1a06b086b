"""The small province of `mini_province` as the raw rows its workbooks would leave."""

from __future__ import annotations

from decimal import Decimal

from tests.support.mini_province import PROVINCE, YEARS, Department, MiniProvince
from tests.support.oracle import NOT_APPLICABLE, NOT_DEMONSTRABLE, Figure
from tests.support.raw_store import RawStore


def write(province: MiniProvince, store: RawStore) -> None:
    for year in province.years:
        _write_registers(province, store, year)
        for county in province.counties[:-1]:
            _write_county(province, store, county, year)
        for (code, of_year), department in province.departments.items():
            if of_year == year:
                _write_department(province, store, code, year, department)
        _write_transfers(province, store, year)
        if year in province.own_account:
            _write_own_account(store, year, province.own_account[year])
    store.write()


def _write_registers(province: MiniProvince, store: RawStore, year: int) -> None:
    sid = store.submission(f"register{year}", year, PROVINCE, "unit_register")
    store.submission(sid, year, PROVINCE, "region_register")
    store.add("region_register", sid, region_code=PROVINCE, region_name="示例省", region_type="省")
    for county in province.counties:
        store.add(
            "region_register",
            sid,
            region_code=county,
            region_name=f"县{county}",
            region_type="县",
            parent_region_code=PROVINCE,
        )
    for code, of_year in province.departments:
        if of_year == year:
            store.add(
                "unit_register",
                sid,
                unit_code=code,
                unit_name=f"部门{code}",
                unit_level="一级",
                region_code=PROVINCE,
            )


def _write_own_account(store: RawStore, year: int, classes: dict[str, Decimal]) -> None:
    sid = store.submission(f"government{year}", year, PROVINCE, "government_final_account")
    lines = {**classes, "TOTAL": sum(classes.values(), Decimal(0))}
    for item, amount in lines.items():
        store.add(
            "government_final_account",
            sid,
            table_code="expenditure_by_function",
            item_code=item,
            item_label=item,
            measure_code="final",
            row_kind="total" if item == "TOTAL" else "value",
            unit_label="元",
            decimals="2",
            value_text=str(amount),
        )


def _evaluation(
    store: RawStore,
    submission: str,
    year: int,
    code: str,
    kind: str,
    unit: str,
    amount: Decimal | None,
    **more: str,
) -> None:
    store.add(
        "evaluation_register",
        submission,
        evaluation_code=code,
        object_type=kind,
        unit_code=unit,
        expenditure_year=str(year),
        evaluated_amount="" if amount is None else str(amount),
        unit_label="元",
        **more,
    )


def _figure_text(value: Figure) -> str:
    if value is None:
        return ""
    return {NOT_APPLICABLE: "不适用", NOT_DEMONSTRABLE: "无法证实"}.get(str(value), str(value))


def _write_county(province: MiniProvince, store: RawStore, county: str, year: int) -> None:
    sid = store.submission(f"county{county}{year}", year, county, "county_base_data")
    store.submission(sid, year, county, "government_final_account")
    store.submission(sid, year, county, "evaluation_register")
    for (subject, of_year, code), value in province.figures.items():
        if subject != county or of_year != year:
            continue
        form, table, item, measure = code.split(".")
        store.add(
            form,
            sid,
            table_code=table,
            item_code=item,
            measure_code=measure,
            item_label=item,
            row_kind="total" if item == "TOTAL" else "value",
            unit_label="元",
            decimals="2",
            value_text=_figure_text(value),
        )
    unit = f"{county}301"
    for class_code, amount in province.county_evaluations[county, year].items():
        for repeat in range(2):  # entered twice: counts once
            _evaluation(
                store,
                sid,
                year,
                f"{county}{class_code}{repeat}",
                "项目支出",
                unit,
                amount,
                object_code=f"{county}-{class_code}",
                function_code=class_code,
            )
    if whole := province.county_whole[county, year]:
        _evaluation(store, sid, year, f"{county}W", "部门整体支出", unit, whole, object_code=unit)
    # Transfers to lower levels are not own-level expenditure, and another year's spending not this year's.
    _evaluation(store, sid, year, f"{county}T", "转移支付", unit, Decimal(10**6), object_code=f"{county}-T")
    # A register that was replaced by the one above.
    old = store.submission(f"old{county}{year}", year, county, "evaluation_register")
    store.hold(old, "evaluation_register", superseded=True)
    _evaluation(
        store,
        old,
        year,
        f"{county}O",
        "项目支出",
        unit,
        Decimal(10**6),
        object_code=f"{county}-O",
        function_code="201",
    )


def _write_department(
    province: MiniProvince, store: RawStore, code: str, year: int, department: Department
) -> None:
    sid = store.submission(f"department{code}{year}", year, code, "department_final_account")
    for form in (
        "project_list",
        "project_performance_target",
        "department_performance_target",
        "department_management_facts",
    ):
        store.submission(sid, year, code, form)
    label = f"部门{code}"
    common = {
        "table_code": "general_public_expenditure",
        "unit_label": "元",
        "decimals": "2",
        "reporting_unit_label": label,
    }
    for item in sorted({*department.basic, *department.project_items}):
        for measure, amounts in (("basic", department.basic), ("project", department.project_items)):
            store.add(
                "department_final_account",
                sid,
                item_code=item,
                item_label=item,
                measure_code=measure,
                value_text=str(amounts.get(item, "")),
                **common,
            )
    for class_code in sorted({item[:3] for item in department.project_items}):
        store.add(
            "department_final_account",
            sid,
            item_code=class_code,
            item_label=class_code,
            measure_code="project",
            value_text="0",
            **common,
        )
    store.add(
        "department_final_account",
        sid,
        item_code="TOTAL",
        row_kind="total",
        measure_code="total",
        value_text=str(department.total),
        **common,
    )
    _write_projects(store, sid, year, label, department)
    for (subject, of_year, figure), value in province.figures.items():
        if subject == code and of_year == year:
            form, table, item, measure = figure.split(".")
            store.add(
                form,
                sid,
                table_code=table,
                item_code=item,
                measure_code=measure,
                item_label=item,
                reporting_unit_label=label,
                value_text=_figure_text(value),
            )
    if (code, year) in province.whole_targets:
        store.add(
            "department_performance_target",
            sid,
            unit_code=code,
            unit_name=label,
            total_budget="1",
            unit_label="元",
        )
        store.add(
            "department_performance_target_indicators", sid, unit_code=code, indicator="i", target_value="≥1"
        )


def _write_projects(store: RawStore, sid: str, year: int, label: str, department: Department) -> None:
    if YEARS[year].has_register:
        _write_evaluations(store, year, department)
    held = store.submission(
        f"held{department.code}{year}", year, department.code, "project_performance_target"
    )
    store.hold(held, "project_performance_target")
    for project in department.projects:
        store.add(
            "project_list",
            sid,
            project_code=project.code,
            project_name=project.code,
            unit_code=department.code,
            function_code=project.item,
            budget_amount=str(project.budget),
            executed_amount=str(project.executed),
            reporting_unit_label=label,
            unit_label="元",
        )
        filed = held if project.target == "held" else sid
        if project.target:
            sheet = f"S{project.code}"
            store.add(
                "project_performance_target",
                filed,
                _sheet=sheet,
                project_code=project.code,
                unit_label="元",
                requested_amount="0" if project.target == "zero" else str(project.budget),
            )
            store.add(
                "project_performance_target_indicators",
                filed,
                _sheet=sheet,
                project_code=project.code,
                target_value="" if project.target == "empty" else "95",
            )
    store.add(
        "project_list",
        sid,
        row_kind="total",
        budget_amount=str(sum((p.budget for p in department.projects), Decimal(0)) + department.misprint),
        reporting_unit_label=label,
        unit_label="元",
    )


def _write_evaluations(store: RawStore, year: int, department: Department) -> None:
    register = store.submission(f"evaluations{year}", year, PROVINCE, "evaluation_register")
    code = department.code
    for project in department.projects:
        for number, amount in enumerate(project.evaluated):
            _evaluation(
                store,
                register,
                year,
                f"{project.code}/{number}",
                "项目支出",
                code,
                amount,
                object_code=project.code,
                function_code=project.item,
            )
    if department.unlisted:
        _evaluation(
            store,
            register,
            year,
            f"U{code}",
            "项目支出",
            code,
            department.unlisted,
            object_code=f"{code}-unlisted",
            function_code=department.projects[0].item,
        )
    for number, amount in enumerate(department.whole):
        _evaluation(
            store, register, year, f"W{code}/{number}", "部门整体支出", code, amount, object_code=code
        )


def _write_transfers(province: MiniProvince, store: RawStore, year: int) -> None:
    total, filed = province.transfers[year]
    rules = YEARS[year]
    sid = store.submission(f"government{year}", year, PROVINCE, "government_final_account")
    store.submission(sid, year, PROVINCE, "transfer_performance_target")
    if rules.has_register:
        store.submission(f"evaluations{year}", year, PROVINCE, "evaluation_register")
    for item, amount in (
        ("transfer_general", total),
        ("transfer_special", rules.special),
        ("transfer_tax_rebate", Decimal(7)),
    ):
        store.add(
            "government_final_account",
            sid,
            table_code="revenue_expenditure_summary",
            item_code=item,
            measure_code="final",
            unit_label="元",
            decimals="2",
            value_text=_figure_text(amount),
        )
    asked = total + 1 if rules.excess_targets else filed
    store.add("transfer_performance_target", sid, programme_code="T1", amount=str(asked), unit_label="元")
    store.add("transfer_performance_target_indicators", sid, programme_code="T1", target_value="95")
