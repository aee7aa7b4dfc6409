"""The stages of a protocol: from them a round is run in writing, over days, or a meeting, live."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, replace
from enum import StrEnum
from functools import lru_cache
from itertools import accumulate, pairwise
from typing import Any

from pdportal.feedback.comments.answers import CommentKind


class Role(StrEnum):
    """Those who take part in a stage."""

    AUTHOR = "author"
    REVIEWERS = "reviewers"
    FACILITATOR = "facilitator"
    EVERYONE = "everyone"
    NOBODY = "nobody"


class Way(StrEnum):
    """How a protocol is run: over days in writing, or at once in a meeting."""

    WRITING = "writing"
    LIVE = "live"


class Leaves(StrEnum):
    """What a stage leaves behind."""

    NOTHING = "nothing"
    NOTE = "note"
    LIST = "list"
    """Short notes, one to a line."""
    QUESTION = "question"
    CRITERION = "criterion"
    """Notes on the criteria of a rubric, one for each."""


class Placing(StrEnum):
    """Whether a comment says where on the work it stands."""

    ASKED = "asked"
    OPTIONAL = "optional"
    NONE = "none"


@dataclass(frozen=True)
class Stage:
    """One stage: who speaks, who is silent, for how long, and what it leaves behind."""

    key: str
    """Names it in comments and addresses; unique in its protocol."""
    name: str
    speaks: Role
    """The author's stages are not the reviewers' to write; a facilitator speaks in meetings."""
    silent: Role
    minutes: int
    """How long it usually takes, in a meeting or for one reviewer; 0: not said."""
    window: int | None
    """For how many days it is open where people write over days; None: as long as the round."""
    kinds: tuple[CommentKind, ...]
    """Of which kinds the comments are that it leaves behind; without one, people only read."""
    at_least: int
    """How many comments a reviewer writes before going on."""
    place: Placing
    next_move: bool
    """Whether a comment is asked for a next move."""
    prompt: str
    """What to do, as safe HTML."""
    stems: tuple[str, ...]
    """Sentence starts."""
    least: int = 0
    most: int = 0
    """From how many minutes to how many it can be made; both 0: not said."""
    leaves: Leaves = Leaves.NOTHING
    ways: tuple[Way, ...] = (Way.WRITING, Way.LIVE)
    """In which ways of running the protocol it takes place."""
    optional: bool = False
    """Whether a group may leave it out."""

    def stored(self) -> dict[str, Any]:
        """The stage as JSON; `loaded` reads it."""
        return asdict(self)

    @classmethod
    def loaded(cls, stored: dict[str, Any]) -> Stage:
        """A stage as `stored` wrote it, or as it was stored before it had all that it has now."""
        kinds = tuple(CommentKind(kind) for kind in stored["kinds"])
        return cls(
            **stored
            | {
                "speaks": Role(stored["speaks"]),
                "silent": Role(stored["silent"] or Role.NOBODY),
                "window": stored.get("window"),
                "kinds": kinds,
                "place": Placing(stored["place"]),
                "stems": tuple(stored["stems"]),
                "leaves": Leaves(stored.get("leaves", left_by(kinds))),
                "ways": tuple(Way(way) for way in stored.get("ways", Way)),
            }
        )


def left_by(kinds: tuple[CommentKind, ...]) -> Leaves:
    """What a stage leaves behind that takes comments of these kinds, where it does not say so."""
    if kinds == (CommentKind.QUESTION,):
        return Leaves.QUESTION
    return Leaves.NOTE if kinds else Leaves.NOTHING


def stages_of(data: dict[str, Any], way: Way | None = None) -> list[Stage]:
    """The stages of a protocol, in order; `data` is `Protocol.data`. Of one way of running it, or
    all."""
    stages = [Stage.loaded(stored) for stored in data["stages"]]
    return [stage for stage in stages if way is None or way in stage.ways]


def reviewer_stages(data: dict[str, Any]) -> list[Stage]:
    """The stages a reviewer goes through in writing, in order."""
    return [stage for stage in stages_of(data, Way.WRITING) if stage.speaks is not Role.AUTHOR]


@lru_cache(maxsize=200)
def reviewer_stages_in(stages: str) -> tuple[Stage, ...]:
    """The same of the stages as the database has them, as text: few protocols are in use."""
    return tuple(reviewer_stages({"stages": json.loads(stages)}))


def timed_in_writing(data: dict[str, Any], minutes: int) -> list[Stage]:
    """A reviewer's stages with the minutes each takes in writing; together they take `minutes`.

    A stage says how long it takes in a meeting. In writing, one reviewer needs what the protocol
    states for all of them, shared in the same proportion.
    """
    stages = reviewer_stages(data)
    sums = list(accumulate((stage.minutes for stage in stages), initial=0))
    if not all(stage.minutes for stage in stages):
        return stages
    ends = [round(minutes * done / sums[-1]) for done in sums[1:]]
    return [
        replace(stage, minutes=end - begin)
        for stage, (begin, end) in zip(stages, pairwise([0, *ends]), strict=True)
    ]


def author_stages(data: dict[str, Any]) -> list[Stage]:
    """The author's part in writing."""
    return [stage for stage in stages_of(data, Way.WRITING) if stage.speaks is Role.AUTHOR]


def rubric_stage(data: dict[str, Any]) -> Stage | None:
    """The stage in writing in which a rubric is filled in, all columns of it; None: no such stage.

    Where several stages speak of criteria, a reviewer writes comments in them as in any other.
    """
    stages = [stage for stage in reviewer_stages(data) if stage.leaves is Leaves.CRITERION]
    return stages[0] if len(stages) == 1 and stages[0].kinds else None


def meeting_minutes(data: dict[str, Any]) -> tuple[int, int, int]:
    """How long a meeting takes: at least, usually and at most; 0 where no stage is for meetings."""
    stages = stages_of(data, Way.LIVE)
    return (
        sum(0 if stage.optional else stage.least or stage.minutes for stage in stages),
        sum(stage.minutes for stage in stages),
        sum(stage.most or stage.minutes for stage in stages),
    )
