"""A video on a bad line: the line breaks after a piece, the page is reloaded, the rest is sent."""

from __future__ import annotations

import os
import re

from playwright.sync_api import Route, expect

from pdportal.video.kinds import MP4, WEBM, kind_of
from tests.browser.acts import new_title
from tests.browser.conftest import PageAs
from tests.video.given import video

PIECES = "**/clips/uploads/*/*"


def test_a_video_goes_on_after_the_line_broke_and_a_reload(page_as: PageAs):
    title = new_title("Period 2: a quiet start")
    padding = 6_000_000
    data = video() + padding.to_bytes(4, "big") + b"free" + os.urandom(padding - 8)
    film = {"name": "IMG_0008.mp4", "mimeType": "video/mp4", "buffer": data}
    sent: list[str] = []

    def break_off(route: Route) -> None:
        if route.request.method == "PATCH" and sent:
            route.abort("internetdisconnected")
            return
        sent.extend([route.request.url] if route.request.method == "PATCH" else [])
        route.fallback()

    ada = page_as("Ada Okafor")
    ada.on("dialog", lambda dialog: dialog.accept())  # leaving while it is sent
    ada.route(PIECES, break_off)
    ada.goto("/clips/new")
    ada.get_by_label("What is it called?").fill(title)
    ada.get_by_label("Choose a video").set_input_files(files=[film])
    expect(ada.get_by_text("The connection is down. 5 of 6 MB are safe")).to_be_visible()
    ada.get_by_label("Who is on it").fill("My own voice.")
    expect(ada.get_by_text("Saved at")).to_be_visible()
    ada.reload()
    expect(ada.get_by_text("5 of 6 MB sent")).to_be_visible()
    expect(ada.get_by_label("What is it called?")).to_have_value(title)

    again = ada.get_by_label("choose the same video again")
    again.set_input_files(files=[film | {"buffer": data[:-1]}])
    expect(ada.get_by_text("not the video you began with")).to_be_visible()
    ada.unroute(PIECES)
    ada.goto("/coaching")
    row = ada.get_by_role("listitem").filter(has_text=title)
    row.get_by_role("link", name="Continue").click()
    again.set_input_files(files=[film])
    ada.get_by_role("button", name="Add this clip").click()
    expect(ada.get_by_role("heading", level=1, name=title)).to_be_visible()
    file = ada.locator("video source").get_attribute("src")
    assert file is not None
    assert ada.request.get(file).body()[4:8] == b"ftyp", "whole, or it would be no clip"

    # What the camera records goes the same way.
    recorded = new_title("Recorded here")
    ada.goto("/clips/new")
    expect(ada.get_by_label("What is it called?")).to_have_value("")
    ada.get_by_role("button", name="Record now").click()
    ada.get_by_role("button", name="Start recording").click()
    expect(ada.get_by_text(re.compile("^Recording: 0:0[1-9]"))).to_be_visible()
    ada.get_by_role("button", name="Stop").click()
    expect(ada.get_by_text("Look at it, then use it")).to_be_visible()
    ada.get_by_role("button", name="Use this recording").click()
    ada.get_by_label("What is it called?").fill(recorded)
    ada.get_by_label("Who is on it").fill("Nobody: a green picture.")
    ada.get_by_role("button", name="Add this clip").click()
    expect(ada.get_by_role("heading", level=1, name=recorded)).to_be_visible()
    file = ada.locator("video source").get_attribute("src")
    assert file is not None
    kind = kind_of(ada.request.get(file).body())
    assert kind in {MP4, WEBM}, "as it was recorded, or prepared already"

    # Where to blur is asked for a blur alone, upon the picture at which the player stands.
    edit = f"{ada.url}/edit-video"
    ada.goto(edit)
    while ada.get_by_text("still being prepared").is_visible():
        ada.wait_for_timeout(500)
        ada.goto(edit)
    what, where = ada.get_by_label("What", exact=True), ada.get_by_text("Which part of the picture")
    what.select_option("Mute")
    expect(where).to_be_hidden()
    what.select_option("Blur a part")
    picture = ada.locator("canvas")
    expect(picture).to_be_visible()
    drawn = "canvas => canvas.getContext('2d').getImageData(9, 9, 1, 1).data[3]"
    assert picture.evaluate(drawn) == 255, "a picture, and not an empty ground"

    # What is wrong in a file of captions is said beside it; a few faulty lines are left out.
    ada.goto(edit.replace("edit-video", "captions"))
    choose, store = ada.get_by_label("Choose a file of captions"), "Store captions"
    words = {"name": "lesson.vtt", "mimeType": "text/vtt", "buffer": b"Hello"}
    choose.set_input_files(files=[words])
    ada.get_by_role("button", name=store).click()
    expect(ada.get_by_text("Line 1: This is no caption")).to_be_visible()
    choose.set_input_files(files=[words | {"buffer": b"00:01 --> 00:02\nHello\n\n00:03\nBye"}])
    ada.get_by_role("button", name=store).click()
    expect(ada.get_by_text("Line 4: This is no caption")).to_be_visible()
    expect(ada.get_by_label("Words at 0:01")).to_have_value("Hello")
