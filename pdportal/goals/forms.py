"""The forms about goals; a goal's own words save themselves and are read by their view."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from flask_babel import lazy_gettext as _l
from sqlalchemy import Row
from wtforms import DateField, HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import DataRequired, Length, Optional

from pdportal.goals.models import Outcome
from pdportal.goals.services.checks import LONGEST_STEP, LONGEST_TEXT, LONGEST_TITLE
from pdportal.goals.services.evidence import LONGEST_URL
from pdportal.goals.services.goals import NO_GOAL
from pdportal.web.forms import PortalForm, VersionedForm

_AT_MOST = _l("At most %(max)d characters, please.")
_A_DATE = _l("Write the date like 2026-11-30.")


class _Date(DateField):
    data: date | None

    def process_formdata(self, valuelist: list[str]) -> None:
        try:
            super().process_formdata(valuelist)
        except ValueError:
            raise ValueError(str(_A_DATE)) from None
        if self.data and not 2000 <= self.data.year <= 2200:
            self.data = None
            raise ValueError(str(_A_DATE))


class StepForm(VersionedForm):
    """One thing to do, and by when."""

    text = TextAreaField(
        _l("What will you do?"),
        validators=[
            DataRequired(_l("Say what you will do.")),
            Length(max=LONGEST_STEP, message=_AT_MOST),
        ],
    )
    due_on = _Date(_l("By when?"), validators=[Optional()])


class TryoutForm(VersionedForm):
    """Something to try in class: how, and what one expects."""

    title = StringField(
        _l("What will you try?"),
        validators=[
            DataRequired(_l("Say what you will try.")),
            Length(max=LONGEST_TITLE, message=_AT_MOST),
        ],
    )
    plan = TextAreaField(
        _l("How, and in which lesson?"),
        validators=[
            DataRequired(_l("Say how you will try it.")),
            Length(max=LONGEST_TEXT, message=_AT_MOST),
        ],
    )
    prediction = TextAreaField(
        _l("What do you expect to see?"),
        validators=[Length(max=LONGEST_TEXT, message=_AT_MOST)],
    )
    due_on = _Date(_l("When?"), validators=[Optional()])
    goal = SelectField(_l("For which goal?"), validators=[Optional()], validate_choice=False)


class LookBackForm(VersionedForm):
    """What happened, and what follows from it."""

    happened = TextAreaField(
        _l("What happened?"),
        validators=[
            DataRequired(_l("Say what happened; one sentence is enough.")),
            Length(max=LONGEST_TEXT, message=_AT_MOST),
        ],
    )
    outcome = RadioField(
        _l("And now?"),
        choices=[
            SelectChoice(Outcome.ADOPT.value, _l("Adopt: I keep doing this")),
            SelectChoice(Outcome.ADAPT.value, _l("Adapt: I try it again, a little differently")),
            SelectChoice(
                Outcome.ABANDON.value, _l("Abandon: it does not help here, and now I know")
            ),
        ],
        validators=[DataRequired(_l("Choose one; you can change it later."))],
    )

    def chosen(self) -> Outcome:
        """What the teacher chose."""
        return Outcome(self.outcome.data)


class EvidenceForm(PortalForm):
    """A link or a few words that show how it went."""

    text = TextAreaField(
        _l("What you saw, heard or counted"),
        validators=[Length(max=LONGEST_TEXT, message=_AT_MOST)],
    )
    url = StringField(_l("Or a link"), validators=[Length(max=LONGEST_URL, message=_AT_MOST)])
    step = SelectField(_l("Belongs to"), validators=[Optional()], validate_choice=False)


class CloseForm(PortalForm):
    """How a goal ends."""

    how = RadioField(
        _l("How does it end?"),
        choices=[
            SelectChoice("met", _l("Met: students do it now")),
            SelectChoice("let_go", _l("Ended: it is no longer the right goal, and that is fine")),
        ],
        validators=[DataRequired(_l("Choose one; you can open it again."))],
    )
    words = TextAreaField(
        _l("A few closing words, for you"),
        validators=[Length(max=LONGEST_TEXT, message=_AT_MOST)],
    )


class FromReflectionForm(PortalForm):
    """A step that came to mind while reflecting: for which goal?"""

    text = TextAreaField(
        _l("The step"),
        validators=[
            DataRequired(_l("Say what you will do.")),
            Length(max=LONGEST_STEP, message=_AT_MOST),
        ],
    )
    due_on = _Date(_l("By when?"), validators=[Optional()])
    goal = RadioField(
        _l("For which goal?"), validators=[DataRequired(_l("Choose one."))], validate_choice=False
    )
    from_title = HiddenField()
    from_url = HiddenField()

    def offer(self, goals: Sequence[Row[int, str]]) -> None:
        """Offer these goals (id and title), or none of them."""
        self.goal.choices = [
            *(SelectChoice(str(goal_id), title) for goal_id, title in goals),
            SelectChoice(NO_GOAL, _l("None of them")),
        ]

    def choose_only_goal(self) -> bool:
        """Choose for whoever has one goal or none; False if they have to choose."""
        choices = [choice.value for choice in self.goal.choices]
        if len(choices) > 2:
            return False
        self.goal.data = choices[0]
        return True
