"""Pages of visits: planned, noted, read again and shared, talked about."""

from __future__ import annotations

from datetime import timedelta
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal import clock
from pdportal.accounts import me
from pdportal.coaching.visits import notes, policy, queries, services
from pdportal.coaching.visits.forms import PlanForm, StepForm, WhenForm
from pdportal.coaching.visits.models import Visit
from pdportal.feedback.reviews.hints import judging_words
from pdportal.goals.views import steps_made
from pdportal.web.autosave import autosave_response, keeps_words, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.locale import zone_here
from pdportal.web.pages import render_form
from pdportal.web.requests import typed

bp = Blueprint("visits", __name__, url_prefix="/coaching/visits")


@bp.get("")
def visit_list() -> ResponseReturnValue:
    """My visits: what waits for an answer, what is to come, and those that were."""
    visits = queries.my_visits(me())
    over = clock.now() - timedelta(minutes=30)
    ahead = [visit for visit in visits if visit.is_on and visit.ends_at >= over]
    return render_template(
        "coaching/visits/visit_list.html",
        ahead=ahead[::-1],
        before=[visit for visit in visits if visit not in ahead],
        follow_ups=queries.follow_ups(me(), clock.today(zone_here())),
        may_answer=policy.may_answer,
    )


@bp.route("/new", methods=["GET", "POST"])
def new_visit() -> ResponseReturnValue:
    """Propose a visit."""
    form = PlanForm()
    if request.method == "GET":
        form.named.data = request.args.getlist("with", type=int)
    visit = form.attempt(lambda: _propose(form)) if not typed("find") else None
    if visit is None:
        return render_form("coaching/visits/new_visit.html", form, **form.offer(me()))
    flash(_("Proposed. You are told when it is answered."), "success")
    return redirect(services.page_of(visit))


@bp.get("/<int:visit_id>")
def visit_page(visit_id: int) -> ResponseReturnValue:
    """A visit: what was agreed, what is asked before, what was noted, what follows."""
    return _page(_visit(visit_id))


@bp.get("/at/<int:appointment_id>")
def of_appointment(appointment_id: int) -> ResponseReturnValue:
    """The visit that an appointment is of."""
    mine = policy.visits_seen_by(me()).where(Visit.appointment_id == appointment_id)
    return redirect(url_for(".visit_page", visit_id=one_or_404(mine).id))


@bp.post("/<int:visit_id>/answer")
def answer_visit(visit_id: int) -> ResponseReturnValue:
    """Accept, decline, or call off."""
    visit, what = _visit(visit_id), typed("what")
    try:
        if what == "call-off":
            services.call_off(me(), visit)
        else:
            services.answer(me(), visit, accepts=what == "accept")
    except Refused as refused:
        if refused.field is None:
            raise
        flash(refused.message, "error")  # somebody has something else then
    return redirect(url_for(".visit_page", visit_id=visit_id))


@bp.route("/<int:visit_id>/move", methods=["GET", "POST"])
def move_visit(visit_id: int) -> ResponseReturnValue:
    """Propose another time."""
    visit = _visit(visit_id)
    local = visit.starts_at.astimezone(zone_here()).replace(tzinfo=None)
    form = WhenForm(data={"starts_at": local, "minutes": visit.minutes, "place": visit.place})

    def move() -> bool:
        services.move(me(), visit, **form.planned())
        return True

    if not form.attempt(move):
        return render_form("coaching/visits/move_visit.html", form, visit=visit)
    return redirect(url_for(".visit_page", visit_id=visit_id))


@bp.post("/<int:visit_id>/before")
@keeps_words(
    questions=_l("Your questions"),
    wants=_l("What to look for"),
    look_fors=_l("Signs of it"),
    working_on=_l("What students work on"),
    seat=_l("Where to sit"),
)
def save_before(visit_id: int) -> ResponseReturnValue:
    """Save what I say before, as it is typed."""
    visit = _visit(visit_id)
    words = {name: typed(name) for name in (*services.BEFORE, "questions")}
    return autosave_response(
        lambda: services.save_before(me(), visit, words, version=seen_version()),
        url_for(".visit_page", visit_id=visit_id),
    )


@bp.get("/<int:visit_id>/notes")
def notes_page(visit_id: int) -> ResponseReturnValue:
    """Take notes."""
    return _notes_page(_visit_to_note(visit_id))


@bp.post("/<int:visit_id>/notes")
def save_notes(visit_id: int) -> ResponseReturnValue:
    """Save lines as they are typed; what is not confirmed stays in the browser."""
    visit = _visit(visit_id)
    rows = notes.read_rows(typed("lines"))
    lines = rows or notes.read_plain(typed("text"), typed("tag"))

    def save() -> int:
        notes.save_lines(me(), visit, lines)
        return len(lines)

    return autosave_response(
        save,
        url_for(".reread" if typed("from") == "again" else ".notes_page", visit_id=visit_id),
        typed=[(_("Notes"), "\n".join(line.text for line in lines))],
        again=lambda refused: _notes_page(visit, refused, typed("text")),
        values={"lines": [typed("lines").split("\n")[-1]]},
    )


