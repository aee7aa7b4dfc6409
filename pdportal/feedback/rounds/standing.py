"""Where an open round stands, in the words of its author's pages: said from its figures alone."""

from __future__ import annotations

from typing import NamedTuple

from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.feedback.rounds.models import Round


class RoundFigures(NamedTuple):
    """How far a round has come."""

    given: int
    """Reviews."""
    reading: int
    """Reviews begun and not given."""
    owed: int
    """Reviews begun or asked for."""
    comments: int
    """In the reviews given."""
    undecided: int
    """Comments without an answer."""
    to_put_in: int
    """Comments that the author wants to use and no version answers."""
    open_id: int | None
    """The request in which the work is out for feedback now: this one, or another."""
    meeting_id: int | None
    """The meeting about the work that is planned or goes on."""


class Standing(NamedTuple):
    """What is so now, and what its author can do next, the first thing first."""

    title: str
    text: str
    acts: tuple[str, ...]
    """Of "answer", "revise", "compare", "close", "ask"; and "film", of a clip."""


def standing(round_: Round, figures: RoundFigures, latest: int) -> Standing:
    """Where a round that is open stands; `latest` is the number of the work's newest version."""
    state = _standing(round_, figures, latest)
    if round_.work.clip_id is None:
        return state
    acts = [act for act in state.acts if act != "revise"]
    text = state.text if acts else _("You will hear as soon as somebody answers.")
    if figures.given and "revise" in state.acts:
        acts.append("film")
        text = state.text if figures.undecided else _("A later clip can show what you changed.")
    return Standing(state.title, text, tuple(acts))


def _standing(round_: Round, figures: RoundFigures, latest: int) -> Standing:
    if not figures.given:
        return _waiting(round_, figures)
    if figures.undecided:
        return Standing(
            ngettext(
                "%(num)s comment to respond to", "%(num)s comments to respond to", figures.undecided
            ),
            _("Thank for strengths, answer questions, use, adapt or decline suggestions."),
            ("answer", "revise"),
        )
    if latest > round_.revision.number:
        return _revised(figures, latest)
    if figures.to_put_in:
        text = _("Now write the next version with those you want to use.")
        return Standing(_("All comments are answered"), text, ("revise",))
    text = _("None of them asks for a new version. You can close the request, or write one anyway.")
    return Standing(_("All comments are answered"), text, ("close", "revise"))


def _revised(figures: RoundFigures, latest: int) -> Standing:
    if figures.to_put_in:
        text = ngettext(
            "%(num)s comment you want to use is not in it yet.",
            "%(num)s comments you want to use are not in it yet.",
            figures.to_put_in,
        )
        title = _("Version %(number)s is saved", number=latest)
        return Standing(title, text, ("revise", "compare", "close"))
    title = ngettext(
        "%(num)s comment answered: compare or close",
        "All %(num)s comments answered: compare or close",
        figures.comments,
    )
    text = _("Version %(number)s is saved, and whoever helped you can read it.", number=latest)
    return Standing(title, text, ("compare", "close"))


def _waiting(round_: Round, figures: RoundFigures) -> Standing:
    if round_.nobody_left_at is not None:
        text = _("You can name somebody yourself, or continue without.")
        return Standing(_("Nobody is left to ask"), text, ("ask", "revise"))
    text = _("You will hear as soon as somebody answers. You can continue writing at any time.")
    if round_.hides_reviewers:  # who reads at which moment says who they are
        title = _("No feedback has come yet")
    elif figures.reading:
        title = ngettext(
            "%(num)s colleague is reading", "%(num)s colleagues are reading", figures.reading
        )
    elif figures.owed:
        title = ngettext(
            "%(num)s colleague asked, not started yet",
            "%(num)s colleagues asked, nobody has started yet",
            figures.owed,
        )
    else:
        title = _("Nobody is reading at the moment")
        return Standing(title, text, ("ask", "revise"))
    return Standing(title, text, ("revise",))
