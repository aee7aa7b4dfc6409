"""Files are brought as a work: shown, quoted from, blurred, replaced; and seen by nobody else."""

from __future__ import annotations

import io
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image
from sqlalchemy import select
from werkzeug.test import TestResponse

from pdportal import clock, storage
from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.documents.kinds import Unfit
from pdportal.documents.reading import Document
from pdportal.feedback.comments.models import Comment
from pdportal.feedback.files import store
from pdportal.feedback.files.models import FilePicture, WorkFile
from pdportal.feedback.meetings.models import Meeting, MeetingNote
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.reviews import services as reviews
from pdportal.feedback.reviews.models import Review
from pdportal.feedback.rounds import services as rounds
from pdportal.feedback.works import services as works
from pdportal.feedback.works.models import Draft, Revision, Work
from tests.conftest import Visit
from tests.documents import given as documents
from tests.feedback import given
from tests.feedback.test_meetings import LIVE, called
from tests.people import World

LESSON = (
    "# Fractions on a line",
    "Each pair gets one strip of paper and a pencil.",
    "- Fold it in half.",
)


def begun(browser: FlaskClient, title: str = "Exit tickets") -> Work:
    """A work that somebody began to bring files for."""
    browser.post("/feedback/works/new?kind=files", data={"title": title})
    return db.session.scalars(select(Work).where(Work.title == title)).one()


def add(browser: FlaskClient, work: Work, *files: tuple[bytes, str], **more: str) -> str:
    """Upload some files, and let the job read them; gives the page that comes next."""
    sent = [(io.BytesIO(data), name) for data, name in files]
    answer = browser.post(f"/feedback/works/{work.id}/files", data={"files": sent, **more})
    assert answer.status_code == 302, answer.text
    read()
    return browser.get(answer.location).text


def read() -> None:
    """Let the jobs read what waits."""
    waiting = select(WorkFile.id).where(WorkFile.read_at.is_(None)).order_by(WorkFile.id)
    for file_id in db.session.scalars(waiting).all():
        store.read_file(file_id)
    db.session.expire_all()


def save(browser: FlaskClient, work: Work, why: str = "") -> TestResponse:
    """Save the next version."""
    draft = db.session.get(Draft, work.id, populate_existing=True)
    typed = {
        "f-about": "Period 3, Tuesday.",
        "why": why,
        "version": str(draft.version if draft else 0),
    }
    return browser.post(f"/feedback/works/{work.id}/keep", data=typed)


def files() -> list[WorkFile]:
    return list(db.session.scalars(select(WorkFile).order_by(WorkFile.id)))


def shared(world: World, visit: Visit, tag: Protocol, *brought: tuple[bytes, str]) -> Review:
    """Ada's files, with Ben, who has begun to read."""
    ada = visit(world.ada)
    work = begun(ada)
    add(ada, work, *brought)
    save(ada, work)
    given.shared(db.session.get_one(Work, work.id), tag, named=[world.ben])
    db.session.commit()
    review = db.session.scalars(select(Review)).one()
    visit(world.ben).post(f"/feedback/reviews/{review.id}/begin")
    return review


def test_a_file_that_is_not_read_yet_is_called_by_a_word_its_owner_knows(
    world: World, visit: Visit
):
    ada = visit(world.ada)
    url = f"/feedback/works/{begun(ada).id}"
    lesson = io.BytesIO(documents.word(*LESSON)), "Lesson.docx"
    ada.post(f"{url}/files", data={"files": [lesson]})
    page = ada.get(f"{url}/edit").text
    assert "Being prepared" in page
    assert re.search(r"\bDocument, \d", page)
    assert "ZIP" not in page


