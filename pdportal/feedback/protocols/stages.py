"""The stages of a protocol: from them a round is run in writing, over days, or a meeting, live."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from pdportal.feedback.comments.answers import CommentKind


class Role(StrEnum):
    """Those who take part in a stage."""

    AUTHOR = "author"
    REVIEWERS = "reviewers"
    EVERYONE = "everyone"
    NOBODY = "nobody"


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
    """The author, the reviewers or nobody; the author's stages are not the reviewers' to write."""
    silent: Role
    minutes: int
    """How long it takes, in a meeting or for one reviewer; 0: not said."""
    window: int | None
    """For how many days it is open where people write over days; None: as long as the round."""
    kinds: tuple[CommentKind, ...]
    """What it leaves behind: comments of these kinds; without one, people only read."""
    at_least: int
    """How many comments a reviewer writes before going on."""
    place: Placing
    next_move: bool
    """Whether a comment is asked for a next move."""
    prompt: str
    """What to do, as safe HTML."""
    stems: tuple[str, ...]
    """Sentence starts."""

    def stored(self) -> dict[str, Any]:
        """The stage as JSON; `loaded` reads it."""
        return asdict(self)

    @classmethod
    def loaded(cls, stored: dict[str, Any]) -> Stage:
        """A stage as `stored` wrote it, or as it was stored before it had a window."""
        return cls(
            **stored
            | {
                "speaks": Role(stored["speaks"]),
                "silent": Role(stored["silent"] or Role.NOBODY),
                "window": stored.get("window"),
                "kinds": tuple(CommentKind(kind) for kind in stored["kinds"]),
                "place": Placing(stored["place"]),
                "stems": tuple(stored["stems"]),
            }
        )


def stages_of(data: dict[str, Any]) -> list[Stage]:
    """All stages of a protocol, in order; `data` is `Protocol.data`."""
    return [Stage.loaded(stored) for stored in data["stages"]]


def reviewer_stages(data: dict[str, Any]) -> list[Stage]:
    """The stages a reviewer goes through in writing, in order."""
    return [stage for stage in stages_of(data) if stage.speaks is not Role.AUTHOR]


def author_stages(data: dict[str, Any]) -> list[Stage]:
    """The author's part."""
    return [stage for stage in stages_of(data) if stage.speaks is Role.AUTHOR]
