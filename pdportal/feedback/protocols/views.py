"""The protocols: what each is for, its stages, and its version for students."""

from __future__ import annotations

from flask import render_template
from flask.typing import ResponseReturnValue

from pdportal.feedback.protocols import queries
from pdportal.feedback.protocols.stages import stages_of
from pdportal.feedback.views import bp
from pdportal.web.errors import one_or_404


@bp.get("/protocols")
def protocols() -> ResponseReturnValue:
    """All that one can choose from."""
    return render_template("feedback/protocols.html", protocols=queries.protocols())


@bp.get("/protocols/<slug>")
def protocol_page(slug: str) -> ResponseReturnValue:
    """One protocol, stage by stage."""
    protocol = one_or_404(queries.protocol_named(slug))
    return render_template(
        "feedback/protocol_page.html",
        protocol=protocol,
        data=protocol.data,
        stages=stages_of(protocol.data),
    )


@bp.get("/protocols/<slug>/students")
def protocol_for_students(slug: str) -> ResponseReturnValue:
    """The same in students' words, to print."""
    protocol = one_or_404(queries.protocol_named(slug))
    return render_template("feedback/protocol_students.html", protocol=protocol)
