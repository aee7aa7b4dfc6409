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
from dataclasses import dataclass
from pathlib import Path
from random import choice

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Page,
    StorageState,
    expect,
    sync_playwright,
)

from tests.browser.install import find_browser

PATIENCE_SECONDS = 480
"""A district is made in half a minute; on a busy machine it takes some."""

STEP_MILLISECONDS = 60_000
QUIET = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream",
    "--use-fake-ui-for-media-stream",
]

SYLLABLES = ("ba", "de", "fo", "ka", "li", "mo", "na", "ri", "su", "te", "vi", "zo")

PageAs = Callable[..., Page]


@dataclass(frozen=True)
class Newcomer:
    """Somebody who was invited a moment ago, with an empty history."""

    name: str
    email: str
    password: str


Newcomers = Callable[[str], Newcomer]


@dataclass(frozen=True)
class Portal:
    """Where the portal answers, and the folder it keeps its things in."""

    port: int
    data: Path

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def by_name(self) -> str:
        """The same by a name: browsers know no passkeys for a number."""
        return f"http://localhost:{self.port}"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """They need a browser and the portal's own database, and more time than others."""
    for item in items:
        if "tests/browser/" in item.nodeid:
            item.add_marker(pytest.mark.browser)
            item.add_marker(pytest.mark.timeout(1200))


@pytest.fixture(scope="session")
def portal(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Portal]:
    """A demo portal, started as anybody would start it.

    BROWSER_TESTS_DATA names a folder to keep it in, so that it starts at once the next time.
    """
    folder: Path = tmp_path_factory.mktemp("portal")
    kept = os.environ.get("BROWSER_TESTS_DATA")
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        there = Portal(free.getsockname()[1], Path(kept) if kept else folder / "data")
    with (folder / "log").open("wb") as log:
        process = subprocess.Popen(  # noqa: S603 — our own program
            [*PDPORTAL, "demo", "--port", str(there.port), "--data", str(there.data)],
            stdout=log,
            stderr=log,
            env=_environment(),
        )
        try:
            _wait_until_ready(process, f"{there.address}/readyz", folder / "log")
            yield there
        finally:
            process.send_signal(signal.SIGTERM)
            with suppress(subprocess.TimeoutExpired):
                process.wait(20)
            if process.poll() is None:
                process.kill()


PDPORTAL = [sys.executable, "-m", "pdportal"]


def _environment(**more: str) -> dict[str, str]:
    ours = {name: text for name, text in os.environ.items() if not name.startswith("PDPORTAL_")}
    return {**ours, **more}


def _wait_until_ready(process: subprocess.Popen[bytes], address: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE_SECONDS
    while time.monotonic() < until and process.poll() is None:
        with suppress(OSError), urllib.request.urlopen(address, timeout=5) as answer:  # noqa: S310
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
    expect.set_options(timeout=STEP_MILLISECONDS)
    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=path, args=QUIET)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def signed_in(portal: Portal, chromium: Browser) -> dict[str, StorageState]:
    """The cookies of everybody who came in already, by name."""
    return {}


@pytest.fixture
def page_as(
    portal: Portal, chromium: Browser, signed_in: dict[str, StorageState]
) -> Iterator[PageAs]:
    """`page_as("Ada Okafor")` is a page on which she is signed in; None is a stranger.

    People of the demo come in by its own door, newcomers as they did the first time. A mistake
    that a script did not catch, or anything the content security policy stops, fails the test.
    """
    contexts: list[BrowserContext] = []
    troubles: list[str] = []

    def open_page(name: str | None, **options: object) -> Page:
        if name and name not in signed_in:
            signed_in[name] = _by_the_demo_door(chromium, portal, name)
        context = chromium.new_context(
            **{
                "base_url": portal.address,
                "locale": "en-US",
                "reduced_motion": "reduce",
                "storage_state": signed_in[name] if name else None,
                **options,
            }
        )
        context.set_default_timeout(STEP_MILLISECONDS)
        contexts.append(context)
        context.on("weberror", lambda error: troubles.append(str(error.error)))
        context.on(
            "console",
            lambda said: (
                troubles.append(said.text) if "Content Security Policy" in said.text else None
            ),
        )
        return context.new_page()

    yield open_page
    for context in contexts:
        context.close()
    assert not troubles


def _by_the_demo_door(chromium: Browser, portal: Portal, name: str) -> StorageState:
    context = chromium.new_context(base_url=portal.address, locale="en-US")
    page = context.new_page()
    page.goto("/sign-in")
    page.get_by_role("button", name=name).click()
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state


@pytest.fixture(scope="session")
def newcomers(portal: Portal, chromium: Browser, signed_in: dict[str, StorageState]) -> Newcomers:
    """`newcomers("Noor")` was invited a moment ago and has set a password; so far all is empty."""
    known: dict[str, Newcomer] = {}

    def welcome(given: str) -> Newcomer:
        if given not in known:
            family = "".join(choice(SYLLABLES) for _ in range(4)).capitalize()  # noqa: S311
            address = f"{given}.{family}@riverbend.example".lower()
            new = Newcomer(f"{given} {family}", address, "four quiet blue herons")
            signed_in[new.name] = _by_invitation(chromium, portal, new)
            known[given] = new
        return known[given]

    return welcome


def _by_invitation(chromium: Browser, portal: Portal, new: Newcomer) -> StorageState:
    link = subprocess.run(  # noqa: S603 — our own program
        [*PDPORTAL, "user", "add", new.name, new.email, "--invite"],
        env=_environment(PDPORTAL_DATA=str(portal.data), PDPORTAL_BASE_URL=portal.address),
        check=True,
        capture_output=True,
        text=True,
        timeout=PATIENCE_SECONDS,
    ).stdout.strip()
    context = chromium.new_context(locale="en-US", timezone_id="America/Denver")
    page = context.new_page()
    page.goto(link)
    page.get_by_label("Your name").fill(new.name)
    page.get_by_label("password").fill(new.password)
    expect(page.get_by_label("time zone")).to_have_value("America/Denver")
    page.get_by_label("time zone").fill("America/Chicago")
    page.get_by_role("button", name="Begin").click()
    page.wait_for_url("**/")
    state = context.storage_state()
    context.close()
    return state
