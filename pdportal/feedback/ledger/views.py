"""The pages of a ledger: what I received, what became of what I gave."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import groupby
from typing import Any

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.feedback.comments.answers import CommentKind
from pdportal.feedback.comments.news import thread_url
from pdportal.feedback.ledger import queries
from pdportal.feedback.ledger.growth import growth_of
from pdportal.feedback.ledger.queries import MOST, PAGE, Ledger, Standing, Wish
from pdportal.feedback.ledger.setbacks import looked_back, setbacks_of
from pdportal.feedback.rounds import veil
from pdportal.feedback.views import bp
from pdportal.web.requests import typed_id

RECEIVED = {
    Standing.OPEN: _l("To respond to"),
    Standing.LEFT: _l("Closed without an answer"),
    Standing.PLANNED: _l("Will use, in no version yet"),
    Standing.ADDRESSED: _l("Answered in a version"),
    Standing.SAID: _l("Answered in words"),
    Standing.DECLINED: _l("Declined"),
    Standing.CONFIRMED: _l("Confirmed by the giver"),
}
GIVEN = RECEIVED | {
    Standing.OPEN: _l("Not answered yet"),
    Standing.PLANNED: _l("Will be used, in no version yet"),
    Standing.CONFIRMED: _l("Confirmed by you"),
}


@bp.get("/comments")
def received() -> ResponseReturnValue:
    """Every comment on my work, and what became of it."""
    wish = _wish()
    ledger = queries.received(me(), wish)
    own = looked_back(me(), wish.words) if wish.words else []
    return render_template("feedback/received.html", own=own, **_shown(ledger, wish, RECEIVED))


@bp.get("/given")
def given() -> ResponseReturnValue:
    """What became of what I said, and how my feedback grew."""
    wish = _wish()
    ledger = queries.given(me(), wish)
    return render_template(
        "feedback/given.html",
        growth=growth_of(me()),
        author_of=lambda comment: veil.author_of(me(), comment),
        **_shown(ledger, wish, GIVEN),
    )


@bp.get("/did-not-work")
def did_not_work() -> ResponseReturnValue:
    """What I wrote down as not working: worth as much as what did."""
    asked = request.args.get("q", "").strip()[:120]
    found = setbacks_of(me(), asked)
    return render_template("feedback/did_not_work.html", found=found, asked=asked)


def _wish() -> Wish:
    """What the address asks for; what it cannot ask for counts for nothing."""
    asked = {name: request.args.get(name, "") for name in ("standing", "kind", "work", "page")}
    return Wish(
        standing=Standing(asked["standing"]) if asked["standing"] in list(Standing) else None,
        kind=CommentKind(asked["kind"]) if asked["kind"] in list(CommentKind) else None,
        work_id=typed_id(asked["work"]) or None,
        words=request.args.get("q", "").strip()[:120],
        page=min(typed_id(asked["page"]), 100_000) or 1,
        every="all" in request.args,
    )


def _shown(ledger: Ledger, wish: Wish, names: Mapping[Standing, str]) -> dict[str, Any]:
    chosen: dict[str, Any] = {
        "standing": wish.standing.value if wish.standing else None,
        "kind": wish.kind.value if wish.kind else None,
        "work": wish.work_id,
        "q": wish.words or None,
    }

    def page(number: int | None = None, **more: Any) -> str:
        return url_for(request.endpoint or "", page=number, **chosen, **more)

    def together(line: Any) -> tuple[int, int | None]:
        """Lines about one work, in one request, stand under one heading."""
        review = line.Comment.review
        return line.Comment.revision.work_id, review and review.round_id

    is_last = wish.every or wish.page * PAGE >= ledger.total
    return {
        "ledger": ledger,
        "groups": [list(lines) for _key, lines in groupby(ledger.lines, together)],
        "wish": wish,
        "names": {standing.value: name for standing, name in names.items()},
        "before": page(wish.page - 1) if wish.page > 1 and not wish.every else "",
        "after": "" if is_last else page(wish.page + 1),
        "all_url": page(all=1) if ledger.total > PAGE and not wish.every else "",
        "most": MOST,
        "thread_url": thread_url,
    }
