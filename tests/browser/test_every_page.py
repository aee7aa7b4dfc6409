"""Every page that can be reached from a first screen is sound: in light, dark and by phone.

Sound means: it answers 200, no rule of axe is broken, nothing is wider than a phone, the console is
silent, and no part of it asks another address.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page

from tests.browser.conftest import PageAs

PHONE = {"width": 390, "height": 844}
DESK = {"width": 1280, "height": 900}
TWO_OF_A_KIND = 2
"""How many pages of one route are opened: what differs is their content, not their parts."""

NOT_PAGES = re.compile(r"/files/|/file$|\.(ics|csv|eml)$|^/sign-out|^/static/")


def kind_of(path: str) -> str:
    """The route behind an address, near enough: ids, slugs and questions left out."""
    path = re.sub(r"\d+", "0", path.split("?")[0])
    return (
        re.sub(r"^(/learn|/feedback/protocols)/[^/]+(/[^/]+)?", r"\1/x\2", path)
        .replace("/learn/x/", "/learn/x/y#")
        .split("#")[0]
    )


def pages_from(page: Page, start: str) -> Iterator[str]:
    """Addresses by breadth-first search over links, a few of each kind."""
    seen: dict[str, int] = {}
    asked: set[str] = set()
    queue = [start]
    while queue:
        path = queue.pop(0)
        kind = kind_of(path)
        if path in asked or seen.get(kind, 0) >= TWO_OF_A_KIND or NOT_PAGES.search(path):
            continue
        asked.add(path)
        seen[kind] = seen.get(kind, 0) + 1
        yield path
        for link in page.locator("main a[href], nav a[href], .bar a[href]").all():
            href = link.get_attribute("href") or ""
            parts = urlsplit(page.evaluate("href => new URL(href, location).href", href))
            if parts.netloc == urlsplit(page.url).netloc:
                queue.append(parts.path + (f"?{parts.query}" if parts.query else ""))


@pytest.mark.parametrize("name", ["Ada Okafor", "Ben Silva", "Cora Mbeki", "Lee Park"])
def test_every_page_is_sound(page_as: PageAs, portal: str, name: str):
    page = page_as(name, viewport=DESK)
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on("pageerror", lambda error: troubles.append(str(error)))
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((portal, "data:", "blob:"))
            else troubles.append(f"asks {asked.url}")
        ),
    )
    faults: list[str] = []
    opened = 0
    answers = iter(pages_from(page, "/"))
    for path in answers:
        answer = page.goto(path)
        opened += 1
        if answer is None or answer.status != 200:
            faults.append(f"{path}: {answer.status if answer else 'no answer'}")
            continue
        for view in ("light", "dark", "phone"):
            page.emulate_media(color_scheme="dark" if view == "dark" else "light")
            page.set_viewport_size(PHONE if view == "phone" else DESK)
            faults += [
                f"{path} ({view}): {rule['id']}: {rule['nodes'][0]['target']}"
                for rule in Axe().run(page).response["violations"]
            ]
        if page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            faults.append(f"{path}: wider than a phone")
        page.set_viewport_size(DESK)
        faults += [f"{path}: {trouble}" for trouble in troubles]
        troubles.clear()
    assert opened > 10, "a first screen leads somewhere"
    assert not faults, "\n".join(faults)


def test_a_stranger_finds_the_door_sound(page_as: PageAs):
    page = page_as(None)
    for path in ("/", "/sign-in", "/reset", "/nowhere"):
        page.goto(path)
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert Axe().run(page).response["violations"] == []
