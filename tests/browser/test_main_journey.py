"""The loop that the portal is about, walked by two people: share, review, decide, revise, close."""

from __future__ import annotations

import re

from playwright.sync_api import Page, expect

from tests.browser.acts import (
    LESSON,
    SAVED,
    bring_a_lesson_plan,
    card,
    decide,
    new_title,
    on_stage,
    open_what_is_asked,
    select_words,
    share_with,
    write_a_lesson,
)
from tests.browser.conftest import Newcomers, PageAs

QUESTION = "Will they ask for the formula too soon?"
STRENGTH = "The scissors let everybody begin without a word of mine."
ASKED = "What will the pairs do who are done after two minutes?"
SUGGESTED = "Let them write their first idea before they cut."


def test_work_goes_out_unfinished_and_comes_back_better(page_as: PageAs, newcomers: Newcomers):
    title = new_title("Area without a formula")
    colleague = newcomers("Noor")
    ada, noor = page_as("Ada Okafor"), page_as(colleague.name)

    _ada_writes_and_shares(ada, title, colleague.name)
    round_page = ada.url
    _noor_practises_and_gives(noor, title)
    outcome_page = noor.url
    _ada_answers_and_revises(ada, round_page)
    _noor_sees_what_changed(noor, outcome_page)
    _ada_thanks_and_closes(ada, round_page, title)
    noor.goto(outcome_page)
    expect(noor.get_by_text("Ada thanks you.")).to_be_visible()


def _ada_writes_and_shares(page: Page, title: str, colleague: str) -> None:
    bring_a_lesson_plan(page, title)
    write_a_lesson(page)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    expect(page.get_by_label("Aim", exact=True)).to_have_value(LESSON["Aim"])
    page.get_by_role("button", name="Save version 1").click()
    share_with(page, colleague, protocol="TAG", question=QUESTION)
    expect(page.get_by_role("button", name="Cancel the request").first).to_be_visible()


def _noor_practises_and_gives(page: Page, title: str) -> None:
    open_what_is_asked(page, title)
    tried = page.get_by_label("What do you want to say?").first
    tried.fill("The whistle is down: say for how long, and who counts.")
    page.get_by_role("button", name="Show me a model answer").click()
    expect(page.get_by_role("heading", name="A model answer").first).to_be_visible()
    page.get_by_role("link", name="Back to the review").click()

    on_stage(page, "Tell")
    expect(page.get_by_text(QUESTION)).to_be_visible()
    page.get_by_role("button", name="Next").click()
    on_stage(page, "Tell")
    mistake = page.get_by_role("alert").filter(has_text="asks for at least 1 comment")
    expect(mistake).to_be_focused()
    select_words(page, "plan", "Paper shapes and scissors")
    page.get_by_role("button", name="Comment on these words").click()
    expect(page.get_by_label("About these words")).to_have_value("Paper shapes and scissors")
    said = page.get_by_label("What do you want to say?")
    expect(said).to_be_focused()
    page.keyboard.type(STRENGTH)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.reload()
    expect(said).to_have_value(STRENGTH)
    page.get_by_role("button", name="Next").click()

    on_stage(page, "Ask")
    page.get_by_role("button", name=re.compile("^What happens if a student")).click()
    expect(said).to_have_value(re.compile("^What happens if a student"))
    said.fill(ASKED)
    page.get_by_label("Where?").select_option(label="Plan")
    page.get_by_role("button", name="Next").click()

    on_stage(page, "Give")
    said.fill(SUGGESTED)
    page.get_by_label("A next move").fill("On Thursday, two quiet minutes with a pencil.")
    page.get_by_role("button", name="Next").click()

    on_stage(page, "Anything else")
    page.get_by_role("button", name="Look it over").click()
    expect(page.get_by_role("heading", level=1, name="This is what Ada will read")).to_be_visible()
    for words in (STRENGTH, ASKED, SUGGESTED):
        expect(card(page, words)).to_be_visible()
    page.get_by_role("button", name="Send feedback to Ada").click()
    expect(page.get_by_role("heading", level=1, name="Your feedback is sent")).to_be_visible()


