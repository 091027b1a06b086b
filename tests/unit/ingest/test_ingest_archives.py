"""Archives: members are files of their own, under their own names; nothing an archive says is trusted."""

from __future__ import annotations

import hashlib
import os
import stat
import struct
import time
import zipfile
import zlib
from pathlib import Path

import pytest

from orchestration.ingest.archives import Archive, is_archive
from orchestration.ingest.filed import read_filed
from orchestration.ingest.findings import ReaderCheck
from orchestration.ingest.forms import load_catalogue
from orchestration.ingest.grid import decode
from orchestration.ingest.pool import ReadJob, lost, read_many
from orchestration.ingest.read import read_workbook
from orchestration.ingest.refusal import Limits, UnreadableError
from orchestration.resources.paths import SHIPPED_FORMS
from tests.support import other_formats as other
from tests.support.archives import archive, declaring, raw_archive
from tests.support.real_material import shipped_forms
from tests.support.workbooks import xls, xlsx

BOOK = xlsx({"表": [["项目", "金额"], ["甲", 1.5]]})
MEBIBYTE = 1024 * 1024


def paths(data: bytes, limits: Limits | None = None) -> list[str]:
    return [member.path for member in Archive(data, limits or Limits()).members()]


def reason_of(data: bytes, limits: Limits | None = None) -> str:
    with pytest.raises(UnreadableError) as caught:
        list(Archive(data, limits or Limits()).members())
    return str(caught.value.reason)


def refusal_of(data: bytes, path: str) -> tuple[str, str]:
    refusal = Archive(data).read(path).refusal
    assert refusal is not None
    return str(refusal.reason), refusal.given


def test_a_workbook_is_no_archive_and_an_archive_no_workbook() -> None:
    for book in (BOOK, other.xlsb({"表": [["甲"]]}), other.ods({"表": [["甲"]]})):
        assert not is_archive(book)
    assert is_archive(archive({"a.xlsx": BOOK}))
    assert not is_archive(archive({"a.xlsx": BOOK})[:-30]), "damaged"
    with pytest.raises(UnreadableError) as caught:
        decode(archive({"a.xlsx": BOOK}))
    assert (caught.value.reason, caught.value.given) == ("read.unsupported_format", "zip")


def test_members_have_the_identity_of_their_bytes() -> None:
    (first, second) = Archive(archive({"乙/表.xlsx": BOOK, "a.xls": b"other"})).members()
    assert (first.path, second.path) == ("a.xls", "乙/表.xlsx")
    assert second.content_sha256 == hashlib.sha256(BOOK).hexdigest()
    assert second.size_bytes == len(BOOK)
    assert Archive(archive({"乙/表.xlsx": BOOK})).read("乙/表.xlsx").data == BOOK


@pytest.mark.parametrize(
    ("raw", "extra", "shown"),
    [
        ("部门决算表.xlsx".encode("gb18030"), b"", "部门决算表.xlsx"),
        ("部门决算表.xlsx".encode(), b"", "部门决算表.xlsx"),
        ("表誠.xlsx".encode("gb18030"), b"", "表誠.xlsx"),  # its second byte is a backslash in other sets
        (b"2014\\301\\a.xlsx", b"", "2014/301/a.xlsx"),
        (b"plain.xlsx", b"", "plain.xlsx"),
    ],
)
def test_names_without_a_mark_are_told_by_their_bytes(raw: bytes, extra: bytes, shown: str) -> None:
    assert paths(raw_archive({raw: BOOK}, extra=extra)) == [shown]


