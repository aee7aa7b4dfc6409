"""A page of a module, and what one does on it: answer, write, hand in, try out, go on."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from markupsafe import Markup
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.modules import policy, queries, questions, services
from pdportal.modules.addresses import anchor_of
from pdportal.modules.forms import TryoutForm
from pdportal.modules.models import BlockKind, Enrollment, Section
from pdportal.modules.queries import Compiled, Opened
from pdportal.modules.questions.kind import Tries
from pdportal.modules.views.blueprint import bp
from pdportal.web.autosave import ChangedElsewhere, not_saved, saved, seen_version
from pdportal.web.errors import Refused, wants_fragment
from pdportal.web.kept import part


@dataclass(frozen=True)
class Typed:
    """What came back to a block instead of being stored: the words, and what is the matter."""

    key: str = ""
    message: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    stored: Sequence[tuple[str, str]] = ()
    """What another window saved, each text with its label."""
    version: int | None = None
    form: TryoutForm | None = None


NOTHING_TYPED = Typed()


@bp.get("/learn/<slug>/<page_slug>")
def page(slug: str, page_slug: str) -> ResponseReturnValue:
    """The page as it was compiled, with its parts filled in for the one who reads it."""
    opened = queries.opened(me(), slug, page_slug)
    if opened is None:
        raise NotFound
    if opened.page_id is None and opened.has_moved_on:
        flash(_("That page is not in the edition you began. Here is what has changed since."))
        return redirect(url_for(".module_page", slug=slug))
    return _render(_readable(opened))


@bp.post("/learn/<slug>/<page_slug>/next")
def go_on(slug: str, page_slug: str) -> ResponseReturnValue:
    """This page is read; on to the next, or back to the module from the last."""
    opened = _open(slug, page_slug)
    way = [row for row in queries.compiled(opened).pages if row.section == Section.PAGE]
    following = next((row for row in way if row.number > (opened.number or 0)), None)
    if opened.section != Section.PAGE:
        raise NotFound
    enrollment = services.mark_read(me(), opened, on_to=following.id if following else None)
    _say_if_finished(opened, enrollment)
    if following is None:
        return redirect(url_for(".module_page", slug=slug))
    return redirect(url_for(".page", slug=slug, page_slug=following.slug))


@bp.post("/learn/<slug>/<page_slug>/here")
def here(slug: str, page_slug: str) -> ResponseReturnValue:
    """Somebody has this page before them; it is where they go on next time."""
    services.look_at(me(), _open(slug, page_slug))
    return "", 204


@bp.post("/learn/<slug>/<page_slug>/<key>/answer")
def answer(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """A try at a question, judged at once where its kind can."""
    opened = _open(slug, page_slug)
    block_kind, data = queries.compiled(opened).blocks.get(key, (None, {}))
    if block_kind != BlockKind.QUESTION:
        raise NotFound
    given = questions.kind_of(data).read(request.form)
    try:
        enrollment = services.answer(me(), opened, key, given)
    except Refused as refusal:
        return _back(opened, refusal, Typed(key, refusal.message))
    _say_if_finished(opened, enrollment)
    if not wants_fragment():
        return _to_block(opened, BlockKind.QUESTION, key)
    opened = _open(slug, page_slug)
    compiled = queries.compiled(opened)
    block = _blocks(opened, compiled, NOTHING_TYPED)[key]
    pages = _list_of_pages(opened, compiled)
    return render_template("modules/_answered.html", block=block, list_of_pages=pages)


@bp.post("/learn/<slug>/<page_slug>/<key>/reflection")
def reflection(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """What somebody writes for themselves, saved at every pause."""
    opened = _open(slug, page_slug)
    text = request.form.get("text", "")
    try:
        written = services.save_reflection(me(), opened, key, text, version=seen_version())
    except Refused as refused:
        return _not_saved(opened, BlockKind.REFLECTION, key, refused)
    return saved(written.version, _url_of(opened, BlockKind.REFLECTION, key))


@bp.post("/learn/<slug>/<page_slug>/<key>/task")
def task(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """What somebody writes for a task, saved at every pause."""
    opened = _open(slug, page_slug)
    try:
        draft = services.save_task(me(), opened, key, _content(), version=seen_version())
    except Refused as refused:
        return _not_saved(opened, BlockKind.TASK, key, refused)
    return saved(draft.version, _url_of(opened, BlockKind.TASK, key))


@bp.post("/learn/<slug>/<page_slug>/<key>/hand-in")
def hand_in(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """The task becomes a work that can be shared."""
    opened = _open(slug, page_slug)
    try:
        services.hand_in(me(), opened, key, _content(), version=seen_version())
    except Refused as refused:
        return _not_saved(opened, BlockKind.TASK, key, refused)
    flash(_("Handed in. Only you can read it until you share it."))
    again = _open(slug, page_slug)
    if again.finished_at and not opened.finished_at:
        flash(_finished_words(again))
    return _to_block(opened, BlockKind.TASK, key)


@bp.post("/learn/<slug>/<page_slug>/<key>/tryout")
def tryout(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """A try-out becomes a step with a plan and a prediction."""
    opened = _open(slug, page_slug)
    form = TryoutForm()
    if not form.validate_on_submit():
        message = _("One box is still missing.")
        return _render(opened, Typed(key, message, request.form, form=form)), 422
    services.take_up(
        me(),
        opened,
        key,
        plan=form.plan.data or "",
        prediction=form.prediction.data or "",
        due_on=form.due_on.data,
    )
    flash(_("It is among your next steps now. Look back on it there when you have tried it."))
    return _to_block(opened, BlockKind.TRYOUT, key)


def _open(slug: str, page_slug: str) -> Opened:
    opened = queries.opened(me(), slug, page_slug)
    if opened is None:
        raise NotFound
    return _readable(opened)


def _readable(opened: Opened) -> Opened:
    if opened.section is None or not policy.may_see_page(me(), opened.section):
        raise NotFound
    return opened


def _render(opened: Opened, typed: Typed = NOTHING_TYPED) -> str:
    compiled = queries.compiled(opened)
    blocks = _blocks(opened, compiled, typed) if compiled.blocks else {}
    prose = Markup().join(
        piece if isinstance(piece, Markup) else blocks.get(piece, "") for piece in compiled.body
    )
    return render_template(
        "modules/page.html",
        opened=opened,
        prose=prose,
        list_of_pages=_list_of_pages(opened, compiled),
        above=_around("above", opened, compiled),
        below=_around("below", opened, compiled),
    )


def _list_of_pages(opened: Opened, compiled: Compiled) -> Markup:
    """All pages of the way, and which are read."""

    def listed() -> tuple[list[dict[str, Any]], int]:
        way = [row for row in compiled.pages if row.section == Section.PAGE]
        ids = {int(page_id) for page_id in (opened.pages_read or "").split(",") if page_id}
        pages = [
            {
                "title": row.title,
                "url": f"{opened.address}/{row.slug}",
                "state": "done" if row.id in ids else "",
                "minutes": row.minutes,
                "now": row.id == opened.page_id,
            }
            for row in way
        ]
        return pages, sum(row.id in ids for row in way)

    key = (*opened.known_as, opened.edition_id, opened.pages_read)
    return part("modules/_pages.html", "list_of_pages", key=key, args=listed)


def _around(macro: str, opened: Opened, compiled: Compiled) -> Markup:
    """What stands above or below the words, with where one goes from here."""

    def near() -> tuple[Opened, dict[str, Any]]:
        pages = [row for row in compiled.pages if row.section == opened.section]
        at = next(place for place, row in enumerate(pages) if row.id == opened.page_id)
        before = pages[at - 1] if at else None
        after = pages[at + 1] if at + 1 < len(pages) else None
        around = {
            "position": at + 1,
            "count": len(pages),
            "before": before and {"title": before.title, "url": f"{opened.address}/{before.slug}"},
            "after": after and {"title": after.title, "url": f"{opened.address}/{after.slug}"},
            "on_the_way": opened.section == Section.PAGE,
            "for_facilitators": opened.section == Section.FACILITATORS,
        }
        return opened, around

    enrolled = opened.enrollment_id is not None
    key = (*opened.known_as, opened.edition_id, enrolled, opened.has_moved_on)
    return part("modules/_around.html", macro, key=key, args=near)


def _blocks(opened: Opened, compiled: Compiled, typed: Typed) -> dict[str, Markup]:
    """The blocks of the page as this person sees them, by key; notes only for facilitators."""
    assert opened.page_id is not None  # noqa: S101 — `_readable` has seen to it
    mine = {row.key: row for row in queries.blocks_on(opened.page_id, opened.enrollment_id)}
    return {
        key: _block(opened, key, kind, data, mine[key], typed)
        for key, (kind, data) in compiled.blocks.items()
        if kind != BlockKind.NOTE or policy.reads_notes(me())
    }


def _block(
    opened: Opened,
    key: str,
    kind: BlockKind,
    data: dict[str, Any],
    row: Any,
    typed: Typed,
) -> Markup:
    """A block with what its one reader did in it; as everybody meets it first, it is kept."""
    state_of, shown = _SHOWN[kind]

    def made() -> tuple[dict[str, Any]]:
        block = shown(data, row) | {
            "key": key,
            "kind": kind.value,
            "anchor": anchor_of(kind, key),
            "base": f"{opened.address}/{opened.page_slug}/{key}/",
            "typed": typed if typed.key == key else None,
        }
        return (block,)

    state = state_of(data, row) if typed.key != key else None
    kept_as = (*opened.known_as, key, state) if state is not None else None
    if kind == BlockKind.QUESTION:
        return part(questions.kind_of(data).template, "question", key=kept_as, args=made)
    return part("modules/_blocks.html", "shown", key=kept_as, args=made)


State = tuple[Any, ...] | None
"""All that a block shows beside its own words, where many people's look alike; else None."""


