"""The forms about goals; a goal's own words save themselves and are read by their view."""

from __future__ import annotations

from typing import Any

from flask_babel import lazy_gettext as _l
from wtforms import HiddenField, RadioField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from pdportal.goals.evidence.services import LONGEST_URL
from pdportal.goals.models import Outcome
from pdportal.goals.services.checks import LONGEST_STEP, LONGEST_TEXT, LONGEST_TITLE
from pdportal.web.forms import DueField, PortalForm, VersionedForm, line_field, required, text_field


class StepForm(VersionedForm):
    """One thing to do, and by when."""

    text = text_field(_l("What will you do?"), LONGEST_STEP, _l("Say what you will do."))
    due_on = DueField(_l("By when?"), validators=[Optional()])
    remind_before = SelectField(
        _l("Remind me"),
        choices=[
            SelectChoice("", _l("No reminder")),
            SelectChoice("0", _l("On the day")),
            SelectChoice("1", _l("The day before")),
            SelectChoice("7", _l("A week before")),
        ],
        validators=[Optional()],
    )

    def words(self) -> dict[str, Any]:
        """What it is made of, as the verbs take it."""
        return {"text": self.text.data or ""}

    def when(self) -> dict[str, Any]:
        """Its date and reminder, as the verbs take them."""
        before = self.remind_before.data
        return {"due_on": self.due_on.data, "remind_before": int(before) if before else None}


class EditStepForm(StepForm):
    """The same, and which goal it is for."""

    goal = SelectField(_l("For which goal?"), validators=[Optional()], validate_choice=False)


class TryoutForm(EditStepForm):
    """Something to try in class: how, and what one expects."""

    text = None
    title = line_field(_l("What will you try?"), LONGEST_TITLE, _l("Say what you will try."))
    plan = text_field(_l("How, and in which lesson?"), LONGEST_TEXT, _l("Say how you will try it."))
    prediction = text_field(_l("What do you expect to see?"), LONGEST_TEXT)
    measure = text_field(_l("What will you look at or count?"), LONGEST_TEXT)
    due_on = DueField(_l("When?"), validators=[Optional()])

    def words(self) -> dict[str, Any]:
        """What it is made of."""
        return {name: self[name].data or "" for name in ("title", "plan", "prediction", "measure")}


class LookBackForm(VersionedForm):
    """What happened, and what follows from it."""

    happened = text_field(
        _l("What happened?"), LONGEST_TEXT, _l("Say what happened; one sentence is enough.")
    )
    learned = text_field(_l("What did you learn?"), LONGEST_TEXT)
    outcome = RadioField(
        _l("And now?"),
        choices=[
            SelectChoice(Outcome.ADOPT.value, _l("Adopt: I keep doing this")),
            SelectChoice(Outcome.ADAPT.value, _l("Adapt: I try it again, a little differently")),
            SelectChoice(
                Outcome.ABANDON.value, _l("Abandon: it does not help here, and now I know")
            ),
        ],
        validators=[required(_l("Choose one; you can change it later."))],
    )


class EvidenceForm(PortalForm):
    """What shows how it went: a few words, a link, a clip, a result."""

    text = text_field(_l("What you saw, heard or counted"), LONGEST_TEXT)
    url = line_field(_l("Or a link"), LONGEST_URL)
    offer = SelectField(_l("Or something of yours"), validators=[Optional()], validate_choice=False)


class CloseForm(PortalForm):
    """How a goal ends."""

    how = RadioField(
        _l("How does it end?"),
        choices=[
            SelectChoice("met", _l("Met: students do it now")),
            SelectChoice(
                "abandoned", _l("Ended: it is no longer the right goal, and that is fine")
            ),
        ],
        validators=[required(_l("Choose one; you can open it again."))],
    )
    words = text_field(_l("A few closing words, for you"), LONGEST_TEXT)


class FromReflectionForm(PortalForm):
    """A step that came to mind while reflecting."""

    text = text_field(_l("The step"), LONGEST_STEP, _l("Say what you will do."))
    due_on = DueField(_l("By when?"), validators=[Optional()])
    from_title = HiddenField()
    from_url = HiddenField()
