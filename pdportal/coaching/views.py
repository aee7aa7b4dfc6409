"""Coaching: who waits for me, my teachers, my coaches, my clips."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts import me
from pdportal.accounts.models import RoleName
from pdportal.coaching import queries
from pdportal.coaching.covers.policy import own_asks
from pdportal.coaching.covers.queries import clips_to_let_see, covers_and_asks, taken_over
from pdportal.coaching.cycles.queries import cycles_of, planned
from pdportal.coaching.first_screen import coach_screen
from pdportal.coaching.notes.forms import CONTACTS, NoteForm
from pdportal.coaching.notes.queries import notes_about
from pdportal.coaching.promises import OFFERED, promise
from pdportal.coaching.visits.queries import visits_to
from pdportal.db import db, reads_rows
from pdportal.video.uploads.queries import unfinished
from pdportal.web.errors import or_404, require
from pdportal.web.locale import zone_here
from pdportal.web.requests import typed_id

bp = Blueprint("coaching", __name__)


@bp.get("/coaching")
@reads_rows
def coaching() -> ResponseReturnValue:
    """For a coach who needs them next; for others their own clips and their coach."""
    if not me().holds(RoleName.COACH):
        return own_coaching()
    show, words = request.args.get("show", ""), request.args.get("q", "").strip()
    return render_template(
        "coaching/first_screen.html",
        screen=coach_screen(me(), show, words),
        covers=tuple(covers_and_asks(me())),
        asked=(show, words),
        today=clock.today(zone_here()),
        promises=OFFERED,
    )


@bp.get("/coaching/mine")
def own_coaching() -> ResponseReturnValue:
    """My clips, my coach, and clips that others showed me."""
    my_coaches = queries.my_coaches(me())
    return render_template(
        "coaching/coaching.html",
        coaches=me().holds(RoleName.COACH),
        shown=queries.clips_shown(me()),
        handed=clips_to_let_see(me()) if my_coaches else [],
        asked=None if my_coaches else db.session.scalars(own_asks(me())).first(),
        my_coaches=my_coaches,
        clips=queries.my_clips(me()),
        unfinished=unfinished(me()),
        promised=queries.answers_promised(me()),
        cycles=cycles_of(me(), ended=False),
    )


@bp.post("/coaching/promise")
def promise_answers() -> ResponseReturnValue:
    """Say within how many school days I answer."""
    require(me().holds(RoleName.COACH))
    promise(me(), request.form.get("within", 0, type=int))
    flash(_("Saved. Teachers see it when they share a clip with you."), "success")
    return redirect(url_for(".coaching"))


@bp.get("/coaching/teachers/<int:person_id>")
def teacher(person_id: int) -> ResponseReturnValue:
    """A teacher of mine: what they shared with me, what I gave, and my notes."""
    return teacher_page(whole_teacher(person_id))


def whole_teacher(person_id: int) -> Any:
    """A teacher whom I coach now; 404 for anybody else."""
    return or_404(queries.teacher(me(), person_id))


def teacher_page(teacher: Any, form: NoteForm | None = None) -> str:
    """Their page, with the form of a note as it was typed, of a note to change, or empty."""
    notes = notes_about(me(), teacher.id)
    asked = request.args.get("note", 0, type=int)
    open_note = next((note for note in notes if note.id == asked and not note.shared_at), None)
    if form is None:
        today = clock.today(zone_here())
        new = {"form_key": token_hex(8), "on_day": today, "version": 0, "contact": ""}
        new |= planned(me(), typed_id(request.args.get("cycle", "")), request.args.get("phase", ""))
        form = NoteForm(formdata=None, obj=open_note, data=None if open_note else new)
        form.offer_readers(teacher.name)
    return render_template(
        "coaching/teacher.html",
        teacher=teacher,
        form=form,
        open_note=open_note,
        notes=notes,
        taken_over=taken_over(me(), teacher.id),
        contacts=CONTACTS,
        log_key=token_hex(8),
        clips=queries.clips_shown(me(), teacher.id),
        reviews=queries.reviews_for(me(), teacher.id),
        visits=visits_to(me(), teacher.id),
        cycles=cycles_of(me(), teacher.id),
    )


@bp.get("/clips")
def clips() -> ResponseReturnValue:
    """Clips have their list on the page of coaching."""
    place = ".own_coaching" if me().holds(RoleName.COACH) else ".coaching"
    return redirect(url_for(place, _anchor="clips"))