def _question(data: dict[str, Any], row: Any) -> dict[str, Any]:
    tries = Tries(row.tries, row.answer, bool(row.solved))
    return questions.kind_of(data).shown(data, tries)


def _question_state(data: dict[str, Any], row: Any) -> State:
    if not row.tries:
        return ()
    shared = questions.kind_of(data).shared_state(row.answer)
    return None if shared is None else (shared, row.tries, row.solved)


def _reflection(data: dict[str, Any], row: Any) -> dict[str, Any]:
    return {
        "title": data.get("title") or "",
        "prompt": data["prompt_html"],
        "text": row.text or "",
        "version": row.version or 0,
        "saved_at": row.saved_at,
    }


def _task(data: dict[str, Any], row: Any) -> dict[str, Any]:
    return {
        "prompt": data["prompt_html"],
        "title": data["title"],
        "fields": data["fields"],
        "protocol": data.get("protocol") or None,
        "work_id": row.work_id,
        "content": row.content or {},
        "version": row.draft_version or 0,
        "saved_at": row.draft_saved_at,
        "handed_in_at": row.handed_in_at,
        "revisions": row.revisions,
        "rounds": row.rounds,
        "reviews": row.reviews,
    }


def _has_step(row: Any) -> bool:
    return row.step_id is not None and row.removed_at is None


