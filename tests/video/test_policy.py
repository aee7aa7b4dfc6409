"""The file of a clip is for its owner and those it is shared with now, by any address."""

from __future__ import annotations

import pytest
from flask import Flask
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.models import Comment
from pdportal.video import policy, services
from pdportal.video.captions import services as captions
from pdportal.video.models import Clip
from tests.conftest import Visit
from tests.people import CAST, World
from tests.video import given

PAGES = (
    ("GET", "/clips/{clip}"),
    ("GET", "/clips/{clip}/file"),
    ("HEAD", "/clips/{clip}/file"),
    ("GET", "/clips/{clip}/captions/en.vtt"),
    ("GET", "/clips/{clip}/captions"),
    ("POST", "/clips/{clip}/captions"),
    ("GET", "/clips/{clip}/captions/en/edit"),
    ("POST", "/clips/{clip}/captions/en/edit"),
    ("POST", "/clips/{clip}/captions/en/delete"),
    ("GET", "/clips/{clip}/standing"),
    ("GET", "/clips/{clip}/consent"),
    ("POST", "/clips/{clip}/consent"),
    ("GET", "/clips/{clip}/record"),
    ("GET", "/clips/{clip}/exemplar"),
    ("POST", "/clips/{clip}/exemplar"),
    ("POST", "/clips/{clip}/exemplar/withdraw"),
    ("POST", "/clips/{clip}/stop-in-requests"),
    ("GET", "/clips/{clip}/edit"),
    ("POST", "/clips/{clip}/edit"),
    ("GET", "/clips/{clip}/edit-video"),
    ("POST", "/clips/{clip}/edit-video"),
    ("POST", "/clips/{clip}/original/delete"),
    ("GET", "/clips/{clip}/share"),
    ("POST", "/clips/{clip}/share"),
    ("POST", "/clips/{clip}/shares/{share}/take-back"),
    ("POST", "/clips/{clip}/delete"),
    ("POST", "/clips/{clip}/comments"),
    ("POST", "/clips/{clip}/comments/{comment}/reply"),
    ("GET", "/feedback/comments/{comment}/edit"),
    ("POST", "/feedback/comments/{comment}/edit"),
    ("POST", "/feedback/comments/{comment}/remove"),
    ("POST", "/feedback/comments/{comment}/decide"),
    ("POST", "/clips/{clip}/done"),
)
OWNERS = {
    *(
        "exemplar",
        "withdraw",
        "edit",
        "edit-video",
        "captions",
        "consent",
        "record",
        "stop-in-requests",
    ),
    *("share", "take-back", "delete"),
}


@pytest.fixture
def ids(app: Flask, world: World, visit: Visit) -> dict[str, int]:
    """Ada's clip, shared with her coach Cora, and once with Ben, who may see it no more."""
    clip = given.clip(app, world.ada)
    share = given.shared(app, clip, world.cora)
    taken = given.shared(app, clip, world.ben)
    with app.test_request_context():
        services.take_back(world.ada, clip, taken)
        captions.begin_captions(world.ada, clip, "en")
    db.session.commit()
    visit(world.cora).post(f"/clips/{clip.id}/comments", data={"text": "I hear you most."})
    comment = db.session.scalars(select(Comment.id)).one()
    return {"clip": clip.id, "share": share.id, "comment": comment}


@pytest.mark.parametrize("who", [name for name in CAST if name not in {"ada", "cora"}])
def test_others_find_nothing(world: World, visit: Visit, ids: dict[str, int], who: str):
    client = visit(getattr(world, who))
    for method, page in PAGES:
        answer = client.open(page.format(**ids), method=method)
        assert answer.status_code == 404, (who, method, page)
    ranged = client.get(f"/clips/{ids['clip']}/file", headers={"Range": "bytes=0-9"})
    assert ranged.status_code == 404


def test_strangers_are_sent_to_the_door(world: World, visit: Visit, ids: dict[str, int]):
    for method, page in PAGES:
        answer = visit(None).open(page.format(**ids), method=method)
        assert answer.status_code in {302, 401}, (method, page)


def test_whoever_sees_it_may_not_do_all(world: World, visit: Visit, ids: dict[str, int]):
    cora = visit(world.cora)
    for method, page in PAGES:
        last = page.rpartition("/")[2]
        if last in OWNERS and "comments" not in page:
            assert cora.open(page.format(**ids), method=method).status_code == 403, (method, page)
    url = f"/feedback/comments/{ids['comment']}/decide"
    decided = cora.post(url, data={"decision": "use"})
    assert decided.status_code == 403
    ada = visit(world.ada)
    edit = f"/feedback/comments/{ids['comment']}/edit"
    assert ada.get(edit).status_code == 403
    assert ada.post(edit, data={"text": "Other words"}).status_code == 403
    assert ada.post(edit.replace("edit", "remove")).status_code == 403
    assert ada.post(f"/clips/{ids['clip']}/done").status_code == 403


def test_unknown_ids_are_not_found(world: World, visit: Visit, ids: dict[str, int]):
    unknown = dict.fromkeys(ids, 999_999)
    for method, page in PAGES:
        assert visit(world.ada).open(page.format(**unknown), method=method).status_code == 404
    for page in (
        "/clips/{clip}/shares/999999/take-back",
        "/clips/{clip}/comments/999999/reply",
    ):
        data = {"decision": "use"}
        assert visit(world.ada).post(page.format(**ids), data=data).status_code == 404


def test_a_comment_is_found_on_its_own_clip_only(
    app: Flask, world: World, visit: Visit, ids: dict[str, int]
):
    other = given.clip(app, world.cora, "Another")
    reply = f"/clips/{other.id}/comments/{ids['comment']}/reply"
    answer = visit(world.cora).post(reply, data={"text": "Yes"})
    assert answer.status_code == 404
    share = f"/clips/{other.id}/shares/{ids['share']}/take-back"
    assert visit(world.cora).post(share).status_code == 404


def test_lists_and_pages_agree(app: Flask, world: World, visit: Visit, ids: dict[str, int]):
    given.shared(app, given.clip(app, world.ben, "Ben's"), world.ada)
    everything = db.session.query(Clip).all()
    for person in world.everyone:
        seen = set(db.session.scalars(policy.clips_seen_by(person.id)))
        browser = visit(person)
        for clip in everything:
            status = browser.get(f"/clips/{clip.id}").status_code
            assert status == (200 if clip in seen else 404), (person.name, clip.title)
    assert {clip.title for clip in db.session.scalars(policy.clips_seen_by(world.ada.id))} == {
        given.SAID["title"],
        "Ben's",
    }
