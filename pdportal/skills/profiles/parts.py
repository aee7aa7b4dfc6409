"""The parts of a learner profile: what each asks, and its scales."""

from __future__ import annotations

from dataclasses import dataclass

from flask_babel import LazyString
from flask_babel import lazy_gettext as _l

from pdportal.skills.profiles.models import Part


@dataclass(frozen=True)
class Scale:
    """One scale: from `low` to `high` in `steps`; the places between have no name."""

    name: str
    label: LazyString
    low: LazyString
    high: LazyString
    steps: int = 5


@dataclass(frozen=True)
class About:
    """What a part is called, asks for, and may be used for."""

    part: Part
    title: LazyString
    question: LazyString
    hint: LazyString
    use: LazyString
    scales: tuple[Scale, ...] = ()


def _how_much(name: str, label: LazyString, low: LazyString, high: LazyString) -> Scale:
    return Scale(name, label, low, high, 4)


def _strength(name: str, label: LazyString) -> Scale:
    return _how_much(name, label, _l("still learning"), _l("a strength of mine"))


def _need(name: str, label: LazyString) -> Scale:
    return _how_much(name, label, _l("not now"), _l("very much"))


PARTS: tuple[About, ...] = (
    About(
        Part.STRENGTHS,
        _l("Strengths"),
        _l("What do colleagues come to you for?"),
        _l("For example: “I can get a whole class to talk in pairs.”"),
        _l("Do not suggest again what I am strong at."),
        (
            _strength("planning", _l("Planning lessons")),
            _strength("talk", _l("Leading discussion")),
            _strength("knowing", _l("Knowing each student")),
            _strength("families", _l("Working with families")),
            _strength("tools", _l("Tools and media")),
        ),
    ),
    About(
        Part.NEEDS,
        _l("Needs"),
        _l("What would help you most right now?"),
        _l("For example: “Somebody who has made this work with 34 students.”"),
        _l("Suggest what fits my needs."),
        (
            _need("ideas", _l("New ideas")),
            _need("examples", _l("Examples from my subject and grade")),
            _need("seeing", _l("Seeing somebody do it")),
            _need("feedback", _l("Feedback on my own lessons")),
            _need("time", _l("Time to try things")),
        ),
    ),
    About(
        Part.INTERESTS,
        _l("Interests"),
        _l("What would you like to learn about?"),
        _l("One a line, in your own words."),
        _l("Suggest modules about my interests."),
    ),
    About(
        Part.WAYS,
        _l("Ways I like to work"),
        _l("What else should people know who work with you?"),
        _l("These are habits, and they may change from task to task."),
        _l("Suggest what suits these."),
        (
            Scale("company", _l("Who with"), _l("on my own"), _l("with others")),
            Scale("sitting", _l("How long"), _l("a few minutes at a time"), _l("a long stretch")),
            Scale("order", _l("In what order"), _l("one after the other"), _l("in my own order")),
            Scale("start", _l("How I begin"), _l("read first"), _l("try first")),
            Scale("sharing", _l("When I show my work"), _l("when it is done"), _l("very early")),
        ),
    ),
    About(
        Part.NEXT_ROLE,
        _l("What could come next"),
        _l("Where would you like your work to go?"),
        _l("For example: “In two years I would like to mentor new teachers.”"),
        _l("Suggest what leads there."),
        (
            _need("deeper", _l("Stay in my classroom and go deeper")),
            _need("mentor", _l("Mentor a new teacher")),
            _need("team", _l("Lead a team or a PLC")),
            _need("coach", _l("Coach")),
            _need("lead", _l("Lead a school or a program")),
        ),
    ),
)

ABOUT: dict[Part, About] = {about.part: about for about in PARTS}
