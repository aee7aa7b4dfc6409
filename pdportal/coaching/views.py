"""Coaching: who waits for me, my teachers, my coaches, my clips."""

from __future__ import annotations

from secrets import token_hex
from typing import Any

from flask import Blueprint, abort, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from pdportal import clock
from pdportal.accounts import me
from pdportal.accounts.models import RoleName
from pdportal.coaching import queries
from pdportal.coaching.notes.forms import CONTACTS, NoteForm
from pdportal.coaching.notes.queries import notes_about
from pdportal.video.uploads.queries import unfinished
from pdportal.web.locale import zone_here

bp = Blueprint("coaching", __name__)


@bp.get("/coaching")
def coaching() -> ResponseReturnValue:
    """What waits for me, and what I wait for."""
    coaches = me().holds(RoleName.COACH)
    return render_template(
        "coaching/coaching.html",
        coaches=coaches,
        waiting=queries.waiting_for_coach(me()),
        answered=queries.clips_answered(me()),
        teachers=queries.my_teachers(me()) if coaches else [],
        my_coaches=queries.my_coaches(me()),
        clips=queries.my_clips(me()),
        unfinished=unfinished(me()),
    )


@bp.get("/coaching/teachers/<int:person_id>")
def teacher(person_id: int) -> ResponseReturnValue:
    """A teacher of mine: what they shared with me, what I gave, and my notes."""
    return teacher_page(whole_teacher(person_id))


def whole_teacher(person_id: int) -> Any:
    """A teacher whom I coach now; 404 for anybody else."""
    found = queries.teacher(me(), person_id)
    if found is None:
        abort(404)
    return found


def teacher_page(teacher: Any, form: NoteForm | None = None) -> str:
    """Their page, with the form of a note as it was typed, of a note to change, or empty."""
    notes = notes_about(me(), teacher.id)
    asked = request.args.get("note", 0, type=int)
    open_note = next((note for note in notes if note.id == asked and not note.shared_at), None)
    if form is None:
        today = clock.today(zone_here())
        new = {"form_key": token_hex(8), "on_day": today, "version": 0, "contact": ""}
        form = NoteForm(formdata=None, obj=open_note, data=None if open_note else new)
        form.offer_readers(teacher.name)
    return render_template(
        "coaching/teacher.html",
        teacher=teacher,
        form=form,
        open_note=open_note,
        notes=notes,
        contacts=CONTACTS,
        log_key=token_hex(8),
        clips=queries.clips_from(me(), teacher.id),
        reviews=queries.reviews_for(me(), teacher.id),
    )


@bp.get("/clips")
def clips() -> ResponseReturnValue:
    """Clips have their list on the page of coaching."""
    return redirect(url_for(".coaching", _anchor="clips"))
