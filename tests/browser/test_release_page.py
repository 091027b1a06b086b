"""The release page in a real browser: opened from the disk, without any network.

Skipped where no Chromium is installed. Set BPW_SCREENSHOTS to a folder to keep the pictures.
"""

from __future__ import annotations

import json
import os
import shutil
import stat
import struct
import subprocess
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from queue import Queue
from threading import Thread
from typing import Any, ClassVar
from urllib.parse import unquote, urlsplit

import pytest

from orchestration.publish.candidate import export_candidate
from orchestration.publish.manifest import InputFile, ReleaseFacts
from orchestration.publish.releases import publish
from tests.support.marts_fixture import Province, write_marts

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")
CHROMIUM = next((found for found in map(shutil.which, NAMES) if found), None)
FLAGS = (
    *("--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run"),
    *("--disable-background-networking", "--disable-component-update", "--disable-sync", "--hide-scrollbars"),
    # Every name fails to resolve: what the page needs lies beside it. The test itself listens on 127.0.0.1.
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1",
)
VIRTUAL_TIME = "--virtual-time-budget=60000"
SECONDS = 120
pytestmark = pytest.mark.skipif(CHROMIUM is None, reason="no Chromium on this machine")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("browser")
    candidate = export_candidate(write_marts(folder / "w.duckdb", Province()), folder / "candidate")
    facts = ReleaseFacts(
        created_at=datetime(2026, 1, 15, 8, 30, tzinfo=UTC),
        product_version="0.1.0",
        form_catalogue_hash="f" * 64,
        fingerprint={},
        inputs=[InputFile("2015/001/a.xlsx", "d" * 64, datetime(2026, 1, 14, 17, 5, tzinfo=UTC))],
    )
    release = publish(candidate, facts, folder / "marts").folder
    yield release / "site"
    for path in (folder, *folder.rglob("*")):
        if path.is_dir() and not path.is_symlink():
            path.chmod(stat.S_IRWXU)


def _run(profile: Path, *arguments: str) -> str:
    assert CHROMIUM is not None
    command = [CHROMIUM, *FLAGS, VIRTUAL_TIME, f"--user-data-dir={profile}", *arguments]
    return subprocess.run(command, capture_output=True, text=True, timeout=SECONDS, check=False).stdout


class _Listener(BaseHTTPRequestHandler):
    """Takes what the scenario saw."""

    told: ClassVar[Queue[str]] = Queue()

    def do_GET(self) -> None:
        self.told.put(unquote(urlsplit(self.path).query))
        self.send_response(204)
        self.end_headers()

    def log_message(self, *_: object) -> None:
        """Nothing to say."""


def _play(profile: Path, address: Callable[[int], str]) -> Any:
    """What the scenario saw, played in real time: a virtual clock runs ahead of a loaded machine.

    Args:
        profile: a folder for the browser.
        address: the page's address, given the port it has to tell.
    """
    assert CHROMIUM is not None
    with ThreadingHTTPServer(("127.0.0.1", 0), _Listener) as server:
        Thread(target=server.serve_forever, daemon=True).start()
        page = address(server.server_port)
        # Without a port for tools it would end as soon as the page is there.
        options = ["--remote-debugging-port=0", f"--user-data-dir={profile}", "--window-size=1360,1000"]
        browser = subprocess.Popen(
            [CHROMIUM, *FLAGS, *options, page], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            return json.loads(_Listener.told.get(timeout=SECONDS))
        finally:
            browser.terminate()
            browser.wait(SECONDS)
            server.shutdown()


def _picture(site: Path, folder: Path, name: str, size: tuple[int, int], suffix: str = "") -> Path:
    kept = Path(os.environ.get("BPW_SCREENSHOTS") or folder)
    kept.mkdir(parents=True, exist_ok=True)
    target = kept / f"{name}.png"
    address = f"file://{site / 'index.html'}{suffix}"
    _run(folder / f"profile-{name}", f"--window-size={size[0]},{size[1]}", f"--screenshot={target}", address)
    return target


@pytest.mark.parametrize(
    ("name", "suffix", "size"),
    [
        ("release-page-zh", "", (1360, 1500)),
        ("release-page-en", "?lang=en", (1360, 1500)),
        ("release-page-narrow", "", (520, 1500)),
    ],
)
def test_the_page_can_be_looked_at(
    site: Path, tmp_path: Path, name: str, suffix: str, size: tuple[int, int]
) -> None:
    picture = _picture(site, tmp_path, name, size, suffix).read_bytes()
    assert picture.startswith(b"\x89PNG")
    assert struct.unpack(">II", picture[16:24]) == size
    # An empty page of this size takes a few kilobytes.
    assert len(picture) > 60_000


def test_language_tabs_sorting_drill_down_and_years_work_from_the_disk(site: Path, tmp_path: Path) -> None:
    copy = tmp_path / "site"
    shutil.copytree(site, copy)
    for path in (copy, *copy.rglob("*")):
        path.chmod(0o755)
    index = copy / "index.html"
    shutil.copyfile(Path(__file__).with_name("scenario.js"), copy / "scenario.js")
    plain = index.read_text("utf-8")

    def with_scenario(port: int) -> str:
        told = f'<script>window.listener = "http://127.0.0.1:{port}/";</script>'
        script = f'{told}<script src="scenario.js"></script></head>'
        index.write_text(plain.replace("</head>", script, 1), "utf-8")
        return f"file://{index}"

    seen = _play(tmp_path / "profile", with_scenario)

    assert seen["problems"] == []
    assert seen["charts"] and seen["englishCharts"] and seen["chartsAfterYear"]
    assert (seen["title"], seen["englishTitle"]) == ("预算绩效管理监测", "Budget performance board")
    assert seen["tab"] == "tab-C2" and seen["openTabs"] == ["C2"] == seen["tabAfterYear"]
    down, up = seen["sorted"], seen["sortedAgain"]
    assert (down["order"], up["order"]) == ("descending", "ascending")
    assert down["values"] == sorted(down["values"], reverse=True) and len(down["values"]) == 24
    assert up["values"] == sorted(up["values"])
    assert seen["subject"].startswith(seen["expected"]) and seen["nodes"] == 8
    assert "C17" in seen["cells"]
    assert seen["closed"]
    assert seen["year"] == ["2014", "Fiscal year 2014"]
    assert not seen["wider"], "no sideways scrolling of the page"
