"""Protocols that leads and teachers write: in boxes or as Markdown, tried, shared, copied."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from flask import Flask
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.db import db
from pdportal.feedback import own_data
from pdportal.feedback.meetings import services as meetings
from pdportal.feedback.protocols import policy
from pdportal.feedback.protocols.models import OwnProtocol, Protocol, Readers
from pdportal.feedback.protocols.own import services
from pdportal.feedback.protocols.own.boxes import (
    FACTS,
    ORDER,
    OUT,
    STAGE,
    STUDENTS,
    band_box,
    stage_box,
    tidy,
)
from pdportal.feedback.protocols.own.checking import check_boxes, compiled, readable
from pdportal.feedback.protocols.own.markdown import Unreadable, read, write
from pdportal.feedback.rounds.hiding import Hides
from pdportal.feedback.rounds.models import Round
from pdportal.web.errors import Refused
from tests.conftest import Visit
from tests.feedback import given as stories
from tests.feedback.given import TAG
from tests.feedback.test_meetings import called
from tests.people import World

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "protocols"
STUDENTS_TYPED = {
    "young-intro": "We help the maker.",
    "young-steps": "Step: Tell (3 min)\n\nSay one kind thing.\n\nStep: Ask\nAsk one thing.",
}
FACTS_TYPED = {"name": "Morning tune", "summary": "Short & early.", "purpose": "For a Tuesday."}


def edit(own: OwnProtocol) -> str:
    return f"/feedback/protocols/own/{own.id}"


@pytest.mark.usefixtures("app")
def test_every_protocol_we_ship_comes_through_the_form_whole():
    for file in sorted(SHIPPED.glob("*.md")):
        text = file.read_text("utf-8")
        boxes = readable(file.stem, text)
        assert boxes, f"{file.stem} can only be changed as Markdown"
    assert check_boxes("last", boxes).faults == {}


LINE = st.text(st.characters(exclude_categories=["C", "Z"]) | st.just(" "), max_size=30)
SAFE = st.text("abc dé学ع:’“.?!()&", min_size=1, max_size=30).filter(
    lambda text: text.strip() and ":::" not in text
)
"""Words, and nothing that opens a block: what follows would stand in it."""


def _boxes(line: st.SearchStrategy[str], lines: st.SearchStrategy[str]) -> st.SearchStrategy[dict]:
    keys = ["tell", "ask-2"]
    names = [
        *FACTS,
        *(stage_box(key, name) for key in keys for name in STAGE),
        *(band_box("young", name) for name in STUDENTS),
        *("work", "answer", "more", "rest"),
    ]
    areas = ("prompt", "stems", "intro", "steps", "teacher", "work", "answer", "more", "rest")
    boxes = {name: lines if name.endswith(areas) else line for name in names}
    return st.fixed_dictionaries({}, optional=boxes).map(
        lambda typed: typed | {ORDER: " ".join(keys)}
    )


@pytest.mark.usefixtures("app")
@settings(max_examples=25, deadline=None, suppress_health_check=list(HealthCheck))
@given(
    _boxes(
        LINE,
        st.lists(
            LINE | st.sampled_from(["## x", "```", "- a", "---", "<!--", "::: x"]), max_size=4
        ).map("\n".join),
    )
)
def test_whatever_is_typed_is_read_back_as_it_was_or_is_a_fault_at_a_box(typed: dict[str, str]):
    boxes = tidy(typed)
    checked = check_boxes("own-1", boxes)
    if checked.protocol is not None:
        again = read(write(boxes).text)
        for name in {*boxes, *again}:
            said, came = ("".join(each.get(name, "").split()) for each in (boxes, again))
            assert said == came, name
    else:
        assert all(checked.faults.values())


ODD = [
    *("---", "...", "", "# a comment", "<!--", "```", "::: x", "## Stage: X {#tell}", "### Two"),
    *("name: [a]", "yes: 1", "? [a]", "{name: a, kind: b}", "<<: {a: b}", "name: a\u2028b: c"),
    *("minutes: 1e400", "group: {min: 2}", "## Practice", "Stage: Y\n---", "- a", "&a x: *a"),
]


@pytest.mark.usefixtures("app")
@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@example([(0, 1, "---")])
@example([(1, 90, "---")])
@example([(1, 90, "# a comment\n---")])
@given(
    st.lists(
        st.tuples(st.integers(0, 70), st.sampled_from([0, 1, 2, 60]), st.sampled_from(ODD)),
        min_size=1,
        max_size=5,
    )
)
def test_whatever_markdown_is_typed_the_form_shows_all_of_it_or_none(
    changes: list[tuple[int, int, str]],
):
    lines = TAG.split("\n")
    for at, gone, new in changes:
        lines[at : at + gone] = [new]
    text = "\n".join(lines)
    boxes = readable("own-1", text)
    written = compiled("own-1", write(boxes).text) if boxes else None
    typed = compiled("own-1", text)
    if written and typed.protocol:
        assert written.protocol.content_hash == typed.protocol.content_hash
    assert "a comment" not in text or not boxes or "a comment" in write(boxes).text


TYPED = ["name", "summary", "purpose", "origin", "license", "young-title", "young-intro", "work"]
TYPED += [f"s-a-{name}" for name in ("name", "prompt", "stems")]


@pytest.mark.usefixtures("app")
@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.fixed_dictionaries(dict.fromkeys(TYPED, SAFE)))
def test_boxes_to_markdown_to_boxes_is_the_same(typed: dict[str, str]):
    boxes = tidy(
        {ORDER: "a", "s-a-speaks": "reviewers", "s-a-minutes": "3", **typed, "answer": "x"}
    )
    assert read(write(boxes).text) == boxes


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("## Stage: Ask {#ask}", "Stage: Ask\n---"),
        ("place: optional", "place: optional # if they like"),
        ("name: TAG", "# a comment\nname: TAG"),
        ("name: TAG", "name: TAG # a comment"),
        ("{#ask}", "{#tell}"),
        ("## Stage: Tell", "Some words.\n\n## Stage: Tell"),
        ("family: quick", "family: [quick"),
        ("family: quick", "true: quick"),
        ("kind: none", "knid: none"),
    ],
)
@pytest.mark.usefixtures("app")
def test_what_the_form_has_no_box_for_is_left_to_markdown(old: str, new: str):
    assert old in TAG
    with pytest.raises(Unreadable):
        read(TAG.replace(old, new, 1))
    assert readable("tag", TAG)
    assert readable("tag", TAG.replace(old, new, 1)) == {}


@pytest.mark.parametrize(
    ("box", "typed", "said"),
    [
        ("name", "", "Please fill this in."),
        ("group_min", "9", "Write two numbers from 1 to 100"),
        ("minutes", "ten", "Write a whole number from 1 to 600."),
        ("s-works-name", "", "Give the stage a name."),
        ("s-works-prompt", "", "Say what to do in this stage."),
        ("s-works-minutes", "10 or so", "Write whole minutes"),
        ("s-works-least", "9", ""),
        ("s-read-at_least", "2", "leave it empty where no comments are left"),
        ("s-works-prompt", "Look:\n\n- here\n- there\n\nThen say.", "A list with bullets becomes"),
        ("s-works-prompt", "One.\n\n## Two\n\nThree.", "no section of a protocol"),
        ("s-works-prompt", "One.\n\n```\ntwo", "This code block is opened and never closed."),
        ("s-read-speaks", "facilitator", ""),
        ("young-steps", "Tell, then ask.", "names the first step"),
        ("more", "after: [nothing]", "“nothing” does not fit “after”."),
    ],
)
def test_a_fault_stands_at_its_box_and_what_was_typed_stays(
    world: World, visit: Visit, box: str, typed: str, said: str
):
    own = _begun(world.lee)
    lee = visit(world.lee)
    answer = lee.post(
        f"{edit(own)}/publish", data=_typed(own) | {box: typed, "readers": "district"}
    )
    assert answer.status_code == 422
    assert said in answer.text
    assert f'href="#{box}"' in answer.text or box in {"s-works-least", "s-read-speaks"}
    if box.startswith("s-works-") and box not in {"s-works-name", "s-works-least"}:
        assert re.search(rf'href="#{box}"><span dir="auto">What works</span>:', answer.text)
    assert typed.split("\n")[0] in answer.text
    assert db.session.scalars(select(Protocol)).all() == []
    assert "Read it once, slowly" in lee.get(f"{edit(own)}/try").text, "it is saved, and tried"


def test_what_is_begun_is_tried_at_once_and_says_what_publishing_asks_for(
    world: World, visit: Visit
):
    lee = visit(world.lee)
    page = lee.post("/feedback/protocols/new").location
    tried = lee.get(f"{page}/try").text
    assert "Try it: A new protocol" in tried
    assert "Something is missing before you can publish it." in tried
    missing = lee.get(f"{page}?check=1").text
    assert f'href="{page}?check=1"' in tried
    assert "Write it for students of one band of grades" in missing
    assert "In one sentence: Please fill this in." in missing
    seen = lee.post(f"{page}/try", data={"text-works": "The first line."}).text
    assert "The first line." in seen
    own = db.session.scalars(select(OwnProtocol)).one()
    lee.post(page, data=_typed(own))
    assert "Something is missing" not in lee.get(f"{page}/try").text

    # Without a stage that says what to do there is nothing to walk through.
    text = "---\nname: Empty\n---\n\n## Stage: Look {#look}\nspeaks: nobody\n"
    db.session.refresh(own)
    lee.post(f"{page}/markdown", data={"markdown": text, "version": own.version})
    assert lee.get(f"{page}/try").location == f"{page}?check=1"


def test_a_lead_writes_a_protocol_and_a_cohort_runs_it(world: World, visit: Visit, app: Flask):
    lee, ada, ben = visit(world.lee), visit(world.ada), visit(world.ben)
    page = lee.post("/feedback/protocols/new").location
    assert lee.post("/feedback/protocols/new").location == page, "sent twice, it is one"
    own = db.session.scalars(select(OwnProtocol)).one()
    typed = _typed(own)
    answer = lee.post(page, data=typed, headers={"X-Requested-With": "fetch"})
    assert answer.json["version"] == 2
    assert ada.get(page).status_code == 404

    # Stages: added, moved, taken out and put back; another tab learns of it.
    db.session.refresh(own)
    added = lee.post(f"{page}/arrange", data=_typed(own) | {"do": "add"})
    assert added.location.endswith("#stage-stage-1")
    db.session.refresh(own)
    assert own.boxes[ORDER] == "read works next respond stage-1"
    for do in ("up:stage-1", "out:works", "back:works", "up:works", "out:stage-1"):
        db.session.refresh(own)
        lee.post(f"{page}/arrange", data={"version": own.version, "do": do})
    db.session.refresh(own)
    assert own.boxes[ORDER] == "read next works respond"
    assert own.boxes[OUT] == "stage-1"
    late = lee.post(
        page, data=typed | {"s-works-name": "Warm"}, headers={"X-Requested-With": "fetch"}
    )
    assert late.status_code == 409
    assert late.json["values"]["stages"] == "read next works respond"
    assert "Warm" in lee.post(page, data=typed | {"s-works-name": "Warm"}).text

    # Tried by its writer alone; nothing is stored.
    tried = lee.get(f"{page}/try").text
    assert "Read it once, slowly" in tried
    assert "Exit ticket, 7th grade math" in tried
    tried = lee.post(f"{page}/try", data={"text-works": "The first line."}).text
    assert "The first line." in tried
    assert "The first line." not in lee.get(f"{page}/try").text
    assert ada.get(f"{page}/try").status_code == 404

    # Published for a cohort: its people find it, share with it, and read it stage by stage.
    db.session.refresh(own)
    readers = {"readers": f"cohort-{world.autumn.id}", "version": own.version}
    done = lee.post(f"{page}/publish", data=readers)
    assert done.location == "/feedback/protocols/own-1".replace("1", str(own.id))
    at = done.location
    assert "Morning tune" in ada.get("/feedback/protocols").text
    assert "Morning tune" in ada.get("/search?q=tuesday").text
    for outsider in (world.zoe, world.olu, world.max):
        assert visit(outsider).get(at).status_code == 404
        assert "Morning tune" not in visit(outsider).get("/feedback/protocols").text
        assert "Morning tune" not in visit(outsider).get("/search?q=tuesday").text
    with app.test_request_context():
        plan = stories.plan(world.ada)
    db.session.commit()
    share = f"/feedback/works/{plan.id}/share"
    assert "by Lee Park" in ada.get(share).text
    ask = {"protocol": own.slug, "question": "Is it clear?", "who": "named", "named": world.ben.id}
    assert ada.post(share, data=ask).status_code == 302
    round_ = db.session.scalars(select(Round)).one()

    # A hand-out, its cards and the view for a class.
    sheet = ben.get(f"{at}/students").text
    assert "We help the maker." in sheet
    assert 'data-controller="print"' in sheet
    assert "Say one kind thing." in ben.get(f"{at}/students/1/cards").text
    assert "Next: Ask" in ben.get(f"{at}/students/1/class").text

    # A new version, then withdrawn: the round keeps its own, and who runs it reads on.
    db.session.refresh(own)
    lee.post(
        f"{page}/publish", data=readers | {"version": own.version, "s-works-prompt": "All new."}
    )
    assert "All new." in ben.get(at).text
    db.session.refresh(round_)
    assert "All new." not in str(round_.protocol.data)
    assert lee.post(f"{page}/withdraw").status_code == 302
    assert "No longer offered" in ben.get(at).text
    assert "All new." not in ben.get(at).text, "they read what the round uses"
    assert "Morning tune" not in ada.get("/feedback/protocols").text
    assert visit(world.dee).get(at).status_code == 404
    assert "withdrawn, nobody can choose it" in lee.get(at).text


def test_copy_and_change_keeps_whom_it_is_from(world: World, visit: Visit, tmp_path: Path):
    stories.tag(tmp_path)
    db.session.commit()
    ada = visit(world.ada)
    page = ada.post("/feedback/protocols/tag/copy").location
    assert ada.post("/feedback/protocols/tag/copy").location == page
    own = db.session.scalars(select(OwnProtocol)).one()
    assert own.name == "TAG, changed"
    assert "Passed on from classroom to classroom." in ada.get(page).text
    gone = {"version": own.version, "origin": "Mine alone.", "license": "", "readers": "district"}
    at = ada.post(f"{page}/publish", data=gone).location
    zoe = visit(world.zoe)
    read_by_zoe = zoe.get(at).text
    assert (
        "A changed version of “TAG”. Passed on from classroom to classroom. CC BY 4.0"
        in read_by_zoe
    )
    assert visit(world.olu).get(at).status_code == 404
    second = zoe.post(f"{at}/copy").location
    assert zoe.get(second).text.count("A changed version of") == 2

    # The district's lead recommends an edition; another one is recommended anew, or not.
    lee = visit(world.lee)
    assert zoe.post(f"{at}/recommend", data={"yes": "1"}).status_code == 403
    lee.post(f"{at}/recommend", data={"yes": "1"})
    assert "Recommended by the district" in zoe.get("/feedback/protocols").text
    assert "Recommended by the district" in zoe.get(at).text
    db.session.refresh(own)
    ada.post(f"{page}/publish", data=gone | {"version": own.version, "s-tell-prompt": "New."})
    assert "Recommended by the district" not in zoe.get(at).text


def test_markdown_and_form_are_two_views_of_one_draft(world: World, visit: Visit):
    own = _begun(world.ada)
    ada = visit(world.ada)
    page, fetch = f"{edit(own)}/markdown", {"X-Requested-With": "fetch"}
    assert "## Stage: What works {#works}" in ada.get(page).text
    assert ada.post(page, data={"markdown": TAG, "version": 1}, headers=fetch).json["version"] == 2
    assert 'value="TAG"' in ada.get(edit(own)).text
    late = ada.post(page, data={"markdown": "x", "version": 1}, headers=fetch)
    assert late.json["values"] == {"markdown": TAG}
    strange = TAG.replace("name: TAG", "# mine\nname: TAG")
    ada.post(page, data={"markdown": strange, "version": 2})
    assert ada.get(edit(own)).location == page
    assert "The form has no box for some of this" in ada.get(page).text
    assert ada.post(edit(own), data={"name": "x", "version": 3}, headers=fetch).status_code == 409
    ada.post(f"{edit(own)}/publish", data={"markdown": strange, "version": 3})
    edition = db.session.scalars(select(Protocol)).one()
    assert (edition.source, edition.name) == (strange, "TAG")
    broken = ada.post(f"{edit(own)}/publish", data={"markdown": "nothing", "version": 3})
    assert broken.status_code == 422
    assert "There is no front matter." in broken.text
    assert "nothing</textarea>" in broken.text


@pytest.mark.parametrize(
    ("readers", "who"),
    [
        (Readers.ME, {"ada"}),
        (Readers.COHORT, {"ada", "ben", "dee", "fay"}),
        (Readers.SCHOOL, {"ada", "ben", "hal", "abe"}),
        (
            Readers.DISTRICT,
            {"ada", "ben", "dee", "fay", "zoe", "cora", "lee", "max", "hal", "lou", "abe"},
        ),
    ],
)
def test_who_may_use_it(world: World, app: Flask, readers: Readers, who: set[str]):
    world.let_schools_be_led()
    own = _published(app, world.ada, readers, world.autumn if readers is Readers.COHORT else None)
    names = ("ada", "ben", "dee", "fay", "zoe", "cora", "lee", "max", "olu", "hal", "lou", "abe")
    for rule in (policy.protocols_chosen_by, policy.protocols_seen_by):
        people = {name: list(db.session.scalars(rule(getattr(world, name)))) for name in names}
        assert {name for name, found in people.items() if found} == who
    for name in names:
        drafts = db.session.scalars(policy.own_protocols_of(getattr(world, name))).all()
        assert bool(drafts) == (name == "ada")
        recommends = policy.may_recommend(getattr(world, name), own)
        assert recommends == (readers is Readers.DISTRICT and name in {"lee", "max"})
    services.withdraw(world.ada, own)
    assert not any(db.session.scalars(policy.protocols_chosen_by(world.ben)))
    assert not policy.may_recommend(world.lee, own)


def test_only_its_author_shows_it_and_only_where_they_are(world: World, visit: Visit):
    own = _begun(world.ada)
    ben, ada = visit(world.ben), visit(world.ada)
    for page in ("", "/markdown", "/try"):
        assert ben.get(f"{edit(own)}{page}").status_code == 404
    for verb in ("", "/arrange", "/markdown", "/publish", "/withdraw", "/delete", "/try"):
        assert ben.post(f"{edit(own)}{verb}").status_code == 404
    elsewhere = _typed(own) | {"readers": f"cohort-{world.winter.id}"}
    assert ada.post(f"{edit(own)}/publish", data=elsewhere).status_code == 422
    assert visit(world.cora).get(f"/feedback/protocols/{own.slug}").status_code == 404


def test_a_meeting_that_was_called_off_shows_no_protocol(world: World, app: Flask):
    _published(app, world.ada, Readers.ME)
    edition = db.session.scalars(select(Protocol)).one()
    with app.test_request_context():
        work = stories.plan(world.ada)
        meeting = called(work, edition, world.ben)
        assert db.session.scalars(policy.protocols_seen_by(world.ben)).all() == [edition]
        meetings.call_off(world.ada, meeting)
        assert db.session.scalars(policy.protocols_seen_by(world.ben)).all() == []


def test_nobody_hides_behind_a_protocol_that_says_who_wrote_it(world: World, app: Flask):
    _published(app, world.ada, Readers.DISTRICT)
    edition = db.session.scalars(select(Protocol)).one()
    with app.test_request_context():
        mine, bens = (stories.plan(person) for person in (world.ada, world.ben))
        with pytest.raises(Refused, match="Your protocol says who wrote it"):
            stories.shared(mine, edition, cohort=world.autumn, hides=Hides.AUTHOR)
        assert stories.shared(mine, edition, cohort=world.autumn, hides=Hides.REVIEWERS).is_open
        assert stories.shared(bens, edition, cohort=world.autumn, hides=Hides.AUTHOR).is_open


def test_a_draft_is_deleted_and_what_was_published_is_not(world: World, visit: Visit, app: Flask):
    published, draft = _published(app, world.ada, Readers.ME), _begun(world.ada)
    ada = visit(world.ada)
    for page in (edit(draft), f"{edit(draft)}/markdown"):
        assert "Delete this draft" in ada.get(page).text
    assert "Delete this draft" not in ada.get(edit(published)).text
    assert ada.post(f"{edit(published)}/delete").status_code == 409
    assert ada.post(f"{edit(draft)}/delete").location == "/feedback/protocols"
    assert db.session.scalars(select(OwnProtocol)).all() == [published]
    assert ada.post(f"{edit(draft)}/delete").status_code == 404
    late = ada.post(edit(draft), data={"name": "Late", "version": 1})
    assert late.status_code == 404


def test_it_is_in_the_download_and_leaving_withdraws_it(world: World, app: Flask):
    own = _published(app, world.ada, Readers.DISTRICT)
    _begun(world.ada)
    with app.test_request_context():
        plan = stories.plan(world.ben)
        edition = db.session.scalars(select(Protocol)).one()
        stories.shared(plan, edition, named=[world.dee])
        pieces = {piece.path: piece.content for piece in own_data.PART.collect(world.ada)}
    said = [text for path, text in pieces.items() if path.startswith("protocols/")]
    assert len(said) == 3, "two drafts, and what was published of one"
    assert "name: Morning tune" in said[0]
    assert said[0] == said[1]
    own_data.PART.forget(world.ada)
    own_data.PART.forget(world.ada)
    assert db.session.scalars(select(OwnProtocol)).all() == [own]
    assert (own.boxes, own.name) == ({}, own_data.GONE)
    assert not any(db.session.scalars(policy.protocols_chosen_by(world.zoe)))
    seen = db.session.scalars(policy.protocols_seen_by(world.dee)).one()
    assert "Ada" not in f"{seen.data}{seen.source}"


@pytest.mark.parametrize("page", ["/feedback/protocols", "/feedback/protocols/own-{id}"])
def test_two_cost_as_many_statements_as_twenty(
    world: World, app: Flask, visit: Visit, statements: object, page: str
):
    own = [_published(app, world.ada, Readers.DISTRICT, name=f"No. {n}") for n in range(2)]
    address = page.format(id=own[0].id)
    counts = []
    for more in (0, 10):
        for number in range(more):
            _published(app, world.ada, Readers.DISTRICT, name=f"More {number}")
        ben = visit(world.ben)
        with statements() as said:
            assert ben.get(address).status_code == 200
        counts.append(len(said))
    assert counts[0] == counts[1] <= 4


def _begun(person: Person) -> OwnProtocol:
    own = services.begin(person)
    db.session.commit()
    return own


def _typed(own: OwnProtocol) -> dict[str, str]:
    return {**own.boxes, **FACTS_TYPED, **STUDENTS_TYPED, "version": str(own.version)}


def _published(
    app: Flask, person: Person, readers: Readers, cohort: object = None, name: str = "Morning tune"
) -> OwnProtocol:
    with app.test_request_context():
        own = services.begin(person)
        services.save_boxes(person, own, _typed(own) | {"name": name}, own.version)
        services.publish(person, own, readers, cohort)
    db.session.commit()
    return own
