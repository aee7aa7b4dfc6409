"""Pages of proposals: for who proposes, and for the one lead who decides."""

from __future__ import annotations

from flask import flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import func, select
from sqlalchemy.orm import joinedload, selectinload
from werkzeug.exceptions import NotFound
from wtforms import RadioField, SelectField
from wtforms.fields import SelectChoice
from wtforms.validators import Optional

from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.db import db
from pdportal.feedback.works.models import Revision, Work
from pdportal.modules.assignments import policy, proposals
from pdportal.modules.assignments.models import Proposal, ProposalKind, ProposalLine
from pdportal.modules.assignments.services import title_of
from pdportal.modules.blueprint import bp
from pdportal.modules.models import Assignment, Module
from pdportal.web.autosave import keeps_words
from pdportal.web.errors import one_or_404
from pdportal.web.forms import DueField, PortalForm, line_field, text_field
from pdportal.web.pages import render_form

MOST_WORKS = 50


class ProposalForm(PortalForm):
    """What somebody would rather do, bring or have, and why."""

    kind = RadioField(
        _l("What do you propose?"),
        choices=[
            SelectChoice("module", _l("Another module in its place")),
            SelectChoice("evidence", _l("Something I have done already")),
            SelectChoice("date", _l("Another date")),
        ],
        default="evidence",
    )
    module = line_field(_l("Title or address of the module"), 300)
    work = SelectField(_l("One of my works"), coerce=int, validators=[Optional()])
    link = line_field(_l("A link"), 500)
    due_on = DueField(_l("The date I propose"), validators=[Optional()])
    words = text_field(_l("In my own words"), 5000, _l("Say a sentence or two about it."))
    to = SelectField(_l("Who decides"), coerce=int)


class LineForm(PortalForm):
    """A question, or an answer."""

    text = text_field(_l("Your words"), 5000, _l("Write something first."))


@bp.route("/assignments/<int:assignment_id>/propose", methods=["GET", "POST"])
@keeps_words(words=_l("In my own words"))
def propose(assignment_id: int) -> ResponseReturnValue:
    """Propose another module, evidence or date to one lead."""
    assignment = one_or_404(policy.assignments_to(me()).where(Assignment.id == assignment_id))
    form = ProposalForm()
    leads = policy.leads_to_ask(me(), assignment)
    form.to.choices = [SelectChoice(lead.id, lead.name) for lead in leads]
    form.work.choices = [SelectChoice(0, _("none")), *_own_works()]
    proposal = form.attempt(
        lambda: proposals.propose(
            me(),
            assignment,
            form.to.data,
            ProposalKind(form.kind.data),
            form.words.data or "",
            module=form.module.data or "",
            revision_id=form.work.data or None,
            link=form.link.data or "",
            due_on=form.due_on.data,
        )
    )
    if proposal:
        flash(_("%(name)s can read this now, and nobody else.", name=proposal.to.name))
        return redirect(url_for(".proposal_page", proposal_id=proposal.id))
    module, title = assignment.module, title_of(assignment)
    return render_form("modules/propose.html", form, module=module, title=title, leads=leads)


@bp.get("/proposals")
def proposal_list() -> ResponseReturnValue:
    """Those addressed to me, open ones first, and my own."""
    rows = db.session.scalars(
        policy.proposals_seen_by(me())
        .options(
            joinedload(Proposal.person),
            joinedload(Proposal.to),
            joinedload(Proposal.assignment)
            .joinedload(Assignment.module)
            .joinedload(Module.current),
        )
        .order_by(Proposal.settled_at.is_not(None), Proposal.id.desc())
        .limit(200)
    ).all()
    shown = [
        {"row": row, "title": title_of(row.assignment), "is_mine": row.person_id == me().id}
        for row in rows
        if row.is_open or row.accepted or row.person_id == me().id
    ]
    return render_template("modules/proposals.html", proposals=shown)


@bp.get("/proposals/<int:proposal_id>")
def proposal_page(proposal_id: int) -> ResponseReturnValue:
    """What is proposed, and what was said about it."""
    return _page(_proposal(proposal_id), LineForm(formdata=None))


@bp.post("/proposals/<int:proposal_id>/say")
@keeps_words(text=_l("Your words"))
def say_about_proposal(proposal_id: int) -> ResponseReturnValue:
    """Ask about a proposal, or answer."""
    proposal = _proposal(proposal_id)
    form = LineForm()
    if not form.validate_on_submit():
        return _page(proposal, form), 422
    proposals.say(me(), proposal, form.text.data or "")
    return redirect(url_for(".proposal_page", proposal_id=proposal.id))


@bp.post("/proposals/<int:proposal_id>/accept")
def accept_proposal(proposal_id: int) -> ResponseReturnValue:
    """Say yes."""
    proposals.accept(me(), _proposal(proposal_id))
    flash(_("Accepted. They are told."))
    return redirect(url_for(".proposal_page", proposal_id=proposal_id))


@bp.post("/proposals/<int:proposal_id>/withdraw")
def withdraw_proposal(proposal_id: int) -> ResponseReturnValue:
    """Take back what I proposed."""
    proposals.withdraw(me(), _proposal(proposal_id))
    flash(_("Withdrawn. Nobody else can read it anymore."))
    return redirect(url_for(".proposal_page", proposal_id=proposal_id))


def _page(proposal: Proposal, form: LineForm) -> str:
    is_mine = proposal.person_id == me().id
    if proposal.revision is not None:  # its words stand on the page
        note_look(me(), "work", proposal.revision.work_id, proposal.person_id)
    return render_template(
        "modules/proposal.html",
        proposal=proposal,
        title=title_of(proposal.assignment),
        form=form,
        is_mine=is_mine,
        may_answer=policy.may_answer(me(), proposal),
    )


def _proposal(proposal_id: int) -> Proposal:
    lines = selectinload(Proposal.lines).joinedload(ProposalLine.author)
    module = joinedload(Proposal.assignment).joinedload(Assignment.module)
    proposal = one_or_404(
        policy.proposals_seen_by(me())
        .where(Proposal.id == proposal_id)
        .options(
            lines,
            module.joinedload(Module.current),
            joinedload(Proposal.revision).joinedload(Revision.work),
            joinedload(Proposal.module).joinedload(Module.current),
        )
    )
    if not (proposal.is_open or proposal.accepted or proposal.person_id == me().id):
        raise NotFound  # withdrawn: the lead reads it no more
    return proposal


def _own_works() -> list[SelectChoice]:
    newest = (
        select(func.max(Revision.id).label("id"), Work.title)
        .join(Work, Work.id == Revision.work_id)
        .where(proposals.can_be_shown(me()))
        .group_by(Work.id, Work.title)
        .order_by(func.max(Revision.id).desc())
        .limit(MOST_WORKS)
    )
    return [SelectChoice(row.id, row.title) for row in db.session.execute(newest)]
