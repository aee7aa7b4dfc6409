"""A part of a picture as the place of a comment: kept, said in words, found in later versions."""

from __future__ import annotations

from pathlib import Path

import pytest
from flask import Flask
from hypothesis import given as for_any
from hypothesis import strategies as st
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import AnchorKind, Comment
from pdportal.feedback.comments.regions import SIDES, WHOLE, Region, read_region
from pdportal.feedback.meetings import services
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.reviews import services as reviews
from pdportal.feedback.works.models import Work
from tests.conftest import Visit
from tests.documents import given as documents
from tests.feedback import given
from tests.feedback.test_files import add, begun, files, save, shared
from tests.feedback.test_meetings import LIVE, at_stage, called
from tests.feedback.test_rubrics import FILE as RUBRIC
from tests.people import World

CORNER = {"left": "0", "top": "0", "width": "40", "height": "50"}


def test_a_part_of_a_photo_is_pointed_at_and_survives_a_version(
    app: Flask, world: World, visit: Visit, tag: Protocol
):
    review = shared(world, visit, tag, (documents.photo(), "ticket.jpg"))
    ada, ben, photo = visit(world.ada), visit(world.ben), files()[0]
    stage = f"/feedback/reviews/{review.id}?stage=0"
    page = ben.get(stage).text
    assert "About a part of a picture" in page
    comment = db.session.scalars(select(Comment)).one()
    typed = {"text": "The arrow says it all.", "picture": f"{photo.key}:1", **CORNER}
    sent = {f"{name}-{comment.id}": value for name, value in typed.items()}
    for version in (review.version, review.version):  # sent twice
        boxes = {"stage": "tell", "version": str(version), **sent}
        assert ben.post(f"/feedback/reviews/{review.id}/write", data=boxes).status_code == 302
    db.session.expire_all()
    assert comment.anchor is AnchorKind.REGION
    assert (comment.field, comment.page, comment.region) == (photo.key, 1, "0 0 400 500")
    page = ben.get(stage).text
    assert f'id="region-comment-{comment.id}"' in page
    assert f'<option value="{photo.key}:1"' in page
    assert 'value="40"' in page
    for number in range(2):
        reviews.next_stage(world.ben, review, number)
    reviews.add_comment(world.ben, review, "give")
    last = db.session.scalars(select(Comment).order_by(Comment.id.desc())).first()
    assert last
    words = {last.id: {"text": "Keep it.", "kind": "suggestion", "next_move": "Hang it up."}}
    reviews.save_stage(world.ben, review, "give", words, version=review.version)
    reviews.next_stage(world.ben, review, 2)
    reviews.give(world.ben, review.id)
    db.session.commit()
    round_page = f"/feedback/rounds/{review.round_id}"
    said = "ticket.jpg</a>: top left, a fifth of the picture"
    read = ada.get(round_page).text
    assert said.replace("</a>", "") in read
    assert f'href="#region-comment-{comment.id}"' in read
    assert f'aria-label="Comment 1: {said.partition(": ")[2]}"' in read

    # The words change and the photo stays: the mark stays. Another photo: it was on version 1.
    work = db.session.scalars(select(Work)).one()
    add(ada, work, (documents.word("Something else."), "more.docx"))
    save(ada, work, "more")
    assert f'id="region-comment-{comment.id}"' in ada.get(round_page).text
    add(ada, work, (documents.picture((140, 90)), "other.jpg"), replaces=photo.key)
    save(ada, work, "another photo")
    read = ada.get(round_page).text
    assert f'id="region-comment-{comment.id}"' not in read
    assert "On the picture of version 1." in read


