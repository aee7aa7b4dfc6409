"""Notes about one teacher, what was shared with oneself, and a month's contacts."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l

from pdportal import clock
from pdportal.accounts import me
from pdportal.accounts.models import RoleName
from pdportal.coaching.notes import policy, queries, services
from pdportal.coaching.notes.forms import CONTACTS, NoteForm
from pdportal.coaching.notes.models import CoachNote, Contact
from pdportal.coaching.views import bp, teacher_page, whole_teacher
from pdportal.web.autosave import keeps_words, not_saved, saved
from pdportal.web.errors import one_or_404, require, wants_fragment
from pdportal.web.locale import month_after, month_asked, zone_here


@bp.post("/coaching/teachers/<int:person_id>/notes")
@keeps_words(text=_l("Note"))
def save_note(person_id: int) -> ResponseReturnValue:
    """Save a note as it is typed; the button keeps it, and shares it if so chosen."""
    form = NoteForm()
    teacher = whole_teacher(person_id)
    form.offer_readers(teacher.name)
    keep = "keep" in request.form
    note = form.attempt(
        lambda: services.save_note(
            me(),
            person_id,
            (form.form_key.data or "")[:40],
            form.values(),
            version=form.seen_version(),
            keep=keep,
        )
    )
    if note is None:
        if wants_fragment():
            return not_saved(form.changed or form.refused or form.first_mistake())
        return teacher_page(teacher, form), 422
    if wants_fragment():
        return saved(note.version, "")
    if note.shared_at and keep:
        flash(_("Saved. %(name)s can read it now.", name=teacher.name), "success")
    else:
        flash(_("Saved. Only you can read it."), "success")
    return redirect(url_for(".teacher", person_id=person_id, _anchor=f"note-{note.id}"))


@bp.post("/coaching/teachers/<int:person_id>/log")
def log_contact(person_id: int) -> ResponseReturnValue:
    """A contact without words, in one tap."""
    known = {each.value: each for each in Contact}
    contact = known.get(request.form.get("contact", ""), Contact.OTHER)
    minutes = max(1, min(request.form.get("minutes", 10, type=int), 600))
    key = request.form.get("form_key", "")[:40]
    services.log_contact(me(), person_id, key, contact, minutes)
    flash(_("Noted: %(minutes)s min, %(contact)s.", minutes=minutes, contact=CONTACTS[contact]))
    return redirect(url_for(".teacher", person_id=person_id, _anchor="notes"))


@bp.route("/coaching/notes/<int:note_id>/share", methods=["GET", "POST"])
def share_note(note_id: int) -> ResponseReturnValue:
    """What the teacher would read; then they do."""
    note = _own(note_id)
    if request.method == "GET":
        return render_template("coaching/share_note.html", note=note, contacts=CONTACTS)
    services.share_note(me(), note)
    flash(_("%(name)s can read it now.", name=note.teacher.name), "success")
    return _back(note)


@bp.post("/coaching/notes/<int:note_id>/<any('followed-up', delete):act>")
def act_on_note(note_id: int, act: str) -> ResponseReturnValue:
    """I have looked again; or delete its words."""
    note = _own(note_id)
    back = _back(note)
    if act == "delete":
        services.delete_note(me(), note)
        flash(_("Deleted."), "success")
    else:
        services.follow_up(me(), note)
    return back


@bp.get("/coaching/notes")
def notes() -> ResponseReturnValue:
    """What my coaches shared with me."""
    found = queries.notes_shared(me())
    return render_template("coaching/shared_notes.html", notes=found, contacts=CONTACTS)


@bp.get("/coaching/log")
def contact_log() -> ResponseReturnValue:
    """A month of my contacts, to read and print."""
    require(me().holds(RoleName.COACH))
    today = clock.today(zone_here())
    month = month_asked(request.args.get("month", "")) or today.replace(day=1)
    found = queries.contacts_in(me(), month)
    minutes: Counter[Contact | None] = Counter()
    for note in found:
        minutes[note.contact] += note.minutes or 0
    return render_template(
        "coaching/log.html",
        month=month,
        before=(month - timedelta(days=1)).replace(day=1),
        after=month_after(month),
        notes=found,
        teachers=len({note.teacher_id for note in found}),
        by_contact=[(CONTACTS[each], minutes[each]) for each in Contact if each in minutes],
        contacts=CONTACTS,
        today=today,
        closes=policy.MONTH_STAYS_OPEN,
    )


def _own(note_id: int) -> CoachNote:
    own = policy.notes_by(me()).where(CoachNote.id == note_id, CoachNote.is_there)
    return one_or_404(own)


def _back(note: CoachNote) -> ResponseReturnValue:
    return redirect(url_for(".teacher", person_id=note.teacher_id, _anchor=f"note-{note.id}"))
