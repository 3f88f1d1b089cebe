"""The served page in headless Chromium."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright import sync_api

APP = Path(__file__).resolve().parents[2] / "ui" / "app.py"
CHROMIUM = Path("/usr/bin/chromium")
START_SECONDS = 60

pytestmark = [
    pytest.mark.browser,
    # In CI, which installs it, a missing browser is a failure.
    pytest.mark.skipif(
        not CHROMIUM.exists() and not os.environ.get("CI"), reason="needs Chromium at /usr/bin/chromium"
    ),
]


@pytest.fixture(scope="module")
def address(index_dir: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of the app, served from another folder than the checkout."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    folder = tmp_path_factory.mktemp("served")
    with (folder / "log").open("w") as log:
        server = subprocess.Popen(
            [sys.executable, "-m", "streamlit", "run", str(APP), "--server.port", str(port)],
            cwd=folder,
            env={**os.environ, "ADVISOR_DATA_DIR": str(index_dir), "ADVISOR_LLM": "extractive"},
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_served(f"http://127.0.0.1:{port}/_stcore/health", server, folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            server.terminate()
            server.wait(timeout=20)


def test_a_question_is_typed_and_its_citation_opened(address: str, tmp_path: Path) -> None:
    shots = Path(os.environ.get("SCREENSHOT_DIR", tmp_path))
    shots.mkdir(parents=True, exist_ok=True)
    outside: list[str] = []
    with sync_api.sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=str(CHROMIUM), args=["--no-sandbox"])
        page = browser.new_page(viewport={"width": 390, "height": 844})
        page.on("request", lambda request: _is_local(request.url, address) or outside.append(request.url))
        page.goto(address)
        question = page.get_by_label("Ask about roles, skills, plans and hiring in AI")
        question.fill("Which skills win interviews for LLM engineers?")
        question.press("Enter")
        chip = page.get_by_role("button", name="1 · Skills that win interviews")
        chip.wait_for(timeout=60_000)
        page.get_by_text("Passages only (extractive) ·").wait_for()
        chip.click()
        passage = page.get_by_role("dialog")
        passage.get_by_text("published 18 March 2026").wait_for()
        assert passage.locator("mark", has_text="vector databases").is_visible()
        assert page.evaluate("document.documentElement.scrollWidth") <= 390
        page.screenshot(path=str(shots / "passage-390.png"), full_page=True)
        page.keyboard.press("Escape")
        passage.wait_for(state="hidden")
        browser.close()
    assert outside == []


def _is_local(url: str, address: str) -> bool:
    return url.startswith((address, "data:", "blob:"))


def _wait_until_served(health: str, server: subprocess.Popen[bytes], log: Path) -> None:
    deadline = time.monotonic() + START_SECONDS
    while time.monotonic() < deadline and server.poll() is None:
        try:
            with urllib.request.urlopen(health, timeout=2):
                return
        except OSError:
            time.sleep(0.2)
    raise AssertionError(f"The page was not served:\n{log.read_text()}")
