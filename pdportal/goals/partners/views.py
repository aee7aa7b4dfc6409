"""A goal's dates, skills and people; and its page for a partner."""

from __future__ import annotations

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from wtforms import RadioField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import Optional

from pdportal import clock
from pdportal.accounts import me
from pdportal.activity.looks import note_look, who_looked
from pdportal.feedback.rounds.naming import NamingForm
from pdportal.feedback.works.queries import latest_revision
from pdportal.feedback.works.skills import MOST_SKILLS
from pdportal.goals import policy
from pdportal.goals import queries as goal_queries
from pdportal.goals.evidence.queries import evidence_of
from pdportal.goals.models import Goal, StepKind
from pdportal.goals.partners import queries, services
from pdportal.goals.steps.queries import steps_of
from pdportal.goals.views import bp
from pdportal.skills.queries import skill_choices
from pdportal.web.errors import one_or_404
from pdportal.web.forms import DueField, VersionedForm
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form
from pdportal.web.requests import typed, typed_numbers


class AboutForm(VersionedForm, NamingForm):
    """What is said beside the words of a goal."""

    until = DueField(_l("By when would you like to see it?"), validators=[Optional()])
    shows = RadioField(
        _l("What do partners read?"),
        choices=[
            SelectChoice("steps", _l("The goal, its steps and their dates")),
            SelectChoice("all", _l("Try-outs and evidence as well")),
        ],
        default="steps",
    )


@bp.route("/goals/<int:goal_id>/about", methods=["GET", "POST"])
def about_goal(goal_id: int) -> ResponseReturnValue:
    """By when, which skills, who is a partner, and who reads it."""
    goal = one_or_404(goal_queries.goal_page(me(), goal_id))
    form = AboutForm(obj=goal)
    if request.method == "GET":
        form.named.data = queries.partner_ids(goal)
        form.shows.data = "all" if policy.is_read_whole(goal) else "steps"
    elif "find" not in request.form:
        done = form.attempt(lambda: _save(goal, form))
        if done:
            flash(_("Saved."), "success")
            return redirect(url_for(".goal_page", goal_id=goal.id))
    around = queries.around(goal)
    skills = [skill_id for skill_id, _name in around.skills]
    if request.method == "POST":
        skills = typed_numbers("skill")
    return render_form(
        "goals/about_goal.html",
        form,
        goal=goal,
        readers=around.readers,
        looked=who_looked("work", goal.work_id),
        skills=[*skills, 0, 0][:MOST_SKILLS],
        to_choose=skill_choices(me(), skills, typed("find_skill")),
        **form.offer(me()),
    )


@bp.post("/goals/<int:goal_id>/stop-being-partner")
def stop_being_partner(goal_id: int) -> ResponseReturnValue:
    """Be a partner no more."""
    goal = one_or_404(queries.goal_read(me(), goal_id))
    services.stop_being_partner(me(), goal)
    flash(_("You are no longer a partner for this goal."), "success")
    return redirect(url_for(".goal_list"))


def partner_page(goal: Goal) -> str:
    """A goal as its partners read it."""
    # that of a hidden reviewer as well: a partner who is missing among those who looked would show
    note_look(me(), "work", goal.work_id, goal.owner_id)
    whole = policy.is_read_whole(goal)
    steps = (step for step in steps_of(goal) if whole or step.kind is StepKind.STEP)
    return render_template(
        "goals/partner_page.html",
        goal=goal,
        whole=whole,
        latest=latest_revision(goal.work),
        steps=[step for step in steps if step.removed_at is None],
        evidence=evidence_of(goal) if whole else [],
        today=clock.today(zone_here()),
    )


def _save(goal: Goal, form: AboutForm) -> bool:
    services.set_about(
        me(),
        goal,
        until=form.until.data,
        skills=typed_numbers("skill"),
        partners=form.people(me()),
        shows_all=form.shows.data == "all",
        version=form.seen_version(),
    )
    return True
