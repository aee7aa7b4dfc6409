"""People, for those who lead: who is here, in which role, and who may no longer."""

from __future__ import annotations

from flask import current_app, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal.accounts import me, policy, queries
from pdportal.accounts.forms.people import ROLE_WORDS, GiveRoleForm, InviteForm
from pdportal.accounts.models import Person, RoleName
from pdportal.accounts.services import people as services
from pdportal.accounts.views import bp
from pdportal.web.errors import one_or_404, require


@bp.get("/people")
def people() -> ResponseReturnValue:
    require(policy.may_invite(me()))
    asked = request.args
    role = _role(asked.get("role", ""))
    school_id = asked.get("school", type=int)
    page = min(max(1, asked.get("page", 1, type=int)), 100_000)
    words = asked.get("q", "")[:100]
    rows, count = queries.people_page(
        me(), words=words, role=role, school_id=_fits(school_id), page=page
    )
    return render_template(
        "accounts/people.html",
        people=rows,
        count=count,
        first=(page - 1) * queries.PAGE_LENGTH + 1,
        page=page,
        pages=max(1, -(-count // queries.PAGE_LENGTH)),
        schools=queries.schools_led_by(me()),
        leads_district=policy.leads_district(me()),
        words=words,
        role=role,
        school_id=school_id,
        role_words=ROLE_WORDS,
        invitations=queries.invitation_count(me()),
    )


@bp.get("/people/<int:person_id>")
def person(person_id: int) -> ResponseReturnValue:
    return _person_page(_found(person_id))


@bp.post("/people/<int:person_id>/roles")
def give_role(person_id: int) -> ResponseReturnValue:
    somebody = _found(person_id)
    form = GiveRoleForm()
    offer_places(form)
    if not form.validate():
        return _person_page(somebody, form), 422
    if services.give_role(me(), somebody, form.role_name, form.school_id):
        words = _("%(name)s has this role now.", name=somebody.name)
    else:
        words = _("%(name)s had that role already.", name=somebody.name)
    return _done(somebody, words)


@bp.post("/people/<int:person_id>/roles/<int:role_id>/take")
def take_role(person_id: int, role_id: int) -> ResponseReturnValue:
    somebody = _found(person_id)
    services.take_role(me(), somebody, role_id)
    return _done(somebody, _("The role is removed. What was done in it stays."))


@bp.post("/people/<int:person_id>/switch-off")
def switch_off(person_id: int) -> ResponseReturnValue:
    somebody = _found(person_id)
    services.switch_off(me(), somebody)
    words = _("%(name)s is signed out everywhere and cannot sign in.", name=somebody.name)
    return _done(somebody, words)


@bp.post("/people/<int:person_id>/switch-on")
def switch_on(person_id: int) -> ResponseReturnValue:
    somebody = _found(person_id)
    services.switch_on(me(), somebody)
    return _done(somebody, _("%(name)s can sign in again.", name=somebody.name))


@bp.post("/people/<int:person_id>/drop-second-step")
def drop_second_step(person_id: int) -> ResponseReturnValue:
    somebody = _found(person_id)
    services.drop_second_step(me(), somebody)
    words = _("%(name)s signs in by password alone until they set it up again.", name=somebody.name)
    return _done(somebody, words)


def offer_places(form: GiveRoleForm | InviteForm) -> None:
    """Let the form offer what whoever asks may give, and where."""
    form.offer(
        policy.roles_offered_to(me()),
        queries.schools_led_by(me()),
        everywhere=policy.leads_district(me()),
    )


def _found(person_id: int) -> Person:
    return one_or_404(queries.person_page(me(), person_id))


def _person_page(somebody: Person, form: GiveRoleForm | None = None) -> str:
    if form is None:
        form = GiveRoleForm(None)
        offer_places(form)
    return render_template(
        "accounts/person.html",
        person=somebody,
        form=form,
        taken_back={
            role.id
            for role in somebody.held
            if policy.may_give(me(), somebody, role.name, role.school_id)
        },
        role_words=ROLE_WORDS,
        may_switch_off=policy.may_switch_off(me(), somebody),
        may_help_in=policy.may_help_in(me(), somebody),
        links=[
            (str(label), url_for(endpoint, person_id=somebody.id))
            for label, endpoint in current_app.extensions.get("pdportal.person_links", [])
        ],
    )


def _done(somebody: Person, words: str) -> ResponseReturnValue:
    flash(words, "success")
    return redirect(url_for(".person", person_id=somebody.id))


def _role(typed: str) -> RoleName | None:
    return RoleName(typed) if typed in {role.value for role in RoleName} else None


def _fits(number: int | None) -> int | None:
    return number if number is None or 0 < number < 2**31 else 0
