"""Reading a long page: words are explained in place, and it goes on where one stopped."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.conftest import Newcomers, PageAs

LAST = "/learn/feedback-that-gets-used/what-your-students-could-do"
HERE = re.compile("/here$")
HEADINGS = ("Fifteen minutes, three sentences", "What can go wrong", "Make it happen")


def test_a_word_is_explained_by_keyboard_and_by_its_address(page_as: PageAs) -> None:
    page = page_as("Ada Okafor", viewport={"width": 390, "height": 844})
    page.goto(LAST)
    word = page.get_by_role("link", name="focus question", exact=True)
    word.focus()
    page.keyboard.press("Enter")
    box = page.get_by_role("dialog", name="Focus question")
    expect(box).to_contain_text("so that colleagues know where to look")
    place = box.bounding_box()
    assert place is not None
    assert 0 <= place["x"] <= place["x"] + place["width"] <= 390
    page.keyboard.press("Escape")
    expect(box).to_be_hidden()
    expect(word).to_be_focused()
    assert word.get_attribute("href") == "/help/words#focus-question"


def test_a_page_says_where_one_is_and_goes_on_there_on_another_device(
    page_as: PageAs, newcomers: Newcomers
) -> None:
    reader = newcomers("Noa").name
    laptop = page_as(reader, viewport={"width": 1280, "height": 800})
    laptop.goto("/learn/feedback-that-gets-used")
    laptop.get_by_role("button", name="Begin").click()
    laptop.clock.install()
    laptop.goto(LAST)
    with laptop.expect_request(HERE) as told:
        laptop.clock.fast_forward(1000)
    assert told.value.post_data == "place=", "the page that was opened is the one to go on with"
    contents = laptop.get_by_role("navigation", name="On this page")
    expect(contents.get_by_role("link")).to_have_text([*HEADINGS])
    _read_to(laptop, HEADINGS[1])
    expect(contents.locator("[aria-current]")).to_have_text(HEADINGS[1])
    with laptop.expect_request(HERE) as told:
        laptop.clock.fast_forward(10_000)
    assert told.value.post_data == "place=question-no-marks", "the question below that heading"
    answer = told.value.response()
    assert answer is not None, "it is stored before another device asks for it"
    assert answer.ok

    phone = page_as(reader, viewport={"width": 390, "height": 844})
    phone.goto(LAST)
    assert phone.evaluate("scrollY") == 0, "nothing moves a page under its reader"
    phone.get_by_role("link", name="Continue where you stopped").click()
    expect(phone.locator("#question-no-marks")).to_be_in_viewport()


def _read_to(page: Page, heading: str) -> None:
    page.get_by_role("heading", name=heading).evaluate("element => element.scrollIntoView()")
