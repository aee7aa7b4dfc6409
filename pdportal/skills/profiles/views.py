"""Pages of the learner profile: my own, and what colleagues let me read of theirs."""

from __future__ import annotations

from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from werkzeug.exceptions import NotFound

from pdportal.accounts import me
from pdportal.accounts.models import Person
from pdportal.cohorts.models import Cohort
from pdportal.db import db
from pdportal.skills.blueprint import bp
from pdportal.skills.profiles import queries, services
from pdportal.skills.profiles.models import Part, ProfilePart
from pdportal.skills.profiles.parts import ABOUT, PARTS
from pdportal.skills.queries import own_offers
from pdportal.web.autosave import ChangedElsewhere, autosave_response, seen_version
from pdportal.web.errors import Refused, one_or_404
from pdportal.web.requests import typed_id


@bp.get("/profile")
def profile() -> ResponseReturnValue:
    """My profile, part by part."""
    return _page(queries.own_parts(me()))


@bp.post("/profile/<any(strengths, needs, interests, ways, next_role):name>")
def save_part(name: str) -> ResponseReturnValue:
    """Keep what is typed and chosen in one part."""
    part = Part(name)
    words, scales = request.form.get("words", ""), _scales(part)
    suggests = "suggests" in request.form

    def save() -> int:
        return services.save_part(
            me(), part, words, scales, suggests=suggests, version=seen_version()
        )

    def again(refused: Refused) -> str:
        db.session.rollback()
        typed = ProfilePart(
            part=part, words=words, scales=scales, suggests=suggests, version=seen_version()
        )
        stored = []
        if isinstance(refused, ChangedElsewhere):
            typed.version, stored = refused.version, [("", refused.values["words"])]
        shown = queries.own_parts(me()) | {part: typed}
        return _page(shown, stored={part: stored}, errors={part: refused.message})

    back = url_for(".profile", _anchor=name)
    return autosave_response(
        save,
        back,
        typed=[(str(ABOUT[part].title), words)],
        again=again,
        box=lambda name: "words" if name == "words" else "",
    )


@bp.route("/profile/share", methods=["GET", "POST"])
def share_profile() -> ResponseReturnValue:
    """Choose who may read which parts."""
    words = request.values.get("q", "")[:120].strip()
    error = ""
    if request.method == "POST":
        try:
            reader = _reader(request.form.get("reader", ""))
            parts = [Part(part) for part in request.form.getlist("parts") if part in set(Part)]
            services.share(me(), reader, parts)
            flash(_("%(name)s can read this now.", name=reader.name), "success")
            return redirect(url_for(".profile", _anchor="shared"))
        except Refused as refused:
            db.session.rollback()
            error = refused.message
    page = render_template(
        "skills/share_profile.html",
        words=words,
        error=error,
        people=queries.readers(me(), words),
        cohorts=db.session.scalars(queries.own_cohorts(me())).all(),
        parts=PARTS,
        chosen=request.form.getlist("parts") if error else [about.part.value for about in PARTS],
        reader=request.form.get("reader", ""),
    )
    return page, 422 if error else 200


@bp.post("/profile/shares/<int:share_id>/take-back")
def take_profile_back(share_id: int) -> ResponseReturnValue:
    """Stop sharing."""
    services.take_back(me(), one_or_404(queries.own_share(me(), share_id)))
    flash(_("Taken back. They can no longer read any of it."), "success")
    return redirect(url_for(".profile", _anchor="shared"))


@bp.get("/profile/of/<int:person_id>")
def shared_profile(person_id: int) -> ResponseReturnValue:
    """What a colleague lets me read of their profile."""
    shares = queries.shared_with(me(), person_id)
    if not shares:
        raise NotFound
    allowed = {part for row in shares for part in row.parts}
    return render_template(
        "skills/shared_profile.html",
        name=shares[0].name,
        abouts=[about for about in PARTS if about.part in allowed],
        parts=queries.parts_shared(person_id, allowed),
    )


def _page(parts: dict[Part, ProfilePart], **more: Any) -> str:
    return render_template(
        "skills/profile.html",
        abouts=PARTS,
        parts=parts,
        shares=queries.own_shares(me()),
        shared_with_me=queries.shared_with(me()),
        offers=own_offers(me()),
        titles={about.part.value: about.title for about in PARTS},
        **({"stored": {}, "errors": {}} | more),
    )


def _scales(part: Part) -> dict[str, int]:
    sent = {scale.name: request.form.get(f"scale-{scale.name}", "") for scale in ABOUT[part].scales}
    return {name: int(at) for name, at in sent.items() if at in {"0", "1", "2", "3", "4"}}


def _reader(chosen: str) -> Person | Cohort:
    """The person or the cohort that a form names: `person-7`, `cohort-3`."""
    kind, _dash, number = chosen.partition("-")
    ident = typed_id(number)
    found: Person | Cohort | None = None
    if kind == "person":
        found = db.session.scalars(queries.reader(me(), ident)).one_or_none()
    elif kind == "cohort":
        found = db.session.scalars(
            queries.own_cohorts(me()).where(Cohort.id == ident)
        ).one_or_none()
    if found is None:
        raise Refused(_("Choose somebody to share with."), status=422, field="reader")
    return found
