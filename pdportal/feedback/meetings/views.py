"""A meeting: called, held stage by stage, and what came of it."""

from __future__ import annotations

from collections.abc import Callable

from flask import Response, flash, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from sqlalchemy import Select
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.activity.looks import note_look
from pdportal.feedback.comments.boxes import typed_comment
from pdportal.feedback.kinds import work_url
from pdportal.feedback.meetings import ending, notes, policy, queries, services
from pdportal.feedback.meetings.forms import MeetingForm
from pdportal.feedback.meetings.models import Duty, Meeting
from pdportal.feedback.meetings.shown import page_values
from pdportal.feedback.protocols.queries import protocol_chosen
from pdportal.feedback.protocols.stages import Way
from pdportal.feedback.rounds.offering import offer_protocols
from pdportal.feedback.rounds.queries import protocols_used
from pdportal.feedback.views import bp, show
from pdportal.feedback.works.policy import may_write, owner_for
from pdportal.feedback.works.queries import own_work
from pdportal.web.autosave import autosave_response, keeps_words, not_saved, seen_version
from pdportal.web.errors import Refused, one_or_404, wants_fragment
from pdportal.web.pages import render_form
from pdportal.web.portal import says_unchanged
from pdportal.web.requests import typed, typed_id, typed_number


@bp.route("/works/<int:work_id>/meet", methods=["GET", "POST"])
def call_meeting(work_id: int) -> ResponseReturnValue:
    """Meet about a work: with which protocol, on what question, with whom and when."""
    work = one_or_404(own_work(me(), work_id))
    going_on = queries.open_meeting(work)
    if going_on is not None:
        return redirect(url_for(".meeting", meeting_id=going_on.id))
    form = MeetingForm()
    context = {
        "work": work,
        "work_url": work_url(work),
        "offer": offer_protocols(form, work, protocols_used(work), Way.LIVE),
    }

    def act() -> Meeting:
        return services.call(
            me(),
            work,
            protocol=one_or_404(protocol_chosen(me(), form.protocol.data)),
            question=form.question.data or "",
            people=form.people(me(), work),
            planned_at=form.planned_at.moment,
        )

    if called := form.attempt(act):
        return redirect(url_for(".meeting", meeting_id=called.id))
    return render_form("feedback/call_meeting.html", form, **context, **form.offer(me(), work))


@bp.get("/meetings/<int:meeting_id>")
def meeting(meeting_id: int) -> ResponseReturnValue:
    """The meeting as it stands now; for those with a seat in it."""
    return _page(_meeting(meeting_id))


def _is_as_it_was(meeting_id: int) -> bool:
    seen = request.headers.get("If-None-Match")
    state = queries.state(meeting_id) if seen else None
    return state is not None and seen == f'"{state}"'


@bp.get("/meetings/<int:meeting_id>/now")
@says_unchanged(_is_as_it_was)
def meeting_now(meeting_id: int) -> ResponseReturnValue:
    """What is new since the page was made: nothing (304), or the parts that change."""
    return _page(_meeting(meeting_id), whole=False)


@bp.post("/meetings/<int:meeting_id>/here")
def meeting_here(meeting_id: int) -> ResponseReturnValue:
    """My page is open."""
    services.note_here(one_or_404(queries.own_seat(me(), meeting_id)))
    return Response(status=204)


@bp.post("/meetings/<int:meeting_id>/run")
def run_meeting(meeting_id: int) -> ResponseReturnValue:
    """Begin, go to another stage, turn the clock, end."""
    what, number = typed("what"), typed_number("number")
    seen = typed_number("seen")
    acts: dict[str, Callable[[Meeting], None]] = {
        "begin": lambda meeting: services.begin(me(), meeting),
        "next": lambda meeting: services.to_stage(me(), meeting, seen + 1, seen=seen),
        "back": lambda meeting: services.to_stage(me(), meeting, seen - 1, seen=seen),
        "lower": lambda meeting: services.lower_hand(me(), meeting, number),
        "end": lambda meeting: services.end(me(), meeting),
        "one-screen": lambda meeting: services.share_screen(me(), meeting, shared=True),
        "own-screen": lambda meeting: services.share_screen(me(), meeting, shared=False),
    }
    return _act(
        meeting_id,
        acts.get(what, lambda meeting: services.keep_time(me(), meeting, what)),
    )


@bp.post("/meetings/<int:meeting_id>/duty")
def hand_duty(meeting_id: int) -> ResponseReturnValue:
    """Take a duty, hand it to somebody, or give it up."""
    duty = next((each for each in Duty if each == typed("duty")), None)
    whose = typed_number("whose") or me().id
    return _act(meeting_id, lambda meeting: services.take_duty(me(), meeting, duty, whose=whose))


@bp.post("/meetings/<int:meeting_id>/hand")
def raise_hand(meeting_id: int) -> ResponseReturnValue:
    """Raise my hand, or lower it."""
    up = typed("up") == "yes"
    return _act(meeting_id, lambda meeting: services.raise_hand(me(), meeting, up=up))