def _tryout(data: dict[str, Any], row: Any) -> dict[str, Any]:
    return {
        "prompt": data["prompt_html"],
        "title": data["title"],
        "step_id": row.step_id if _has_step(row) else None,
        "goal_id": row.goal_id,
        "due_on": row.due_on,
        "plan": row.plan,
        "prediction": row.prediction,
        "done_at": row.done_at,
        "outcome": row.outcome,
    }


def _note(data: dict[str, Any], _row: Any) -> dict[str, Any]:
    return {"html": data["html"], "title": data.get("title") or ""}


StateOf = Callable[[dict[str, Any], Any], State]
Shown = Callable[[dict[str, Any], Any], dict[str, Any]]

_SHOWN: dict[BlockKind, tuple[StateOf, Shown]] = {
    BlockKind.QUESTION: (_question_state, _question),
    BlockKind.REFLECTION: (lambda _data, row: () if row.version is None else None, _reflection),
    BlockKind.TASK: (lambda _data, row: () if row.work_id is None else None, _task),
    BlockKind.TRYOUT: (lambda _data, row: None if _has_step(row) else (), _tryout),
    BlockKind.NOTE: (lambda _data, _row: (), _note),
}


def _not_saved(opened: Opened, kind: BlockKind, key: str, refused: Refused) -> ResponseReturnValue:
    """Answer the form of a reflection or a task whose text was not stored."""
    prefix = "field-" if kind == BlockKind.TASK else ""
    _kind, data = queries.compiled(opened).blocks[key]
    labels: dict[str, str] = {"text": ""}
    if kind == BlockKind.TASK:
        labels = {field["key"]: field["label"] or data["title"] for field in data["fields"]}

    def again(refused: Refused) -> str:
        typed = Typed(key, refused.message, request.form)
        if isinstance(refused, ChangedElsewhere):
            stored = [(label, refused.values[name]) for name, label in labels.items()]
            typed = replace(typed, stored=stored, version=refused.version)
        return _render(opened, typed)

    return not_saved(
        refused,
        _url_of(opened, kind, key),
        box=lambda name: f"{prefix}{name}" if name in labels else "",
        typed=[(label, request.form.get(f"{prefix}{name}", "")) for name, label in labels.items()],
        again=again,
    )


def _back(opened: Opened, refusal: Refused, typed: Typed) -> ResponseReturnValue:
    """The page again with what was typed, and why it was not stored."""
    if wants_fragment():
        raise refusal
    return _render(opened, typed), refusal.status


def _url_of(opened: Opened, kind: BlockKind, key: str) -> str:
    anchor = anchor_of(kind, key)
    return url_for(".page", slug=opened.slug, page_slug=opened.page_slug, _anchor=anchor)


def _to_block(opened: Opened, kind: BlockKind, key: str) -> ResponseReturnValue:
    return redirect(_url_of(opened, kind, key))


def _content() -> dict[str, str]:
    return {
        name.removeprefix("field-"): text
        for name, text in request.form.items()
        if name.startswith("field-")
    }


def _say_if_finished(opened: Opened, enrollment: Enrollment) -> None:
    if enrollment.finished_at is not None and opened.finished_at is None:
        flash(_finished_words(opened))


def _finished_words(opened: Opened) -> str:
    return _("That was the last of it: you have finished “%(title)s”.", title=opened.title)
