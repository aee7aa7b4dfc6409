"""The pages of a work: written, kept, compared."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.feedback.comments import placing
from pdportal.feedback.reviews import queries as review_queries
from pdportal.feedback.rounds import queries as round_queries
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.views import autosaved, bp, typed, typed_number
from pdportal.feedback.works import diffs, links, queries, services
from pdportal.feedback.works.forms import NewWorkForm
from pdportal.feedback.works.models import Revision, Work, WorkKind
from pdportal.feedback.works.services import WHY, MovedOn
from pdportal.web.errors import Refused, one_or_404, wants_fragment
from pdportal.web.pages import render_form

WRITTEN_HERE = {WorkKind.LESSON_PLAN, WorkKind.TEXT}


@bp.get("/works/away")
def works_away() -> ResponseReturnValue:
    """What I have put away."""
    works = queries.my_works(me(), put_away=True)
    return render_template("feedback/works_away.html", works=works, page_url=links.page_url)


@bp.route("/works/new", methods=["GET", "POST"])
def new_work() -> ResponseReturnValue:
    """Bring something: a lesson plan or another text."""
    kind = next((k for k in WRITTEN_HERE if k.value == request.args.get("kind")), None)
    if kind is None:
        return render_template("feedback/choose_kind.html")
    form = NewWorkForm()
    if form.validate_on_submit():
        work = services.begin_work(me(), kind, form.title.data or "")
        return redirect(url_for(".edit_work", work_id=work.id))
    return render_form("feedback/new_work.html", form, kind=kind.value)


@bp.get("/works/<int:work_id>")
def work_page(work_id: int) -> ResponseReturnValue:
    """The author's page of a work; colleagues go on to their part in it."""
    work = one_or_404(queries.work_page(me(), work_id))
    if work.author_id != me().id:
        review_id, given = review_queries.my_part(me(), work)
        part = ".outcome" if given else ".review_page"
        return redirect(url_for(part, review_id=review_id))
    if links.has_own_page(work.kind):
        return redirect(links.work_url(work))
    revisions = queries.history(work)
    rounds = round_queries.rounds_of(work)
    parts: list[placing.Part] = []
    if revisions:
        parts, _placed = placing.lay_out(work, revisions[0], [])
    return render_template(
        "feedback/work_page.html",
        work=work,
        parts=parts,
        revisions=revisions,
        rounds=rounds,
        open_round=next((row for row in rounds if row.Round.is_open), None),
        unkept=_unkept(work, revisions),
        looked=queries.who_looked(work),
    )


@bp.route("/works/<int:work_id>/edit", methods=["GET", "POST"])
def edit_work(work_id: int) -> ResponseReturnValue:
    """Write; every pause in typing is saved."""
    work = one_or_404(queries.own_work(me(), work_id))
    if request.method == "POST":
        return autosaved(
            lambda: _save(work),
            url_for(".edit_work", work_id=work.id),
            names=box_names,
            moved_on=lambda stale: _edit_page(work, stale=stale, status=409),
        )
    if links.has_own_page(work.kind):
        return redirect(links.work_url(work))
    return _edit_page(work)


@bp.post("/works/<int:work_id>/keep")
def keep_work(work_id: int) -> ResponseReturnValue:
    """Keep what is written as the next revision."""
    work = one_or_404(queries.own_work(me(), work_id))
    revisions = queries.history(work)
    before = revisions[0].number if revisions else 0
    if revisions and not typed("why").strip() and _typed_differs(work, revisions[0]):
        message = _("Say in a few words why you changed it.")
        return _edit_page(work, error=Refused(message, field="why"), status=422)
    try:
        _save(work)
        revision = services.keep_revision(me(), work, why=typed("why").strip())
    except MovedOn as stale:
        return _edit_page(work, stale=stale, status=409)
    except Refused as error:
        return _edit_page(work, error=error, status=error.status)
    if revision.number == before:
        flash(_("Nothing has changed since version %(number)s.", number=before), "info")
    else:
        flash(_("Kept as version %(number)s.", number=revision.number), "success")
    return redirect(url_for(".work_page", work_id=work.id))