def test_a_lesson_and_a_photo_are_read_quoted_and_replaced(
    app: Flask, world: World, visit: Visit, tag: Protocol
):
    ada, ben = visit(world.ada), visit(world.ben)
    work = begun(ada)
    assert "No files yet." in ada.get(f"/feedback/works/{work.id}/edit").text
    given_lesson = documents.word(*LESSON)
    page = add(ada, work, (given_lesson, "Lesson.docx"), (documents.photo(), "IMG_1.JPG"))
    assert "Lesson.docx" in page
    assert "IMG_1.JPG" in page
    lesson, photo = files()
    save(ada, work)
    first = db.session.scalars(select(Revision)).one()
    assert first.content == {
        "about": "Period 3, Tuesday.",
        lesson.key: lesson.text,
        photo.key: "",
    }
    assert "Can a student be recognized?" in ada.get(f"/feedback/works/{work.id}/share").text
    round_ = given.shared(db.session.get_one(Work, work.id), tag, named=[world.ben])
    db.session.commit()
    review = db.session.scalars(select(Review)).one()
    ben.post(f"/feedback/reviews/{review.id}/begin")
    page = ben.get(f"/feedback/reviews/{review.id}?stage=0").text
    assert LESSON[1] in page
    assert f'<option value="{lesson.key}">Lesson.docx</option>' in page
    shown = re.search(rf'src="(/feedback/works/{work.id}/files/{photo.id}/1\?v=\w+)"', page)
    assert shown
    picture = ben.get(shown[1])
    assert picture.content_type == "image/jpeg"
    with Image.open(io.BytesIO(picture.data)) as drawn:
        assert not drawn.getexif()
    given.written(world.ben, review, "tell", "Clear.", quote="Each pair gets one strip of paper")
    for stage, quote in ((0, ""), (1, ""), (2, "Fold it in half")):
        if quote:
            given.written(world.ben, review, "give", "Fold twice.", quote=quote)
        reviews.next_stage(world.ben, review, stage)
    db.session.flush()
    reviews.give(world.ben, review.id)
    db.session.commit()
    page = ada.get(f"/feedback/rounds/{round_.id}").text
    assert '<mark class="passage"' in page

    revise = f"/feedback/rounds/{round_.id}/revise"
    assert "Lesson.docx" in ada.get(revise).text
    newer = documents.word(
        LESSON[0], "Each pair gets two strips of paper and a pencil.", LESSON[2], "- Now in four."
    )
    more = {"replaces": lesson.key, "from": "revise"}
    assert "Lesson v2.docx" in add(ada, work, (newer, "Lesson v2.docx"), **more)
    version = re.search(r'name="version"\s+value="(\d+)"', ada.get(revise).text)[1]
    typed = {"f-about": "Period 3, Tuesday.", "why": "Two strips.", "version": version}
    assert ada.post(f"{revise}/keep", data=typed).status_code == 302
    page = ada.get(f"/feedback/works/{work.id}/compare").text
    assert "Replaced: Lesson.docx by Lesson v2.docx" in page
    assert "<ins>two strips</ins>" in page
    old = ben.get(f"/feedback/works/{work.id}/files/{lesson.id}")
    assert old.headers["Content-Disposition"] == "attachment; filename=Lesson.docx"
    assert old.data == given_lesson
    page = ada.get(f"/feedback/rounds/{round_.id}").text
    assert "Fold it in half" in page
    assert '<mark class="passage edited"' in page


def test_who_may_have_a_file(app: Flask, world: World, visit: Visit, tag: Protocol):
    ada = visit(world.ada)
    shared(world, visit, tag, (documents.photo(), "a.jpg"), (documents.word(*LESSON), "b.docx"))
    photo, lesson = files()
    add(ada, photo.work, (documents.pdf("Later"), "c.pdf"))
    later = files()[-1]
    place = f"/feedback/works/{photo.work_id}/files"
    table = {
        f"{place}/{photo.id}": {"ada"},
        f"{place}/{photo.id}/1": {"ada", "ben"},
        f"{place}/{lesson.id}": {"ada", "ben"},
        f"{place}/{later.id}": {"ada"},
        f"{place}/{later.id}/1": {"ada"},
        f"{place}/{photo.id}/1/blur": {"ada"},
        f"/feedback/works/{photo.work_id + 1}/files/{photo.id}/1": set(),
    }
    for address, allowed in table.items():
        for name in ("ada", "ben", "dee", "fay", "zoe", "cora", "lee", "max", "olu"):
            status = visit(getattr(world, name)).get(address).status_code
            assert status == (200 if name in allowed else 404), (address, name)
        assert visit(None).get(address).status_code == 302
    for act in ("remove", "put-back", "1/blur", "1/unblur"):
        assert visit(world.ben).post(f"{place}/{photo.id}/{act}").status_code == 404
    assert visit(world.ben).post(place, data={}).status_code == 404
    answer = ada.get(f"{place}/{photo.id}")
    assert answer.data == documents.photo()
    assert answer.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    again = ada.get(f"{place}/{photo.id}/1", headers={"If-None-Match": '"x"'})
    tag_of_it = again.headers["ETag"]
    headers = {"If-None-Match": tag_of_it}
    assert ada.get(f"{place}/{photo.id}/1", headers=headers).status_code == 304
    assert visit(world.dee).get(f"{place}/{photo.id}/1", headers=headers).status_code == 404
    for key in (photo.storage_key, photo.pictures[0].storage_key):
        assert re.fullmatch(r"works/[0-9a-f]{32}", key)


