"""An author looks at a work by its criteria, before others do or beside what they said."""

from __future__ import annotations

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import lazy_gettext as _l

from pdportal.accounts import me
from pdportal.feedback.comments import placing
from pdportal.feedback.rounds.loading import read_round
from pdportal.feedback.rounds.models import Round
from pdportal.feedback.rubrics import services
from pdportal.feedback.rubrics.cells import cells_of, rows_of
from pdportal.feedback.views import bp
from pdportal.web.autosave import ChangedElsewhere, keeps_words, not_saved, saved, seen_version
from pdportal.web.errors import Refused, or_404

BOX = "cell-"


@bp.route("/rounds/<int:round_id>/self", methods=["GET", "POST"])
@keeps_words(**{"cell-*": _l("What you see yourself")})
def self_assessment(round_id: int) -> ResponseReturnValue:
    """What the author sees in their own work, criterion by criterion; saved as it is typed."""
    round_, _latest = or_404(read_round(me(), round_id))
    here = url_for(".self_assessment", round_id=round_.id)
    if request.method == "GET":
        if not round_.rubric or not round_.is_open:
            return redirect(url_for(".round_page", round_id=round_.id))
        return _page(round_)
    typed = {
        name.removeprefix(BOX): text for name, text in request.form.items() if name.startswith(BOX)
    }
    try:
        own = services.save_self_assessment(me(), round_, typed, version=seen_version())
    except Refused as refused:
        return not_saved(
            refused,
            here,
            box=lambda _name: "",
            again=lambda refused: _page(round_, typed, refused),
        )
    done = url_for(".round_page", round_id=round_.id)
    return redirect(done) if "done" in request.form else saved(own.version, here)


def _page(
    round_: Round, typed: dict[str, str] | None = None, refused: Refused | None = None
) -> str:
    own = services.self_assessment(round_)
    words = own.said if typed is None else typed
    changed = isinstance(refused, ChangedElsewhere)
    values = {cell.key: [words.get(cell.key, "")] for cell in cells_of(round_.rubric)}
    return render_template(
        "feedback/self_assessment.html",
        round=round_,
        work=round_.work,
        parts=placing.parts_of(round_.work, round_.revision),
        rows=rows_of(round_.rubric, values),
        version=own.version,
        refused=refused,
        stored=[("", text) for text in own.said.values()] if changed else [],
    )
