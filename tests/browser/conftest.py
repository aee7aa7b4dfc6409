"""A living portal and a real browser. They are started once, for all browser tests."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from tests.browser.install import find_browser

PATIENCE_SECONDS = 120
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

PageAs = Callable[..., Page]


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """All of them in one process, so that one portal serves them."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.xdist_group("browser"))
            item.add_marker(pytest.mark.timeout(300))


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a demo portal, started as anybody would start it."""
    folder: Path = tmp_path_factory.mktemp("portal")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PDPORTAL_")}
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 — our own program
            [
                *[sys.executable, "-m", "pdportal", "demo"],
                *["--port", str(port), "--data", str(folder / "data")],
            ],
            stdout=log,
            stderr=log,
            env=environment,
        )
        try:
            _wait_until_ready(process, f"http://127.0.0.1:{port}/readyz", folder / "log")
            yield f"http://127.0.0.1:{port}"
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until:
        if process.poll() is not None:
            break
        with suppress(OSError), urllib.request.urlopen(address, timeout=2) as answer:  # noqa: S310
            if answer.status == 200:
                return
        time.sleep(0.3)
    pytest.fail(f"The portal did not start:\n{log.read_text(errors='replace')[-3000:]}")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Browser]:
    """One browser; `python -m tests.browser.install` gets it."""
    path = find_browser()
    if path is None:
        pytest.fail("There is no browser: run `make browser`.")
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture
def page_as(portal: str, chromium: Browser) -> Iterator[PageAs]:
    """`page_as("Ada Okafor")` is a page on which she is signed in, by the demo's own door."""
    contexts: list[BrowserContext] = []

    def open_page(name: str | None, **options: object) -> Page:
        context = chromium.new_context(base_url=portal, locale="en-US", **options)
        context.set_default_timeout(15_000)
        contexts.append(context)
        page = context.new_page()
        if name:
            page.goto("/sign-in")
            page.get_by_role("button", name=name).click()
            page.wait_for_url("**/")
        return page

    yield open_page
    for context in contexts:
        context.close()
