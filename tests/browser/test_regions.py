"""A part of a photo is drawn over it, moved by keys, stored as it is drawn, and marked."""

from __future__ import annotations

import io

from PIL import Image
from playwright.sync_api import expect

from tests.browser.acts import SAVED, new_title, on_stage, open_what_is_asked, share_with
from tests.browser.conftest import PageAs


def test_a_part_of_a_photo_is_drawn_and_moved(page_as: PageAs):
    ada, ben = page_as("Ada Okafor"), page_as("Ben Silva")
    title = new_title("A ticket")
    ada.goto("/feedback/works/new?kind=files")
    ada.get_by_label("What is it called?").fill(title)
    ada.get_by_role("button", name="Begin").click()
    photo = io.BytesIO()
    Image.new("RGB", (400, 300), "#dddddd").save(photo, "JPEG")
    ticket = {"name": "ticket.jpg", "mimeType": "image/jpeg", "buffer": photo.getvalue()}
    ada.locator("input[type=file]:not([capture])").set_input_files([ticket])
    expect(ada.get_by_role("img", name="ticket.jpg").first).to_be_visible()
    ada.get_by_role("button", name="Save version 1").click()
    share_with(ada, "Ben Silva", protocol="TAG", question="What does it show?")

    open_what_is_asked(ben, title)
    on_stage(ben, "Tell")
    ground = ben.get_by_role("group", name="The picture.")
    ground.scroll_into_view_if_needed()
    box = ground.bounding_box()
    assert box
    ben.mouse.move(box["x"] + box["width"] * 0.5, box["y"] + box["height"] * 0.5)
    ben.mouse.down()
    ben.mouse.move(box["x"] + box["width"] * 0.9, box["y"] + box["height"] * 0.75)
    ben.mouse.up()
    sides = [ben.get_by_label(name) for name in ("From the left", "From the top", "Width")]
    drawn = [float(side.input_value()) for side in sides]
    assert [round(side / 5) * 5 for side in drawn] == [50, 50, 40]
    ground.press("ArrowLeft")
    ground.press("Shift+ArrowRight")
    expect(sides[0]).to_have_value(f"{drawn[0] - 1:.1f}")
    expect(sides[2]).to_have_value(f"{drawn[2] + 1:.1f}")
    ben.get_by_label("What do you want to say?").fill("It starts at one quarter.")
    expect(ben.get_by_text(SAVED)).to_be_visible()
    ben.get_by_role("button", name="Next").click()
    on_stage(ben, "Ask")
    expect(ben.locator("svg.regions a")).to_have_attribute(
        "aria-label", "Comment 1: right, a tenth of the picture"
    )
