"""Damaged and hostile files: each is refused by name, in bounded time and memory, in a process with limits.

A refusal that costs the reader's process is caught by the pool; here the inspection itself is asked.
"""

from __future__ import annotations

import io
import multiprocessing
import random
import resource
import struct
import time
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from orchestration.ingest.container import UnreadableError
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.grid import decode
from tests.support import other_formats as other
from tests.support import protected
from tests.support.other_formats import Formula, Value
from tests.support.workbooks import rewritten, xls, xlsx

SECONDS = 60  # a quiet machine needs a tenth of it
MEBIBYTE = 1024 * 1024
PLAIN: dict[str, list[list[Value]]] = {"表": [["项目", "金额"], ["甲", 1.5], ["乙", None], ["丙", 2]]}
Answer = tuple[str, str, float]


def _answer(data: bytes) -> str:
    try:
        return f"loaded {decode(data).cell_count}"
    except UnreadableError as error:
        return str(error.reason)


def _limited(make: Callable[[], bytes], answers: multiprocessing.Queue[Answer]) -> None:
    data = make()
    pages = int(Path("/proc/self/statm").read_text().split()[0])
    limit = pages * resource.getpagesize() + 1024 * MEBIBYTE
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    started = time.process_time()
    answers.put((_answer(data), "", time.process_time() - started))


def judged(make: Callable[[], bytes]) -> str:
    """What is said of a file by a process that may use another GiB, within `SECONDS`."""
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[Answer] = context.Queue()
    process = context.Process(target=_limited, args=(make, answers))
    process.start()
    try:
        said, _, seconds = answers.get(timeout=SECONDS * 3)
    finally:
        process.kill()
        process.join()
    assert seconds < SECONDS
    return said


def bomb_of(member: str, content: bytes) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(member, content)
    return buffer.getvalue()


def many_entries() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        for number in range(60_000):
            archive.writestr(str(number), b"")
    return buffer.getvalue()


def laughs(root: str = "") -> bytes:
    entities = "".join(f'<!ENTITY l{n + 1} "{f"&l{n};" * 10}">' for n in range(12))
    return f'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "ha">{entities}]>{root}<x>&l12;</x>'.encode()


def odf_table(inside: str) -> bytes:
    return other.ods_of(f'<table:table table:name="表">{inside}</table:table>')


def xls_declaring(rows: int, columns: int) -> bytes:
    data = xls(PLAIN)
    place = data.index(struct.pack("<HH", 0x0200, 14))
    return data[: place + 4] + struct.pack("<IIHH", 0, rows, 0, columns) + data[place + 16 :]


def xlsb_with(records: bytes) -> bytes:
    return rewritten(
        other.xlsb(PLAIN), lambda name, content: records if name.endswith("sheet1.bin") else content
    )


def agile_spinning() -> bytes:
    data = protected.agile(xlsx(PLAIN))
    return data.replace(b'spinCount="100000"', b'spinCount="300000"')


def wide_xlsx(row: str) -> bytes:
    return rewritten(
        xlsx(PLAIN), lambda _, content: content.replace(b"</sheetData>", row.encode() + b"</sheetData>")
    )


