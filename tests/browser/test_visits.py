"""Notes of a lesson while the line is gone: nothing that was typed is lost."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from playwright.sync_api import expect

from tests.browser.conftest import PageAs


def test_notes_are_kept_while_the_connection_is_gone_and_the_tab_is_closed(page_as: PageAs):
    page = page_as("Ada Okafor")
    page.goto("/coaching/visits/new")
    page.get_by_role("radio", name="I visit their lesson").check()
    page.get_by_label("Find somebody else by name").fill("Ben Silva")
    page.get_by_role("button", name="Search", exact=True).last.click()
    page.get_by_role("radio", name="Ben Silva").check()
    page.get_by_label("When").fill(f"{(datetime.now(UTC) + timedelta(days=9)).date()}T05:10")
    page.get_by_role("button", name="Propose it").click()
    expect(page.get_by_role("heading", name="Proposed;")).to_be_visible()
    ben = page_as("Ben Silva")
    ben.goto(page.url)
    ben.get_by_role("button", name="Accept").click()

    page.goto(f"{page.url}/notes")
    box = page.get_by_label("What do you see and hear?")
    box.press_sequentially("T: Why?\nThree hands go up\nTwelve of 24")
    expect(page.get_by_text("Saved at")).to_be_visible()
    page.context.set_offline(True)
    box.press_sequentially(" wrote\nThe pair by the door argues\nFive hands")
    expect(page.get_by_text("The pair by the door argues")).to_be_visible()
    address, context = page.url, page.context
    page.close()
    context.set_offline(False)

    page = context.new_page()
    page.goto(address)
    expect(page.get_by_text("Saved at")).to_be_visible()
    expect(page.get_by_role("listitem").filter(has_text="Five hands")).to_be_visible()
    page.reload()
    for line in ("T: Why?", "Three hands go up", "Twelve of 24 wrote", "argues", "Five hands"):
        expect(page.get_by_role("listitem").filter(has_text=line)).to_have_count(1)
