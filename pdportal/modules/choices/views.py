"""Choosing on a page of a module."""

from __future__ import annotations

from flask import redirect, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.modules.addresses import anchor_of
from pdportal.modules.blocks.shown import Typed
from pdportal.modules.blueprint import bp
from pdportal.modules.choices import services
from pdportal.modules.models import BlockKind
from pdportal.modules.pages.queries import Opened
from pdportal.modules.pages.views import flash_if_finished, open_page, render_page
from pdportal.web.autosave import ChangedElsewhere, keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Refused


@bp.post("/learn/<slug>/<page_slug>/<key>/choose")
@keeps_words(why=_l("Why I chose this (optional)"))
def choose(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """Choose an alternative; what stands in it is open from now on."""
    opened = open_page(slug, page_slug)
    why = _why()
    try:
        enrollment = services.choose(me(), opened, key, request.form.get("option", "")[:80], why)
    except Refused as refused:
        if isinstance(refused, ChangedElsewhere):
            return _both(opened, key, why, refused), refused.status
        if refused.status != 422:
            raise
        return render_page(opened, Typed(key, refused.message, {"why": why})), 422
    flash_if_finished(opened, enrollment.finished_at)
    return redirect(_url(opened, key))


@bp.post("/learn/<slug>/<page_slug>/<key>/why")
@keeps_words(why=_l("Why I chose this (optional)"))
def choice_why(slug: str, page_slug: str, key: str) -> ResponseReturnValue:
    """Why somebody chose this, for themselves, saved at every pause."""
    opened = open_page(slug, page_slug)
    try:
        chosen = services.save_why(me(), opened, key, _why(), version=seen_version())
    except Refused as refused:

        def again(refused: Refused) -> str:
            if isinstance(refused, ChangedElsewhere):
                return _both(opened, key, _why(), refused)
            return render_page(opened, Typed(key, refused.message, {"why": _why()}))

        return not_saved(refused, _url(opened, key), typed=[("", _why())], again=again)
    return saved(chosen.version, _url(opened, key))


def _both(opened: Opened, key: str, why: str, refused: ChangedElsewhere) -> str:
    """The page with what was typed, and what another window stored."""
    stored = [("", refused.values["why"])]
    return render_page(opened, Typed(key, "", {"why": why}, stored, refused.version))


def _why() -> str:
    return request.form.get("why", "").replace("\r\n", "\n")


def _url(opened: Opened, key: str) -> str:
    anchor = anchor_of(BlockKind.CHOICE, key)
    return url_for(".page", slug=opened.slug, page_slug=opened.page_slug, _anchor=anchor)
