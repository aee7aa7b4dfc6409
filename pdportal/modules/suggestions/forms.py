"""Forms around a module: recommending it, and why it is not for me."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.validators import DataRequired

from pdportal.web.forms import PortalForm, text_field


class RecommendForm(PortalForm):
    """To whom, and one sentence why."""

    to = RadioField(_l("Who is it for?"), validators=[DataRequired(_l("Choose who it is for."))])
    why = text_field(_l("Why this, for them?"), 300, _l("Say in a sentence why."), description="")


class WhyNotForm(PortalForm):
    """A reason, for oneself."""

    reason = text_field(_l("Why not? (optional, only you see it)"), 500)