def test_a_file_with_a_lying_name_is_saved_as_what_it_is(world: World, visit: Visit, tag: Protocol):
    shared(
        world,
        visit,
        tag,
        (documents.photo() + b"<script>alert(1)</script>", "photo.html"),
        (documents.photo(), "Photo.JPG"),
        (documents.word(*LESSON), "lesson.docx.exe"),
    )
    saved = [
        visit(world.ada).get(f"/feedback/works/{each.work_id}/files/{each.id}") for each in files()
    ]
    assert [answer.headers["Content-Disposition"] for answer in saved] == [
        "attachment; filename=photo.html.jpeg",
        "attachment; filename=Photo.JPG",
        "attachment; filename=lesson.docx.exe.docx",
    ]


@pytest.mark.usefixtures("addresses")
def test_whoever_was_answered_sees_the_pictures_that_answer(
    world: World, visit: Visit, tag: Protocol
):
    ada, ben, dee = visit(world.ada), visit(world.ben), visit(world.dee)
    work = begun(ada)
    add(ada, work, (documents.picture(), "a.jpg"))
    save(ada, work)
    (old,) = files()
    round_ = given.shared(
        db.session.get_one(Work, work.id), tag, named=[world.ben, world.dee, world.fay]
    )
    his, hers = (given.given(round_, who) for who in (world.ben, world.dee))
    db.session.commit()
    add(ada, work, (documents.picture((90, 90)), "b.jpg"), replaces=old.key)
    rounds.revise(world.ada, round_, why="Larger.", ticks={given.said_by(his, "give").id: None})
    db.session.commit()
    add(ada, db.session.get_one(Work, work.id), (documents.picture((80, 90)), "c.jpg"))
    new, later = files()[1:]
    page = ben.get(f"/feedback/reviews/{his.id}/outcome").text
    assert "Replaced: a.jpg by b.jpg" in page
    shown = {name: f"/feedback/works/{work.id}/files/{name.id}/1" for name in (old, new, later)}
    assert f'src="{shown[new]}?' in page
    assert page.index(f'src="{shown[old]}?') < page.index(f'src="{shown[new]}?')
    assert page.count('class="sides"') == 1, "the picture before beside the one now"
    assert shown[new] not in dee.get(f"/feedback/reviews/{hers.id}/outcome").text
    table = {old: {"ada", "ben", "dee", "fay"}, new: {"ada", "ben"}, later: {"ada"}}
    for file, allowed in table.items():
        for name in ("ada", "ben", "dee", "fay", "zoe", "cora", "lee"):
            status = visit(getattr(world, name)).get(shown[file]).status_code
            assert status == (200 if name in allowed else 404), (file.name, name)

    # What others read in the old version is blurred there, and not shown again.
    blur = f"{shown[old]}/blur"
    assert f'href="{blur}"' in ada.get(f"/feedback/works/{work.id}/revisions/1").text
    ada.post(blur, data={"left": "10", "top": "10", "width": "80", "height": "80"})
    assert ben.get(shown[old]).status_code == 404
    read()
    with Image.open(io.BytesIO(ben.get(shown[old]).data)) as drawn:
        red, _green, blue = drawn.convert("RGB").getpixel((60, 40))
        assert min(red, blue) > 30
    assert "Others have this version" in ada.get(blur).text
    assert ada.post(f"{shown[old]}/unblur").status_code == 403


@pytest.mark.usefixtures("addresses")
def test_a_meeting_that_was_called_off_shows_no_files(world: World, visit: Visit, tmp_path: Path):
    live = given.tag(tmp_path, LIVE)
    ada, ben = visit(world.ada), visit(world.ben)
    work = begun(ada)
    add(ada, work, (documents.photo(), "a.jpg"), (documents.word(*LESSON), "b.docx"))
    save(ada, work)
    meeting = called(db.session.get_one(Work, work.id), live, world.ben)
    db.session.commit()
    photo, lesson = files()
    shown = [f"/feedback/works/{work.id}/files/{n}" for n in (f"{photo.id}/1", lesson.id)]
    assert [ben.get(address).status_code for address in shown] == [200, 200]
    ada.post(f"/feedback/meetings/{meeting.id}/call-off")
    assert [ben.get(address).status_code for address in shown] == [404, 404]
    assert [ada.get(address).status_code for address in shown] == [200, 200]