def test_a_part_of_a_photo_is_the_evidence_for_a_criterion(world: World, visit: Visit):
    assert publish_protocols([RUBRIC]) == []
    rubric = db.session.scalars(select(Protocol)).one()
    review = shared(world, visit, rubric, (documents.photo(), "ticket.jpg"))
    ben, photo = visit(world.ben), files()[0]
    reviews.next_stage(world.ben, review, 0)
    db.session.commit()
    met = next(each for each in review.comments if (each.cell or "").startswith("met:"))
    assert f'id="left-{met.id}"' in ben.get(f"/feedback/reviews/{review.id}?stage=1").text
    typed = {"text": "It is on the board.", "picture": f"{photo.key}:1", **CORNER}
    sent = {f"{name}-{met.id}": value for name, value in typed.items()}
    sent |= {"stage": "rubric", "version": str(review.version)}
    assert ben.post(f"/feedback/reviews/{review.id}/write", data=sent).status_code == 302
    db.session.refresh(met)
    assert (met.anchor, met.region) == (AnchorKind.REGION, "0 0 400 500")
    reviews.next_stage(world.ben, review, 1)
    reviews.give(world.ben, review.id)
    db.session.commit()
    read = visit(world.ada).get(f"/feedback/rounds/{review.round_id}").text
    assert "top left, a fifth of the picture" in read


def test_a_part_of_a_photo_is_pointed_at_in_a_meeting(
    app: Flask, world: World, visit: Visit, tmp_path: Path
):
    live = given.tag(tmp_path, LIVE)
    ada = visit(world.ada)
    work = begun(ada)
    add(ada, work, (documents.photo(), "ticket.jpg"))
    save(ada, work)
    meeting = called(db.session.get_one(Work, work.id), live, world.ben)
    at_stage(meeting, world.ben, "tell")
    db.session.commit()
    ben, photo = visit(world.ben), files()[0]
    page = f"/feedback/meetings/{meeting.id}"
    box = ben.get(f"{page}/now").text
    assert f'<option value="{photo.key}:1"' in box
    assert 'data-controller="box">' in box, "folded"
    note = {"stage": "tell", "text": "The arrow says it all.", **CORNER}
    ben.post(f"{page}/note", data=note | {"picture": f"{photo.key}:1"})
    ben.post(f"{page}/note", data=note | {"text": "Nowhere.", "picture": f"{photo.key}:2"})
    assert "ticket.jpg: top left, a fifth of the picture" in ben.get(page).text
    services.end(world.ben, meeting)
    db.session.commit()
    there, nowhere = db.session.scalars(select(Comment).order_by(Comment.id)).all()
    assert (there.field, there.page, there.region) == (photo.key, 1, "0 0 400 500")
    assert nowhere.anchor is AnchorKind.WHOLE
    assert (
        f'href="#region-comment-{there.id}"' in ada.get(f"/feedback/rounds/{meeting.round_id}").text
    )


@for_any(st.lists(st.text(max_size=12), min_size=4, max_size=4))
def test_any_numbers_are_a_part_of_the_picture(typed: list[str]):
    region = read_region(dict(zip(SIDES, typed, strict=True)))
    assert 0 <= region.left < region.left + region.width <= WHOLE
    assert 0 <= region.top < region.top + region.height <= WHOLE
    assert read_region(region.percents) == region


@pytest.mark.parametrize(
    ("region", "words"),
    [
        (Region(0, 0, 400, 500), "top left, a fifth of the picture"),
        (Region(400, 450, 100, 100), "middle, a small spot of the picture"),
        (Region(0, 500, 1000, 500), "bottom, half of the picture"),
        (Region(700, 700, 300, 300), "bottom right, a tenth of the picture"),
        (Region(0, 0, 1000, 1000), "the whole picture"),
    ],
)
def test_where_it_is_is_said_in_words(app: Flask, region: Region, words: str):
    with app.test_request_context():
        assert region.words == words


@pytest.mark.parametrize(
    "picture", ["nothing:1", "about:1", "{key}:2", "{key}:", "{key}", ":1", "{key}:99999999999"]
)
def test_a_picture_that_is_not_there_is_no_place(
    app: Flask, world: World, visit: Visit, tag: Protocol, picture: str
):
    review = shared(world, visit, tag, (documents.photo(), "ticket.jpg"))
    comment = db.session.scalars(select(Comment)).one()
    chosen = {"text": "Here.", "picture": picture.format(key=files()[0].key), **CORNER}
    reviews.save_stage(world.ben, review, "tell", {comment.id: chosen}, version=review.version)
    assert comment.anchor is AnchorKind.WHOLE
    assert comment.region is None
