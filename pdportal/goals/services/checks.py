"""What every verb about goals asks first: whose it is, whether it is open, whether a text fits."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.feedback.works.services import too_long
from pdportal.goals import policy
from pdportal.goals.models import Goal, Step
from pdportal.web.doors import own_path
from pdportal.web.errors import Refused, require
from pdportal.web.typed import one_line, trimmed

LONGEST_STEP = 1_000
LONGEST_TITLE = 200
LONGEST_TEXT = 8_000
LONGEST_SOURCE = 300


def clean_text(text: str, field: str, longest: int, missing: str = "") -> str:
    """A text without blanks around it.

    Refused at the box `field` if it has more than `longest` characters, or with the words `missing`
    if it is empty.
    """
    text = trimmed(text)
    if len(text) > longest:
        raise too_long(field, longest)
    if missing and not text:
        raise Refused(missing, status=422, field=field)
    return text


def source(title: str, url: str) -> tuple[str, str]:
    """Title and address of where a step came from; "" for an address outside this portal."""
    url = own_path(url)
    if len(url) > LONGEST_SOURCE:
        url = ""
    return one_line(title)[:LONGEST_TITLE], url


def require_owner(owner: Person, thing: Goal | Step) -> None:
    """Refuse everybody but the owner, with 403."""
    require(policy.may_change(owner, thing))


def require_open_goal(owner: Person, goal: Goal | None) -> None:
    """Refuse to add to somebody else's goal, or to a closed one; None is no goal."""
    if goal is None:
        return
    require_owner(owner, goal)
    if not goal.is_open:
        raise Refused(_("This goal is closed. Open it again to work on it."))
