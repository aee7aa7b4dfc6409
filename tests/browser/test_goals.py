"""A goal is written, changed with a why, and compared with what it was."""

from __future__ import annotations

from playwright.sync_api import expect

from tests.browser.acts import SAVED, choose_place, new_title
from tests.browser.conftest import PageAs


def test_a_goal_is_written_changed_and_compared(page_as: PageAs):
    page = page_as("Ben Silva")
    first = new_title("Students answer one another before they look at me")
    page.goto("/")
    choose_place(page, "Goals")
    page.get_by_role("link", name="Write a goal").or_(
        page.get_by_role("link", name="New goal")
    ).first.click()
    page.get_by_label("What will change for students").fill(first)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    expect(page.get_by_label("What will change for students")).to_have_value(first)
    page.get_by_label("Why it matters to me").fill("Five of them carry every lesson.")
    page.get_by_label("How I will know").fill("On Fridays I count who answers whom.")
    page.get_by_role("button", name="Save my goal").click()
    expect(page.get_by_role("heading", level=1, name=first)).to_be_visible()

    page.get_by_label("What is the step?").or_(
        page.locator("#add-step").get_by_role("textbox").first
    ).first.fill("Ask “Who can add to that?” three times on Thursday.")
    page.get_by_role("button", name="Add it").click()
    step = page.get_by_role("listitem").filter(has_text="Who can add to that?")
    step.get_by_role("button", name="Done").click()
    expect(step.get_by_role("button", name="Not done")).to_be_visible()
    expect(page.get_by_text("1 of 1 done").first).to_be_visible()

    page.get_by_role("link", name="Change the words").click()
    page.get_by_label("How I will know").fill("On Fridays I count who answers another student.")
    page.get_by_role("button", name="Save this version").click()
    expect(page.get_by_label("Why did you change it?")).to_have_attribute("aria-invalid", "true")
    page.get_by_label("Why did you change it?").fill("I was counting loud voices.")
    page.get_by_role("button", name="Save this version").click()
    page.get_by_role("link", name="How it changed").click()
    expect(page.get_by_text("I was counting loud voices.").first).to_be_visible()
    page.get_by_role("link", name="Compare them word by word").click()
    expect(page.locator("ins", has_text="another student")).to_be_visible()
    expect(page.locator("del", has_text="whom")).to_be_visible()
