"""Inviting people, and looking after the invitations that wait."""

from __future__ import annotations

from operator import attrgetter

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal import clock
from pdportal.accounts import me, policy, queries
from pdportal.accounts.forms.people import ROLE_WORDS, InviteForm
from pdportal.accounts.models import Invitation
from pdportal.accounts.pasted import read_people
from pdportal.accounts.services import invitations as services
from pdportal.accounts.views import bp
from pdportal.accounts.views.people import offer_places
from pdportal.db import writes_later
from pdportal.web.errors import one_or_404, require
from pdportal.web.pages import render_form


@bp.route("/people/invite", methods=["GET", "POST"])
@writes_later
def invite() -> ResponseReturnValue:
    """Read a list, show what was read, and send the invitations once that is confirmed."""
    require(policy.may_invite(me()))
    form = InviteForm()
    offer_places(form)
    if not form.validate_on_submit():
        return render_form("accounts/invite.html", form)
    read = read_people(form.people.data or "")
    faults = read.faults or services.check_guests(me(), read.guests)
    shown = form.print_of(read.guests)
    if not faults and form.shown.data == shown:
        try:
            invited = services.invite(
                me(), read.guests, role=form.role_name, school_id=form.school_id
            )
        except services.FaultyList as faulty:
            faults = list(faulty.faults)
        else:
            flash(_what_came(invited), "success")
            return redirect(url_for(".invitations"))
    form.shown.data = shown
    page = render_template(
        "accounts/invite.html",
        form=form,
        lines=sorted([*read.guests, *faults], key=attrgetter("line")),
        fault_count=len(faults),
        headings=read.headings,
        before=services.invited_before(me(), read.guests),
    )
    return page, 422 if faults else 200


@bp.get("/people/invitations")
def invitations() -> ResponseReturnValue:
    require(policy.may_invite(me()))
    rows = queries.open_invitations(me())
    return render_template(
        "accounts/invitations.html",
        invitations=rows,
        role_words=ROLE_WORDS,
        mine={row.id for row in rows if row.role in policy.roles_given_by(me(), row.school_id)},
        now=clock.now(),
    )


@bp.post("/people/invitations/<int:invitation_id>/again")
def invite_again(invitation_id: int) -> ResponseReturnValue:
    invitation = _found(invitation_id)
    services.invite_again(me(), invitation)
    words = _(
        "A new link is on its way to %(address)s. The one before no longer works.",
        address=invitation.email,
    )
    flash(words, "success")
    return redirect(url_for(".invitations"))


@bp.post("/people/invitations/<int:invitation_id>/withdraw")
def withdraw(invitation_id: int) -> ResponseReturnValue:
    invitation = _found(invitation_id)
    services.withdraw(me(), invitation)
    flash(_("The invitation is withdrawn. Its link no longer works."), "success")
    return redirect(url_for(".invitations"))


def _found(invitation_id: int) -> Invitation:
    return one_or_404(policy.invitations_seen_by(me()).where(Invitation.id == invitation_id))


def _what_came(invited: services.Invited) -> str:
    count = len(invited.now)
    now = ngettext("%(num)s person is invited.", "%(num)s people are invited.", count)
    if not invited.before:
        return now
    before = ngettext(
        "%(num)s was invited before; their link still works.",
        "%(num)s were invited before; their links still work.",
        invited.before,
    )
    return f"{now} {before}" if count else before
