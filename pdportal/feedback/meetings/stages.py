"""The stages of a meeting: those its protocol has for meetings, and a look back at the end."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.feedback.meetings.models import Duty, Meeting, Seat
from pdportal.feedback.meetings.policy import brings
from pdportal.feedback.protocols.stages import Leaves, Placing, Role, Stage, Way, stages_of

LOOK_BACK = "look-back"
_ENDS = {LOOK_BACK, "debrief", "look_back"}


def stages(meeting: Meeting) -> list[Stage]:
    """In order; whoever's protocol has no look back at the end gets ours."""
    found = stages_of(meeting.protocol.data, Way.LIVE)
    return found if any(stage.key in _ENDS for stage in found) else [*found, _look_back()]


def _look_back() -> Stage:
    return Stage(
        key=LOOK_BACK,
        name=_("Look back"),
        speaks=Role.EVERYONE,
        silent=Role.NOBODY,
        minutes=5,
        window=None,
        kinds=(),
        at_least=0,
        place=Placing.NONE,
        next_move=False,
        prompt=f"<p>{_('Not about the work anymore: how did this way of working serve us?')}</p>",
        stems=(_("What helped was …"), _("Next time, we could …")),
        leaves=Leaves.LIST,
        ways=(Way.LIVE,),
    )


def may_speak(seat: Seat, stage: Stage) -> bool:
    """Whether it is somebody's turn: the author's, the others', everybody's or nobody's."""
    if stage.speaks is Role.EVERYONE:
        return True
    is_author = brings(seat)
    if stage.speaks is Role.AUTHOR:
        return is_author
    if stage.speaks is Role.FACILITATOR:
        return seat.duty is Duty.FACILITATOR
    return stage.speaks is Role.REVIEWERS and not is_author


def may_note(seat: Seat, stage: Stage) -> bool:
    """Whether somebody may note something for all: whose turn it is, and the scribe for them.

    Who is silent does not write either: in silence nobody, and the author who listens not as the
    scribe. Notes for oneself are one's own.
    """
    if stage.leaves is Leaves.NOTHING and not stage.kinds and stage.speaks is not Role.AUTHOR:
        return False
    listens = brings(seat) and stage.silent in (Role.AUTHOR, Role.EVERYONE)
    scribe = seat.duty is Duty.SCRIBE and stage.speaks is not Role.NOBODY
    return may_speak(seat, stage) or (scribe and not listens)
