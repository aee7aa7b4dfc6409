"""Kinds of comment and the answers to each: one registry, from which forms, lists, counts and
notices follow."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from flask_babel import lazy_gettext as _l


class CommentKind(StrEnum):
    """What a comment is; no comment is a score."""

    STRENGTH = "strength"
    QUESTION = "question"
    SUGGESTION = "suggestion"
    NOTE = "note"
    THANKS = "thanks"
    VISIT = "visit"


class Verdict(StrEnum):
    """How an author answers a comment; declining is as good an answer as any."""

    THANK = "thank"
    KEEP = "keep"
    ANSWER = "answer"
    USE = "use"
    ADAPT = "adapt"
    DECLINE = "decline"


class How(StrEnum):
    """What a comment was to the author of the work, who tells its giver alone."""

    HELPED = "helped"
    THINKING = "thinking"
    UNCLEAR = "unclear"


HELPED = {
    How.HELPED: _l("This helped me"),
    How.THINKING: _l("This made me think"),
    How.UNCLEAR: _l("I did not understand this"),
}
"""What its buttons say."""


@dataclass(frozen=True)
class Answer:
    """One way to answer a comment; its words are translated when shown."""

    label: str
    """What the button says."""
    done: str
    """A tag: what the author has said."""
    mine: str
    """The same as a sentence by the author."""
    theirs: str
    """The same as a sentence about the author, `%(name)s`."""
    ask: str
    """The label of the box for words."""
    icon: str
    missing: str = ""
    """Why it is refused without words; empty: words are optional."""
    settles: bool = True
    """Whether it ends the matter by itself; else the next version of the work does."""
    at_once: bool = True
    """Whether its giver reads it at once; else when the author has gone on."""
    confirmable: bool = True
    """Whether its giver says that it answers the comment, or asks again."""

    @property
    def tone(self) -> str:
        """The colour of its tag."""
        return "" if self.icon == "decline" else "good"


_WHY = _l("Why? One sentence is enough.")

ANSWERS = {
    Verdict.THANK: Answer(
        _l("Thank"),
        _l("Thanked"),
        _l("Thank you for this."),
        _l("%(name)s thanks you for this."),
        _l("A few words, if you like."),
        "thanks",
        confirmable=False,
    ),
    Verdict.KEEP: Answer(
        _l("Keep"),
        _l("Will keep"),
        _l("I will keep this."),
        _l("%(name)s keeps this."),
        _l("A few words, if you like."),
        "agree",
        confirmable=False,
    ),
    Verdict.ANSWER: Answer(
        _l("Answer"),
        _l("Answered"),
        _l("My answer:"),
        _l("%(name)s answers:"),
        _l("Your answer"),
        "note",
        missing=_l("Write your answer."),
    ),
    Verdict.USE: Answer(
        _l("Use"),
        _l("Will use"),
        _l("I will use this."),
        _l("%(name)s uses this."),
        _WHY,
        "agree",
        settles=False,
        at_once=False,
    ),
    Verdict.ADAPT: Answer(
        _l("Adapt"),
        _l("Will adapt"),
        _l("I will adapt this."),
        _l("%(name)s adapts this."),
        _WHY,
        "adapt",
        settles=False,
        at_once=False,
    ),
    Verdict.DECLINE: Answer(
        _l("Decline"),
        _l("Declined"),
        _l("I decline this."),
        _l("%(name)s declines this."),
        _WHY,
        "decline",
        at_once=False,
    ),
}


@dataclass(frozen=True)
class About:
    """What a kind of comment is called, and how its author can answer."""

    label: str
    answers: tuple[Verdict, ...]
    choose: str
    """What is said where none of them is chosen."""
    by_version: Verdict | None = None
    """What is said when the next version answers it and nothing else was said; None: none does."""
    unasked: bool = False
    """Whether it is said only of works whose author asks for nothing, and of no other."""


KINDS = {
    CommentKind.STRENGTH: About(
        _l("Strength"), (Verdict.THANK, Verdict.KEEP), _l("Choose first: thank or keep.")
    ),
    CommentKind.QUESTION: About(
        _l("Question"), (Verdict.ANSWER,), _l("Write your answer."), Verdict.ANSWER
    ),
    CommentKind.SUGGESTION: About(
        _l("Suggestion"),
        (Verdict.USE, Verdict.ADAPT, Verdict.DECLINE),
        _l("Choose first: use, adapt or decline."),
        Verdict.USE,
    ),
    CommentKind.NOTE: About(
        _l("Note"),
        (Verdict.THANK, Verdict.USE, Verdict.ADAPT, Verdict.DECLINE),
        _l("Choose first: thank, use, adapt or decline."),
        Verdict.USE,
    ),
    CommentKind.THANKS: About(_l("Thanks"), (), _l("Thanks need no answer."), unasked=True),
    CommentKind.VISIT: About(
        _l("Asks to come and see"), (Verdict.ANSWER,), _l("Write your answer."), unasked=True
    ),
}

FEEDBACK = tuple(kind for kind, about in KINDS.items() if not about.unasked)
"""What is said of works whose author asks for it."""
UNANSWERED = tuple(kind for kind, about in KINDS.items() if not about.answers)
SETTLING = tuple(verdict for verdict, answer in ANSWERS.items() if answer.settles)
AT_ONCE = tuple(verdict for verdict, answer in ANSWERS.items() if answer.at_once)
USED = frozenset({Verdict.USE, Verdict.ADAPT})
"""What the author puts to work, as it is or otherwise."""
CONFIRMABLE = tuple(verdict for verdict, answer in ANSWERS.items() if answer.confirmable)
