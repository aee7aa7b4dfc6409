"""What one does on a page of a module: answer, write, hand in, try out, choose."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from flask import flash, redirect, render_template, request
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import lazy_gettext as _l
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.goals.kind import GOAL
from pdportal.modules import questions
from pdportal.modules.addresses import anchor_of, page_url
from pdportal.modules.blocks import services
from pdportal.modules.blocks.forms import TryoutForm
from pdportal.modules.blocks.shown import NOTHING_TYPED, Typed, shown_blocks
from pdportal.modules.blueprint import bp
from pdportal.modules.models import BlockKind
from pdportal.modules.pages.queries import Opened, compiled_page
from pdportal.modules.pages.views import flash_if_finished, list_of_pages, open_page, render_page
from pdportal.web.autosave import ChangedElsewhere, keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Refused, wants_fragment


@bp.post("/learn/<slug>/<page_slug>/<key>/answer")
@keeps_words(**questions.ANSWER_BOXES)
def answer(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """Answer a question; the verdict comes at once where its kind gives one."""
    opened = open_page(slug, page_slug)
    block_kind, data = compiled_page(opened).blocks.get(key, (None, {}))
    if block_kind != BlockKind.QUESTION:
        raise NotFound
    posted = questions.kind_of(data).read(request.form)
    try:
        seen = request.form.get("edition", opened.content_hash)
        then = services.answer(me(), opened, key, posted, edition=seen)
    except Refused as refusal:
        typed = Typed(key, refusal.message, answer=posted)
        if wants_fragment() and refusal.status == 422:
            return _answered(opened, key, typed), refusal.status
        return _back(opened, refusal, typed)
    flash_if_finished(opened, then.finished_at)
    if not wants_fragment():
        return _to_block(opened, BlockKind.QUESTION, key)
    return _answered(open_page(slug, page_slug), key, NOTHING_TYPED)


def _answered(opened: Opened, key: str, typed: Typed) -> str:
    """The question as it is now, and what an answer changes beside it."""
    compiled = compiled_page(opened)
    alone = replace(compiled, blocks={key: compiled.blocks[key]})
    block = shown_blocks(opened, alone, typed)[key]
    pages = list_of_pages(opened, compiled)
    return render_template(
        "modules/_answered.html",
        block=block,
        list_of_pages=pages,
        begun=opened.enrollment_id is not None,
    )


@bp.post("/learn/<slug>/<page_slug>/<key>/reflection")
@keeps_words(text=_l("Your thoughts"))
def reflection(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """What somebody writes for themselves, saved at every pause."""
    opened, text = open_page(slug, page_slug), request.form.get("text", "")
    return _autosaved(
        opened, BlockKind.REFLECTION, key,
        lambda seen: services.save_reflection(me(), opened, key, text, version=seen),
    )  # fmt: skip


@bp.post("/learn/<slug>/<page_slug>/<key>/task")
@keeps_words(**{"field-*": _l("Your text")})
def task(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """What somebody writes for a task, saved at every pause."""
    opened = open_page(slug, page_slug)
    return _autosaved(
        opened, BlockKind.TASK, key,
        lambda seen: services.save_task(me(), opened, key, _content(), version=seen),
    )  # fmt: skip


@bp.post("/learn/<slug>/<page_slug>/<key>/hand-in")
@keeps_words(**{"field-*": _l("Your text")})
def hand_in(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """Hand in a task: it becomes a work that can be shared."""
    opened = open_page(slug, page_slug)
    try:
        anyway = "anyway" in request.form
        work = services.hand_in(
            me(), opened, key, _content(), version=seen_version(), anyway=anyway
        )
    except Refused as refused:
        return _not_saved(opened, BlockKind.TASK, key, refused)
    if work.kind == GOAL.name:
        flash(_("Handed in, and one of your goals now. Only you can read it until you share it."))
    else:
        flash(_("Handed in. Only you can read it until you share it."))
    flash_if_finished(opened, open_page(slug, page_slug).finished_at)
    return _to_block(opened, BlockKind.TASK, key)


@bp.post("/learn/<slug>/<page_slug>/<key>/tryout")
@keeps_words(plan=_l("What I will do, with which class"), prediction=_l("What I expect to happen"))
def tryout(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """A try-out becomes a step with a plan and a prediction."""
    opened = open_page(slug, page_slug)
    if key not in compiled_page(opened).blocks:
        raise NotFound
    form = TryoutForm()
    if not form.validate_on_submit():
        message = _("One box is still missing.")
        return render_page(opened, Typed(key, message, request.form, form=form)), 422
    services.take_up(
        me(),
        opened,
        key,
        plan=form.plan.data or "",
        prediction=form.prediction.data or "",
        due_on=form.due_on.data,
    )
    flash(_("It is in your next steps now. Look back on it there when you have tried it."))
    return _to_block(opened, BlockKind.TRYOUT, key)


@bp.post("/learn/<slug>/<page_slug>/<key>/choose")
@keeps_words(why=_l("Why I chose this (optional)"))
def choose(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """Choose an alternative; what stands in it is open from now on."""
    opened = open_page(slug, page_slug)
    option, why = (request.form.get(name, "") for name in ("option", "why"))
    try:
        then = services.choose(me(), opened, key, option[:80], why)
    except Refused as refused:
        return _not_saved(opened, BlockKind.CHOICE, key, refused)
    flash_if_finished(opened, then.finished_at)
    return _to_block(opened, BlockKind.CHOICE, key)


@bp.post("/learn/<slug>/<page_slug>/<key>/why")
@keeps_words(why=_l("Why I chose this (optional)"))
def choice_why(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """Why somebody chose this, for themselves, saved at every pause."""
    opened, why = open_page(slug, page_slug), request.form.get("why", "")
    return _autosaved(
        opened, BlockKind.CHOICE, key,
        lambda seen: services.save_why(opened, key, why, version=seen),
    )  # fmt: skip


def _autosaved(
    opened: Opened, kind: BlockKind, key: str, save: Callable[[int], Any]
) -> ResponseReturnValue:
    """Save a text that is typed, which gives its row, and answer the form."""
    try:
        row = save(seen_version())
    except Refused as refused:
        return _not_saved(opened, kind, key, refused)
    return saved(row.version, _url_of(opened, kind, key))


def _not_saved(opened: Opened, kind: BlockKind, key: str, refused: Refused) -> ResponseReturnValue:
    """Answer the form of a reflection, a task or a choice whose text was not stored."""
    prefix = "field-" if kind == BlockKind.TASK else ""
    _kind, data = compiled_page(opened).blocks[key]
    labels: dict[str, str] = {"why" if kind == BlockKind.CHOICE else "text": ""}
    if kind == BlockKind.TASK:
        labels = {field["key"]: field["label"] or data["title"] for field in data["fields"]}

    def again(refused: Refused) -> str:
        asks = isinstance(refused, services.EmptyBoxes)
        typed = Typed(key, refused.message, request.form, asks=asks)
        if isinstance(refused, ChangedElsewhere):
            stored = [(label, refused.values[name]) for name, label in labels.items()]
            typed = replace(typed, stored=stored, version=refused.version)
        return render_page(opened, typed)

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
    return render_page(opened, typed), refusal.status


def _url_of(opened: Opened, kind: BlockKind, key: str) -> str:
    return page_url(opened.slug, opened.page_slug, anchor_of(kind, key))


def _to_block(opened: Opened, kind: BlockKind, key: str) -> ResponseReturnValue:
    return redirect(_url_of(opened, kind, key))


def _content() -> dict[str, str]:
    return {
        name.removeprefix("field-"): text
        for name, text in request.form.items()
        if name.startswith("field-")
    }