HOSTILE: list[tuple[str, Callable[[], bytes], set[str]]] = [
    ("empty", lambda: b"", {"read.empty"}),
    ("blanks", lambda: b"\xef\xbb\xbf" + b" \r\n" * 50, {"read.empty"}),
    ("zip of one zero", lambda: bomb_of("xl/workbook.xml", bytes(150 * MEBIBYTE)), {"read.bomb"}),
    ("zip of many entries", many_entries, {"read.bomb"}),
    ("ods of blanks", lambda: bomb_of("content.xml", b" " * (200 * MEBIBYTE)), {"read.bomb"}),
    ("laughs", laughs, {"read.bomb"}),
    ("laughs in ods", lambda: bomb_of_ods(laughs()), {"read.bomb"}),
    ("laughs as a workbook", lambda: laughs().replace(b"<x>", b"<Workbook xmlns='urn:x'>"), {"read.bomb"}),
    (
        "laughs in UTF-16 ods",
        lambda: bomb_of_ods(laughs().decode().replace('"1.0"', '"1.0" encoding="UTF-16"').encode("utf-16")),
        {"read.corrupt", "read.bomb"},
    ),
    (
        "html that never ends",
        lambda: b"<table>" + b"<div>" * 1_000_000,
        {"read.unsupported_format", "read.corrupt"},
    ),
    ("html of tables in tables", lambda: b"<table><tr><td>" * 300_000, {"read.too_large", "read.corrupt"}),
    ("html of many tables", lambda: b"<table><tr><td>1</table>" * 200_000, {"read.too_large"}),
    (
        "html of wide spans",
        lambda: b"<table>" + b"<tr><td colspan=16384 rowspan=1000000><td>" * 100_000,
        {"read.too_large"},
    ),
    (
        "html of spans over blank cells",
        lambda: b"<table><tr><td colspan=16000 rowspan=1000000>" + b"<tr><td>" * 1_000_000,
        {"read.too_large"},
    ),
    ("html far away", lambda: b"<table>" + b"<tr>" * 400_000 + b"<td>" * 100 + b"1", {"read.too_large"}),
    (
        "xml of far rows",
        lambda: spreadsheet_row('ss:Index="1048576"', 'ss:Index="16384"'),
        {"read.too_large"},
    ),
    ("xml of impossible rows", lambda: spreadsheet_row('ss:Index="99999999999999"', ""), {"read.corrupt"}),
    (
        "xml of wide merges",
        lambda: spreadsheet_row("", 'ss:MergeAcross="9999999" ss:MergeDown="9999999"'),
        {"loaded 1"},
    ),
    (
        "xml deep",
        lambda: other.spreadsheet_xml(PLAIN).replace(b"<Table>", b"<Table>" + b"<a>" * 100_000),
        {"read.corrupt"},
    ),
    (
        "ods repeated cells",
        lambda: odf_table(
            '<table:table-row table:number-rows-repeated="1048576"><table:table-cell'
            ' table:number-columns-repeated="16384" office:value-type="string"><text:p>x</text:p>'
            "</table:table-cell></table:table-row>"
        ),
        {"read.too_large"},
    ),
    ("xls declaring too much", lambda: xls_declaring(2**31, 256), {"read.corrupt"}),
    ("xls declaring all", lambda: xls_declaring(65536, 256), {"loaded 7"}),
    ("xlsb far away", lambda: xlsb_far(), {"read.too_large"}),
    (
        "xlsx far away in single quotes",
        lambda: wide_xlsx("<row r='1048576'><c r='XFD1048576'><v>1</v></c></row>"),
        {"read.too_large"},
    ),
    (
        "xlsx far away without addresses",
        lambda: wide_xlsx(
            "<row>" + "<c><v>1</v></c>" * 16_000 + "</row>" + "<row/>" * 1000 + "<row><c><v>1</v></c></row>"
        ),
        {"read.too_large"},
    ),
    ("csv of many columns", lambda: b"a,b\n1,2\n" + b"," * 10_000_000, {"read.too_large"}),
    ("csv of one quote", lambda: b'a,b\n1,2\n"' + b"x,\n" * 5_000_000, {"read.corrupt"}),
    ("csv of long rows in quotes", lambda: b"a,b\n1,2\n" + b'1,"\n",' * 5_000_000, {"read.corrupt"}),
    ("csv of zeros", lambda: b"a,b\n1,\0\n", {"read.corrupt"}),
    ("csv of many rows", lambda: b"a,b\n" * 1_100_000, {"read.too_large"}),
    ("csv box", lambda: b"a,b\n1,2\n" + b",x" * 8_000 + b"\n" + b"1,2\n" * 1000, {"read.too_large"}),
    ("text that is no text", lambda: bytes(range(1, 256)) * 100, {"read.corrupt"}),
    ("a password made slow", agile_spinning, {"read.password", "read.corrupt"}),
]


def bomb_of_ods(content: bytes) -> bytes:
    return rewritten(other.ods(PLAIN), lambda name, old: content if name == "content.xml" else old)


def xlsb_far() -> bytes:
    sheet = other.xlsb_sheet([["x"] * 20])
    return xlsb_with(
        sheet.replace(struct.pack("<I", 0) + bytes(13), struct.pack("<I", 1_048_575) + bytes(13), 1)
    )


def spreadsheet_row(row: str, cell: str) -> bytes:
    namespace = "urn:schemas-microsoft-com:office:spreadsheet"
    return (
        f'<Workbook xmlns="{namespace}" xmlns:ss="{namespace}"><Worksheet ss:Name="a"><Table><Row {row}>'
        f'<Cell {cell}><Data ss:Type="Number">1</Data></Cell></Row></Table></Worksheet></Workbook>'
    ).encode()


@pytest.mark.parametrize(("make", "expected"), [pytest.param(*rest, id=name) for name, *rest in HOSTILE])
def test_hostile_files_are_refused_within_bounds(make: Callable[[], bytes], expected: set[str]) -> None:
    assert judged(make) in expected


# Damage at random -------------------------------------------------------------------------------------------

