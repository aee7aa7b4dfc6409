"""Captions of a clip: brought by file, put right line by line, read by whoever may see the clip."""

from __future__ import annotations

import io
import re

from flask import Flask
from sqlalchemy import select

from pdportal.db import db
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.captions.services import forget_unheard
from tests.conftest import Visit
from tests.people import World
from tests.video import given

FETCH = {"X-Requested-With": "fetch"}
SRT = (
    "1\r\n00:00:00,100 --> 00:00:00,900\r\n<v Ms. Okafor>Which river?\r\n\r\n"
    "2\r\n00:00:01,000 --> 00:00:01,800\r\n<script>alert(1)</script> It’s the Nile."
)


def sent(source: str, language: str = "en", name: str = "lesson.srt") -> dict[str, object]:
    return {"language": language, "file": (io.BytesIO(source.encode()), name)}


def lines() -> list[tuple[str, float, float, str]]:
    db.session.expire_all()
    found = db.session.scalars(select(ClipCaptions)).one()
    return [(line["key"], line["start"], line["end"], line["text"]) for line in found.standing]


def test_captions_are_brought_put_right_and_read(app: Flask, world: World, visit: Visit):
    ada, cora = visit(world.ada), visit(world.cora)
    clip = given.clip(app, world.ada)
    given.shared(app, clip, world.cora)
    page, captions = f"/clips/{clip.id}", f"/clips/{clip.id}/captions"
    edit = f"{captions}/en/edit"

    wrong = ada.post(captions, data=sent("1\n00:01 --> ninety\nB\n\n00:05 --> 00:02\nC"))
    assert wrong.status_code == 422
    assert "Line 2: This is no caption" in wrong.text
    assert "Line 5: This caption ends before it begins" in wrong.text
    form_alone = wrong.text.partition('id="upload"')[2].partition("</form>")[0]
    assert "Line 2: This is no caption" in form_alone, "a script shows this part of the page"
    for bad in (sent(""), sent(SRT, "xx-nothing"), sent("x" * 1_100_000), {"language": "en"}):
        assert ada.post(captions, data=bad).status_code in {413, 422}
    assert db.session.scalars(select(ClipCaptions)).all() == []

    assert ada.post(captions, data=sent(SRT)).location.endswith(edit)
    shown = cora.get(page).text
    assert f'src="{captions}/en.vtt"' in shown
    assert 'data-moment="1.0"' in shown
    assert "Ms. Okafor: Which river?" in shown
    assert "alert(1) It’s the Nile." in shown
    assert "<script>alert" not in shown
    assert edit not in shown
    file = cora.get(f"{captions}/en.vtt")
    assert (file.status_code, file.content_type) == (200, "text/vtt; charset=utf-8")
    assert "00:00:01.000 --> 00:00:01.800\nalert(1) It’s the Nile." in file.text

    form = {
        "version": "1",
        "text-2": " It’s the  <b>Nile</b>.",
        "start-2": "0:01.2",
        "end-2": "1.9",
    }
    assert ada.post(edit, data=form, headers=FETCH).json["version"] == 2
    assert ada.post(edit, data=form, headers=FETCH).json["version"] == 2  # sent twice
    assert lines()[1] == ("2", 1.2, 1.9, "It’s the <b>Nile</b>.")
    assert "&lt;b&gt;Nile&lt;/b&gt;" in cora.get(page).text
    other = ada.post(edit, data=form | {"text-2": "The other tab"}, headers=FETCH)
    assert (other.status_code, other.json["reason"]) == (409, "changed")
    assert other.json["values"]["text-2"] == "It’s the <b>Nile</b>."
    both = ada.post(edit, data=form | {"text-2": "The other tab"})
    assert both.status_code == 409
    assert "The other tab" in both.text
    for typed, box in (({"end-2": "0:01"}, "end-2"), ({"start-2": "soon"}, "start-2")):
        refused = ada.post(edit, data=form | {"version": "2"} | typed, headers=FETCH)
        assert (refused.status_code, list(refused.json["fields"])) == (422, [box])
    long = ada.post(edit, data=form | {"version": "2", "text-2": "x" * 601})
    assert (long.status_code, "At most 600 characters" in long.text) == (422, True)

    ada.post(edit, data=form | {"version": "2", "text-1": "Which one?", "add": "1"})
    assert lines()[1] == ("3", 0.9, 3.9, "")  # the words above were saved as well
    assert lines()[0][3] == "Which one?"
    ada.post(edit, data={"version": "4", "remove": "1"})
    assert [key for key, *_rest in lines()] == ["3", "2"]
    assert "Which one?" not in cora.get(page).text
    assert "Which one?" in ada.get(edit).text
    ada.post(edit, data={"version": "5", "back": "1"})
    ada.post(edit, data={"version": "6", "remove": "2"})
    ada.post(edit, data={"version": "7", "forget": "1"})
    assert "Nile" not in ada.get(edit).text

    ada.post(captions, data={"language": "ar", "type": "1"})
    ada.post(captions, data={"language": "ar", "type": "1"})
    ada.post(f"{captions}/ar/edit", data={"version": "1", "text-1": "أين النهر؟"})
    assert 'srclang="ar"' in cora.get(page).text
    assert 'dir="rtl"' in ada.get(f"{captions}/ar/edit").text
    ada.post(captions, data=sent(SRT, "ar"))  # a file replaces what is there
    assert "أين" not in cora.get(page).text
    ada.post(f"{captions}/ar/delete")
    assert cora.get(f"{captions}/ar.vtt").status_code == 404
    ada.post(f"{page}/delete")
    assert db.session.scalars(select(ClipCaptions)).all() == []
    assert ada.get(captions).status_code == ada.get(edit).status_code == 404
    assert ada.post(captions, data={"language": "en", "type": "1"}).status_code == 404


