"""A teacher cuts, blurs and mutes a clip before anybody else sees it."""

from __future__ import annotations

from itertools import pairwise
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, settings
from hypothesis import given as any_of
from hypothesis import strategies as st
from sqlalchemy import select, update

from pdportal import storage
from pdportal.db import db
from pdportal.video import editing
from pdportal.video.captions.models import ClipCaptions
from pdportal.video.captions.recut import recut
from pdportal.video.captions.services import store_captions
from pdportal.video.edits import Edit, boxes_of, cuts_of, read_edits
from pdportal.video.models import Clip, ClipFile
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.people import World
from tests.video import given
from tests.video.test_processing import H264, further, process, seen, storage_path

BOX = {"left": "50", "top": "0", "width": "50", "height": "100"}
MAKE = {"do": "make"}
steady = settings(max_examples=60, deadline=None, suppress_health_check=list(HealthCheck))
SRT = (
    b"00:00.5 --> 00:01.5\nGone.\n\n00:02.5 --> 00:03.5\nWhich river?\n\n"
    b"00:03.8 --> 00:04.2\nImani Lee.\n\n00:05 --> 00:05.4\nThe Nile."
)


def captions(clip: Clip) -> list[tuple[float, float, str]]:
    db.session.expire_all()
    of_clip = db.session.scalars(select(ClipCaptions).where(ClipCaptions.clip_id == clip.id))
    return [(cue.start, cue.end, cue.text) for each in of_clip for cue in each.cues]


def numbered(*rows: dict[str, str]) -> dict[str, str]:
    return {f"{name}{n}": value for n, row in enumerate(rows) for name, value in row.items()}


def edges(path: Path, at: str, side: str) -> float:
    """How much neighbors differ in one half of the picture: little, where it is blurred."""
    crop = f"crop=iw/2:ih:{side}:0,format=gray"
    shown = given.run_ffmpeg(
        *("-ss", at, "-i", str(path), "-frames:v", "1", "-vf", crop, "-f", "rawvideo", "-")
    )
    return sum(abs(a - b) for a, b in pairwise(shown)) / len(shown)


def loudness(path: Path, start: str) -> int:
    """The loudest sample of half a second."""
    words = ("-ss", start, "-t", "0.5", "-i", str(path), "-f", "s16le", "-ac", "1", "-")
    heard = given.run_ffmpeg(*words)
    return max(
        abs(int.from_bytes(heard[n : n + 2], "little", signed=True))
        for n in range(0, len(heard) - 1, 2)
    )


def test_edits_are_changed_on_the_whole_of_what_was_uploaded(
    app: Flask, world: World, visit: Visit
):
    clip, ada = given.clip(app, world.ada), visit(world.ada)
    page = f"/clips/{clip.id}/edit-video"
    said = [Edit("cut", 0, 20), Edit("blur", 30, 60, (0, 0, 50, 50))]
    clip.edits, clip.seconds = [each.as_data() for each in said], 40
    clip.processed_at = clip.cleaned_at
    uploaded = {"purpose": "original", "storage_key": "clips/0", "content_type": "video/mp4"}
    db.session.add(ClipFile(clip_id=clip.id, size=9, sha256="0", **uploaded))
    db.session.commit()
    shown = ada.get(page).text
    assert 'value="1:00"' in shown
    assert f'src="/clips/{clip.id}/file/original"' in shown, "another film than the one that plays"
    rows = numbered(
        {"act": "cut", "end": "0:20"},
        {"act": "blur", "start": "0:30", "end": "1:00", **BOX},
        {"act": "mute", "start": "0:50"},
    )
    fetch = {"X-Requested-With": "fetch"}
    saved = ada.post(page, data=rows | {"version": "0"}, headers=fetch)
    assert (saved.status_code, saved.json["version"]) == (200, 1)
    assert ada.post(page, data=rows | {"version": "0"}, headers=fetch).json["version"] == 1
    kept = ada.get(page).text  # the tab was closed
    assert 'value="50" data' in " ".join(kept.split())
    assert 'href="#change-2"' in kept
    assert [Edit.stored(each) for each in clip.edits or ()] == said, "nothing is made yet"
    other = ada.post(page, data=rows | {"version": "0", "start2": "0:55"}, headers=fetch)
    assert (other.status_code, other.json["values"]["start2"]) == (409, "0:50")
    both = ada.post(page, data=rows | {"version": "0", "start2": "0:55"})
    assert (both.status_code, 'value="0:55"' in both.text) == (409, True)
    assert ada.post(page, data=rows | MAKE).status_code == 302
    assert clip.edits_typed is None
    assert [each["end"] >= 60 for each in clip.edits or ()] == [False, True, True]

    clip.processed_at = clip.cleaned_at = clip.created_at
    clip.edits = None
    db.session.commit()
    assert f'src="/clips/{clip.id}/file"' in ada.get(page).text, (
        "the same, and every browser plays it"
    )
    clip.edits = [each.as_data() for each in said]
    db.session.delete(further(clip)["original"])
    db.session.commit()
    assert 'value="1:00"' not in ada.get(page).text, "it is in the file that is left"


