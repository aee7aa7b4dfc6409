"""Notes beside a passage: by selecting words, and by keyboard; found again at their place."""

from __future__ import annotations

from playwright.sync_api import Page, expect

from tests.browser.acts import SAVED
from tests.browser.conftest import Newcomers, PageAs

ADDRESS = "/learn/feedback-that-gets-used/two-comments-one-report"
WORDS = "friendly, and it is right"
HEADING = "What the evidence says"

SELECT = """(prose, words) => {
  const walker = document.createTreeWalker(prose, NodeFilter.SHOW_TEXT);
  for (let node = walker.nextNode(); node; node = walker.nextNode()) {
    const at = node.data.replace(/\\s/g, " ").indexOf(words);
    if (at >= 0) {
      window.getSelection().setBaseAndExtent(node, at, node, at + words.length);
      return true;
    }
  }
  return false;
}"""


def write(page: Page, quote: str, text: str) -> None:
    """In the form that came: what it is about, and what one notes; saved as it is typed."""
    form = page.locator(".note-new").filter(has_text=quote)
    box = form.get_by_label("Your note")
    expect(box).to_be_focused()
    page.keyboard.type(text)
    expect(form.get_by_text(SAVED)).to_be_visible()


def test_notes_are_written_by_mouse_and_keyboard_and_found_at_their_place(
    page_as: PageAs, newcomers: Newcomers
):
    page = page_as(newcomers("Noor").name, viewport={"width": 1400, "height": 900})
    page.goto(ADDRESS)
    page.wait_for_load_state("load")
    prose = page.locator(".prose").first
    assert prose.evaluate(SELECT, WORDS)
    page.get_by_role("button", name="Note on these words").click()
    write(page, WORDS, "I write like that.")

    toggle = page.get_by_role("button", name="Note on a paragraph")
    toggle.focus()
    page.keyboard.press("Enter")
    expect(toggle).to_have_attribute("aria-pressed", "true")
    page.get_by_role("button", name=f"Note: {HEADING}").focus()
    page.keyboard.press("Enter")
    write(page, HEADING, "For Thursday.")
    toggle.click()
    expect(page.locator(".note-here")).to_have_count(0)

    page.goto(ADDRESS)
    for words, text in ((WORDS, "I write like that."), (HEADING, "For Thursday.")):
        mark = page.locator("mark.passage").filter(has_text=words)
        card = page.locator(".note").filter(has_text=text)
        expect(card.locator(".note-quote")).to_have_text(words)
        mark.click()
        expect(card).to_be_focused()
        places = [each.bounding_box() for each in (mark, card)]
        assert places[0] is not None
        assert places[1] is not None
        assert abs(places[0]["y"] - places[1]["y"]) < 40, "beside its words"
    assert page.evaluate("document.querySelectorAll('mark.passage').length") == 2