def test_a_page_costs_the_same_for_many_files(
    world: World, visit: Visit, tag: Protocol, statements: Callable[[], Any]
):
    review = shared(world, visit, tag, (documents.photo(), "a.jpg"))
    (photo,) = files()
    pages = (
        (world.ben, f"/feedback/reviews/{review.id}?stage=0"),
        (world.ada, f"/feedback/rounds/{review.round_id}"),
        (world.ada, f"/feedback/works/{photo.work_id}/edit"),
    )

    def counted() -> list[int]:
        counts = []
        for person, page in pages:
            for row in [*db.session.identity_map.values()]:
                if not isinstance(row, Person):
                    db.session.expunge(row)  # as for a request that has just begun
            browser = visit(person)
            with statements() as said:
                assert browser.get(page).status_code == 200
            counts.append(len(said))
        return counts

    few = counted()
    for number in range(2, 12):
        about = {"size": 1, "sha256": str(number), "added_in": 1, "read_at": photo.read_at}
        file = WorkFile(
            work_id=photo.work_id,
            key=f"file-{number}",
            name=f"{number}.jpg",
            kind="jpeg",
            storage_key=f"works/{number}",
            **about,
        )
        size = {"width": 9, "height": 9, "size": 9}
        for page in (1, 2):
            key = f"works/{number}-{page}"
            file.pictures.append(FilePicture(number=page, storage_key=key, boxes=[], **size))
        db.session.add(file)
    db.session.commit()
    assert counted() == few
    assert max(few) <= 10, few


def test_what_is_blurred_is_nobody_elses(world: World, visit: Visit, tag: Protocol):
    ada, ben = visit(world.ada), visit(world.ben)
    review = shared(
        world,
        visit,
        tag,
        (documents.picture(), "a.jpg"),
        (documents.pdf("Maria Lopez here"), "b.pdf"),
    )
    photo, pdf = files()
    place = f"/feedback/works/{photo.work_id}/files"
    before = photo.pictures[0].storage_key
    wrong = ada.post(f"{place}/{photo.id}/1/blur", data={"left": "x", "top": "0", "width": "5"})
    assert wrong.status_code == 422
    half = {"left": "0", "top": "0", "width": "60", "height": "100"}
    ada.post(f"{place}/{photo.id}/1/blur", data=half)
    assert ben.get(f"{place}/{photo.id}/1").status_code == 404  # until it is drawn anew
    ada.post(f"{place}/{pdf.id}/1/blur", data=half | {"width": "45"})
    read()
    with Image.open(io.BytesIO(ben.get(f"{place}/{photo.id}/1").data)) as drawn:
        red, _green, blue = drawn.convert("RGB").getpixel((60, 40))
        assert red > 30
        assert blue > 30
    with pytest.raises(FileNotFoundError):
        storage.read(before)
    assert ben.get(f"{place}/{pdf.id}").status_code == 404
    assert "Maria" not in ben.get(f"/feedback/reviews/{review.id}?stage=0").text
    revision = db.session.scalars(select(Revision)).one()
    assert "Maria" not in str(revision.content)
    assert "here" in str(revision.content)
    page = ada.get(f"{place}/{photo.id}/1/blur").text
    assert "Undo all blurring" not in page  # Ben could have seen it
    assert ada.post(f"{place}/{photo.id}/1/unblur").status_code == 409
    assert ada.get(f"{place}/{photo.id}").data == documents.picture()
    # The same file in the next version is a new one, of which nothing is blurred.
    changed = documents.picture((140, 90))
    add(ada, photo.work, (changed, "a.jpg"), replaces=photo.key)
    new = files()[-1]
    assert new.key == photo.key
    ada.post(f"{place}/{new.id}/1/blur", data=half)
    read()
    ada.post(f"{place}/{new.id}/1/unblur")
    read()
    assert not files()[-1].is_blurred


