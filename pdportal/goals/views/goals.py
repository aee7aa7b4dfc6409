"""Goals: my list, writing and keeping, history, met or abandoned."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from functools import partial
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from wtforms.fields.choices import SelectChoice

from pdportal import clock
from pdportal.accounts import me
from pdportal.db import db
from pdportal.feedback.rounds import queries as round_queries
from pdportal.feedback.works import queries as work_queries
from pdportal.feedback.works.services import WHY, has_unsaved
from pdportal.goals import queries
from pdportal.goals.evidence.queries import evidence_of
from pdportal.goals.forms import CloseForm, StepForm
from pdportal.goals.models import Goal, Step
from pdportal.goals.partners import queries as partner_queries
from pdportal.goals.partners.queries import goals_of_others
from pdportal.goals.partners.views import partner_page
from pdportal.goals.services import goals as services
from pdportal.goals.starts.queries import starts_open_to
from pdportal.goals.steps import queries as step_queries
from pdportal.goals.story.queries import possible_causes
from pdportal.goals.story.services import name_cause
from pdportal.goals.views import bp
from pdportal.web.autosave import ChangedElsewhere, not_saved, saved, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import form_status, render_form
from pdportal.web.requests import typed


@bp.get("/goals")
def goal_list() -> ResponseReturnValue:
    """My goals with their next steps, and try-outs that wait for a look back."""
    return list_page()


@bp.route("/goals/new", methods=["GET", "POST"])
def new_goal() -> ResponseReturnValue:
    """Write a goal; it is kept as a draft from the first words on."""
    if request.method == "GET":
        return _write_page(None, form_key=secrets.token_urlsafe(12), begun=queries.unfinished(me()))
    form_key = typed("form_key")[:40]
    try:
        goal = services.begin_goal(me(), _typed_content(), form_key=form_key or None)
        if goal.kept_at is None or request.args.get("keep") is None:
            draft = services.save_words(me(), goal, _typed_content(), version=seen_version())
        if request.args.get("keep") is None:
            page = url_for(".edit_goal", goal_id=goal.id)
            return saved(draft.version, page, page=page, key=f"goal-{goal.id}")
        services.keep_goal(me(), goal, _typed_content())
    except Refused as refused:
        db.session.rollback()
        goal_begun = db.session.scalars(queries.goal_from_form(me(), form_key)).one_or_none()
        return _not_saved(goal_begun, refused, form_key)
    flash(_("Your goal is saved. What is the first small step?"), "success")
    return redirect(url_for(".goal_page", goal_id=goal.id))


@bp.get("/goals/<int:goal_id>")
def goal_page(goal_id: int) -> ResponseReturnValue:
    """One goal: its words, its steps, what shows how it goes; partners read what they may."""
    goal = db.session.scalars(queries.goal_page(me(), goal_id)).one_or_none()
    if goal is None:
        return partner_page(one_or_404(partner_queries.goal_read(me(), goal_id)))
    if goal.kept_at is None and goal.is_open:
        return redirect(url_for(".edit_goal", goal_id=goal.id))
    return page_of(goal)


@bp.get("/goals/of-work/<int:work_id>")
def of_work(work_id: int) -> ResponseReturnValue:
    """Where feedback sends the author of a goal."""
    goal = one_or_404(queries.goal_of_work(me(), work_id))
    return redirect(url_for(".goal_page", goal_id=goal.id))


@bp.route("/goals/<int:goal_id>/edit", methods=["GET", "POST"])
def edit_goal(goal_id: int) -> ResponseReturnValue:
    """Change a goal's words: saved as they are typed, kept as a revision with why."""
    goal = one_or_404(queries.goal_page(me(), goal_id))
    if request.method == "GET":
        return _write_page(goal)
    content, why, version = _typed_content(goal), typed("why"), seen_version()
    try:
        if request.args.get("keep") is None:
            draft = services.save_words(me(), goal, content, why=why, version=version)
            return saved(draft.version, url_for(".edit_goal", goal_id=goal.id))
        before = work_queries.history(goal.work)
        revision = services.keep_goal(me(), goal, content, why=why, version=version)
        if before and revision.id != before[0].id:
            name_cause(me(), goal, revision, typed("cause"))
    except Refused as refused:
        return _not_saved(goal, refused)
    if before and revision.id == before[0].id:
        flash(
            _("Saved. The words are those of version %(number)s.", number=revision.number), "info"
        )
    elif before:
        flash(_("Saved as version %(number)s.", number=revision.number), "success")
    else:
        flash(_("Your goal is saved. What is the first small step?"), "success")
    return redirect(url_for(".goal_page", goal_id=goal.id))


@bp.post("/goals/<int:goal_id>/drop-changes")
def drop_changes(goal_id: int) -> ResponseReturnValue:
    """Go back to the words as they were kept last."""
    goal = one_or_404(queries.goal_page(me(), goal_id))
    services.drop_changes(me(), goal)
    flash(_("Your goal is back to its last saved version."), "success")
    return redirect(url_for(".goal_page", goal_id=goal.id))


@bp.route("/goals/<int:goal_id>/close", methods=["GET", "POST"])
def close_goal(goal_id: int) -> ResponseReturnValue:
    """Say that a goal is met, or end it."""
    goal = one_or_404(queries.goal_page(me(), goal_id))
    form = CloseForm(data={"words": goal.closing})
    if goal.kept_at is None:
        form.how.choices = [SelectChoice("abandoned", _("Archive"))]
    if form.validate_on_submit():
        services.close_goal(me(), goal, form.words.data or "", met=form.how.data == "met")
        if goal.met_at:
            flash(_("Goal met. Take a moment to enjoy it."), "success")
        else:
            flash(_("Closed. That makes room for the next one."), "success")
        return redirect(url_for(".goal_list"))
    return render_form("goals/close_goal.html", form, goal=goal)


