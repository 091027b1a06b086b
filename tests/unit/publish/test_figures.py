from __future__ import annotations

from decimal import Decimal

import pytest

from orchestration.publish.site import figures

D = Decimal


@pytest.mark.parametrize(
    ("shown", "expected"),
    [
        (figures.wan(D("123456789.50")), "12,345.68"),
        (figures.wan(D("-0.01")), "0.00"),
        (figures.wan(D("50")), "0.01"),
        (figures.wan(None), "—"),
        (figures.percent(D("0.08425")), "8.43%"),
        (figures.percent(0), "0.00%"),
        (figures.whole_percent(D("0.100000")), "10%"),
        (figures.whole_percent(D("0.125")), "12.5%"),
        (figures.signed_points(D("0.0123")), "+1.23"),
        (figures.signed_points(D("-0.0123")), "-1.23"),
        (figures.points(D("7.125")), "7.13"),
        (figures.max_points(D("20.0000")), "20"),
        (figures.total(D("71.20000000")), "71.20"),
        (figures.total(D("100")), "100.00"),
        (figures.total(D("0.87300000")), "0.873"),
        (figures.total(None), figures.NOTHING),
        (figures.count(1234567), "1,234,567"),
        (figures.plain(D("123456789.500000000000")), "123,456,789.5"),
        (figures.plain(D("0.473512345678")), "0.473512"),
        (figures.plain(D("1200")), "1,200"),
        (figures.sort_key(D("1E+3")), "1000"),
        (figures.sort_key(None), ""),
        (figures.bar_share(D("5"), D("20")), "25.00"),
        (figures.bar_share(D("30"), D("20")), "100.00"),
        (figures.bar_share(D("-3"), D("20")), "0.00"),
        (figures.bar_share(D("3"), None), "0"),
        (figures.mini_scale(D("0.5")), D("1.0")),
        (figures.mini_scale(D("0.8")), D("1")),
    ],
)
def test_numbers_are_shown_exactly_and_rounded_half_up(shown: object, expected: object) -> None:
    assert shown == expected
