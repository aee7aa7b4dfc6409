"""Skills: frameworks with levels, where people say they stand, who can show what, and profiles.

Placements, requests and offers are the feature's own; `frameworks`, `results` (of courses
elsewhere) and `profiles` have a room each.
"""

from __future__ import annotations

from flask import Flask
from flask_babel import lazy_gettext as _l


def register(app: Flask) -> None:
    """Plug the pages about skills and profiles into the app."""
    from pdportal.operations.jobs import jobs
    from pdportal.search.sources import Source, add_source
    from pdportal.skills import held
    from pdportal.skills.blueprint import bp
    from pdportal.skills.finds import find_skills
    from pdportal.web.pages import add_to_account

    app.register_blueprint(bp)
    add_to_account(app, _l("My learner profile"), "skills.profile")
    add_source(app, Source(_l("Skills"), find_skills, 15))
    jobs(app).add(held.sweep, name="sweep_held_files", every="hour")
