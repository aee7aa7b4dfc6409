"""Coaching: who waits for me, my teachers, my coaches, my clips."""

from __future__ import annotations

from flask import Blueprint, abort, redirect, render_template, url_for
from flask.typing import ResponseReturnValue

from pdportal.accounts import me
from pdportal.accounts.models import RoleName
from pdportal.coaching import queries

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
    )


@bp.get("/coaching/teachers/<int:person_id>")
def teacher(person_id: int) -> ResponseReturnValue:
    """A teacher of mine: what they shared with me, and what I gave."""
    found = queries.teacher(me(), person_id)
    if found is None:
        abort(404)
    return render_template(
        "coaching/teacher.html",
        teacher=found,
        clips=queries.clips_from(me(), person_id),
        reviews=queries.reviews_for(me(), person_id),
    )


@bp.get("/clips")
def clips() -> ResponseReturnValue:
    """Clips have their list on the page of coaching."""
    return redirect(url_for(".coaching", _anchor="clips"))