def test_what_is_being_made_is_not_cut_again_by_a_second_press(app: Flask, world: World):
    clip = given.clip(app, world.ada)
    clip.processed_at = clip.cleaned_at
    store_captions(world.ada, clip, "en", SRT)
    db.session.commit()
    assert clip.processed_at
    begun = update(Clip).values(processed_at=None)  # as another process does it
    db.session.execute(begun, execution_options={"synchronize_session": False})
    with app.test_request_context(), pytest.raises(Refused, match="being prepared"):
        editing.edit_video(world.ada, clip, [Edit("cut", 0, 2)], is_silent=False)
    assert len(captions(clip)) == 4


def test_a_clip_is_cut_blurred_and_muted_before_it_is_shared(
    app: Flask, world: World, visit: Visit, tmp_path: Path
):
    film = ("-f", "lavfi", "-i", "testsrc=size=96x64:rate=10:duration=6")
    sound = ("-f", "lavfi", "-i", "sine=duration=6")
    data = given.made(tmp_path, "a.mp4", *film, *sound, *H264)
    clip = process(app, given.clip(app, world.ada, data=data))
    ada, cora = visit(world.ada), visit(world.cora)
    page = f"/clips/{clip.id}/edit-video"
    assert page in ada.get(f"/clips/{clip.id}").text
    assert "Make it" in ada.get(page).text
    more = {**numbered({"act": "cut", "end": "0:02"}), "do": "more", "version": "0"}
    assert 'id="change-1"' in ada.post(page, data=more, follow_redirects=True).text
    wrong = ada.post(page, data=numbered({"act": "cut", "end": "1:75"}) | MAKE)
    assert wrong.status_code == 422
    assert "Write a moment like 1:05" in wrong.text
    assert 'value="1:75"' in wrong.text
    rows = (
        {"act": "cut", "end": "0:02"},
        {"act": "cut", "start": "5.5"},
        {"act": "blur", "start": "0:02", "end": "0:04", **BOX},
        {"act": "mute", "start": "0:04"},
    )
    with app.test_request_context():
        store_captions(world.ada, clip, "en", SRT)
    db.session.commit()
    made = ada.post(page, data=numbered(*rows) | MAKE)
    assert made.location == f"/clips/{clip.id}"
    told = ada.get(made.location).text
    assert "3 lines of the captions are cut or muted in part" in told
    assert "“Imani Lee.”" in told
    assert captions(clip) == [(0.5, 1.5, "Which river?")]
    assert "shared" not in ada.post(f"/clips/{clip.id}/share", data={"person": world.cora.id}).text
    assert cora.get(f"/clips/{clip.id}/file").status_code == 404, "not before it is blurred"
    assert "still being prepared" in ada.get(page).text
    delete_original = f"/clips/{clip.id}/original/delete"
    assert ada.post(delete_original).status_code == 409, "the film is made of it"
    process(app, clip)
    assert cora.get(f"/clips/{clip.id}/file").status_code == 200
    assert cora.get(f"/clips/{clip.id}/file/original").status_code == 404
    assert clip.seconds == pytest.approx(3.5, abs=0.15)
    path = storage_path(app, clip.storage_key)
    assert edges(path, "0.5", "iw/2") < edges(path, "0.5", "0") / 3, "the right half is blurred"
    assert edges(path, "2.8", "iw/2") > edges(path, "0.5", "iw/2") * 3, "no longer"
    assert loudness(path, "0.5") > 1000 > 50 > loudness(path, "2.8")
    with app.app_context():
        uploaded = seen(further(clip)["original"].storage_key)
    assert uploaded.seconds == pytest.approx(6, abs=0.1)
    lines = f"/clips/{clip.id}/captions/en/edit"
    assert "Imani Lee." in ada.get(lines).text
    ada.post(delete_original)
    assert "Imani Lee." not in ada.get(lines).text, "what is unheard goes with the film that has it"
    assert captions(clip) == [(0.5, 1.5, "Which river?")]

    # Cora can see it, so it stays; a part of it becomes another clip, without sound.
    assert "Make a clip of a part" in ada.get(page).text
    part = numbered({"act": "cut", "start": "0:02"}) | {"silent": "1"} | MAKE
    address = ada.post(page, data=part).location
    assert ada.post(page, data=part).location == address  # sent twice
    new = db.session.scalars(select(Clip).where(Clip.id != clip.id)).one()
    assert address == f"/clips/{new.id}"
    assert captions(new) == []
    assert (new.title, new.delete_by) == (f"Part of {clip.title}", clip.delete_by)
    process(app, new)
    with app.app_context():
        assert seen(new.storage_key).sound == ""
        assert storage.exists(clip.storage_key)
    assert new.seconds == pytest.approx(2, abs=0.15)
    assert clip.seconds == pytest.approx(3.5, abs=0.15)
    assert cora.get(address).status_code == 404