def test_a_name_noted_beside_counts() -> None:
    raw = "决算.xlsx".encode("gb18030")
    noted = b"\x01" + struct.pack("<I", zlib.crc32(raw)) + "決算.xlsx".encode()
    extra = struct.pack("<HH", 0x7075, len(noted)) + noted
    assert paths(raw_archive({raw: BOOK}, extra=extra)) == ["決算.xlsx"]
    assert paths(raw_archive({b"\xbe\xf6.xlsx": BOOK}, extra=extra)) == ["决.xlsx"], "noted for another name"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../../etc/passwd", "etc/passwd"),
        ("/etc/passwd", "etc/passwd"),
        ("C:\\Users\\..\\a.xlsx", "Users/a.xlsx"),
        ("./a//b.xlsx", "a/b.xlsx"),
        ("a\nb\x1b[31m.xlsx", "a_b_[31m.xlsx"),
        ("!/!/a.xlsx", "!/!/a.xlsx"),
    ],
)
def test_names_that_lead_elsewhere_are_tamed(name: str, shown: str) -> None:
    data = raw_archive({name.encode(): BOOK})
    assert paths(data) == [shown]
    assert Archive(data).read(shown).data == BOOK


def test_long_names_and_names_given_twice_are_told_apart() -> None:
    long = ("长" * 300 + "/") * 20 + "表.xlsx"
    data = raw_archive({long.encode(): b"1", b"a/../b.xlsx": b"2", b"a/./b.xlsx": b"3", b"a/b.xlsx": b"4"})
    found = paths(data)
    assert len(found) == 4 and {"a/b.xlsx", "a/b.xlsx#2", "a/b.xlsx#3"} < set(found)
    assert all(len(path.encode()) < 1000 for path in found)
    assert {Archive(data).read(path).data for path in found} == {b"1", b"2", b"3", b"4"}


def test_what_nobody_filed_is_ignored() -> None:
    traces = [
        "__MACOSX/._表.xlsx",
        ".DS_Store",
        "a/.~lock.表.xlsx#",
        "~$表.xlsx",
        "Thumbs.db",
        "空/",
        "a/desktop.ini",
    ]
    assert paths(archive({**dict.fromkeys(traces, b"x"), "表.xlsx": BOOK})) == ["表.xlsx"]
    assert reason_of(archive(dict.fromkeys(traces, b"x"))) == "read.empty"
    assert reason_of(archive({})) == "read.empty"


def test_members_that_are_refused_are_refused_by_name() -> None:
    inner = archive({"a.xlsx": BOOK})
    assert refusal_of(archive({"内.zip": inner}), "内.zip") == ("read.nested_archive", "zip")
    assert refusal_of(raw_archive({b"a.xlsx": BOOK}, flags=1), "a.xlsx") == ("read.password", "zip")
    link = raw_archive({b"a.xlsx": b"/etc/passwd"}, mode=stat.S_IFLNK | 0o777)
    assert refusal_of(link, "a.xlsx") == ("read.unsupported_format", "symbolic link")
    assert Archive(link).read("a.xlsx").data == b""
    lzma = archive({"a.xlsx": BOOK}, zipfile.ZIP_LZMA)
    assert refusal_of(lzma, "a.xlsx") == ("read.unsupported_format", "zip method 14")
    # Noise of half a window's length packs, but to no bomb.
    large = archive({"a.xlsx": os.urandom(16_000) * 4200})
    assert refusal_of(large, "a.xlsx") == ("read.too_large", "64 MB")


def test_damage_to_one_member_is_its_own() -> None:
    data = bytearray(archive({"a.xlsx": BOOK, "b.xlsx": b"text" * 99}))
    data[data.index(b"a.xlsx") + 200] ^= 0xFF
    assert refusal_of(bytes(data), "a.xlsx")[0] == "read.corrupt"
    assert Archive(bytes(data)).read("b.xlsx").refusal is None
    ids = {member.path: member.content_sha256 for member in Archive(bytes(data)).members()}
    assert ids["a.xlsx"] != hashlib.sha256(BOOK).hexdigest()


BOMBS = {
    "read.bomb": [
        lambda: archive({f"{number}.csv": bytes(30 * MEBIBYTE) for number in range(3)}),
        lambda: declaring(archive({"a": b"x" * 100}), 0xFFFFFFF0),
        lambda: archive({f"{number}": b"" for number in range(30_000)}),
    ],
    "read.too_many_members": [lambda: archive({f"{number}.xlsx": b"" for number in range(1001)})],
}


