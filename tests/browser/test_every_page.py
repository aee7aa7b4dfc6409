"""Every page that can be reached from a first screen is sound: by day, and on a phone in the dark.

Sound means: it answers 200, no rule of axe is broken, nothing is wider than a phone, the console is
silent, and no part of it asks another address. Pages of one kind differ in their content and not in
their parts, so two of each kind are opened for all people together, and axe looks at the first of
them; but what the navigation at the top leads to, everybody opens.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
from axe_playwright_python.base import AXE_FILE_PATH
from playwright.sync_api import Page, ViewportSize

from tests.browser.conftest import PageAs, Portal

AXE = AXE_FILE_PATH.read_text(encoding="utf-8")
DESK: ViewportSize = {"width": 1280, "height": 900}
PHONE: ViewportSize = {"width": 360, "height": 740}
TWO_OF_A_KIND = 2

NOT_PAGES = re.compile(r"/files?(/|$)|\.(ics|csv|eml|vtt)$|^/sign-out|^/static/")
NUMBER = re.compile(r"\d+")
SLUGS = re.compile(r"^/(learn|feedback/protocols)/[^/]+(/[^/]+)?")

EVERYTHING = {"rules": {"target-size": {"enabled": True}}}
LIGHT_AND_ROOM = {
    "runOnly": [
        *("color-contrast", "link-in-text-block"),
        *("target-size", "scrollable-region-focusable"),
    ]
}

RUN_AXE = """async options => {
  const changing = () => document.getAnimations().filter(one => one instanceof CSSTransition);
  for (let depth = 0; depth < 40 && changing().length; depth += 1) {
    changing().forEach(one => one.finish());  // each may begin that of the parts inside it
  }
  return axe.run({...options, resultTypes: ['violations']});
}"""
LINKS = """() => [...document.querySelectorAll('a[href]')]
  .filter(link => link.origin === location.origin && !link.download)
  .map(link => link.pathname + link.search)"""
WIDER = """() => {
  const wide = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= wide) return [];
  return [...document.querySelectorAll('body *')]
    .filter(part => part.getBoundingClientRect().right > wide + 1)
    .slice(0, 3).map(part => part.outerHTML.slice(0, 120));
}"""


@pytest.fixture(scope="module")
def seen() -> Counter[str]:
    """How many pages of each kind were opened, by all people together."""
    return Counter()


def kind_of(path: str) -> str:
    """The route behind an address, near enough: ids, slugs and questions left out."""
    path = NUMBER.sub("0", path.split("?")[0])
    return SLUGS.sub(lambda at: f"/{at[1]}/x" + ("/y" if at[2] else ""), path)


def pages_from(page: Page, seen: Counter[str]) -> Iterator[str]:
    """Addresses by breadth-first search over links, a few of each kind."""
    page.goto("/")
    places = page.get_by_role("navigation", name="Places").get_by_role("link").all()
    first = [urlsplit(place.get_attribute("href") or "/").path for place in places]
    queue, asked = [*first, "/inbox", "/account"], set[str]()
    must = set(queue)
    while queue:
        path = queue.pop(0)
        kind = kind_of(path)
        if path in asked or NOT_PAGES.search(path):
            continue
        if path not in must and seen[kind] >= TWO_OF_A_KIND:
            continue
        asked.add(path)
        seen[kind] += 1
        yield path
        queue += page.evaluate(LINKS)


def broken_rules(page: Page, options: dict[str, object]) -> list[str]:
    """What axe finds on the page as it stands."""
    found = page.evaluate(RUN_AXE, options)["violations"]
    return [
        f"{rule['id']}: {node['target']} {json.dumps(node['html'][:160])}"
        for rule in found
        for node in rule["nodes"][:2]
    ]


def resize(page: Page, size: ViewportSize) -> None:
    """Give the page this size; what it observes of that comes with its next picture."""
    page.set_viewport_size(size)
    page.evaluate("new Promise(seen => requestAnimationFrame(() => requestAnimationFrame(seen)))")


def faults_of(page: Page, *, in_every_light: bool = True) -> Iterator[str]:
    """The faults of the page that is open: at a desk by day, and on a phone in the dark."""
    page.emulate_media(color_scheme="light", reduced_motion="reduce")
    if in_every_light:
        resize(page, DESK)
        page.evaluate(AXE)
        yield from broken_rules(page, EVERYTHING)
        page.emulate_media(color_scheme="dark", reduced_motion="reduce")
    resize(page, PHONE)
    if in_every_light:
        rules = broken_rules(page, LIGHT_AND_ROOM)
        yield from (f"on a phone in the dark, {rule}" for rule in rules)
    yield from (f"wider than a phone: {part}" for part in page.evaluate(WIDER))


@pytest.mark.parametrize("name", ["Ada Okafor", "Cora Mbeki", "Lee Park", "Ben Silva"])
def test_every_page_is_sound(page_as: PageAs, portal: Portal, seen: Counter[str], name: str):
    page = page_as(name, viewport=DESK)
    troubles: list[str] = []
    page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
    page.on(
        "request",
        lambda asked: (
            None
            if asked.url.startswith((portal.address, "data:", "blob:"))
            else troubles.append(f"asks {asked.url}")
        ),
    )
    faults: list[str] = []
    opened = 0
    for path in pages_from(page, seen):
        answer = page.goto(path)
        opened += 1
        if answer is None or answer.status != 200:
            faults.append(f"{path}: {answer.status if answer else 'no answer'}")
            continue
        is_first = seen[kind_of(path)] == 1
        found = [*faults_of(page, in_every_light=is_first), *troubles]
        faults += [f"{path}: {fault}" for fault in found]
        troubles.clear()
    assert opened > 6, "a first screen leads somewhere"
    assert not faults, "\n".join(faults)


def test_a_stranger_finds_the_door_sound(page_as: PageAs):
    page = page_as(None)
    for path in ("/", "/sign-in", "/reset", "/nowhere", "/welcome/not-a-link"):
        page.goto(path)
        assert list(faults_of(page)) == []