def _ada_answers_and_revises(page: Page, round_page: str) -> None:
    page.goto("/inbox")
    notice = page.get_by_role("listitem").filter(has_text="Noor").first
    notice.get_by_role("button").click()
    page.wait_for_url(round_page)

    expect(page.locator("mark", has_text="Paper shapes and scissors")).to_be_visible()
    card(page, STRENGTH).get_by_role("link", name="Paper shapes and scissors").click()
    expect(page).to_have_url(re.compile("#passage-"))
    expect(page.locator("mark", has_text="Paper shapes and scissors")).to_be_in_viewport()
    expect(page.get_by_role("heading", name="3 comments to respond to")).to_be_visible()
    said = page.get_by_role("status")
    decide(page, STRENGTH, "Keep", "It stays as it is.")
    expect(page.get_by_role("heading", name="2 comments to respond to")).to_be_visible()
    expect(said.filter(has_text="2 comments to respond to")).to_be_attached()
    decide(page, ASKED, "Answer", "They compare cuts with the next table.")
    expect(page.get_by_role("heading", name="1 comment to respond to")).to_be_visible()
    decide(page, SUGGESTED, "Use", "Two minutes are easy to find.")
    expect(page.get_by_role("heading", name="All comments are answered")).to_be_visible()
    expect(said.filter(has_text="Now write the next version")).to_be_attached()
    page.reload()
    page.get_by_text("2 answered").click()
    page.get_by_role("link", name=re.compile(f"^Strength {STRENGTH[:20]}")).click()
    expect(card(page, STRENGTH)).to_contain_text("Keep")
    page.get_by_role("link", name="Write the next version").click()

    expect(page.get_by_label("Plan", exact=True)).to_have_value(LESSON["Plan"])
    page.get_by_label("Plan", exact=True).fill(
        LESSON["Plan"].replace("scissors on", "pencils on") + " Early pairs compare cuts."
    )
    card(page, SUGGESTED).get_by_role("checkbox", name="This version answers it").check()
    page.get_by_role("button", name="Save version 2").click()
    expect(page.get_by_text("Say in a few words why you changed it.")).to_be_visible()
    expect(card(page, SUGGESTED).get_by_role("checkbox")).to_be_checked()
    page.get_by_label("Why did you change it?").fill("Noor asked about the early ones.")
    page.get_by_role("button", name="Save version 2").click()
    page.wait_for_url(round_page)

    page.get_by_role("link", name="What changed").click()
    expect(page.locator("del", has_text="scissors")).to_be_visible()
    expect(page.locator("ins", has_text="pencils")).to_be_visible()
    expect(page.locator("ins", has_text="Early pairs compare cuts.")).to_be_visible()
    expect(page.get_by_text("No formula until somebody asks for one.")).to_be_visible()


def _noor_sees_what_changed(page: Page, outcome_page: str) -> None:
    page.goto("/feedback")
    expect(page.get_by_text("See what changed")).to_be_visible()
    page.goto(outcome_page)
    changed = page.locator("section").filter(
        has=page.get_by_role("heading", name="What changed because of you")
    )
    expect(changed.locator("ins", has_text="Early pairs compare cuts.")).to_be_visible()
    expect(changed).to_contain_text("Noor asked about the early ones.")
    expect(card(page, STRENGTH)).to_contain_text("It stays as it is.")
    card(page, SUGGESTED).get_by_role("button", name="That answers it").click()
    expect(card(page, SUGGESTED)).to_contain_text("You confirmed it.")
    card(page, ASKED).get_by_text("Ask again").first.click()
    card(page, ASKED).get_by_label("What is still open?").fill("And the pair that never cuts?")
    card(page, ASKED).get_by_role("button", name="Ask again").click()
    expect(card(page, ASKED)).to_contain_text("You asked again")


def _ada_thanks_and_closes(page: Page, round_page: str, title: str) -> None:
    page.goto(round_page)
    expect(card(page, ASKED)).to_contain_text("And the pair that never cuts?")
    page.get_by_role("button", name="Thank Noor").click()
    expect(page.get_by_text("Thanked")).to_be_visible()
    page.get_by_role("link", name="Close this request").click()
    step = f"Ask two pairs to explain each other’s cut: {title[-7:-1]}"
    page.get_by_label("What I learned").fill("Somebody always finishes first. Plan for them.")
    page.get_by_label("What I try next").fill(step)
    expect(page.get_by_text(SAVED)).to_be_visible()
    page.get_by_role("button", name="Close this request").click()
    expect(page.get_by_role("heading", name="This feedback request is closed")).to_be_visible()

    page.get_by_role("button", name="Make it a step").click()
    expect(page.get_by_text("Added to your next steps.")).to_be_visible()
    page.get_by_label("For which goal?").select_option(index=1)
    page.get_by_role("button", name="Save", exact=True).click()
    expect(page).to_have_url(re.compile(r"/goals/\d+"))
    expect(page.get_by_role("link", name=step)).to_be_visible()
    page.goto(round_page)
    page.get_by_role("link", name="In your next steps").click()
    expect(page.get_by_role("link", name=step)).to_be_visible()