TABLE: dict[str, list[list[Value]]] = {
    "支出表": [["部门决算", None, None], ["项目", "金额", "合计"]]
    + [[f"项目{number}", number * 1.5, Formula(number)] for number in range(40)]
    + [["错误", "#DIV/0!", Formula(None)]]
}
CELLS = [[value.value if isinstance(value, Formula) else value for value in row] for row in TABLE["支出表"]]
SEEDS: dict[str, Callable[[], bytes]] = {
    "xlsx": lambda: xlsx({"支出表": CELLS}, {"支出表": ["A1:C1"]}),
    "xls": lambda: xls({"支出表": CELLS}, {"支出表": [(0, 0, 0, 2)]}),
    "excel_95": lambda: other.excel_95(TABLE),
    "xlsb": lambda: other.xlsb(TABLE, {"支出表": [(0, 0, 0, 2)]}),
    "ods": lambda: other.ods(TABLE, {"支出表": [(0, 0, 0, 2)]}),
    "html": lambda: other.html(TABLE, {"支出表": [(0, 0, 0, 2)]}),
    "spreadsheetml": lambda: other.spreadsheet_xml(TABLE, {"支出表": [(0, 0, 0, 2)]}),
    "csv": lambda: other.csv_text(TABLE).encode("gb18030"),
    "agile": lambda: protected.agile(xlsx({"支出表": CELLS})),
    "standard": lambda: protected.standard(xlsx({"支出表": CELLS})),
    "rc4": lambda: protected.rc4(xls({"支出表": CELLS})),
    "xor": lambda: protected.xor(xls({"支出表": CELLS})),
}
SLOW = {"agile": 15, "standard": 60, "rc4": 60, "xor": 60}
INSIDE = {"xlsx": "sheet1.xml", "xlsb": "sheet1.bin", "ods": "content.xml"}
NAMED = {str(check) for check in ReaderCheck}


def damaged(data: bytes, chance: random.Random) -> bytes:
    """The bytes with some changed, moved, or cut off."""
    changed = bytearray(data)
    for _ in range(chance.choice((1, 2, 5, 30))):
        place = chance.randrange(len(changed))
        kind = chance.randrange(6)
        if kind < 3:
            changed[place] = chance.choice((0, 1, 0x7F, 0x80, 0xFF, chance.randrange(256)))
        elif kind == 3:
            del changed[place : place + chance.randrange(1, 20)]
        elif kind == 4:
            changed[place:place] = changed[place : place + chance.randrange(1, 40)]
        elif len(changed) > place + 4:
            struct.pack_into("<I", changed, place, chance.choice((0, 0xFFFFFFFF, 0x7FFFFFFF, 0x10000)))
        if not changed:
            break
    if chance.random() < 0.15:
        del changed[chance.randrange(len(changed) + 1) :]
    return bytes(changed)


def _fuzz(name: str, rounds: int, answers: multiprocessing.Queue[tuple[str, int, float]]) -> None:
    data = SEEDS[name]()
    slowest, said = 0.0, "every answer had a name"
    for number in range(rounds):
        chance = random.Random(f"{name} {number}")
        # Half of the damage goes into a part of the package, behind its checksum.
        inside = INSIDE.get(name)
        if inside and number % 2:
            bad = rewritten(data, lambda n, c: damaged(c, chance) if n.endswith(inside) else c)  # noqa: B023
        else:
            bad = damaged(data, chance)
        started = time.process_time()
        try:
            answer = _answer(bad)
            if not (answer.startswith("loaded ") and answer != "loaded 0") and answer not in NAMED:
                said = f"round {number}: {answer}"
        except BaseException as error:  # noqa: BLE001
            said = f"round {number}: {type(error).__name__}: {error}"
        slowest = max(slowest, time.process_time() - started)
    answers.put((said, rounds, slowest))


@pytest.mark.parametrize("name", SEEDS)
def test_random_damage_is_named_or_read_and_never_slow(name: str) -> None:
    """In a process of its own: a decoder that aborts is a failure here, not the end of the test run."""
    context = multiprocessing.get_context("fork")
    answers: multiprocessing.Queue[tuple[str, int, float]] = context.Queue()
    process = context.Process(target=_fuzz, args=(name, SLOW.get(name, 400), answers))
    process.start()
    process.join(timeout=SECONDS * 9)
    alive = process.is_alive()
    process.kill()
    process.join()
    assert not alive, "too slow"
    assert process.exitcode == 0, f"the process ended with {process.exitcode}"
    said, _, slowest = answers.get(timeout=5)
    assert said == "every answer had a name"
    assert slowest < SECONDS