def test_a_line_that_was_muted_goes_with_the_film_though_another_window_removed_it(
    app: Flask, world: World, visit: Visit
):
    ada, clip = visit(world.ada), given.clip(app, world.ada)
    muted = {"out": True, "source": [1.0, 2.0]}
    line = {"key": "1", "start": 1.0, "end": 2.0, "text": "Imani Lee."}
    db.session.add(ClipCaptions(clip_id=clip.id, language="en", lines=[line | muted]))
    db.session.commit()
    edit = f"/clips/{clip.id}/captions/en/edit"
    ada.post(edit, data={"version": "1", "remove": "1"})
    assert "Imani Lee." in ada.get(edit).text
    forget_unheard(clip.id)
    db.session.commit()
    assert "Imani Lee." not in ada.get(edit).text


def test_many_lines_stand_on_several_pages(app: Flask, world: World, visit: Visit):
    clip = given.clip(app, world.ada)
    ada = visit(world.ada)
    many = "".join(
        f"{n // 60}:{n % 60:02} --> {n // 60}:{n % 60:02}.9\nWord {n}\n" for n in range(120)
    )
    ada.post(f"/clips/{clip.id}/captions", data=sent("WEBVTT\n" + many))
    edit = f"/clips/{clip.id}/captions/en/edit"
    assert "Word 49<" in ada.get(edit).text
    assert "Word 50<" not in ada.get(edit).text
    added = ada.post(f"{edit}?page=1", data={"version": "1", "add": "101"}).location
    assert added.endswith("page=3#line-121")
    for odd in ("0", "x", "99"):
        assert ada.get(f"{edit}?page={odd}").status_code == 200


def test_most_of_a_file_is_stored_without_what_cannot_be_read(
    app: Flask, world: World, visit: Visit
):
    ada, clip = visit(world.ada), given.clip(app, world.ada)
    captions = f"/clips/{clip.id}/captions"
    faulty = sent(f"{SRT}\n\n3\n00:05 --> 00:02\nBackwards")
    stored = ada.post(captions, data=faulty, headers=FETCH)
    assert stored.json["url"] == f"{captions}/en/edit"
    told = ada.get(stored.json["url"]).text
    assert "Stored: 2 lines." in told
    assert "1 place in the file could not be read and is left out." in told
    assert "Line 10: This caption ends before it begins" in told
    assert [text for *_place, text in lines()] == [
        "Ms. Okafor: Which river?",
        "alert(1) It’s the Nile.",
    ]


def test_a_file_with_a_fault_replaces_no_captions(app: Flask, world: World, visit: Visit):
    ada, clip = visit(world.ada), given.clip(app, world.ada)
    captions = f"/clips/{clip.id}/captions"
    faulty = f"{SRT}\n\n3\n00:05 --> 00:02\nBackwards"
    mostly = f"{SRT}\n\n" + "00:05 --> 00:02\nBackwards\n\n" * 3
    ada.post(captions, data={"language": "en", "type": "1"})
    refused = ada.post(captions, data=sent(mostly))
    assert refused.status_code == 422
    assert "The captions that are there" not in refused.text, "there are none yet"
    assert ada.post(captions, data=sent(faulty)).status_code == 302, "a line without words is none"
    before = lines()
    for source in (faulty, mostly):
        again = ada.post(captions, data=sent(source), headers=FETCH)
        assert again.status_code == 422
        assert "The captions that are there stay as they are. Nothing was stored." in again.text
        assert re.search(r"Line \d+: This caption ends before it begins", again.text)
        assert lines() == before
    assert ada.post(captions, data=sent(faulty, "es")).status_code == 302, "none in this language"
    assert ada.post(captions, data=sent(SRT), headers=FETCH).status_code == 200
