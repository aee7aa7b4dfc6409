"""Three people look at a plan in a meeting, each on a device of their own; one drops out."""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from playwright.sync_api import Page, expect

from tests.browser.acts import bring_a_lesson_plan, new_title, write_a_lesson
from tests.browser.conftest import PageAs


@pytest.fixture
def room(page_as: PageAs) -> tuple[Page, Page, Page]:
    """Ada, who brings the plan, Ben, who facilitates, and Cora, on the page of the meeting."""
    ada, ben, cora = (page_as(name) for name in ("Ada Okafor", "Ben Silva", "Cora Mbeki"))
    title = new_title("Area by cutting")
    bring_a_lesson_plan(ada, title)
    write_a_lesson(ada)
    ada.get_by_role("button", name="Save version 1").click()
    ada.get_by_role("link", name="Meet about it").click()
    ada.locator("summary", has_text="A plan, a task or student work").click()
    ada.get_by_role("radio", name=re.compile("^Tuning")).check()
    ada.get_by_label("Your one question").fill("Are ten minutes for cutting enough?")
    for name in ("Ben Silva", "Cora Mbeki"):
        ada.get_by_label("Find somebody else by name").fill(name)
        ada.get_by_role("button", name="Search").click()
        ada.get_by_role("checkbox", name=name).check()
    ada.get_by_role("button", name="Call the meeting").click()
    expect(ada.get_by_role("heading", name="Everybody here?")).to_be_visible()
    for other in (ben, cora):
        other.goto(ada.url)
    return ada, ben, cora


DEAF = """() => {
    window.hearing = window.fetch;
    window.fetch = (url, how) =>
        String(url).endsWith("/now")
            ? Promise.resolve(new Response(null, { status: 304 }))
            : window.hearing(url, how);
}"""


@contextmanager
def hearing_nothing(page: Page) -> Iterator[None]:
    """What is new in the room does not reach this page until the end of the block."""
    page.evaluate(DEAF)
    yield
    page.evaluate("() => { window.fetch = window.hearing; }")


def test_a_live_tuning_with_three_people_of_whom_one_drops_out(room: tuple[Page, Page, Page]):
    ada, ben, cora = room
    ben.get_by_role("button", name="I facilitate").click()
    bens = ada.get_by_role("listitem").filter(has_text="Ben Silva")
    expect(bens.get_by_text("facilitates")).to_be_visible()
    ben.get_by_role("button", name="Begin", exact=True).click()
    expect(cora.get_by_role("heading", name="Open", level=2)).to_be_visible()
    expect(cora.get_by_role("timer")).to_have_text(re.compile(r"^[0-3]:\d\d$"))

    for stage in ("Present", "Clarify", "Examine", "Warm"):
        ben.get_by_role("button", name=re.compile(f"^Next: {stage}")).click()
        expect(ada.get_by_role("heading", name=stage, level=2)).to_be_visible()
    expect(ada.locator("#meeting-now").get_by_text("You listen.")).to_be_visible()
    expect(ada.get_by_label("Your note")).to_have_count(0)

    # Cora's line goes while she types; the meeting goes on, and so does she when it is back.
    expect(cora.get_by_label("Your note")).to_be_visible()
    cora.locator("#meeting-box button.stem").first.click()
    expect(cora.get_by_label("Your note")).to_have_value(re.compile(r"\w $"))
    expect(cora.get_by_label("Your note")).to_be_focused()
    cora.context.set_offline(True)
    cora.get_by_label("Your note").fill("Paper and scissors come before the formula.")
    expect(cora.get_by_text("The connection is lost")).to_be_visible()
    ben.get_by_role("button", name="Raise my hand").click()
    cora.context.set_offline(False)
    expect(cora.get_by_text("The connection is lost")).to_be_hidden()
    cora.get_by_role("button", name="Post").click()
    expect(cora.get_by_text("Paper and scissors").last).to_be_visible()
    expect(cora.get_by_label("Your note")).to_have_value("")

    # Whoever signed out on another tab is told so, and goes on once they are back.
    session = cora.context.cookies()
    cora.context.clear_cookies()
    cora.get_by_label("Your note").fill("Rulers lie ready.")
    expect(cora.get_by_text("You are signed out, so this page")).to_be_visible()
    cora.context.add_cookies(session)  # type: ignore[arg-type]  # what `cookies` gives
    expect(cora.get_by_text("You are signed out, so this page")).to_be_hidden()
    cora.get_by_role("button", name="Post").click()
    expect(cora.get_by_text("Rulers lie ready.").last).to_be_visible()

    # What was begun stays what it is when the stage changes, box and heading in one step.
    ben.get_by_label("Your note").fill("Ten minutes are")
    with hearing_nothing(ben):
        ben.get_by_role("button", name=re.compile("^Next: Cool")).click()
        expect(ben.get_by_role("heading", name="Cool", level=2)).to_be_visible()
        expect(ben.get_by_label("Your note")).to_have_value("Ten minutes are")
        ben.get_by_label("Your note").fill("Ten minutes are short for pairs.")
        ben.get_by_role("button", name="Post").click()
        warm = ben.locator("#meeting-notes section").filter(has_text="Warm")
        expect(warm.get_by_text("Ten minutes are short for pairs.")).to_be_visible()
        expect(ben.get_by_label("Your note")).to_have_value("")

    # The meeting goes on just as Cora presses Post, and while she holds a button down.
    expect(cora.get_by_role("heading", name="Cool", level=2)).to_be_visible()
    cora.get_by_label("Your note").fill("Who cuts?")
    with hearing_nothing(cora):
        ben.get_by_role("button", name=re.compile("^Next: Probe")).click()
        expect(ben.get_by_role("heading", name="Probe", level=2)).to_be_visible()
        cora.get_by_role("button", name="Post").click()
        expect(cora.get_by_text("Who cuts?").last).to_be_visible()
    expect(cora.get_by_role("heading", name="Probe", level=2)).to_be_visible()
    cora.get_by_role("button", name="Raise my hand").hover()
    cora.mouse.down()
    with cora.expect_response(lambda answer: answer.url.endswith("/now") and answer.ok):
        ben.get_by_role("button", name="Pause").click()
    cora.mouse.up()
    expect(cora.get_by_role("button", name="Lower my hand")).to_be_visible()
    expect(ada.get_by_text("Paper and scissors").last).to_be_visible()

    hand = ben.locator(".meeting-hands")
    expect(hand).to_contain_text("Cora Mbeki")
    ben.get_by_role("button", name="End the meeting now").click()
    cora.get_by_role("button", name="Lower my hand").click()
    expect(hand).to_have_count(0)  # the page was renewed under the question, which stays
    ben.get_by_role("button", name="End it").click()
    for each in (ben, cora):
        expect(each.get_by_role("heading", name="The meeting has ended")).to_be_visible()
    ada.get_by_role("link", name="Answer what was said").click()
    expect(ada.get_by_text("Ten minutes are short for pairs.")).to_be_visible()
