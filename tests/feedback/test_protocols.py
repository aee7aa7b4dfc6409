"""Protocols from Markdown files: checked like a program, published all or nothing."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import select

from pdportal.db import db
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.protocols import compiler
from pdportal.feedback.protocols.choosing import Wish, fitting
from pdportal.feedback.protocols.compiler import compile_protocol
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.services import publish_protocols
from pdportal.feedback.protocols.stages import (
    Leaves,
    Placing,
    Role,
    Stage,
    Way,
    author_stages,
    left_by,
    meeting_minutes,
    reviewer_stages,
    stages_of,
    timed_in_writing,
)
from pdportal.feedback.protocols.students import HandOut, Step, hand_outs
from tests.conftest import Visit
from tests.feedback import given
from tests.feedback.given import TAG
from tests.people import World

SHIPPED = Path(__file__).resolve().parents[2] / "content" / "protocols"


def _file(folder: Path, text: str, name: str = "tag.md") -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


@pytest.mark.usefixtures("app")
def test_the_protocols_we_ship_are_whole_and_each_has_words_of_its_own():
    files = sorted(SHIPPED.glob("*.md"))
    assert len(files) >= 25
    starts: dict[str, str] = {}
    for file in files:
        protocol, problems = compile_protocol(file)
        assert not problems
        assert protocol is not None
        assert protocol.data["practice"]
        sheets = hand_outs(protocol.data)
        assert [sheet.grades for sheet in sheets] == ["K–5", "6–12"]
        assert all(sheet.steps and sheet.teacher for sheet in sheets)
        for stage in stages_of(protocol.data):
            assert not stage.kinds or 3 <= len(stage.stems) <= 4, (file.stem, stage.key)
            for start in stage.stems:
                assert starts.setdefault(start, file.stem) == file.stem


@pytest.mark.usefixtures("app")
def test_every_protocol_we_ship_is_run_in_writing_and_live_and_its_minutes_agree():
    for file in sorted(SHIPPED.glob("*.md")):
        protocol, _problems = compile_protocol(file)
        assert protocol is not None
        assert protocol.data["ways"] == ["writing", "live"], file.stem
        timed = timed_in_writing(protocol.data, protocol.minutes)
        assert [stage.key for stage in timed] == [s.key for s in reviewer_stages(protocol.data)]
        assert all(stage.minutes for stage in timed), file.stem
        assert sum(stage.minutes for stage in timed) == protocol.minutes, file.stem


def test_stages_without_minutes_are_not_given_any(tmp_path: Path):
    protocol, _problems = compile_protocol(_file(tmp_path, TAG.replace("minutes: 3\n", "")))
    assert protocol is not None
    assert 0 in [stage.minutes for stage in timed_in_writing(protocol.data, 30)]
    assert timed_in_writing({"stages": []}, 30) == []


@pytest.mark.parametrize("spelling", ["license", "licence"])
def test_a_license_is_read_in_either_spelling(tmp_path: Path, spelling: str):
    text = TAG.replace("\nlicense:", f"\n{spelling}:")
    protocol, problems = compile_protocol(_file(tmp_path, text))
    assert not problems
    assert protocol is not None
    assert protocol.data["licence"] == "CC BY 4.0"


def test_a_file_becomes_stages_with_prompt_and_stems(tmp_path: Path):
    protocol, problems = compile_protocol(_file(tmp_path, TAG))
    assert not problems
    assert protocol is not None
    tell, ask, give = reviewer_stages(protocol.data)
    assert tell == Stage(
        key="tell",
        name="Tell",
        speaks=Role.REVIEWERS,
        silent=Role.AUTHOR,
        minutes=2,
        window=None,
        kinds=(CommentKind.STRENGTH,),
        at_least=1,
        place=Placing.ASKED,
        next_move=False,
        prompt="<p>Tell one thing that <em>works</em>.</p>",
        stems=("What works here is …", "Keep this, because …"),
        leaves=Leaves.NOTE,
    )
    assert give.kinds == (CommentKind.SUGGESTION, CommentKind.NOTE)
    assert give.next_move is True
    assert (ask.at_least, ask.place) == (0, Placing.OPTIONAL)
    (respond,) = author_stages(protocol.data)
    assert (respond.key, respond.speaks, respond.kinds) == ("respond", Role.AUTHOR, ())
    (sheet,) = hand_outs(protocol.data)
    assert sheet == HandOut(
        grades="",
        title="Three kind things",
        html="<p>Be kind, and be useful.</p><h2>Tell</h2><p>Say what works.</p>"
        "<h2>Ask</h2><p>Ask one thing.</p>",
        steps=(Step("Tell", 2, "<p>Say what works.</p>"), Step("Ask", 0, "<p>Ask one thing.</p>")),
        teacher="<p>Do it aloud first.</p>",
    )
    assert sheet.minutes == 2


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("name: TAG", "", 1, "“name” is missing"),
        ("family: quick", "family: quik", 5, "“quik” is no family. Did you mean “quick”?"),
        ("group: {min: 2, max: 6}", "group: {min: 6, max: 2}", 6, "The group"),
        ("minutes: 8", "minutes: soon", 7, "“minutes” should be a whole number"),
        ("kind: strength", "kind: strenght", 17, "Did you mean “strength”?"),
        ("at_least: 1\nplace: asked\nnext_move: no", "at_last: 1", 18, "“at_last” is no setting"),
        ("place: optional", "place: maybe", 33, "“maybe” does not fit “place”"),
        ("{#ask}", "{#tell}", 27, "The id “tell” is used twice"),
        ("## For students", "## For studens", 66, "“For studens” is no section"),
        ("### A model answer", "### A model anser", 56, "no part “A model answer”"),
        ("Ask what you would really like to know.", "", 27, "“Ask” has no prompt"),
        ("speaks: author", "speaks: everybody", 49, "“everybody” does not fit “speaks”"),
        ("silent: reviewers", "silent: reviewer", 50, "Did you mean “reviewers”?"),
        ("minutes: 10", "window: soon", 51, "“window” should be a whole number"),
        ("kind: none", "at_least: 2", 52, "asks for comments and takes none"),
        ("minutes: 10", "minutes: 10 (15-20)", 51, "is no length in minutes"),
        ("minutes: 10", "minutes: ten", 51, "“ten” is no length in minutes"),
        ("kind: none", "leaves: notes", 52, "Did you mean “note”?"),
        ("kind: none", "only: life", 52, "Did you mean “live”?"),
        ("speaks: author", "speaks: facilitator", 1, "A facilitator speaks, and is not among"),
        ("trust: 1", "trust: 1\nways: [live, writting]", 9, "Did you mean “writing”?"),
        ("trust: 1", "trust: 1\nartifact: lesson", 9, "“lesson” does not fit “artifact”"),
        ("### Step: Ask\n\nAsk one thing.", "### Step: Ask", 66, "The step “Ask” says nothing"),
        (
            "## For students",
            "## For students, grades K-5\n\nx\n\n## For students, grades K–5",
            1,
            "Two versions are for grades K–5",
        ),
    ],
)
def test_a_fault_has_its_file_its_line_and_how_to_mend_it(
    tmp_path: Path, old: str, new: str, line: int, words: str
):
    assert old in TAG
    protocol, problems = compile_protocol(_file(tmp_path, TAG.replace(old, new, 1)))
    assert protocol is None
    said = [str(problem) for problem in problems if problem.is_error]
    hit = next((one for one in said if words in one), None)
    assert hit, said
    assert hit.startswith(f"{tmp_path.as_posix()}/tag.md:{line}:"), said


def test_stages_are_the_same_after_they_were_stored(world: World, tmp_path: Path):
    text = TAG.replace("minutes: 3\n", "minutes: 3\nwindow: 4\n")
    compiled, _problems = compile_protocol(_file(tmp_path, text))
    assert compiled is not None
    stored = given.tag(tmp_path, text)
    db.session.expire(stored)
    assert stages_of(stored.data) == stages_of(compiled.data)
    assert [stage.window for stage in stages_of(stored.data)] == [None, None, 4, None]
    later = ("window", "least", "most", "leaves", "ways", "optional")
    for stage in stored.data["stages"]:  # as editions were stored at first
        before = Stage.loaded({key: stage[key] for key in stage if key not in later})
        assert (before.ways, before.leaves) == (tuple(Way), left_by(before.kinds))


def test_a_meeting_is_as_long_as_its_stages(tmp_path: Path):
    text = TAG.replace("minutes: 3\n", "minutes: 6 (3-10)\n").replace(
        "minutes: 10", "minutes: 5\nonly: writing"
    )
    text = text.replace("at_least: 0", "at_least: 0\noptional: yes", 1)
    protocol, problems = compile_protocol(_file(tmp_path, text))
    assert not problems
    assert protocol is not None
    assert meeting_minutes(protocol.data) == (5, 10, 14)
    assert [stage.key for stage in stages_of(protocol.data, Way.LIVE)] == ["tell", "ask", "give"]


def test_what_a_facilitator_opens_is_no_part_of_a_review_in_writing(tmp_path: Path):
    opening = "## Stage: Open {#open}\nspeaks: facilitator\nminutes: 3\n\nSay the aim.\n\n"
    text = TAG.replace("## Stage: Tell", opening + "## Stage: Tell").replace(
        "trust: 1", "trust: 1\nroles: [facilitator, timekeeper]\nways: [writing, live]"
    )
    protocol, problems = compile_protocol(_file(tmp_path, text))
    assert not problems
    assert protocol is not None
    assert [stage.key for stage in reviewer_stages(protocol.data)] == ["tell", "ask", "give"]
    assert stages_of(protocol.data, Way.LIVE)[0].speaks is Role.FACILITATOR


@pytest.mark.parametrize(
    ("wish", "fits"),
    [
        (Wish(), True),
        (Wish(brings="quick", people=2, minutes=8, trust=1, way="writing"), True),
        (Wish(brings="work"), False),
        (Wish(people=7), False),
        (Wish(minutes=7), False),
        (Wish(way="live"), False),
        (Wish.read({"people": "x", "minutes": "-3", "trust": "", "brings": "nothing"}), True),
    ],
)
def test_a_protocol_fits_what_one_has_in_hand(tmp_path: Path, wish: Wish, *, fits: bool):
    protocol, _problems = compile_protocol(_file(tmp_path, TAG))
    assert protocol is not None
    assert fitting([protocol], wish) == ([protocol] if fits else [])


def test_hostile_markdown_becomes_harmless(tmp_path: Path):
    evil = TAG.replace("Tell one thing", '<script>alert(1)</script><img src=x onerror="x"> Tell')
    protocol, _problems = compile_protocol(_file(tmp_path, evil))
    assert protocol is not None
    prompt = protocol.data["stages"][0]["prompt"]
    assert "<script" not in prompt
    assert "onerror" not in prompt


@pytest.mark.parametrize(
    ("old", "new", "line", "words"),
    [
        ("## Stage: Tell", "Some words.\n\n## Stage: Tell", 13, "stands before the first section"),
        ("### The work", "Some words.\n\n### The work", 58, "stands before the first section"),
        (
            "Tell one thing that *works*.",
            "::: instructor\nx\n:::",
            22,
            "has no place in a protocol",
        ),
    ],
)
def test_nothing_is_left_out_of_a_protocol_without_a_word(
    tmp_path: Path, old: str, new: str, line: int, words: str
):
    assert old in TAG
    _protocol, problems = compile_protocol(_file(tmp_path, TAG.replace(old, new, 1)))
    assert [each.line for each in problems if words in each.message] == [line]


@pytest.mark.parametrize("junk", [b"", b"\xff\xfe\x00", b"---\nname: [\n---\n", b"\x00" * 50])
def test_junk_is_a_problem_and_never_a_crash(tmp_path: Path, junk: bytes):
    file = tmp_path / "junk.md"
    file.write_bytes(junk)
    protocol, problems = compile_protocol(file)
    assert protocol is None
    assert problems


def test_publishing_is_all_or_nothing(world: World, tmp_path: Path):
    _file(tmp_path, TAG)
    _file(tmp_path, TAG.replace("family: quick", "family: none"), "broken.md")
    assert any(problem.is_error for problem in publish_protocols([tmp_path]))
    assert db.session.scalars(select(Protocol)).all() == []
    assert publish_protocols([tmp_path / "tag.md"]) == []
    assert len(db.session.scalars(select(Protocol)).all()) == 1


def test_a_changed_file_is_a_new_edition_and_old_rounds_keep_theirs(
    world: World, tmp_path: Path, addresses: object
):
    first = given.tag(tmp_path)
    round_ = given.shared(given.plan(world.ada), first, named=[world.ben])
    assert given.tag(tmp_path) is first
    second = given.tag(tmp_path, TAG.replace("Tell one thing", "Say two things"))
    assert second is not first
    assert not first.is_current
    assert round_.protocol is first
    assert given.tag(tmp_path) is first
    assert not second.is_current


def test_what_another_compiler_makes_of_the_same_file_is_a_new_edition(
    world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    first = given.tag(tmp_path)
    monkeypatch.setattr(compiler, "grades_in", lambda _title: "K–12")
    second = given.tag(tmp_path)
    assert second is not first
    assert second.is_current
    assert [sheet.grades for sheet in hand_outs(second.data)] == ["K–12"]


def test_a_protocol_can_be_read_and_printed_for_students(world: World, visit: Visit, tag: Protocol):
    ada = visit(world.ada)
    assert "Tell what works" in ada.get("/feedback/protocols").text
    assert "What works here is" in ada.get("/feedback/protocols/tag").text
    assert "Tell what works" not in ada.get("/feedback/protocols?people=20").text
    page = ada.get("/feedback/protocols/tag/students").text
    assert "Three kind things" in page
    assert "Feedback</a>" not in page
    assert ada.get("/feedback/protocols/tag/students?sheet=2").status_code == 404
    cards = ada.get("/feedback/protocols/tag/students/1/cards").text
    assert "Say what works." in cards
    assert "2 minutes" in cards
    first = "/feedback/protocols/tag/students/1/class"
    assert "Next: Ask" in ada.get(first).text
    assert "Done" in ada.get(f"{first}?step=2").text
    assert ada.get(f"{first}?step=3").status_code == 404


def test_a_protocol_published_before_it_had_steps_is_still_a_sheet(
    world: World, visit: Visit, tag: Protocol
):
    tag.data = tag.data | {"students": "<p>Be kind.</p>"}
    db.session.commit()
    ada = visit(world.ada)
    assert "Be kind." in ada.get("/feedback/protocols/tag/students").text
    assert "Show in class" not in ada.get("/feedback/protocols/tag").text
    assert ada.get("/feedback/protocols/tag/students/1/cards").status_code == 404
