"""A clip: uploaded, shown to a coach, answered at a moment, played from there, taken back."""

from __future__ import annotations

import re

from playwright.sync_api import Locator, Page, expect

from tests.browser.acts import card, choose_place, new_title
from tests.browser.conftest import PageAs
from tests.video.given import video

SECONDS = 8
SAID = "Two hands are up and you look at the board."


def plays_from(player: Locator, link: Locator, second: int) -> None:
    """The link makes the film run, and from there; the player itself remembers where it began."""
    player.evaluate(
        """video => video.addEventListener(
          "playing", () => { video.dataset.began = video.currentTime; }, { once: true })"""
    )
    link.click()
    expect(player).to_have_attribute("data-began", re.compile(rf"^{second}(\.\d+)?$"))


def talks_along_the_film(page: Page) -> None:
    """The Comment button, typing that pauses, posting that plays on, Send later, keys, filter."""
    film, box = page.locator("video").first, page.get_by_label("What do you see?").first
    film.evaluate(
        "video => { video.muted = video.loop = true; video.currentTime = 2; return video.play(); }"
    )
    page.get_by_role("button", name="Comment", exact=True).click()
    expect(box).to_be_focused()
    expect(page.get_by_label("From").first).to_have_value(re.compile(r"0:0[2-7]"))
    assert film.evaluate("video => video.paused")
    page.get_by_role("radio", name="Suggestion").first.check()
    box.fill("You wait, and one more hand goes up.")
    page.get_by_role("button", name="Post").click()
    expect(card(page, "You wait, and one more hand goes up.")).to_be_visible()
    film.evaluate("video => video.paused ? new Promise(done => video.onplay = done) : null")
    box.fill("To be looked at once more.")
    page.get_by_role("button", name="Send later").click()
    expect(page.get_by_role("heading", name="1 comment not sent")).to_be_visible()
    page.get_by_role("button", name="Send 1 comment").click()
    expect(card(page, "To be looked at once more.")).to_be_visible()
    page.locator("h1").click()
    page.keyboard.press("?")
    keys = page.get_by_role("dialog", name="Keys and settings")
    expect(keys.get_by_text("play or pause", exact=True)).to_be_visible()
    page.keyboard.press("Escape")
    expect(keys).to_be_hidden()
    page.get_by_label("Kind", exact=True).select_option(label="Suggestion (1)")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(card(page, "To be looked at once more.")).to_be_hidden()
    expect(card(page, "You wait, and one more hand goes up.")).to_be_visible()
    page.get_by_label("Kind", exact=True).select_option(label="Every kind")
    page.get_by_role("button", name="Show", exact=True).click()
    expect(card(page, SAID)).to_be_visible()


def test_a_coach_answers_a_clip_at_a_moment(page_as: PageAs):
    title = new_title("Period 3: who answers whom")
    ada, cora = page_as("Ada Okafor"), page_as("Cora Mbeki")

    ada.goto("/")
    choose_place(ada, "Coaching")
    ada.get_by_role("link", name="Upload a clip").first.click()
    ada.get_by_label("Choose a video").set_input_files(
        files=[{"name": "notes.mp4", "mimeType": "video/mp4", "buffer": b"Not a film at all."}]
    )
    expect(ada.get_by_text("All of it is here.")).to_be_visible()
    ada.get_by_label("What is it called?").fill(title)
    ada.get_by_label("Who is on it").fill("My own voice; students from behind, with consent.")
    ada.get_by_role("button", name="Add this clip").click()
    expect(ada.get_by_text("This file is not a video")).to_be_visible()
    expect(ada.get_by_label("What is it called?")).to_have_value(title)
    ada.get_by_label("Choose another video").set_input_files(
        files=[{"name": "IMG_0007.webm", "mimeType": "", "buffer": video("webm", seconds=SECONDS)}]
    )
    ada.get_by_role("button", name="Add this clip").click()
    expect(ada.get_by_role("heading", level=1, name=title)).to_be_visible()
    expect(ada.get_by_role("link", name="Coaching").first).to_have_attribute("aria-current", "page")
    clip_page = ada.url
    refused = cora.goto(clip_page)
    assert refused is not None
    assert refused.status == 404, "nobody sees it before it is shared"

    ada.get_by_role("link", name="Share it").click()
    ada.get_by_role("radio", name="Cora Mbeki").check()
    ada.get_by_label("What should they look for?").fill("Do they answer one another, or me?")
    ada.get_by_role("button", name="Share it").click()
    expect(ada.get_by_text("waiting").first).to_be_visible()

    cora.goto("/")
    cora.get_by_role("link", name=title).first.click()
    expect(cora.get_by_text("Do they answer one another, or me?")).to_be_visible()
    cora.get_by_label("From").fill("0:03")
    cora.get_by_role("radio", name="Question").check()
    cora.get_by_label("What do you see?").fill(SAID)
    cora.get_by_role("button", name="Post").click()
    expect(card(cora, SAID)).to_be_visible()
    expect(cora.get_by_role("button", name="Now", exact=True)).to_be_visible()
    expect(cora.get_by_role("link", name="Question, 0:03 Cora Mbeki")).to_be_visible()
    talks_along_the_film(cora)
    cora.get_by_role("button", name="I’m done").click()
    expect(cora.get_by_text("You finished")).to_be_visible()

    ada.goto(clip_page)
    said = card(ada, SAID)
    plays_from(ada.locator("video").first, said.get_by_role("link", name="Play from 0:03"), 3)
    expect(said).to_have_class(re.compile("lit"))
    said.get_by_label("Your answer").fill("Tomorrow I count to five before I look.")
    said.get_by_role("button", name="Send answer").click()
    expect(card(ada, SAID)).to_contain_text("Tomorrow I count to five before I look.")

    cora.reload()
    given = card(cora, SAID)
    given.get_by_text("Ask again").first.click()
    given.get_by_label("What is still open?").fill("And who counts with you?")
    given.get_by_role("button", name="Ask again").click()
    expect(card(cora, SAID)).to_contain_text("You asked again")
    ada.reload()
    expect(card(ada, SAID)).to_contain_text("And who counts with you?")
    card(ada, SAID).get_by_text("Answer again").first.click()
    card(ada, SAID).get_by_label("Your answer").fill("Imani counts with me.")
    card(ada, SAID).get_by_role("button", name="Send answer").click()
    expect(card(ada, SAID)).to_contain_text("Imani counts with me.")
    cora.reload()
    card(cora, SAID).get_by_role("button", name="That answers it").click()
    expect(card(cora, SAID)).to_contain_text("You confirmed it.")

    file = ada.locator("video source").get_attribute("src")
    assert file is not None
    assert cora.request.get(file).status == 200
    ada.get_by_role("button", name="Stop sharing").click()
    expect(ada.get_by_text("Only you.")).to_be_visible()
    assert cora.request.get(file).status == 404
    shut = cora.goto(clip_page)
    assert shut is not None
    assert shut.status == 404, "what is no longer shared is shut at once"
