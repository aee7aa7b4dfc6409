"""Publishing is all or nothing, and an edition never changes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest
from sqlalchemy import func, select

from pdportal.activity.models import Event
from pdportal.db import db
from pdportal.modules.models import Asset, Edition, Module, Page, Section
from pdportal.modules.publishing import services
from tests.conftest import Visit
from tests.modules.conftest import Publish
from tests.modules.given import FIRST, SECOND, plain_page, publish_one, write_module
from tests.people import World

SVG = '<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"><circle r="4"/></svg>'


def test_publishing_the_same_again_is_nothing_new(world: World, tmp_path: Path):
    folder = write_module(tmp_path)
    first = publish_one(folder, by=world.max)
    again = publish_one(folder)
    assert first.changed
    assert not again.changed
    assert again.edition is first.edition
    assert db.session.scalar(select(func.count(Edition.id))) == 1
    event = db.session.scalars(select(Event).where(Event.verb == "published")).one()
    assert event.actor_id == world.max.id


def test_a_change_is_the_next_edition_and_going_back_is_no_third(world: World, tmp_path: Path):
    first = publish_one(write_module(tmp_path)).edition
    second = publish_one(write_module(tmp_path, title="Better")).edition
    assert first
    assert second
    assert (first.number, second.number) == (1, 2)
    assert first.title == "Worth waiting for", "it stays as it was"
    back = publish_one(write_module(tmp_path))
    assert back.changed
    assert back.edition is first
    module = db.session.scalars(select(Module)).one()
    assert module.current_id == first.id


def test_an_error_keeps_everything_as_it_was(world: World, visit: Visit, tmp_path: Path):
    publish_one(write_module(tmp_path))
    db.session.commit()
    good = write_module(tmp_path, "good", title="Good")
    broken = FIRST.replace("- [x] After", "- [ ] After")
    bad = write_module(tmp_path, title="Bad", pages={"01-one-second.md": broken})
    done = services.publish_all([good, bad])
    assert [one.edition for one in done] == [None, None]
    assert [any(p.is_error for p in one.problems) for one in done] == [False, True]
    problem = next(p for p in done[1].problems if p.is_error)
    assert problem.path.endswith("01-one-second.md")
    assert problem.line > 1
    assert db.session.scalars(select(Edition.title)).all() == ["Worth waiting for"]


def test_a_prerequisite_has_to_be_published_before_or_together(world: World, tmp_path: Path):
    after = write_module(tmp_path, "after", prerequisites="before")
    alone = publish_one(after)
    assert alone.edition is None
    assert "There is no module “before”" in str(alone.problems[0])
    before = write_module(tmp_path, "before")
    together = services.publish_all([after, before])
    assert all(one.edition for one in together)


def test_prerequisites_may_not_lead_round_in_a_circle(world: World, tmp_path: Path):
    a = write_module(tmp_path, "a", prerequisites="b")
    b = write_module(tmp_path, "b", prerequisites="c")
    c = write_module(tmp_path, "c")
    assert all(one.edition for one in services.publish_all([a, b, c]))
    db.session.commit()
    done = publish_one(write_module(tmp_path, "c", prerequisites="a"))
    assert done.edition is None
    said = [str(problem) for problem in done.problems]
    assert any("c → a → b → c" in line for line in said), said


def test_two_folders_of_one_name_are_refused(world: World, tmp_path: Path):
    done = services.publish_all(
        [write_module(tmp_path / "x", "same"), write_module(tmp_path / "y", "same")]
    )
    assert [one.edition for one in done] == [None, None]
    assert "There are two modules called “same”" in str(done[1].problems)


def test_what_is_too_long_for_the_database_is_said(world: World, tmp_path: Path):
    done = publish_one(write_module(tmp_path, title="Long " * 60))
    assert done.edition is None
    assert any("longer than 200 characters" in str(problem) for problem in done.problems)


def test_a_page_that_looks_the_same_has_the_same_digest(world: World, publish: Publish):
    publish()
    noted = FIRST.replace("Ask them to time one another", "Let them time one another")
    publish(pages={"01-one-second.md": noted, "02-try-it.md": SECOND + "\nOne word more.\n"})
    digests: dict[str, set[str]] = {}
    for slug, digest in db.session.execute(select(Page.slug, Page.digest)):
        digests.setdefault(slug, set()).add(digest)
    assert len(digests["one-second"]) == 1, "notes are not what a reader sees"
    assert len(digests["try-it"]) == 2


def test_a_sandpaper_lesson_is_published_as_it_stands(world: World, visit: Visit, tmp_path: Path):
    lesson = tmp_path / "lesson"
    (lesson / "episodes").mkdir(parents=True)
    (lesson / "learners").mkdir()
    (lesson / "instructors").mkdir()
    (lesson / "config.yaml").write_text("title: 'A lesson'\nepisodes:\n- one.md\n")
    (lesson / "index.md").write_text("---\nsite: sandpaper::sandpaper_site\n---\nWelcome.\n")
    (lesson / "episodes" / "one.md").write_text(
        "---\ntitle: One\nteaching: 10\nexercises: 5\n---\n"
        ":::::::::::: objectives\n\n- Do it\n\n::::::::::::\n\n"
        "Words. See [setup](../learners/setup.md).\n"
    )
    (lesson / "learners" / "setup.md").write_text("---\ntitle: Setup\n---\nGet ready.\n")
    (lesson / "instructors" / "notes.md").write_text("---\ntitle: Notes\n---\nHidden advice.\n")
    done = publish_one(lesson)
    assert done.edition, done.problems
    db.session.commit()
    sections = {page.slug: page.section for page in db.session.scalars(select(Page))}
    assert sections == {
        "one": Section.PAGE, "setup": Section.EXTRA, "notes": Section.FACILITATORS,
    }  # fmt: skip
    ada = visit(world.ada)
    assert 'href="/learn/lesson/setup"' in ada.get("/learn/lesson/one").text
    beside = ada.get("/learn/lesson/setup").text.partition('id="pages-beside"')[2]
    assert 'aria-current="page"' in beside.partition("</nav>")[0], "it is in the list of pages"
    assert ada.get("/learn/lesson/notes").status_code == 404
    assert "Hidden advice" in visit(world.fay).get("/learn/lesson/notes").text


@pytest.fixture
def picture(world: World, tmp_path: Path) -> str:
    """The address of a drawing on a published page."""
    folder = write_module(
        tmp_path, "drawn", pages={"01-a.md": plain_page(text="![A dot](dot.svg)")}
    )
    (folder / "dot.svg").write_text(SVG)
    assert publish_one(folder).edition
    db.session.commit()
    return f"/learn/drawn/files/{hashlib.sha256(SVG.encode()).hexdigest()[:16]}/dot.svg"


def test_a_drawing_is_given_out_safely_and_for_good(world: World, visit: Visit, picture: str):
    ada = visit(world.ada)
    assert picture in ada.get("/learn/drawn/a").text
    answer = ada.get(picture)
    assert answer.status_code == 200
    assert answer.text == SVG
    assert answer.headers["Content-Type"] == "image/svg+xml"
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Cache-Control"] == "private, max-age=31536000, immutable"
    policy = "default-src 'none'; style-src 'unsafe-inline'; sandbox"
    assert answer.headers["Content-Security-Policy"] == policy
    etag = answer.headers["ETag"]
    assert ada.get(picture, headers={"If-None-Match": etag}).status_code == 304
    assert ada.head(picture).content_length == len(SVG)
    assert visit(None).get(picture).status_code == 302


@pytest.mark.parametrize(
    ("asked", "status", "text"),
    [
        ("bytes=0-3", 206, SVG[:4]),
        ("bytes=4-", 206, SVG[4:]),
        ("bytes=-5", 206, SVG[-5:]),
        ("bytes=0-1,4-5", 200, SVG),
        ("lines=1-2", 200, SVG),
        ("bytes=9999-", 416, None),
    ],
)
def test_a_part_of_a_file(
    world: World, visit: Visit, picture: str, asked: str, status: int, text: str | None
):
    answer = visit(world.ada).get(picture, headers={"Range": asked})
    assert answer.status_code == status
    if text is not None:
        assert answer.text == text


def test_old_files_stay_for_those_on_an_old_edition(
    world: World, visit: Visit, picture: str, tmp_path: Path
):
    publish_one(write_module(tmp_path, "drawn", pages={"01-a.md": plain_page()}))
    db.session.commit()
    assert db.session.scalar(select(func.count(Asset.id))) == 1
    assert visit(world.ada).get(picture).status_code == 200