def test_without_a_script_the_loop_goes_round_all_the_same(page_as: PageAs):
    title = new_title("Rivers and cities")
    ada = page_as("Ada Okafor", java_script_enabled=False)
    ben = page_as("Ben Silva", java_script_enabled=False)

    bring_a_lesson_plan(ada, title)
    write_a_lesson(ada)
    ada.get_by_role("button", name="Save", exact=True).click()
    expect(ada.get_by_label("Aim", exact=True)).to_have_value(LESSON["Aim"])
    ada.get_by_role("button", name="Save version 1").click()
    share_with(ada, "Ben Silva", protocol="TAG", question=QUESTION)
    round_page = ada.url

    open_what_is_asked(ben, title)
    ben.get_by_role("button", name="Next").click()
    mistake = ben.get_by_role("alert").filter(has_text="asks for at least 1 comment")
    expect(mistake).to_be_focused()
    for stage, words in (("Tell", STRENGTH), ("Ask", ASKED), ("Give", SUGGESTED)):
        on_stage(ben, stage)
        ben.get_by_label("What do you want to say?").fill(words)
        ben.get_by_label("Where?").select_option(label="Plan")
        ben.get_by_label("About these words").fill("two pairs show their cuts")
        ben.get_by_role("button", name="Next").click()
    on_stage(ben, "Anything else")
    ben.get_by_role("button", name="Look it over").click()
    ben.get_by_role("button", name="Send feedback to Ada").click()

    ada.goto(round_page)
    marked = ada.locator("mark", has_text="two pairs show their cuts")
    expect(marked.first).to_be_visible()
    for words, verdict in ((STRENGTH, "Keep"), (ASKED, "Answer"), (SUGGESTED, "Use")):
        comment, why = card(ada, words), f"{verdict}: a good thought."
        comment.get_by_role("link", name="Answer").click()
        if verdict == "Answer":
            comment.get_by_label("Your answer").fill(why)
            comment.get_by_role("button", name="Send answer").click()
        else:
            comment.get_by_role("radio", name=verdict).check()
            comment.locator(".words:visible textarea").fill(why)
            comment.get_by_role("button", name="Save").click()
            expect(card(ada, words).get_by_role("radio", name=verdict)).to_be_checked()
        expect(card(ada, words)).to_contain_text(why)
        ada.get_by_role("link", name="All comments, beside the text").click()
    expect(ada.get_by_text("2 answered")).to_be_visible()
    ada.get_by_role("link", name="Write the next version").click()
    ada.get_by_label("Plan", exact=True).fill("Pencils first. " + LESSON["Plan"])
    ada.get_by_label("Why did you change it?").fill("Ideas before scissors.")
    card(ada, SUGGESTED).get_by_role("checkbox").check()
    ada.get_by_role("button", name="Save version 2").click()
    expect(ada).to_have_url(round_page)

    ben.get_by_role("navigation", name="Places").get_by_role("link", name="Feedback").click()
    ben.get_by_role("main").get_by_role("link", name=title).click()
    expect(ben.locator("ins", has_text="Pencils first.")).to_be_visible()
    card(ben, SUGGESTED).get_by_role("button", name="That answers it").click()
    expect(card(ben, SUGGESTED)).to_contain_text("You confirmed it.")

    ada.reload()
    ada.get_by_role("button", name="Thank Ben").click()
    ada.get_by_role("link", name="Close this request").click()
    ada.get_by_label("What I learned").fill("Ideas come before tools.")
    ada.get_by_role("button", name="Close this request").click()
    expect(ada.get_by_role("heading", name="This feedback request is closed")).to_be_visible()


def test_whoever_writes_in_two_windows_sees_both_texts(page_as: PageAs):
    first = page_as("Ada Okafor")
    bring_a_lesson_plan(first, new_title("Bar models"))
    second = first.context.new_page()
    second.goto(first.url)

    first.get_by_label("Aim", exact=True).fill("Students draw before they reckon.")
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_label("Aim", exact=True).fill("Students explain a bar to each other.")
    both = second.get_by_role("alert").filter(has_text="Both texts are here")
    expect(both).to_contain_text("Students draw before they reckon.")
    expect(second.get_by_label("Aim", exact=True)).to_have_value(
        "Students explain a bar to each other."
    )
    both.get_by_role("button", name="Keep mine").click()
    expect(second.get_by_text(SAVED)).to_be_visible()
    first.reload()
    expect(first.get_by_label("Aim", exact=True)).to_have_value(
        "Students explain a bar to each other."
    )

    # In different boxes nobody is asked: both texts stay.
    first.get_by_label("Plan", exact=True).fill("Pairs fold a strip.")
    expect(first.get_by_text(SAVED)).to_be_visible()
    second.get_by_label("Check", exact=True).fill("One bar each.")
    expect(second.get_by_label("Plan", exact=True)).to_have_value("Pairs fold a strip.")
    expect(second.get_by_text(SAVED)).to_be_visible()
    expect(both).to_be_hidden()
    first.reload()
    expect(first.get_by_label("Check", exact=True)).to_have_value("One bar each.")
