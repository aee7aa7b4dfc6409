"""The form of a try-out."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms.validators import Optional

from pdportal.web.forms import DueField, PortalForm, text_field


class TryoutForm(PortalForm):
    """What somebody will try in class, and what they expect."""

    plan = text_field(_l("What I will do, with which class"), 5000, _l("One sentence is enough."))
    prediction = text_field(_l("What I expect to happen"), 5000)
    due_on = DueField(_l("When"), validators=[Optional()])