@bp.post("/meetings/<int:meeting_id>/note")
@keeps_words(text=_l("A note for all"))
def post_note(meeting_id: int) -> ResponseReturnValue:
    """Note something for all, or put one's own note right or take it out."""
    if typed("remove"):
        ident, text = typed_id(typed("remove")), typed("text")
        return _act(
            meeting_id,
            lambda meeting: notes.put_right(me(), meeting, ident, text),
            policy.meetings_put_right_by(me()),
        )
    note, said_by = typed_comment(request.form), typed_number("said_by")
    return _act(
        meeting_id,
        lambda meeting: notes.post(me(), meeting, typed("stage"), note, said_by=said_by),
    )


@bp.post("/meetings/<int:meeting_id>/draft")
def save_note_draft(meeting_id: int) -> ResponseReturnValue:
    """Save a note as it is typed."""
    meeting = _meeting(meeting_id)
    text, version = typed("text"), seen_version()
    back = url_for(".meeting", meeting_id=meeting_id)
    return autosave_response(
        lambda: notes.save_draft(me(), meeting, text, version=version, stage=typed("stage")),
        back,
        box=lambda _name: "text",
        typed=[("", text)],
    )


@bp.post("/meetings/<int:meeting_id>/own")
@keeps_words(own_notes=_l("My notes"))
def save_own_notes(meeting_id: int) -> ResponseReturnValue:
    """Save my own notes as they are typed."""
    meeting = _meeting(meeting_id)
    text, version = typed("own_notes"), seen_version()
    back = url_for(".meeting", meeting_id=meeting_id)
    return autosave_response(lambda: notes.save_own(me(), meeting, text, version=version), back)


@bp.route("/meetings/<int:meeting_id>/invite", methods=["GET", "POST"])
def invite_more(meeting_id: int) -> ResponseReturnValue:
    """Give more colleagues a seat."""
    meeting = _meeting(meeting_id)
    if not may_write(me(), meeting.work) or not meeting.is_open:
        raise NotFound
    form = MeetingForm()
    if form.is_submitted():
        try:
            services.invite(me(), meeting, form.people(me(), meeting.work))
            return redirect(url_for(".meeting", meeting_id=meeting_id))
        except Refused as refused:
            show(refused)
    return render_template(
        "feedback/invite_more.html", form=form, meeting=meeting, **form.offer(me(), meeting.work)
    )


@bp.post("/meetings/<int:meeting_id>/leave")
def leave_meeting(meeting_id: int) -> ResponseReturnValue:
    """Give up my seat."""
    services.leave(me(), _meeting(meeting_id))
    flash(_("You no longer take part."))
    return redirect(url_for(".index"))


@bp.post("/meetings/<int:meeting_id>/call-off")
def call_off_meeting(meeting_id: int) -> ResponseReturnValue:
    """Call it off."""
    meeting = _meeting(meeting_id)
    services.call_off(me(), meeting)
    flash(_("The meeting is called off. Those you invited are told."), "success")
    return redirect(work_url(meeting.work))


@bp.post("/meetings/<int:meeting_id>/round")
def round_of_meeting(meeting_id: int) -> ResponseReturnValue:
    """Bring what was said over to where the author answers it."""
    meeting = _meeting(meeting_id)
    if not may_write(me(), meeting.work) or meeting.ended_at is None:
        raise NotFound
    round_ = ending.require_round(meeting)
    return redirect(url_for(".round_page", round_id=round_.id))


def _act(
    meeting_id: int, act: Callable[[Meeting], None], of: Select[Meeting] | None = None
) -> ResponseReturnValue:
    """Do something, then show the meeting as it is now; a mistake is told at its place.

    `of` are the meetings in which one may, if not those with a seat in them.
    """
    of = policy.meetings_seen_by(me()) if of is None else of
    meeting = one_or_404(of.where(Meeting.id == meeting_id))
    try:
        act(meeting)
    except Refused as refused:
        if wants_fragment():
            raise
        if typed("text"):
            return not_saved(refused, url_for(".meeting", meeting_id=meeting_id))
        show(refused)
    if wants_fragment() and meeting.is_open:
        return _page(meeting, whole=False)
    if policy.may_see(me(), meeting):
        return redirect(url_for(".meeting", meeting_id=meeting_id))
    review_id = queries.review_of(me(), meeting)
    return redirect(url_for(".outcome", review_id=review_id) if review_id else url_for(".index"))


def _meeting(meeting_id: int) -> Meeting:
    return one_or_404(queries.meeting_page(me(), meeting_id))


def _page(meeting: Meeting, *, whole: bool = True) -> Response:
    """The page, or what of it changes while it is open."""
    note_look(me(), "work", meeting.work_id, owner_for(me(), meeting.work))
    template = "feedback/meeting.html" if meeting.is_open else "feedback/meeting_over.html"
    response = make_response(render_template(template, **page_values(me(), meeting, whole=whole)))
    response.headers["ETag"] = f'"{queries.state_of(meeting)}"'
    return response
