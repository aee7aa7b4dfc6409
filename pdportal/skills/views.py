"""Pages about skills: where I stand and how it grew, what teaches it, who can show it."""

from __future__ import annotations

import secrets
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.cohorts.policy import coaches_of
from pdportal.db import db
from pdportal.skills import policy, queries, services
from pdportal.skills.blueprint import bp
from pdportal.skills.forms import AskForm, ObjectForm, OfferForm, PlaceForm
from pdportal.skills.frameworks.models import Skill
from pdportal.skills.frameworks.queries import found, frameworks, relations
from pdportal.skills.levels import levels_of
from pdportal.skills.models import Source
from pdportal.skills.teaching import taught
from pdportal.web.autosave import keeps_words
from pdportal.web.errors import one_or_404
from pdportal.web.pages import form_status

MOST_FOUND = 60


@bp.get("/skills")
def skill_list() -> ResponseReturnValue:
    """Where I stand, and the frameworks to look through."""
    asked = request.args.get("q", "")[:200].strip()
    return render_template(
        "skills/skill_list.html",
        asked=asked,
        hits=found(me(), asked, MOST_FOUND) if asked else [],
        standings=queries.standings(me()) if not asked else [],
        waiting=queries.requests_waiting(me()) if not asked else [],
        frameworks=frameworks(me()),
        may_import=policy.may_import(me()),
        leads=me().leads,
    )


@bp.get("/skills/<int:skill_id>")
def skill_page(skill_id: int) -> ResponseReturnValue:
    """One skill: its levels, my lines, what teaches it, who can show it."""
    return _page(_skill(skill_id))


@bp.post("/skills/<int:skill_id>/place")
@keeps_words(words=_l("What shows it?"))
def place(skill_id: int) -> ResponseReturnValue:
    """Say where I stand now."""
    skill = _skill(skill_id)
    form = PlaceForm().on(skill)
    line = form.attempt(
        lambda: services.place(
            me(),
            skill,
            int(form.position.data),
            source=Source.SELF,
            words=form.words.data or "",
            key=f"form:{form.form_key.data}"[:60] if form.form_key.data else None,
        )
    )
    if line is None:
        return _page(skill, place=form)
    flash(_("Saved. Come back when something has changed."), "success")
    return redirect(url_for(".skill_page", skill_id=skill.id, _anchor="lines"))


@bp.post("/skills/lines/<int:placement_id>/<any('take-back', hide, show, agree):act>")
def change_line(placement_id: int, act: str) -> ResponseReturnValue:
    """Take back what I said; hide what others said, or show it again; or agree to it after all."""
    line = one_or_404(queries.line(me(), placement_id))
    if act == "take-back":
        services.take_back(me(), line)
    elif act == "agree":
        services.withdraw_objection(me(), line)
    else:
        services.hide(me(), line, hidden=act == "hide")
    return redirect(url_for(".skill_page", skill_id=line.skill_id, _anchor="lines"))


@bp.post("/skills/lines/<int:placement_id>/object")
def object_to(placement_id: int) -> ResponseReturnValue:
    """Say that what others said of me is not right."""
    line = one_or_404(queries.line(me(), placement_id))
    form = ObjectForm()
    if form.validate_on_submit():
        services.object_to(me(), line, form.words.data or "")
        flash(_("It no longer counts. Whoever entered it is told that you disagree."), "success")
        return redirect(url_for(".skill_page", skill_id=line.skill_id, _anchor="lines"))
    return _page(_skill(line.skill_id), objection=form)


@bp.post("/skills/<int:skill_id>/ask/<int:coach_id>")
@keeps_words(words=_l("What should your coach look at?"))
def ask_coach(skill_id: int, coach_id: int) -> ResponseReturnValue:
    """Ask my coach where they see me."""
    skill = _skill(skill_id)
    coach = one_or_404(coaches_of(me().id).where(Person.id == coach_id))
    form = AskForm()
    if form.attempt(lambda: services.ask_coach(me(), skill, coach, form.words.data or "")) is None:
        return _page(skill, ask=form)
    flash(_("Asked. %(name)s can answer once; you are told at once.", name=coach.name), "success")
    return redirect(url_for(".skill_page", skill_id=skill.id))


