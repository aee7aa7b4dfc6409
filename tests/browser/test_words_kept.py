"""What is typed into a form that does not save itself is there again, until it has arrived."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import bring_a_lesson_plan, new_title, write_a_lesson
from tests.browser.conftest import Newcomers, PageAs

QUESTION = "Is ten minutes enough for the scissors?"


def _share_form(page: Page) -> str:
    """A plan of one's own, kept, and the form that asks for feedback on it; its address."""
    bring_a_lesson_plan(page, new_title("Cutting an L in two"))
    write_a_lesson(page)
    page.get_by_role("button", name="Save version 1").click()
    page.get_by_role("link", name="Share it").click()
    page.get_by_label("Your one question").fill(QUESTION)
    page.get_by_role("radio", name=re.compile("^TAG,")).check()
    page.get_by_role("radio", name=re.compile("^Colleagues I name")).check()
    return page.url


def test_a_page_that_is_loaded_again_has_what_was_typed(page_as: PageAs):
    page = page_as("Ada Okafor")
    _share_form(page)
    page.reload()
    expect(page.get_by_label("Your one question")).to_have_value(QUESTION)
    expect(page.get_by_role("radio", name=re.compile("^TAG,"))).to_be_checked()


def test_what_was_sent_into_nowhere_is_not_lost(page_as: PageAs):
    page = page_as("Ada Okafor")
    address = _share_form(page)
    page.context.set_offline(True)
    with page.expect_event("requestfailed"):
        page.get_by_role("button", name="Share", exact=True).click()
    page.context.set_offline(False)
    page.goto(address)
    expect(page.get_by_label("Your one question")).to_have_value(QUESTION)


def test_a_session_that_ended_costs_nothing_that_was_typed(page_as: PageAs):
    page = page_as("Ada Okafor")
    address = _share_form(page)
    cookies = page.context.cookies()
    page.context.clear_cookies()
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("heading", name="Please sign in")).to_be_visible()
    page.context.add_cookies(cookies)  # signed in again
    page.goto(address)
    expect(page.get_by_label("Your one question")).to_have_value(QUESTION)


def test_what_has_arrived_does_not_come_back(page_as: PageAs):
    page = page_as("Ada Okafor")
    page.goto("/goals/new")
    page.get_by_label("What will change for students").fill(new_title("They answer one another"))
    page.get_by_label("Why it matters to me").fill("Five of them carry every lesson.")
    page.get_by_label("How I will know").fill("On Fridays I count who answers whom.")
    page.get_by_role("button", name="Save my goal").click()
    step = "Count to three after my own questions, too."
    box = page.get_by_label("What is the step?").or_(
        page.locator("#add-step").get_by_role("textbox").first
    )
    box.first.fill(step)
    page.get_by_role("button", name="Add it").click()
    expect(page.get_by_role("listitem").filter(has_text=step)).to_be_visible()
    page.reload()
    expect(page.get_by_role("listitem").filter(has_text=step)).to_be_visible()
    boxes = page.locator("textarea, input[type=text]")
    typed = boxes.evaluate_all("boxes => boxes.map((box) => box.value)")
    assert typed
    assert step not in typed


def test_whoever_signs_in_again_on_another_tab_goes_on_here(page_as: PageAs, newcomers: Newcomers):
    ira = newcomers("Ira")
    page = page_as(ira.name)
    page.goto("/goals/new")
    box = page.get_by_label("What will change for students")
    box.fill("They ask")
    expect(page.get_by_text(re.compile("^Saved at"))).to_be_visible()

    page.context.clear_cookies()
    box.fill("They ask one another")
    expect(page.get_by_text("You are signed out.")).to_be_visible()

    other = page.context.new_page()
    other.goto("/sign-in")
    other.get_by_label("Your email address").fill(ira.email)
    other.get_by_label("Password", exact=True).fill(ira.password)
    other.get_by_role("button", name="Sign in", exact=True).click()
    expect(other.get_by_role("button", name="Your account")).to_be_visible()

    with page.expect_response(
        lambda answer: answer.ok and "first." in (answer.request.post_data or "")
    ):
        box.press("End")
        box.press_sequentially(" first.")
    expect(page.get_by_text(re.compile("^Saved at"))).to_be_visible()
    page.reload()
    expect(box).to_have_value("They ask one another first.")


def test_a_new_goal_has_a_page_of_its_own_as_soon_as_it_is_saved(page_as: PageAs):
    page = page_as("Ada Okafor")
    page.goto("/goals/new")
    box = page.get_by_label("What will change for students")
    box.fill("They ask one another before they ask me")
    page.wait_for_url(re.compile(r"/goals/\d+/edit$"))
    box.press("End")
    box.press_sequentially(" or a book.")
    page.reload()
    expect(box).to_have_value("They ask one another before they ask me or a book.")
    page.goto("/goals/new")
    expect(box).to_have_value("")


def test_what_is_typed_after_it_was_closed_is_kept_with_the_true_reason(
    page_as: PageAs, newcomers: Newcomers
):
    page = page_as(newcomers("Ira").name)
    page.goto("/learn/feedback-that-gets-used/ask-well-answer-well")
    task = page.locator("form", has=page.get_by_role("button", name="Hand in"))
    box = task.get_by_role("textbox").first
    box.fill("Which half of it is clear")
    expect(task.get_by_text(re.compile("^Saved at"))).to_be_visible()

    other = page.context.new_page()
    other.goto(page.url)
    other.get_by_role("button", name="Hand in", exact=True).click()
    other.get_by_role("button", name="Hand in anyway").click()
    expect(other.get_by_text("Handed in", exact=True)).to_be_visible()

    box.fill("Which half of it is clear to whoever was not there?")
    expect(task.get_by_text("Not saved.")).to_be_visible()
    ended = task.get_by_role("alert")
    expect(ended).to_contain_text("This is handed in already.")
    expect(ended.get_by_role("button")).to_have_text(["Copy my text"])
    box.press("End")
    box.press_sequentially(" Or not?")
    ended.get_by_role("link", name="Show the current version").click()

    aside = page.get_by_role("alert").filter(has_text="You typed this here")
    expect(aside).to_contain_text("Which half of it is clear to whoever was not there? Or not?")
    expect(aside).to_contain_text("This is handed in already.")
    page.reload()
    aside.get_by_role("button", name="Discard").click()
    expect(aside).to_have_count(0)
    page.reload()
    expect(page.get_by_text("Handed in", exact=True)).to_be_visible()
    expect(aside).to_have_count(0)
