"""The rubric of a round is fixed when it is shared; its author may look at the work first."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from markupsafe import escape
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.content.criteria import Criterion, name_of
from pdportal.db import db, find_or_add
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.stages import rubric_stage
from pdportal.feedback.rounds import policy
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rubrics.cells import MOST_CRITERIA, cells_of
from pdportal.feedback.rubrics.models import SelfAssessment
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, require
from pdportal.web.typed import has_visible, one_line

LONGEST_CRITERION = 300
LONGEST_SAID = 2_000


def rubric_to_share(protocol: Protocol, work: Work, lines: str = "") -> list[Criterion] | None:
    """The criteria by which a work is looked at: as typed, one on each line, those of its task, or
    those of the protocol. None where no stage of the protocol asks for criteria, or none are there.
    """
    if rubric_stage(protocol.data) is None:
        return None
    typed: dict[str, Criterion] = {}
    for line in lines.splitlines():
        words = one_line(line.lstrip("-*•[] \t"))
        if not has_visible(words):
            continue
        if len(words) > LONGEST_CRITERION:
            message = _("A criterion has at most %(most)s characters.", most=LONGEST_CRITERION)
            raise Refused(message, status=422, field="criteria")
        html = f"<p>{escape(words)}</p>"
        typed[name_of(html)] = {"key": name_of(html), "html": html, "more_html": ""}
    if len(typed) > MOST_CRITERIA:
        message = _("Write at most %(most)s criteria; three are plenty.", most=MOST_CRITERIA)
        raise Refused(message, status=422, field="criteria")
    return list(typed.values()) or work.rubric or protocol.data.get("rubric") or None


def save_self_assessment(
    author: Person, round_: Round, levels: Mapping[str, str], *, version: int
) -> SelfAssessment:
    """Save what an author says of their own work, as it is typed, while the round is open."""
    require(policy.may_run(author, round_))
    db.session.refresh(round_, ["taken_back_at", "closed_at"], with_for_update=True)
    if not round_.is_open:
        raise Refused(_("This feedback request is closed."))
    keys = [cell.key for cell in cells_of(round_.rubric)]
    typed = {key: fitting(levels.get(key, ""), f"cell-{key}", LONGEST_SAID) for key in keys}
    stored = select(SelfAssessment).where(SelfAssessment.round_id == round_.id)
    own, _is_new = find_or_add(
        stored, lambda: SelfAssessment(round_id=round_.id, said={}, version=0)
    )
    replace_values(own, {"said": {key: text for key, text in typed.items() if text}}, version)
    db.session.flush()
    return own


def self_assessment(round_: Round) -> SelfAssessment:
    """What the author of a round with a rubric says of their own work; stored or not."""
    own = db.session.get(SelfAssessment, round_.id) if round_.rubric else None
    return own or SelfAssessment(round_id=round_.id, said={}, version=0)