@bp.get("/works/<int:work_id>/history")
def work_history(work_id: int) -> ResponseReturnValue:
    """Every revision, with why it was made."""
    work = one_or_404(queries.own_work(me(), work_id))
    return render_template(
        "feedback/work_history.html",
        work=work,
        revisions=queries.history(work),
        rounds=round_queries.rounds_of(work),
        work_url=links.work_url(work),
    )


@bp.get("/works/<int:work_id>/revisions/<int:number>")
def revision_page(work_id: int, number: int) -> ResponseReturnValue:
    """One revision as it was."""
    work = one_or_404(queries.own_work(me(), work_id))
    revision = next((r for r in queries.history(work) if r.number == number), None)
    if revision is None:
        raise NotFound
    parts, _placed = placing.lay_out(work, revision, [])
    return render_template("feedback/revision_page.html", work=work, revision=revision, parts=parts)


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
    compared = diffs.diff(by_number[first], by_number[second], work.fields)
    return render_template(
        "feedback/compare.html",
        work=work,
        before=by_number[first],
        after=by_number[second],
        revisions=revisions,
        compared=compared,
        changed=any(diffs.changed(pieces) for _label, pieces in compared),
    )


@bp.post("/works/<int:work_id>/looked")
def looked(work_id: int) -> ResponseReturnValue:
    """A colleague has opened this work: its author may know."""
    work = one_or_404(queries.work_page(me(), work_id))
    services.looked(me(), work)
    return "", 204


@bp.post("/works/<int:work_id>/put-away")
def put_away(work_id: int) -> ResponseReturnValue:
    """Off my list; nothing is lost."""
    work = one_or_404(queries.own_work(me(), work_id))
    services.put_away(me(), work)
    flash(_("Put away. You find it at the end of the page."), "success")
    return redirect(url_for(".index"))


@bp.post("/works/<int:work_id>/bring-back")
def bring_back(work_id: int) -> ResponseReturnValue:
    """Back on my list."""
    work = one_or_404(queries.own_work(me(), work_id))
    services.bring_back(me(), work)
    return redirect(url_for(".work_page", work_id=work.id))


def typed_content(work: Work) -> dict[str, str]:
    """What the boxes of a work's fields hold."""
    return {field["key"]: typed(f"f-{field['key']}") for field in work.fields}


def box_names(values: dict[str, Any]) -> dict[str, Any]:
    """Stored values under the names of their boxes."""
    return {"why" if name == WHY else f"f-{name}": value for name, value in values.items()}


def _save(work: Work) -> int:
    title = " ".join(typed("title").split())
    if title and title != work.title:
        services.retitle(me(), work, title)
    draft = services.save_draft(
        me(), work, typed_content(work), why=typed("why"), version=typed_number("version")
    )
    return draft.version


def _typed_differs(work: Work, latest: Revision) -> bool:
    return {key: services.clean(text).strip() for key, text in typed_content(work).items()} != {
        key: latest.content.get(key, "") for key in typed_content(work)
    }


def _unkept(work: Work, revisions: list[Revision]) -> bool:
    content = {key: text.strip() for key, text in work.draft.content.items()} if work.draft else {}
    return any(content.values()) and (not revisions or revisions[0].content != content)


def _edit_page(
    work: Work,
    *,
    error: Refused | None = None,
    stale: MovedOn | None = None,
    status: int = 200,
) -> ResponseReturnValue:
    if wants_fragment() and error:
        raise error
    draft = work.draft
    content = typed_content(work) if status != 200 else (draft.content if draft else {})
    revisions = queries.history(work)
    open_round: Round | None = round_queries.open_round(work)
    page = render_template(
        "feedback/edit_work.html",
        work=work,
        content=content,
        title=typed("title") if status != 200 else work.title,
        why=typed("why") if status != 200 else (draft.why if draft else ""),
        version=stale.version if stale else draft.version if draft else 0,
        saved_at=draft.saved_at if draft else None,
        next_number=revisions[0].number + 1 if revisions else 1,
        error=error,
        stale=stale,
        open_round=open_round,
    )
    return page, status
