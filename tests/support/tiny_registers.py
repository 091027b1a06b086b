"""The registers most content checks need: who exists in the tiny warehouse's province."""

from __future__ import annotations

from tests.support.tiny_warehouse import TinyWarehouse


def register(tiny: TinyWarehouse, *extra: tuple[str, str, str], year: int = 2013) -> None:
    """Province 990000 with departments 301, 302, county 990101, and units of 301."""
    tiny.submit(f"r{year}", "unit_register,region_register", year=year, submitter="990000")
    units = [
        ("301", "示例省教育厅", ""),
        ("301001", "示例省教育厅本级", "301"),
        ("301002", "示例省考试院", "301"),
        ("302", "示例省科技厅", ""),
        *extra,
    ]
    for code, name, parent in units:
        tiny.row(
            *("unit_register", f"r{year}"),
            label="示例省",
            unit="个",
            sheet="名录",
            unit_code=code,
            unit_name=name,
            unit_level="二级" if parent else "一级",
            parent_unit_code=parent,
            region_code="990000",
        )
    for code, name, kind, parent in (("990000", "示例省", "省", ""), ("990101", "禾岭县", "县", "990000")):
        tiny.row(
            *("region_register", f"r{year}"),
            label="示例省",
            unit="",
            sheet="区划",
            region_code=code,
            region_name=name,
            region_type=kind,
            parent_region_code=parent,
        )