def test_what_was_quoted_of_a_blurred_part_is_nobody_elses(
    world: World, visit: Visit, tag: Protocol, monkeypatch: pytest.MonkeyPatch
):
    ada, ben = visit(world.ada), visit(world.ben)
    said = "Maria Lopez) Tj 0 -60 Td (counts on fingers"
    review = shared(world, visit, tag, (documents.pdf(said), "b.pdf"))
    (pdf,) = files()
    quotes = ("Maria Lopez", "Lopez counts", "counts on")
    for quote in quotes:
        given.written(world.ben, review, "tell", f"About {quote[:3]}.", quote=quote)
    reviews.next_stage(world.ben, review, 0)
    of = review.round
    met = {"work_id": of.work_id, "revision_id": of.revision_id, "protocol_id": of.protocol_id}
    meeting = Meeting(question="What now?", ended_at=clock.now(), **met)
    note = MeetingNote(author_id=world.ben.id, stage="tell", text="Yes.", quote="Lopez counts")
    meeting.notes.append(note)
    db.session.add(meeting)
    db.session.commit()
    at_review, page = f"/feedback/reviews/{review.id}", f"/feedback/works/{pdf.work_id}/files"
    boxes = ben.get(f"{at_review}?stage=0").text
    stored = select(Comment.quote).where(Comment.text != "").order_by(Comment.id)
    assert db.session.scalars(stored).all() == list(quotes)

    def read_by_others() -> str:
        return ben.get(f"{at_review}?stage=0").text + ben.get(at_review).text

    # While it waits, nobody reads a word of it; nor if it cannot be drawn.
    box = {"left": "0", "top": "0", "width": "100", "height": "40"}
    ada.post(f"{page}/{pdf.id}/1/blur", data=box)
    with monkeypatch.context() as broken:
        broken.setattr(store, "read_document", lambda *_a, **_k: Document(Unfit.TOO_SLOW))
        for _nth in range(2):
            assert not re.search("Maria|Lopez|fingers", read_by_others())
            read()
    assert "•" * len("MariaLopez") in db.session.scalars(stored).all()
    ada.post(f"{page}/{pdf.id}/1/blur", data=box | {"width": "99"})
    read()
    assert "fingers" in read_by_others()
    assert not re.search("Maria|Lopez", read_by_others())
    assert db.session.scalars(stored).all() == ["…", "counts", "counts on"]
    assert (note.quote, note.field) == ("counts", pdf.key)
    revision = db.session.scalars(select(Revision)).one()
    assert not re.search("Maria|Lopez", str(revision.content))

    # The page that Ben opened before still has the words; they are not stored again.
    typed = {"stage": "tell", "version": str(review.version)}
    for name in ("quote", "letter", "field", "text"):
        for found in re.finditer(
            rf'name="({name}-\d+)"[^>]*?(?:value="([^"]*)"|>\n([^<]*)<)', boxes
        ):
            typed[found[1]] = found[2] or found[3] or ""
    assert "Maria Lopez" in typed.values()
    ben.post(f"{at_review}/write", data=typed)
    assert not re.search("Maria|Lopez", str(db.session.scalars(stored).all()))


def test_a_photo_of_a_phone_and_a_locked_pdf(world: World, visit: Visit):
    ada = visit(world.ada)
    work = begun(ada)
    assert ".heic" in ada.get(f"/feedback/works/{work.id}/edit").text
    page = add(
        ada,
        work,
        (documents.HEIC, "IMG_0042.HEIC"),
        (documents.LOCKED, "Test 4.pdf"),
        (documents.PRINTABLE, "Handout.pdf"),
    )
    assert page.count("It needs a password. Save it without one, and add it again.") == 1
    photo, locked, handout = files()
    assert (photo.about.word, photo.trouble, handout.trouble) == ("HEIC", None, None)
    assert handout.text.endswith("Maria Lopez here")
    assert b"SecretPhone" in documents.HEIC
    drawn = ada.get(f"/feedback/works/{work.id}/files/{photo.id}/1")
    assert drawn.content_type == "image/jpeg"
    with Image.open(io.BytesIO(drawn.data)) as picture:
        assert not picture.getexif()
        assert picture.getpixel((10, 40))[0] > 200 > 100 > picture.getpixel((110, 40))[0]
    assert ada.get(f"/feedback/works/{work.id}/files/{photo.id}").data == documents.HEIC
    assert save(ada, work).status_code == 422
    ada.post(f"/feedback/works/{work.id}/files/{locked.id}/remove")
    assert save(ada, work).status_code == 302


