"""Every kind of question on a phone: by keyboard, with nothing lost, and told as it is shown."""

from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest
from playwright.sync_api import Locator, Page, expect

from tests.browser.conftest import (
    PATIENCE_SECONDS,
    PDPORTAL,
    Newcomers,
    PageAs,
    Portal,
    _environment,
)
from tests.browser.test_every_page import AXE, EVERYTHING, LIGHT_AND_ROOM, PHONE, RUN_AXE, WIDER
from tests.modules.given import plain_page, write_module
from tests.modules.test_answering import HELPED
from tests.modules.test_kinds import EXAMPLES, NEXT

PAGE = "/learn/kinds/one"


@pytest.fixture
def kinds(portal: Portal, tmp_path: Path) -> None:
    """The examples of the documentation, published in the living portal."""
    page = plain_page("One", "\n".join([*EXAMPLES, HELPED]))
    folder = write_module(tmp_path, "kinds", pages={"01-one.md": page, "03-next-page.md": NEXT})
    subprocess.run(  # noqa: S603 — our own program
        [*PDPORTAL, "content", "publish", str(folder)],
        env=_environment(PDPORTAL_DATA=str(portal.data), XDG_CACHE_HOME=str(tmp_path)),
        check=True,
        timeout=PATIENCE_SECONDS,
    )


def question(page: Page, key: str) -> Locator:
    """The form of one question."""
    return page.locator(f"#question-{key}")


def send(page: Page, key: str) -> None:
    """Answer it, and wait for what comes back."""
    with page.expect_response(f"**{PAGE}/{key}/answer"):
        question(page, key).locator('[type="submit"]').press("Enter")


@pytest.mark.usefixtures("kinds")
def test_an_answer_that_was_never_sent_outlives_its_tab(page_as: PageAs, newcomers: Newcomers):
    page = page_as(newcomers("Nia").name)
    page.goto(PAGE)
    question(page, "nervous-students").get_by_label("Your answer").fill("It made mine nervous.")
    another = page.context.new_page()
    page.close()
    another.goto(PAGE)
    own = question(another, "nervous-students").get_by_label("Your answer")
    expect(own).to_have_value("It made mine nervous.")
    send(another, "nervous-students")
    expect(question(another, "nervous-students")).to_contain_text("A model answer")


@pytest.mark.usefixtures("kinds")
def test_all_kinds_by_keyboard_on_a_phone(page_as: PageAs, newcomers: Newcomers):
    page = page_as(newcomers("Kim").name, viewport=PHONE, has_touch=True)
    page.goto(PAGE)
    steps = question(page, "steps-of-a-question")
    rows = steps.get_by_role("listitem")
    send(page, "steps-of-a-question")
    expect(steps.get_by_role("alert")).to_contain_text("Put them in your order first")
    first = rows.first.locator(".order-words").inner_text()
    rows.first.get_by_role("button", name="Move down").press("Enter")
    expect(rows.nth(1)).to_contain_text(first)
    expect(steps.get_by_role("status")).to_have_text("Number 2 of 5")
    expect(rows.nth(1).get_by_role("button", name="Move down")).to_be_focused()
    rows.nth(1).get_by_role("combobox", name=first).select_option("5")
    expect(rows.nth(4)).to_contain_text(first)
    last_choice = question(page, "first-pause").get_by_role("radio").last
    last_choice.check()
    page.reload()
    expect(rows.nth(4)).to_contain_text(first)
    expect(rows.nth(4).get_by_role("combobox")).to_have_value("5")
    expect(last_choice).to_be_checked()
    send(page, "steps-of-a-question")
    expect(rows.nth(4)).to_contain_text(first)

    question(page, "two-pauses").get_by_label("Gap 1 of 2").fill("ten")
    send(page, "two-pauses")
    expect(question(page, "two-pauses").get_by_role("alert")).to_be_focused()
    expect(question(page, "two-pauses").get_by_label("Gap 1 of 2")).to_have_value("ten")
    question(page, "two-pauses").get_by_label("Gap 2 of 2").fill("again")
    send(page, "two-pauses")
    expect(question(page, "two-pauses").locator(".result")).to_be_focused()
    expect(question(page, "two-pauses")).to_contain_text("1 of 2 right.")
    expect(question(page, "two-pauses").get_by_label("Gap 1 of 2")).to_have_accessible_description(
        "Gap 1: ten Ten feel like a test of nerves. What did Rowe find to be enough?"
    )

    own = question(page, "nervous-students").get_by_label("Your answer")
    own.fill("Try it with one class.")
    page.reload()
    expect(own).to_have_value("Try it with one class.")
    send(page, "nervous-students")
    expect(question(page, "nervous-students")).to_contain_text("counted to three")

    for words in ("think time", "silence"):
        question(page, "pauses").get_by_label("Your answer").fill(words)
        send(page, "pauses")
    question(page, "pauses").get_by_role("link", name="Heading").press("Enter")
    page.get_by_role("link", name="Back to the question").press("Enter")
    expect(question(page, "pauses")).to_be_in_viewport()

    for key in ("first-pause", "uses-of-silence", "quick-students", "how-long-now"):
        question(page, key).get_by_role("radio").or_(
            question(page, key).get_by_role("checkbox")
        ).first.check()
        send(page, key)
    assert page.evaluate(WIDER) == []
    page.evaluate(AXE)
    assert page.evaluate(RUN_AXE, EVERYTHING)["violations"] == []
    page.emulate_media(color_scheme="dark")
    assert page.evaluate(RUN_AXE, LIGHT_AND_ROOM)["violations"] == []


@pytest.mark.usefixtures("kinds")
def test_a_module_is_finished_on_a_phone_without_a_script(page_as: PageAs, newcomers: Newcomers):
    name = newcomers("Ida").name
    page = page_as(name, viewport=PHONE, has_touch=True, java_script_enabled=False)
    page.goto("/learn/kinds")
    page.get_by_role("button", name="Begin").first.tap()
    expect(page).to_have_url(re.compile(f"{PAGE}$"))
    for key in [form.get_attribute("id") or "" for form in page.locator("form.question").all()]:
        answer_somehow(page.locator(f"#{key}"))
        page.locator(f"#{key} [type=submit]").tap()
        expect(page.locator(f"#{key} .block-kind")).to_contain_text(re.compile("answered|1 try"))
    assert page.evaluate(WIDER) == []
    page.get_by_role("button", name="Next: Next").tap()
    page.get_by_role("button", name="Finish").tap()
    expect(page).to_have_url(re.compile("/learn/kinds$"))
    expect(page.get_by_role("main")).to_contain_text("Done. Nice work.")
    assert page.evaluate(WIDER) == []


def answer_somehow(form: Locator) -> None:
    """Put something into every box of a question, right or not."""
    for place, box in enumerate(form.get_by_role("combobox").all(), 1):
        box.select_option(index=place if "place-" in (box.get_attribute("name") or "") else 1)
    if (choices := form.get_by_role("radio").or_(form.get_by_role("checkbox"))).count():
        choices.first.check()
    for box in form.get_by_role("textbox").all():
        box.fill("3")
