"""The design cycle as steps to begin with: listen, say, think up, make, try."""

from __future__ import annotations

from flask_babel import gettext as _

from pdportal.accounts.models import Person
from pdportal.goals.models import Goal
from pdportal.goals.steps.services import add_step, take_up_tryout


def add_design_cycle(owner: Person, goal: Goal) -> None:
    """Add the five steps to a goal; sent twice they are there once. Their owner changes them."""
    for text in (
        _("Listen: ask three students what this is like for them, and watch one lesson for it."),
        _("Say in one sentence what they need, from their side: “They need … because …”."),
        _("Think up five ways, the odd ones too. Choose one that one lesson can test."),
        _("Make the smallest version of it: a slip, a question on the board, a seat moved."),
    ):
        add_step(owner, goal, text)
    take_up_tryout(
        owner,
        title=_("Try it with one class"),
        plan=_("Which class, which lesson, what exactly. Show it to students as a draft."),
        goal=goal,
    )
