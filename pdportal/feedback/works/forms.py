"""The form that begins a work."""

from __future__ import annotations

from flask_babel import lazy_gettext as _l

from pdportal.feedback.works.services import LONGEST_TITLE
from pdportal.web.forms import PortalForm, line_field


class NewWorkForm(PortalForm):
    """What a new work is called."""

    title = line_field(_l("What is it called?"), LONGEST_TITLE, _l("Give it a title."))
