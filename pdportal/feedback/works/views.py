"""The pages of a work: written, kept, compared."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.activity.looks import who_looked
from pdportal.db import db
from pdportal.feedback.comments import placing
from pdportal.feedback.files.attached import file_changes, files_changed
from pdportal.feedback.files.views import files_to_edit
from pdportal.feedback.kinds import kind_of, kinds_begun_here, work_url
from pdportal.feedback.meetings.queries import meetings_about
from pdportal.feedback.reviews.queries import my_part
from pdportal.feedback.rounds.queries import open_round, round_figures, rounds_of
from pdportal.feedback.rounds.standing import standing
from pdportal.feedback.views import bp, show
from pdportal.feedback.works import diffs, policy, queries, services
from pdportal.feedback.works.forms import NewWorkForm
from pdportal.feedback.works.going_back import go_back_to
from pdportal.feedback.works.models import Revision, Ticks, Work
from pdportal.feedback.writers.policy import may_invite
from pdportal.web.autosave import (
    ChangedElsewhere,
    autosave_response,
    keeps_words,
    not_saved,
    seen_version,
)
from pdportal.web.errors import Refused, one_or_404, or_404
from pdportal.web.locale import say_when
from pdportal.web.pages import render_form
from pdportal.web.requests import typed
from pdportal.web.typed import has_visible

BOXES = {"f-*": _l("What you wrote"), "why": _l("Why did you change it?")}
"""What somebody keeps who is no longer among those who write a work."""


@bp.get("/works/away")
def archived_works() -> ResponseReturnValue:
    """What I have put away."""
    works = queries.my_works(me(), archived=True)
    return render_template("feedback/archived_works.html", works=works)


@bp.route("/works/new", methods=["GET", "POST"])
def new_work() -> ResponseReturnValue:
    """Begin a work of one of the kinds that are begun here."""
    kinds = kinds_begun_here()
    kind = next((kind for kind in kinds if kind.name == request.args.get("kind")), None)
    if kind is None:
        return render_template("feedback/choose_kind.html", kinds=kinds)
    form = NewWorkForm()
    if form.validate_on_submit():
        work = services.begin_once(me(), kind.name, form.title.data or "")
        return redirect(url_for(".edit_work", work_id=work.id))
    return render_form("feedback/new_work.html", form, kind=kind)


@bp.get("/works/<int:work_id>")
def work_page(work_id: int) -> ResponseReturnValue:
    """The page of a work for those who write it; colleagues go on to their part in it."""
    read = queries.read_work(me(), work_id)
    work, newest = read or (one_or_404(queries.work_page(me(), work_id)), None)
    kind = kind_of(work)
    mine = policy.may_write(me(), work)
    if kind.talk or (kind.own_page and mine):
        return redirect(kind.address(work))
    if not mine:
        review_id, given = my_part(me(), work)
        part = ".outcome" if given else ".review_page"
        return redirect(url_for(part, review_id=review_id))
    rounds = rounds_of(work)
    running = next((row for row in rounds if row.Round.is_open), None)
    return render_template(
        "feedback/work_page.html",
        standing=running
        and newest
        and standing(running.Round, round_figures(running.Round), newest.number),
        work=work,
        meetings=meetings_about(work),
        parts=placing.parts_of(work, newest) if newest else [],
        newest=newest,
        rounds=rounds,
        open_round=running,
        unsaved=services.has_unsaved(work, newest),
        looked=who_looked("work", work.id),
        may_own=policy.may_own(me(), work),
        may_invite=may_invite(me(), work),
    )


@bp.route("/works/<int:work_id>/edit", methods=["GET", "POST"])
@keeps_words(**BOXES)
def edit_work(work_id: int) -> ResponseReturnValue:
    """Write; every pause in typing is saved."""
    work = one_or_404(queries.own_work(me(), work_id))
    if request.method == "POST":
        return autosave_response(
            lambda: save_typed(work),
            url_for(".edit_work", work_id=work.id),
            box=box_name,
            typed=typed_texts(work),
            again=lambda refused: _edit_page(work, refused),
        )
    kind = kind_of(work)
    if kind.own_page and not kind.start:
        return redirect(work_url(work))
    return _edit_page(work)


@bp.post("/works/<int:work_id>/keep")
@keeps_words(**BOXES)
def save_work(work_id: int) -> ResponseReturnValue:
    """Save what is written as the next revision."""
    work = one_or_404(queries.own_work(me(), work_id))
    latest = queries.latest_revision(work)
    try:
        require_why(work, latest)
        save_typed(work)
        revision = services.save_revision(me(), work, why=typed("why").strip())
    except Refused as refused:
        return not_saved(
            refused, typed=typed_texts(work), again=lambda refused: _edit_page(work, refused)
        )
    if latest is not None and revision.number == latest.number:
        flash(_("Nothing has changed since version %(number)s.", number=latest.number), "info")
    else:
        flash(_("Saved as version %(number)s.", number=revision.number), "success")
    return redirect(url_for(".work_page", work_id=work.id))


@bp.get("/works/<int:work_id>/history")
def work_history(work_id: int) -> ResponseReturnValue:
    """Every revision, with why it was made."""
    work = one_or_404(queries.own_work(me(), work_id))
    return render_template(
        "feedback/work_history.html",
        work=work,
        revisions=queries.history(work),
        rounds=rounds_of(work),
        work_url=work_url(work),
    )


@bp.get("/works/<int:work_id>/revisions/<int:number>")
def revision_page(work_id: int, number: int) -> ResponseReturnValue:
    """One revision as it was."""
    work = one_or_404(queries.own_work(me(), work_id))
    revision = _revision(work, number)
    parts = placing.parts_of(work, revision)
    newest = queries.latest_revision(work)
    return render_template(
        "feedback/revision_page.html",
        work=work,
        revision=revision,
        parts=parts,
        newest=newest,
        may_go_back=policy.may_go_back(me(), work, revision, newest),
    )


@bp.post("/works/<int:work_id>/revisions/<int:number>/restore")
def go_back(work_id: int, number: int) -> ResponseReturnValue:
    """Make an old version the newest, as a new one; nothing that was written is lost."""
    work = one_or_404(queries.own_work(me(), work_id))
    try:
        revision = go_back_to(me(), work, _revision(work, number))
    except Refused as refused:
        show(refused)
        db.session.rollback()
        return redirect(url_for(".revision_page", work_id=work_id, number=number))
    flash(
        _("Version %(old)s is back, as version %(new)s.", old=number, new=revision.number),
        "success",
    )
    return redirect(work_url(work))


@bp.get("/works/<int:work_id>/compare")
def compare(work_id: int) -> ResponseReturnValue:
    """What changed between any two revisions, word by word."""
    work = one_or_404(queries.own_work(me(), work_id))
    revisions = queries.history(work)
    by_number = {revision.number: revision for revision in revisions}
    newest = revisions[0].number if revisions else 0
    first = request.args.get("from", newest - 1, type=int)
    second = request.args.get("to", newest, type=int)
    if first not in by_number or second not in by_number:
        if len(revisions) > 1 or "from" in request.args:
            raise NotFound
        flash(_("There is only one version so far."), "info")
        return redirect(url_for(".work_history", work_id=work.id))
    sides = request.args.get("as") == "sides"
    pair = by_number[first], by_number[second]
    return render_template(
        "feedback/compare.html",
        work=work,
        before=by_number[first],
        after=by_number[second],
        revisions=revisions,
        compared=[] if sides else diffs.diff(*pair),
        sides=diffs.side_by_side(*pair) if sides else [],
        as_sides=sides,
        file_changes=file_changes(by_number[first], by_number[second]),
    )


@bp.post("/works/<int:work_id>/put-away")
def archive_work(work_id: int) -> ResponseReturnValue:
    """Off my list; nothing is lost."""
    work = one_or_404(queries.own_work(me(), work_id))
    services.archive(me(), work)
    flash(_("Archived. You find it at the end of the page."), "success")
    return redirect(url_for(".index"))


@bp.post("/works/<int:work_id>/bring-back")
def restore_work(work_id: int) -> ResponseReturnValue:
    """Back on my list."""
    work = one_or_404(queries.own_work(me(), work_id))
    services.restore(me(), work)
    return redirect(url_for(".work_page", work_id=work.id))


def _revision(work: Work, number: int) -> Revision:
    return or_404(next((each for each in queries.history(work) if each.number == number), None))


def typed_content(work: Work) -> dict[str, str]:
    """What the boxes of a work's fields hold, by the key of the field."""
    return {field["key"]: typed(f"f-{field['key']}") for field in work.fields}