@bp.post("/skills/<int:skill_id>/ask/<int:coach_id>/withdraw")
def withdraw_request(skill_id: int, coach_id: int) -> ResponseReturnValue:
    """Take the question back."""
    for asked in db.session.scalars(queries.requests_of(me(), _skill(skill_id))):
        if asked.coach_id == coach_id:
            services.withdraw_request(me(), asked)
    return redirect(url_for(".skill_page", skill_id=skill_id))


@bp.route("/skills/requests/<int:request_id>", methods=["GET", "POST"])
@keeps_words(words=_l("What did you see?"))
def answer_request(request_id: int) -> ResponseReturnValue:
    """A coach answers what a teacher asked about themselves."""
    asked = one_or_404(queries.request_to_answer(me(), request_id))
    form = PlaceForm().on(asked.skill)
    form.position.label.text = _("Where do you see %(name)s?", name=asked.person.name)
    form.words.label.text = _("What did you see?")
    line = form.attempt(
        lambda: services.answer_request(me(), asked, int(form.position.data), form.words.data or "")
    )
    if line is None:
        levels = levels_of(asked.skill)
        page = render_template("skills/answer_request.html", asked=asked, form=form, levels=levels)
        return page, form_status(form)
    flash(_("Thank you. %(name)s can read it now.", name=asked.person.name), "success")
    return redirect(url_for(".skill_list"))


@bp.post("/skills/<int:skill_id>/offer")
def offer(skill_id: int) -> ResponseReturnValue:
    """Offer to show this to colleagues."""
    skill = _skill(skill_id)
    form = OfferForm()
    if not form.validate_on_submit():
        return _page(skill, offer=form)
    services.offer(me(), skill, form.words.data or "", to_district=bool(form.to_district.data))
    flash(_("Colleagues can see it now. You can take it back at any time."), "success")
    return redirect(url_for(".skill_page", skill_id=skill.id, _anchor="who"))


@bp.post("/skills/<int:skill_id>/offer/take-back")
def take_offer_back(skill_id: int) -> ResponseReturnValue:
    """Nobody sees my offer any more."""
    services.take_offer_back(me(), _skill(skill_id))
    flash(_("Taken back."), "success")
    back = url_for(".profile") if "from_profile" in request.form else None
    return redirect(back or url_for(".skill_page", skill_id=skill_id, _anchor="who"))


def _skill(skill_id: int) -> Skill:
    return one_or_404(queries.skill_page(me(), skill_id))


def _page(skill: Skill, **forms: Any) -> ResponseReturnValue:
    """The page of a skill, with a form on it that came back with mistakes."""
    lines = queries.history(me(), skill)
    offers = queries.offers(me(), skill)
    mine = next((each for each in offers if each.person_id == me().id), None)
    place_form = forms.get("place") or PlaceForm(formdata=None).on(skill)
    place_form.form_key.data = place_form.form_key.data or secrets.token_urlsafe(12)
    page = render_template(
        "skills/skill_page.html",
        skill=skill,
        levels=levels_of(skill),
        lines=lines,
        # The chart shows what holds.
        shown=[
            line
            for line in lines
            if not (line.corrected or line.Placement.hidden_at or line.Placement.objected_at)
        ],
        place_form=place_form,
        ask_form=forms.get("ask") or AskForm(formdata=None),
        object_form=forms.get("objection") or ObjectForm(formdata=None),
        offer_form=forms.get("offer") or OfferForm(formdata=None, obj=mine),
        coaches=queries.coaches_asked(me(), skill),
        taught=taught(me(), skill.names),
        offers=[each for each in offers if each is not mine],
        mine=mine,
        relations=relations(skill),
    )
    return page, max((form_status(form) for form in forms.values()), default=200)