@pytest.mark.parametrize(
    ("row", "field"),
    [
        ({"act": "paint"}, "act0"),
        ({"act": "cut", "start": "soon"}, "start0"),
        ({"act": "cut", "start": "2:00"}, "start0"),
        ({"act": "mute", "start": "0:30", "end": "0:20"}, "end0"),
        ({"act": "blur"}, "left0"),
        ({"act": "blur", **BOX, "width": "0"}, "left0"),
        ({"act": "blur", **BOX, "left": "left"}, "left0"),
        ({"act": "cut"}, "start0"),
    ],
)
def test_what_is_wrong_is_said_at_its_box(app: Flask, row: dict[str, str], field: str):
    with app.test_request_context(), pytest.raises(Refused) as refused:
        read_edits([row], 60)
    assert (refused.value.status, refused.value.field) == (422, field)


@pytest.mark.parametrize("seconds", [0, 0.5])
def test_what_is_very_short_or_of_no_known_length_can_lose_its_sound(seconds: float):
    assert read_edits([], seconds) == []
    assert len(read_edits([{"act": "mute"}], 0.5)) == 1


def test_cuts_that_meet_are_one():
    spans = [(4, 6), (0, 2), (5, 7), (1.5, 3)]
    assert cuts_of([Edit("cut", start, end) for start, end in spans]) == [(0, 3), (4, 7)]


spans = st.tuples(st.integers(0, 60), st.integers(1, 30)).map(lambda at: (at[0], sum(at)))
some_edits = st.lists(st.tuples(st.sampled_from(["cut", "mute"]), spans), max_size=6).map(
    lambda all_: [Edit(act, *span) for act, span in all_]
)
lines_said = st.lists(st.tuples(spans, st.booleans()), max_size=12).map(
    lambda all_: [
        {"key": str(n), "start": start, "end": end, "text": f"Line {n}"}
        | ({"out": True} if is_removed else {})
        for n, ((start, end), is_removed) in enumerate(sorted(all_))
    ]
)


@steady
@any_of(lines_said, some_edits, some_edits)
def test_captions_go_with_what_is_cut_and_muted(lines, first, second):
    cut, touched = cuts_of(first), [(each.start, each.end) for each in first]
    once = recut(lines, [], first)
    for line, now in zip(lines, once, strict=True):
        heard = not any(start < line["end"] and line["start"] < end for start, end in touched)
        assert ("source" in now) is not heard, "it goes with the film in which it is heard"
        assert bool(now.get("out")) is (not heard or "out" in line), "what is touched is not read"
        gone = sum(end - start for start, end in cut if end <= line["start"])
        if heard and "out" not in line:
            assert (now["start"], now["end"]) == (line["start"] - gone, line["end"] - gone)
    assert recut(once, first, first) == once
    assert recut(once, first, second) == recut(lines, [], second), "it comes back with its sound"
    assert all(line["out"] for line in recut(lines, [], [], is_silent=True))


@steady
@any_of(some_edits)
def test_what_is_stored_is_read_again_from_its_boxes(app: Flask, said):
    boxes = boxes_of(said, is_silent=False)
    rows = [
        {name: boxes[f"{name}{n}"] for name in ("act", "start", "end")} for n in range(len(said))
    ]
    with app.test_request_context():
        assert read_edits(rows, 10_000) == said