def typed_texts(work: Work) -> list[tuple[str, str]]:
    """The same with labels, and why the work was changed."""
    content = typed_content(work)
    texts = [(field["label"], content[field["key"]]) for field in work.fields]
    return [*texts, (_("Why did you change it?"), typed("why"))]


def stored_texts(work: Work, refused: Refused | None) -> list[tuple[str, str]]:
    """What another window stored, with labels; nothing if that is not why it was refused."""
    if not isinstance(refused, ChangedElsewhere):
        return []
    labels = {services.TITLE: _("Title")} | {each["key"]: each["label"] for each in work.fields}
    return [(label, refused.values.get(key, "")) for key, label in labels.items()]


def box_name(name: str) -> str:
    """The box of a form for a name that the verbs of a work use."""
    plain = {"title": "title", services.TITLE: "title", services.WHY: "why"}
    return plain.get(name, f"f-{name}")


def saved_by(work: Work) -> str:
    """Who saved the draft last, and when, where several people write; the reader apart."""
    draft = work.draft
    if draft is None or not policy.is_written_together(work) or draft.writer.id == me().id:
        return ""
    name, when = draft.writer.name, say_when(draft.saved_at)
    return _("Last saved by %(name)s, %(when)s", name=name, when=when)


def require_why(work: Work, latest: Revision | None) -> None:
    """Raise `Refused` (422) if the text differs from the latest revision and nothing says why."""
    if latest is None or typed("why").strip():
        return
    for key, text in typed_content(work).items():
        if files_changed(work) or services.clean(text).strip() != latest.content.get(key, ""):
            message = _("Say in a few words why you changed it.")
            raise Refused(message, status=422, field=services.WHY)


