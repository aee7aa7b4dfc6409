"""Pages of walks: planned, noted room by room, and the note on patterns."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import uuid4

from flask import Blueprint, flash, redirect, render_template, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy.orm import joinedload, selectinload
from wtforms import HiddenField, SelectField
from wtforms.fields.choices import SelectChoice
from wtforms.validators import NumberRange

from pdportal.accounts import me
from pdportal.accounts.models import School
from pdportal.coaching.appointments.forms import length_field, start_field
from pdportal.coaching.walks import policy, services
from pdportal.coaching.walks.models import Walk, Walker
from pdportal.db import db
from pdportal.feedback.rounds.naming import NamingForm
from pdportal.web.autosave import autosave_response, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.forms import NumberField, text_field
from pdportal.web.pages import render_form
from pdportal.web.requests import typed

bp = Blueprint("walks", __name__, url_prefix="/coaching/walks")


class WalkForm(NamingForm):
    """Where, when, with whom, and what for."""

    school = SelectField(_l("School"), coerce=int)
    starts_at = start_field()
    minutes = length_field(45, 60, 90, 120, 180, default=90)
    rooms = NumberField(
        _l("How many rooms"),
        default=5,
        validators=[NumberRange(3, 26, _l("Three to 26: fewer would point at somebody."))],
    )
    problem = text_field(
        _l("The problem of practice"),
        services.LONGEST,
        _l("Say what you would like to understand."),
    )
    look_fors = text_field(_l("What you will look for, one a line"), services.LONGEST)
    form_key = HiddenField()


@bp.get("")
def walk_list() -> ResponseReturnValue:
    """Walks that I am in, and what walks through my school left."""
    newest = (Walk.held_on.desc(), Walk.id.desc())
    with_school = joinedload(Walk.school)
    mine = policy.walks_seen_by(me()).where(Walk.sent_at.is_(None)).options(with_school)
    notes = policy.notes_read_by(me()).options(with_school)
    return render_template(
        "coaching/walks/walk_list.html",
        walks=db.session.scalars(mine.order_by(*newest).limit(50)).all(),
        notes=db.session.scalars(notes.order_by(*newest).limit(50)).all(),
    )


@bp.route("/new", methods=["GET", "POST"])
def new_walk() -> ResponseReturnValue:
    """Plan a walk."""
    schools = db.session.scalars(
        policy.schools_walked_by(me()).order_by(School.sort_key, School.id)
    ).all()
    form = WalkForm()
    form.school.choices = [SelectChoice(school.id, school.name) for school in schools]
    form.form_key.data = form.form_key.data or uuid4().hex
    walk = form.attempt(lambda: _plan(form, schools)) if not typed("find") else None
    if walk is None:
        return render_form("coaching/walks/new_walk.html", form, **form.offer(me()))
    return redirect(services.page_of(walk))


@bp.get("/<int:walk_id>")
def walk_page(walk_id: int) -> ResponseReturnValue:
    """For those who walk, their notes; once it was sent, the note on patterns."""
    return _page(walk_id)


@bp.get("/at/<int:appointment_id>")
def of_appointment(appointment_id: int) -> ResponseReturnValue:
    """The walk that an appointment is of."""
    mine = policy.walks_seen_by(me()).where(Walk.appointment_id == appointment_id)
    return redirect(url_for(".walk_page", walk_id=one_or_404(mine).id))


@bp.post("/<int:walk_id>/notes")
def save_notes(walk_id: int) -> ResponseReturnValue:
    """Save my notes as they are typed."""
    walk = _walk(walk_id)
    rooms = {room: typed(room) for room in walk.room_names}
    return autosave_response(
        lambda: services.save_notes(me(), walk, rooms, version=seen_version(), names=_names()),
        services.page_of(walk),
        again=lambda refused: _page(walk_id, rooms=rooms, refused=refused),
    )


@bp.post("/<int:walk_id>/patterns")
def save_patterns(walk_id: int) -> ResponseReturnValue:
    """Save the note on patterns as it is typed; or send it, and close the walk."""
    walk = _walk(walk_id)
    words = {name: typed(name) for name in services.PATTERNS}

    def save() -> int:
        saved = services.save_patterns(me(), walk, words, version=seen_version(), names=_names())
        if typed("send"):
            services.close(me(), walk, send=True)
            flash(_("Sent to the staff of %(school)s.", school=walk.school.name), "success")
        return saved

    return autosave_response(
        save,
        services.page_of(walk),
        again=lambda refused: _page(walk_id, words=words, refused=refused),
    )


@bp.post("/<int:walk_id>/close")
def close_walk(walk_id: int) -> ResponseReturnValue:
    """Close it without a note."""
    services.close(me(), _walk(walk_id), send=False)
    flash(_("Closed. All notes are deleted."), "success")
    return redirect(url_for(".walk_list"))


@bp.post("/<int:walk_id>/meet")
def meet(walk_id: int) -> ResponseReturnValue:
    """Call the meeting in which notes become patterns."""
    work = services.work_to_meet_about(me(), _walk(walk_id))
    protocol = "instructional-rounds" if typed("protocol") == "rounds" else "learning-walk"
    return redirect(url_for("feedback.call_meeting", work_id=work.id, protocol=protocol))


def _plan(form: WalkForm, schools: Sequence[School]) -> Walk:
    return services.plan(
        me(),
        next(school for school in schools if school.id == form.school.data),
        form.people(me()),
        starts_at=form.starts_at.moment,  # type: ignore[arg-type]  # the form asked for it
        minutes=form.minutes.data,
        rooms=form.rooms.data,
        problem=form.problem.data or "",
        look_fors=form.look_fors.data or "",
        form_key=(form.form_key.data or "")[:40],
        names=_names(),
    )


def _names() -> services.AboutNames:
    return services.AboutNames(take_out=bool(typed("take_out")), sure=bool(typed("sure")))


def _page(
    walk_id: int,
    *,
    rooms: dict[str, str] | None = None,
    words: dict[str, str] | None = None,
    refused: Refused | None = None,
) -> str:
    found = db.session.scalars(
        policy.notes_read_by(me()).where(Walk.id == walk_id).options(joinedload(Walk.school))
    ).one_or_none()
    if found is not None:
        return render_template("coaching/walks/note_page.html", walk=found)
    walk = _walk(walk_id)
    own = db.session.scalars(policy.own_notes(me(), walk)).one()
    return render_template(
        "coaching/walks/walk_page.html",
        walk=walk,
        own=own,
        rooms=rooms or own.notes,
        words=words or {name: getattr(walk, name) for name in services.PATTERNS},
        organizes=policy.may_organize(me(), walk),
        mistakes={refused.field or "": refused.message} if refused else {},
    )


def _walk(walk_id: int) -> Walk:
    people = selectinload(Walk.walkers).load_only(Walker.person_id).joinedload(Walker.person)
    return one_or_404(
        policy.walks_seen_by(me())
        .where(Walk.id == walk_id)
        .options(joinedload(Walk.school), joinedload(Walk.appointment), people)
    )
