"""The buttons above a box for longer text, its preview, and what is pasted into it."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.acts import bring_a_lesson_plan, new_title
from tests.browser.conftest import PageAs

PASTE = """([box, html]) => {
  const data = new DataTransfer();
  data.setData("text/html", html);
  data.setData("text/plain", "as plain text");
  const told = {clipboardData: data, bubbles: true, cancelable: true};
  box.dispatchEvent(new ClipboardEvent("paste", told));
}"""


def _plan(page: Page) -> None:
    bring_a_lesson_plan(page, new_title("Scissors before formulas"))


def test_a_list_is_made_shown_and_saved(page_as: PageAs):
    page = page_as("Ada Okafor")
    _plan(page)
    box = page.locator("textarea").first
    field = page.locator(".field", has=box).first
    box.fill("scissors")
    box.press("ControlOrMeta+a")
    field.get_by_role("button", name="Bold").click()
    field.get_by_role("button", name="List", exact=True).click()
    expect(box).to_have_value("- **scissors**")
    field.get_by_role("button", name="Preview").click()
    expect(field.locator(".preview li strong")).to_have_text("scissors")
    expect(box).to_be_hidden()
    field.get_by_role("button", name="Preview").click()
    expect(box).to_be_focused()
    expect(page.locator(".save-state")).to_have_attribute("data-state", "saved")
    page.reload()
    expect(page.locator("textarea").first).to_have_value("- **scissors**")


def test_a_list_of_a_word_processor_stays_a_list(page_as: PageAs):
    page = page_as("Ada Okafor")
    _plan(page)
    box = page.locator("textarea").first
    box.focus()
    page.evaluate(
        PASTE, [box.element_handle(), "<ol><li>Cut</li><li>Fold<ul><li>twice</li></ul></li></ol>"]
    )
    expect(box).to_have_value("1. Cut\n2. Fold\n   - twice")
    box.press("ControlOrMeta+z")
    expect(box).to_have_value("")