@bp.post("/goals/<int:goal_id>/reopen")
def reopen_goal(goal_id: int) -> ResponseReturnValue:
    """Go on with a goal that was closed."""
    goal = one_or_404(queries.goal_page(me(), goal_id))
    services.reopen_goal(me(), goal)
    flash(_("Open again."), "success")
    return redirect(url_for(".goal_page", goal_id=goal.id))


def page_of(goal: Goal, step_form: StepForm | None = None) -> ResponseReturnValue:
    """The page of one goal, with the form for a step if it came back."""
    steps = step_queries.steps_of(goal)
    revisions = work_queries.history(goal.work)
    rounds = round_queries.rounds_of(goal.work)
    page = render_template(
        "goals/goal_page.html",
        goal=goal,
        latest=revisions[0] if revisions else None,
        revisions=revisions,
        unkept=bool(revisions) and has_unsaved(goal.work, revisions[0]),
        rounds=rounds,
        around=partner_queries.around(goal),
        open_round=next((row for row in rounds if row.Round.is_open), None),
        step_form=step_form or StepForm(formdata=None),
        **_steps_part(steps),
        **_evidence_part(goal, steps),
    )
    return page, form_status(step_form) if step_form else 200


def _steps_part(steps: Sequence[Step]) -> dict[str, Any]:
    shown = [step for step in steps if step.removed_at is None]
    return {
        "steps": shown,
        "focus": next(iter(step_queries.open_steps(me(), most=1)), None),
        "done": sum(step.done_at is not None for step in shown),
        "removed": _removed_steps(steps),
        "today": clock.today(zone_here()),
    }


def _removed_steps(steps: Sequence[Step]) -> list[tuple[str, str]]:
    """The name of each that was removed, and the address that brings it back."""
    return [
        (step.name, url_for(".act_on_step", step_id=step.id, act="restore"))
        for step in steps
        if step.removed_at is not None
    ]


def _evidence_part(goal: Goal, steps: Sequence[Step]) -> dict[str, Any]:
    evidence = evidence_of(goal, removed=True)
    back = partial(url_for, ".remove_evidence", goal_id=goal.id, act="restore")
    return {
        "evidence": [piece for piece in evidence if piece.removed_at is None],
        "removed_evidence": [
            (piece.name[:120], back(evidence_id=piece.id))
            for piece in evidence
            if piece.removed_at is not None
        ],
        "names": {step.id: step.name for step in steps},
    }


def list_page(form: StepForm | None = None) -> ResponseReturnValue:
    """The list of goals, with a form that came back if one did."""
    goals, today = queries.goals_with_next_step(me()), clock.today(zone_here())
    steps = step_queries.open_steps(me())
    focus = steps[0] if steps else None
    settled = step_queries.settled_alone(me())
    page = render_template(
        "goals/goal_list.html",
        goals=[row for row in goals if row.kept],
        drafts=[row for row in goals if not row.kept],
        waiting=[step for step in steps if step.waits_for_look_back(today)],
        alone=[step for step in steps[1:] if step.goal_id is None],
        focus=focus,
        done_alone=[step for step in settled if not step.removed_at],
        removed_alone=_removed_steps(settled),
        closed=queries.closed_goals(me()),
        partnered=goals_of_others(me()),
        starts=starts_open_to(me()),
        today=today,
        form=form or StepForm(formdata=None),
    )
    return page, form_status(form) if form else 200


def _typed_content(goal: Goal | None = None) -> dict[str, str]:
    return {field["key"]: typed(_box(field["key"])) for field in services.boxes_of(goal)}


def _box(name: str) -> str:
    """The box of a goal's field, or of the reason why it changed."""
    return "why" if name in {WHY, "reason"} else f"f-{name}"


def _not_saved(goal: Goal | None, refused: Refused, form_key: str = "") -> ResponseReturnValue:
    return not_saved(
        refused,
        box=_box,
        again=lambda refused: _write_page(goal, refused=refused, form_key=form_key),
    )


def _write_page(
    goal: Goal | None, *, refused: Refused | None = None, form_key: str = "", begun: Any = None
) -> str:
    """The form with what is stored; where it was refused, with what was typed, and why."""
    draft, fields = goal.work.draft if goal else None, services.boxes_of(goal)
    version, words, why = (draft.version, draft.content, draft.why) if draft else (0, {}, "")
    stored = []
    if refused is not None:
        version, words, why = seen_version(), _typed_content(goal), typed("why")
    if isinstance(refused, ChangedElsewhere):
        version = refused.version
        stored = [(field["label"], refused.values.get(field["key"], "")) for field in fields]
    is_kept = goal is not None and goal.kept_at is not None
    return render_template(
        "goals/write_goal.html",
        goal=goal,
        fields=fields,
        values={**{_box(key): text for key, text in words.items()}, "why": why},
        version=version,
        saved_at=draft.saved_at if draft and not refused else None,
        stored=stored,
        error=refused if not stored else None,
        form_key=form_key,
        begun=begun if not refused else None,
        causes=possible_causes(goal) if goal and is_kept else [],
        cause=typed("cause"),
        unkept=bool(goal and is_kept and has_unsaved(goal.work)),
    )