@pytest.mark.parametrize("reason", BOMBS)
def test_bombs_are_refused_quickly(reason: str) -> None:
    for make in BOMBS[reason]:
        data = make()
        started = time.process_time()
        assert reason_of(data) == reason
        assert time.process_time() - started < 5


def test_a_member_gives_no_more_than_it_says() -> None:
    lying = declaring(archive({"a.csv": b"1,2\n" * 500_000}), 10)
    assert refusal_of(lying, "a.csv")[0] == "read.corrupt"


def test_a_path_leads_to_a_member_and_links_lead_nowhere(tmp_path: Path) -> None:
    place = tmp_path / "2014/301/报表.zip"
    place.parent.mkdir(parents=True)
    place.write_bytes(archive({"甲/表.xlsx": BOOK}))
    assert read_filed(Path(f"{place}!/甲/表.xlsx")).data == BOOK
    for absent in (f"{place}!/无.xlsx", f"{place}!/../../../../etc/passwd", f"{place}/甲/表.xlsx"):
        with pytest.raises(OSError):
            read_filed(Path(absent))
    link = place.with_name("link.zip")
    link.symlink_to(place)
    with pytest.raises(OSError):
        read_filed(Path(f"{link}!/甲/表.xlsx"))


def test_an_archive_that_changes_is_opened_anew(tmp_path: Path) -> None:
    place = tmp_path / "a.zip"
    place.write_bytes(archive({"a.csv": b"1,2\n3,4\n"}))
    assert read_filed(Path(f"{place}!/a.csv")).data == b"1,2\n3,4\n"
    place.write_bytes(archive({"a.csv": b"1,2\n3,4\n5,6\n"}))
    assert read_filed(Path(f"{place}!/a.csv")).data == b"1,2\n3,4\n5,6\n"


def test_a_file_too_large_is_never_taken_into_memory(tmp_path: Path) -> None:
    place = tmp_path / "large.xlsx"
    with place.open("wb") as stream:
        stream.truncate(65 * MEBIBYTE)
    filed = read_filed(place)
    assert (filed.data, filed.refusal and filed.refusal.reason) == (b"", "read.too_large")
    assert filed.content_sha256 == hashlib.sha256(bytes(65 * MEBIBYTE)).hexdigest()


def test_workers_read_the_members_bytes_and_name_what_they_refuse(tmp_path: Path) -> None:
    book = xls({"表": [["不认识的表", "金额"], ["甲", 1.5]]})
    (tmp_path / "a.zip").write_bytes(
        archive({"一.xls": book, "二.zip": archive({"x": b"y"}), "三.txt": b"\xff\xfe"})
    )
    (tmp_path / "bomb.zip").write_bytes(archive({"x": bytes(40 * MEBIBYTE)}))
    names = ["a.zip!/一.xls", "a.zip!/二.zip", "a.zip!/三.txt", "bomb.zip"]
    jobs = [ReadJob(tmp_path / name, name, 2014) for name in names]
    outcomes = read_many(jobs, load_catalogue([SHIPPED_FORMS]), workers=1)
    results = {outcome.job.relative_path: outcome.result for outcome in outcomes}
    assert {name: (result.status, result.reason) for name, result in results.items()} == {
        "a.zip!/一.xls": ("unrecognised", "read.unknown_form"),
        "a.zip!/二.zip": ("unreadable", "read.nested_archive"),
        "a.zip!/三.txt": ("unreadable", "read.empty"),
        "bomb.zip": ("unreadable", "read.bomb"),
    }
    assert results["a.zip!/一.xls"].content_sha256 == hashlib.sha256(book).hexdigest()
    assert lost(jobs[0], ReaderCheck.READER_DIED, "").content_sha256 == hashlib.sha256(book).hexdigest()
    assert read_workbook(jobs[0].path, 2014, shipped_forms()).container_format == "xls"