@bp.get("/<int:visit_id>/again")
def reread(visit_id: int) -> ResponseReturnValue:
    """Read my notes again, before the host does."""
    visit = _visit_to_note(visit_id)
    own = [line for line in queries.lines(me(), visit) if line.shared_at is None]
    hints = {line.id: judging_words(line.text) for line in own}
    return render_template(
        "coaching/visits/reread.html", visit=visit, lines=own, hints=hints, clock=_clock()
    )


@bp.post("/<int:visit_id>/again")
def save_again(visit_id: int) -> ResponseReturnValue:
    """Save what I change while I read; or share what is left."""
    visit, shares = _visit(visit_id), "share" in request.form

    def save() -> int:
        version = notes.change_lines(me(), visit, request.form, version=seen_version())
        if shares and notes.share(me(), visit):
            flash(_("Shared with %(name)s.", name=visit.host.name), "success")
        return version

    return autosave_response(
        save,
        url_for(".visit_page" if shares else ".reread", visit_id=visit_id),
        typed=[("", text) for name, text in request.form.items() if name.startswith("text-")],
    )


@bp.post("/<int:visit_id>/say")
@keeps_words(text=_l("About the visit"))
def say(visit_id: int) -> ResponseReturnValue:
    """Say something about the notes."""
    visit = _visit(visit_id)
    return autosave_response(
        lambda: notes.say(me(), visit, typed("text"), typed("key") or uuid4().hex),
        url_for(".visit_page", visit_id=visit_id, _anchor="talk"),
        again=lambda refused: _page(visit, comment=typed("text"), mistake=refused.message),
    )


@bp.post("/<int:visit_id>/step")
@keeps_words(next_step=_l("The next step"))
def agree_on_step(visit_id: int) -> ResponseReturnValue:
    """Note the next step."""
    visit = _visit(visit_id)
    form = StepForm(obj=visit)
    agreed = form.attempt(
        lambda: services.agree_on_step(
            me(),
            visit,
            form.next_step.data or "",
            form.follow_up_on.data,
            version=form.seen_version(),
        )
    )
    if agreed is None:
        return _page(visit, form), form.refused.status if form.refused else 422
    return redirect(url_for(".visit_page", visit_id=visit_id, _anchor="step"))


@bp.post("/<int:visit_id>/followed-up")
def followed_up(visit_id: int) -> ResponseReturnValue:
    """We talked about the next step."""
    services.follow_up_done(me(), _visit(visit_id))
    return redirect(url_for(".visit_list"))


def _propose(form: PlanForm) -> Visit:
    other = form.other(me())
    visitor, host = (me(), other) if form.who.data == "i" else (other, me())
    return services.propose(me(), visitor, host, **form.planned())


def _page(visit: Visit, form: StepForm | None = None, comment: str = "", mistake: str = "") -> str:
    lines = queries.lines(me(), visit)
    is_host = me().id == visit.host_id
    return render_template(
        "coaching/visits/visit_page.html",
        visit=visit,
        is_host=is_host,
        other=visit.other(me()),
        may_answer=policy.may_answer(me(), visit),
        may_plan=policy.may_plan(me(), visit),
        may_note=policy.may_note(me(), visit),
        noted=[line for line in lines if line.shared_at and not line.is_after],
        unshared=sum(line.shared_at is None for line in lines),
        talk=[line for line in lines if line.is_after],
        steps=steps_made(me(), services.page_of(visit)) if is_host and visit.next_step else {},
        form=form or StepForm(formdata=None, obj=visit, data={"version": visit.step_version}),
        comment=comment,
        mistake=mistake,
        key=uuid4().hex,
    )


def _notes_page(visit: Visit, refused: Refused | None = None, text: str = "") -> str:
    return render_template(
        "coaching/visits/notes_page.html",
        visit=visit,
        lines=[line for line in queries.lines(me(), visit) if not line.is_after],
        typed=text,
        mistake=refused.message if refused else "",
        clock=_clock(),
    )


def _clock() -> dict[str, object]:
    """The portal's clock and the reader's zone, by which lines are noted while the line is gone."""
    return {"now": round(clock.now().timestamp() * 1000), "zone": zone_here().key}


def _visit_to_note(visit_id: int) -> Visit:
    visit = _visit(visit_id)
    if not policy.may_note(me(), visit):
        raise Refused(_("Notes begin once the visit is agreed."), status=403)
    return visit


def _visit(visit_id: int) -> Visit:
    return one_or_404(queries.visit_page(me(), visit_id))