def test_what_cannot_be_shown_is_named_and_kept_from_versions(world: World, visit: Visit):
    ada = visit(world.ada)
    work = begun(ada)
    macros = documents.word("Hello", word__vbaProject_bin=b"x").replace(b"_bin", b".bin")
    page = add(
        ada,
        work,
        (b"", "empty.pdf"),
        (b"<svg xmlns='x'><script>alert(1)</script></svg>", "a.png"),
        (b"<!doctype html><script>alert(1)</script>", "b.pdf"),
        (macros, "c.docx"),
        (documents.word("Good"), "d.pdf"),
    )
    for words in (
        "empty.pdf: This file is empty.",
        "a.png: SVG drawings",
        "b.pdf: This kind of file cannot be shown",
        "It has macros.",
    ):
        assert words in page
    assert [each.name for each in files()] == ["c.docx", "d.pdf"]
    assert files()[1].kind == "docx"
    refused = save(ada, work)
    assert refused.status_code == 422
    assert "“c.docx” cannot be shown. Remove or replace it first." in refused.text
    bad = files()[0]
    ada.post(f"/feedback/works/{work.id}/files/{bad.id}/remove")
    assert len(files()) == 1
    save(ada, work)
    assert db.session.scalars(select(Revision)).one().content["file-2"] == "Good"
    # Removed from the next version, put back, and removed: the first version has it for good.
    for act, kept in (("remove", 0), ("put-back", 1), ("remove", 0)):
        ada.post(f"/feedback/works/{work.id}/files/{files()[0].id}/{act}")
        assert len(works.has_unsaved(work) * "x") == 1 - kept
    save(ada, work, "Too long.")
    assert "Removed: d.pdf" in ada.get(f"/feedback/works/{work.id}/compare").text
    assert ada.get(f"/feedback/works/{work.id}/files/{files()[0].id}").status_code == 200


def test_an_old_version_comes_back_with_its_files_blurred_where_they_were(
    app: Flask, world: World, visit: Visit
):
    ada = visit(world.ada)
    work = begun(ada)
    add(ada, work, (documents.word(*LESSON), "Lesson.docx"), (documents.photo(), "IMG_1.JPG"))
    save(ada, work)
    lesson, photo = files()
    photo.pictures[0].boxes = [[0, 0, 500, 500]]
    db.session.commit()
    at = f"/feedback/works/{work.id}/files"
    ada.post(f"{at}/{photo.id}/remove")
    add(ada, work, (documents.word("Another"), "Other.docx"))
    save(ada, work, "Less")
    first = db.session.scalars(select(Revision).where(Revision.number == 1)).one()
    assert ada.post(f"/feedback/works/{work.id}/revisions/1/restore").status_code == 302
    newest = db.session.scalars(select(Revision).where(Revision.number == 3)).one()
    assert newest.content == first.content
    shown = [file for file in files() if file.is_in(3)]
    assert [(file.key, file.sha256) for file in shown] == [
        (lesson.key, lesson.sha256), (photo.key, photo.sha256),
    ]  # fmt: skip
    again = shown[1].pictures[0]
    assert again.boxes == [[0, 0, 500, 500]]
    assert again.storage_key != photo.pictures[0].storage_key
    assert storage.read(again.storage_key) == storage.read(photo.pictures[0].storage_key or "")
    assert storage.read(shown[1].storage_key) == storage.read(photo.storage_key)
    page = ada.get(f"/feedback/works/{work.id}/compare?from=1&to=3").text
    assert "These two are the same." in page


def test_what_is_blurred_in_an_old_version_is_blurred_when_it_comes_back(
    world: World, visit: Visit
):
    ada = visit(world.ada)
    work = begun(ada)
    add(ada, work, (documents.photo(), "IMG_1.JPG"))
    save(ada, work)
    (photo,) = files()
    box = {"left": "0", "top": "0", "width": "50", "height": "50"}
    ada.post(f"/feedback/works/{work.id}/files/{photo.id}/1/blur", data=box)
    read()
    for version, brought in ((2, documents.word("Another")), (3, documents.photo())):
        name = "IMG_1.JPG" if version == 3 else "Other.docx"
        add(ada, work, (brought, name), replaces=photo.key)
        save(ada, work, f"Version {version}")
    for back, blurred in ((1, True), (3, True), (2, False), (3, False)):
        ada.post(f"/feedback/works/{work.id}/revisions/{back}/restore")
        db.session.expire_all()
        (now,) = [file for file in files() if file.added_in and file.gone_in is None]
        assert now.is_blurred is blurred, back


def test_the_authors_page_may_begin_without_a_session(world: World, visit: Visit, tag: Protocol):
    review = shared(world, visit, tag, (documents.word(*LESSON), "Lesson.docx"))
    url, ada = f"/feedback/rounds/{review.round_id}", visit(world.ada)
    db.session.commit()
    db.session.remove()
    assert "Lesson.docx" in ada.get(url).text
