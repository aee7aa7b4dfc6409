"""A page keeps one's place, says where one is, and looks as its reader likes."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from pdportal.db import db
from pdportal.modules.models import Enrollment
from tests.conftest import Visit
from tests.modules.compiler.test_videos import MP4, VIDEO, VTT
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, plain_page, publish_one, write_module
from tests.people import World

LONG = plain_page(
    "Long", "## One\n\nWords.\n\n### Deeper\n\nWords.\n\n## “Two” & three\n\nWords.\n"
)
HERE = "/learn/wait/long/here"


def _stopped(page: str) -> list[tuple[str, str]]:
    return re.findall(r'<a href="([^"]+)">Continue where you stopped: “(.*?)”</a>', page)


def test_a_page_goes_on_where_its_reader_stopped_on_another_device(
    world: World, visit: Visit, publish: Publish
) -> None:
    publish(pages={"01-long.md": LONG + FIRST.split("---\n", 2)[2], "02-more.md": plain_page()})
    phone, laptop, ben = visit(world.ada), visit(world.ada), visit(world.ben)
    phone.post("/learn/wait/begin")
    phone.post(HERE, data={"place": "two-three"})
    assert _stopped(laptop.get("/learn/wait/long").text) == [("#two-three", "‘Two’ &amp; three")]
    laptop.post(HERE, data={"place": "question-second-pause"})
    found = _stopped(phone.get("/learn/wait/long").text)
    assert found == [("#question-second-pause", "Where is the second pause?")]
    assert _stopped(phone.get("/learn/wait/more").text) == [], "another page"
    assert _stopped(ben.get("/learn/wait/long").text) == [], "another reader"
    phone.post("/learn/wait/long/next")
    assert _stopped(phone.get("/learn/wait/long").text) == [], "it is read to its end"


@pytest.mark.parametrize("place", ["", "none", "deeper'\"><b>", "x" * 9999, "block-note"])
def test_a_place_that_is_not_on_the_page_is_its_top(
    world: World, visit: Visit, publish: Publish, place: str
) -> None:
    publish(pages={"01-long.md": LONG})
    ada = visit(world.ada)
    ada.post("/learn/wait/begin")
    assert ada.post(HERE, data={"place": place}).status_code == 204
    assert db.session.query(Enrollment.last_place).one() == (None,)
    assert ada.get("/learn/wait/long").status_code == 200


def test_a_table_of_contents_has_the_headings_of_its_page(
    world: World, visit: Visit, publish: Publish
) -> None:
    one = plain_page("Short", "## Only one\n\nWords.\n")
    publish(pages={"01-long.md": LONG, "02-short.md": one})
    page = visit(world.ada).get("/learn/wait/long").text
    side, phone = page.split('class="toc toc-phone')
    links = [("#one", "One"), ("#deeper", "Deeper"), ("#two-three", "“Two” &amp; three")]
    for part in (side.split('class="toc toc-side')[1], phone):
        assert re.findall(r'<a href="(#[^"]+)">(.*?)</a>', part)[:3] == links
    assert "On this page" not in visit(world.ada).get("/learn/wait/short").text


def test_text_looks_as_its_reader_likes_on_this_device(
    world: World, visit: Visit, publish: Publish
) -> None:
    publish(pages={"01-long.md": LONG})
    ada, other = visit(world.ada), visit(world.ada)
    page = "/learn/wait/long"
    back = ada.post(
        "/comfort",
        data={"text": "larger", "lines": "wide", "theme": "dark"},
        headers={"Referer": f"http://localhost{page}"},
    )
    assert back.headers["Location"] == page
    html = re.compile(r"<html[^>]*>")
    assert (
        'data-text="larger" data-lines="wide" data-theme="dark"'
        in html.findall(ada.get(page).text)[0]
    )
    assert "data-text" not in html.findall(other.get(page).text)[0]
    shown = ada.get("/comfort").text
    assert re.search(r'value="larger" checked', shown)

    ada.post("/comfort", data={"text": '"><script>', "theme": "light"})
    assert re.findall(r"data-\w+=\S+", html.findall(ada.get(page).text)[0]) == [
        'data-theme="light">'
    ]
    ada.set_cookie("comfort", 'x" onload="alert(1)')
    assert "onload" not in ada.get(page).text


def test_a_video_is_played_in_parts_with_its_captions(
    world: World, visit: Visit, tmp_path: Path
) -> None:
    folder = write_module(tmp_path, pages={"01-a.md": plain_page("A", VIDEO)})
    (folder / "lesson.mp4").write_bytes(MP4)
    (folder / "lesson.vtt").write_text(VTT, "utf-8")
    assert publish_one(folder).edition is not None
    db.session.commit()
    ada = visit(world.ada)
    page = ada.get("/learn/wait/a").text
    film = re.findall(r'<source src="([^"]+)"', page)[0]
    part = ada.get(film, headers={"Range": "bytes=4-11"})
    assert (part.status_code, part.data) == (206, b"ftypisom")
    captions = ada.get(re.findall(r'<track kind="captions" src="([^"]+)"', page)[0])
    assert captions.content_type == "text/vtt; charset=utf-8"
    assert captions.text.startswith("WEBVTT")
    assert visit(None).get(film).status_code == 302
