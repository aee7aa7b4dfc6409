"""What people do in more than one journey, in their words."""

from __future__ import annotations

import re
from uuid import uuid4

from playwright.sync_api import Locator, Page, expect

SAVED = re.compile("^Saved")

LESSON = {
    "Aim": "Students find the area of an L-shape in two ways and say why both agree.",
    "Plan": (
        "Paper shapes and scissors on every table. No formula until somebody asks for one. "
        "Then two pairs show their cuts at the board."
    ),
    "Check": "Exit ticket: one L-shape, one sentence on how they cut it.",
    "Where I’d like help": "Whether ten minutes for cutting are enough.",
}


def new_title(words: str) -> str:
    """A title that nothing else bears, so that no test meets what another one left."""
    return f"{words} ({uuid4().hex[:6]})"


def bring_a_lesson_plan(page: Page, title: str) -> None:
    """From the feedback page to the boxes of a new plan."""
    page.goto("/feedback")
    page.get_by_role("link", name="Share work").click()
    page.get_by_role("link", name="Begin a lesson plan").click()
    page.get_by_label("What is it called?").fill(title)
    page.get_by_role("button", name="Begin").click()
    expect(page.get_by_role("heading", level=1, name=title)).to_be_visible()


def write_a_lesson(page: Page, **changes: str) -> None:
    """Type into every box of the plan."""
    for box, text in {**LESSON, **changes}.items():
        page.get_by_label(box, exact=True).fill(text)


def share_with(page: Page, name: str, *, protocol: str, question: str) -> None:
    """On the page of a work: ask one colleague by name; ends on the page of the round."""
    page.get_by_role("link", name="Share it").click()
    page.get_by_role("radio", name=re.compile(f"^{protocol},")).check()
    page.get_by_label("Your one question").fill(question)
    page.get_by_role("radio", name=re.compile("^Colleagues I name")).check()
    page.get_by_label("Find somebody else by name").fill(name)
    page.get_by_role("button", name="Search").click()
    page.get_by_role("checkbox", name=name).check()
    expect(page.get_by_label("Your one question")).to_have_value(question)
    page.get_by_role("button", name="Share", exact=True).click()
    expect(page.get_by_role("heading", name="1 colleague asked, not started yet")).to_be_visible()


def open_what_is_asked(page: Page, title: str) -> None:
    """A reviewer finds the request among what they promised, and begins."""
    page.goto("/feedback")
    page.get_by_role("main").get_by_role("link", name=title).click()
    page.get_by_role("button", name="Begin", exact=True).click()


def on_stage(page: Page, name: str) -> None:
    """The stage that is open now."""
    expect(page.get_by_role("heading", level=2, name=name)).to_be_visible()


def card(page: Page, said: str) -> Locator:
    """The comment that says this."""
    return page.get_by_role("article").filter(has_text=said).filter(has=page.locator("header"))


def decide(page: Page, said: str, verdict: str, why: str) -> None:
    """Open the form under a comment and answer; it saves itself. A question is sent by a button."""
    comment = card(page, said)
    comment.get_by_role("link", name="Answer").click()
    if verdict == "Answer":
        comment.get_by_label("Your answer").fill(why)
        comment.get_by_role("button", name="Send answer").click()
        return
    comment.get_by_role("radio", name=verdict).check()
    comment.locator(".words:visible textarea").fill(why)
    expect(comment.get_by_text(SAVED)).to_be_visible()


def select_words(page: Page, field: str, words: str) -> None:
    """Draw the mouse over words of a work, as one does to mark them."""
    box = page.locator(f'[data-field="{field}"]')
    box.scroll_into_view_if_needed()
    place = box.evaluate(
        """(root, words) => {
          const walker = document.createTreeWalker(root, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {
            const at = node.data.indexOf(words);
            if (at >= 0) {
              const range = document.createRange();
              range.setStart(node, at);
              range.setEnd(node, at + words.length);
              const boxes = [...range.getClientRects()];
              const [first, last] = [boxes[0], boxes[boxes.length - 1]];
              return [first.left + 1, first.top + first.height / 2,
                      last.right - 1, last.top + last.height / 2];
            }
          }
          return null;
        }""",
        words,
    )
    assert place, f"“{words}” stands in {field}"
    left, top, right, bottom = place
    page.mouse.move(left, top)
    page.mouse.down()
    page.mouse.move((left + right) / 2, (top + bottom) / 2, steps=4)
    page.mouse.move(right, bottom, steps=4)
    page.mouse.up()


def choose_place(page: Page, name: str) -> None:
    """Go by the navigation at the top."""
    page.get_by_role("navigation", name="Places").get_by_role("link", name=name).click()