def save_typed(work: Work, ticks: Ticks | None = None) -> int:
    """Save what the boxes of the next version hold, and the comments ticked; gives its version."""
    title = typed("title") if has_visible(typed("title")) else None
    draft = services.save_draft(
        me(),
        work,
        typed_content(work),
        why=typed("why"),
        version=seen_version(),
        ticks=ticks,
        title=title,
    )
    return draft.version


def draft_boxes(work: Work, latest: Revision | None, refused: Refused | None) -> dict[str, Any]:
    """What stands in the boxes of a work's next version: what is stored, or what was typed and
    `refused`, beside what another window stored."""
    draft = work.draft
    values: dict[str, Any] = {"content": latest.content if latest else {}, "why": "", "version": 0}
    if refused:
        values = {"content": typed_content(work), "why": typed("why"), "version": seen_version()}
    elif draft:
        values = {"content": draft.content, "why": draft.why, "version": draft.version}
    if isinstance(refused, ChangedElsewhere):
        values["version"] = refused.version
    more = {"said": saved_by(work), "files": files_to_edit(work)}
    return values | more | {"error": refused, "stored": stored_texts(work, refused)}


def _edit_page(work: Work, refused: Refused | None = None) -> str:
    latest = queries.latest_revision(work)
    return render_template(
        "feedback/edit_work.html",
        work=work,
        title=typed("title") if refused else work.title,
        next_number=latest.number + 1 if latest else 1,
        open_round=open_round(work),
        reminder=kind_of(work).reminder,
        **draft_boxes(work, None, refused),
    )
