"""An old version of a work that becomes the newest."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.feedback.files.bringing import bring_back_files
from pdportal.feedback.works import policy
from pdportal.feedback.works.models import Revision, Work
from pdportal.feedback.works.queries import latest_revision
from pdportal.feedback.works.services import has_unsaved, save_revision
from pdportal.web.errors import require


def go_back_to(author: Person, work: Work, revision: Revision) -> Revision:
    """Make an old revision the newest, as a new one, with its words and files.

    What was written and not saved becomes a revision before it.
    """
    require(policy.may_go_back(author, work, revision, latest_revision(work)))
    if has_unsaved(work):
        draft = work.draft
        words = draft.why if draft and draft.why else ""
        save_revision(author, work, why=words or _("Saved before going back."), ticks={})
    bring_back_files(work, revision.number)
    why = _("Back to version %(number)s.", number=revision.number)
    return save_revision(author, work, why=why, content=revision.content, ticks={})
