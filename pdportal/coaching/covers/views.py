"""Asking for a coach, claiming, handing over, covering, and what the teacher lets be seen."""

from __future__ import annotations

from flask import flash, redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from pdportal.accounts import me
from pdportal.accounts.models import Person, RoleName
from pdportal.coaching.covers import policy, services
from pdportal.coaching.covers.models import Handover
from pdportal.coaching.views import bp, whole_teacher
from pdportal.db import db
from pdportal.feedback.views import show
from pdportal.video.models import Clip
from pdportal.web.errors import Refused, forbidden, one_or_404, require
from pdportal.web.forms import DueField, PortalForm, text_field
from pdportal.web.pages import render_form
from pdportal.web.requests import typed_id


class HandOverForm(PortalForm):
    """To whom, and what they should know."""

    to = SelectField(_l("Which coach?"), validate_choice=False)
    note = text_field(_l("A few words"), services.LONGEST)

    def offer(self) -> None:
        """Choose among the other coaches of the district."""
        coaches = policy.coaches_beside(me()).order_by(Person.sort_key, Person.id)
        self._coaches = {str(each.id): each for each in db.session.scalars(coaches)}
        self.to.choices = [SelectChoice(key, each.name) for key, each in self._coaches.items()]

    def chosen(self) -> tuple[Person, str]:
        """To whom, and the words; oneself, whom the verb refuses, where nobody is chosen."""
        return self._coaches.get(self.to.data or "", me()), self.note.data or ""


class CoverForm(HandOverForm):
    """The same, and on which days."""

    starts_on = DueField(_l("From"), validators=[Optional()])
    ends_on = DueField(_l("To, and on this day, too"), validators=[Optional()])


@bp.post("/coaching/ask")
def ask_for_coach() -> ResponseReturnValue:
    """Ask the coaches of the district, or not any more."""
    if "withdraw" in request.form:
        services.withdraw_ask(me())
        flash(_("Withdrawn."), "success")
        return redirect(url_for(".coaching"))
    try:
        services.ask_for_coach(me(), request.form.get("words", ""))
        flash(_("Asked. The coaches of your district see it; you are told when one says yes."))
    except Refused as refused:
        show(refused)
    return redirect(url_for(".coaching"))


@bp.post("/coaching/asks/<int:handover_id>/claim")
def claim_teacher(handover_id: int) -> ResponseReturnValue:
    """Become the coach of somebody who asks for one."""
    require(me().holds(RoleName.COACH))
    asked = db.session.scalars(
        policy.asks_seen_by(me()).where(Handover.id == handover_id)
    ).one_or_none()
    if asked is None:
        flash(_("Another coach said yes first, or the teacher no longer needs one."))
        return redirect(url_for(".coaching"))
    services.claim(me(), asked)
    return redirect(url_for(".teacher", person_id=asked.teacher_id))


@bp.route("/coaching/teachers/<int:person_id>/hand-over", methods=["GET", "POST"])
def hand_over(person_id: int) -> ResponseReturnValue:
    """Hand over a teacher, or with `clip` one of their clips."""
    teacher, form = whole_teacher(person_id), HandOverForm()
    form.offer()
    clip_id = typed_id(request.args.get("clip", ""))
    whole = not clip_id and policy.may_hand_over(me(), person_id)
    if not whole and not policy.may_hand_clip_over(me(), clip_id, person_id):
        raise forbidden(_("Only their own coach hands a teacher over."))
    clip = db.session.get(Clip, clip_id) if clip_id else None

    def act() -> Handover:
        if clip is not None:
            return services.hand_clip_over(me(), clip, *form.chosen())
        return services.hand_over(me(), db.session.get_one(Person, person_id), *form.chosen())

    given = form.attempt(act)
    if given is None:
        return render_form("coaching/hand_over.html", form, teacher=teacher, clip=clip)
    flash(_("Handed over. %(name)s is told.", name=teacher.name), "success")
    return redirect(url_for(".coaching"))


@bp.route("/coaching/away", methods=["GET", "POST"])
def cover_me() -> ResponseReturnValue:
    """Somebody covers for me while I am away."""
    require(me().holds(RoleName.COACH))
    form = CoverForm()
    form.offer()
    to, note = form.chosen()
    days = form.starts_on.data, form.ends_on.data
    given = form.attempt(lambda: services.cover(me(), to, *days, note))
    if given is None:
        return render_form("coaching/away.html", form)
    flash(_("Your teachers are told on the first day. It ends by itself."), "success")
    return redirect(url_for(".coaching"))


@bp.post("/coaching/covers/<int:handover_id>/end")
def end_cover(handover_id: int) -> ResponseReturnValue:
    """I am back, or cannot cover any more."""
    given = one_or_404(policy.covers_by_or_of(me()).where(Handover.id == handover_id))
    services.end_cover(me(), given)
    flash(_("Ended. The teachers are told."), "success")
    return redirect(url_for(".coaching"))


@bp.post("/coaching/handed/<int:handover_id>/<int:share_id>")
def let_see(handover_id: int, share_id: int) -> ResponseReturnValue:
    """Let the coach who took over see one of my clips."""
    services.let_see(me(), handover_id, share_id)
    flash(_("They can see it now. You can stop that on the page of the clip."), "success")
    return redirect(url_for(".coaching"))
