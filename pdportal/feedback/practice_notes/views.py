"""The pages of practice notes: by skill, one of them, and whom it is shared with."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.activity.looks import note_look, who_looked
from pdportal.feedback.comments import policy as comment_policy
from pdportal.feedback.comments import queries as comment_queries
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.placing import parts_of
from pdportal.feedback.kinds import NO_STUDENTS
from pdportal.feedback.practice_notes import queries, services
from pdportal.feedback.views import bp
from pdportal.feedback.works.models import Work
from pdportal.feedback.works.queries import latest_revision, own_work
from pdportal.feedback.works.services import has_unsaved
from pdportal.feedback.works.skills import MOST_SKILLS, skills_of
from pdportal.search.sources import fit
from pdportal.skills.queries import skill_choices
from pdportal.web.autosave import keeps_words, not_saved
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.requests import typed, typed_id, typed_numbers


@bp.get("/practice")
def notes() -> ResponseReturnValue:
    """What colleagues of my cohorts and my school tried, by skill."""
    skill_id = typed_id(request.args.get("skill", "")) or None
    asked = request.args.get("q", "").strip()
    read = queries.notes_read(me())
    skills = {note.skill_id: note.skill for note in read if note.skill_id}
    fitting = [
        note
        for note in read
        if skill_id in (None, note.skill_id)
        and (not asked or fit(asked, note.title, " ".join(note.content.values())))
    ]
    by_skill = groupby(fitting, lambda note: (note.skill_id, note.skill))
    return render_template(
        "feedback/notes.html",
        by_skill=[(skill, list(some)) for (_id, skill), some in by_skill],
        skills=list(skills.items()),
        skill_id=skill_id,
        asked=asked,
        any_notes=bool(read),
        own=queries.own_notes(me()),
    )


@bp.get("/practice/<int:work_id>")
def note_page(work_id: int) -> ResponseReturnValue:
    """One practice note, and what was said to its writer."""
    return note_page_of(one_or_404(queries.note_page(me(), work_id)))


@bp.route("/practice/<int:work_id>/share", methods=["GET", "POST"])
def share_note(work_id: int) -> ResponseReturnValue:
    """Choose who reads it, and which skills it is about."""
    work = _own(work_id)
    if request.method == "GET" or "find" in request.form:
        return _share_page(work)
    groups = request.form.getlist("group")
    skills = typed_numbers("skill")
    try:
        services.share_note(me(), work, groups, skills)
    except Refused as refused:
        if refused.status != 422:
            raise
        return _share_page(work, refused), 422
    flash(_("Shared.") if groups else _("Only you can read it now."), "success")
    return redirect(url_for(".note_page", work_id=work.id))


@bp.post("/practice/<int:work_id>/take-back")
def take_back_note(work_id: int) -> ResponseReturnValue:
    """Nobody else reads it from now on."""
    work = _own(work_id)
    services.share_note(me(), work, [], [skill.id for skill in skills_of(work)])
    flash(_("Only you can read it now."), "success")
    return redirect(url_for(".note_page", work_id=work.id))


@bp.post("/practice/<int:work_id>/say")
@keeps_words(text=_l("To the writer"))
def say_to_writer(work_id: int) -> ResponseReturnValue:
    """Thank the writer, ask a question, or ask to come and see."""
    work = one_or_404(queries.note_page(me(), work_id))
    chosen = typed("kind")
    try:
        kind = CommentKind(chosen) if chosen in set(CommentKind) else CommentKind.NOTE
        services.say(me(), work, kind, typed("text"))
    except Refused as refused:
        mistake = {"form": "say", "comment": None, "error": refused, "typed": request.form}
        return not_saved(
            refused,
            url_for(".note_page", work_id=work.id),
            again=lambda _refused: note_page_of(work, mistake),
        )
    flash(_("%(name)s reads it, and nobody else.", name=work.author.name), "success")
    return redirect(url_for(".note_page", work_id=work.id, _anchor="said"))


def note_page_of(work: Work, mistake: Mapping[str, Any] | None = None) -> str:
    """The page of a note; `mistake` is a form on it that came back (`comments.views`)."""
    note_look(me(), "work", work.id, work.author_id)
    mine = work.author_id == me().id
    revision = latest_revision(work)
    threads = comment_queries.threads(me(), Work.id == work.id)
    return render_template(
        "feedback/note.html",
        work=work,
        mine=mine,
        parts=parts_of(work, revision) if revision else [],
        made_at=revision.made_at if revision else None,
        unsaved=mine and has_unsaved(work, revision),
        groups=queries.groups_reading(me(), work),
        skills=skills_of(work),
        threads=threads,
        removable={
            each.comment.id
            for each in threads
            if not each.is_answered and comment_policy.may_change(me(), each.comment)
        },
        looked=who_looked("work", work.id) if mine else [],
        mistake=mistake,
    )


def _share_page(work: Work, refused: Refused | None = None) -> str:
    shares = queries.shares_of(work)
    stored = [share.group for share in shares], [skill.id for skill in skills_of(work)]
    chosen, skills = stored
    if request.method == "POST":
        chosen = request.form.getlist("group")
        skills = typed_numbers("skill")
    return render_template(
        "feedback/share_note.html",
        work=work,
        groups=queries.groups_to_share_with(me(), shares),
        chosen=chosen,
        skills=[*skills, 0, 0][:MOST_SKILLS],
        to_choose=skill_choices(me(), skills, typed("find_skill")),
        reminder=NO_STUDENTS,
        refused=refused,
    )


def _own(work_id: int) -> Work:
    return one_or_404(own_work(me(), work_id).where(Work.kind == queries.NAME))
