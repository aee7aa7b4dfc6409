"""The built front end: content-hashed files that never change, served by whitenoise."""

from __future__ import annotations

import json
import secrets
from pathlib import Path
from typing import Any

from flask import Flask, current_app
from markupsafe import Markup
from whitenoise import WhiteNoise

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
SCRIPTS_HERE = Markup(f"<!-- scripts-{secrets.token_hex(16)} -->")  # noqa: S704  # our own
"""Stands in the head of a page until it is known which scripts the page needs."""

_BEGINS = 'data-controller="'


class _BuiltFiles(WhiteNoise):
    """The files listed at the start; one that a new build has deleted since is passed on (404)."""

    def serve(self, static_file: Any, environ: Any, start_response: Any) -> Any:
        try:
            return super().serve(static_file, environ, start_response)
        except FileNotFoundError:
            return self.application(environ, start_response)


def register(app: Flask) -> None:
    """Serve `static/dist` at `/static/dist` and give templates `asset("main.css")`.

    Scripts that only some behaviours need are named where a page has `scripts_here`.
    """
    manifest: dict[str, str] = _read("manifest.json")
    app.extensions["pdportal.scripts"] = {
        name: [f'<script type="module" src="/static/dist/{file}"></script>' for file in files]
        for name, files in _read("controllers.json").items()
    }

    def asset(name: str) -> str:
        """The address of a built file by its plain name."""
        return f"/static/dist/{manifest.get(name, name)}"

    app.jinja_env.globals.update(asset=asset, scripts_here=SCRIPTS_HERE)
    noise = _BuiltFiles(
        app.wsgi_app,
        max_age=60 * 60 * 24 * 365,
        immutable_file_test=lambda _path, _url: True,
        allow_all_origins=False,
        charset="utf-8",
    )
    if DIST.is_dir():
        noise.add_files(str(DIST), prefix="static/dist/")
    app.wsgi_app = noise  # type: ignore[method-assign]  # as Flask documents it


def with_scripts(page: str) -> str:
    """The page, whose head names the scripts that its behaviours need, each once."""
    if SCRIPTS_HERE not in page:
        return page
    scripts: dict[str, list[str]] = current_app.extensions["pdportal.scripts"]
    values = {each[: each.find('"')] for each in page.split(_BEGINS)[1:]}
    names = sorted({name for value in values for name in value.split()})
    needed = dict.fromkeys(tag for name in names for tag in scripts.get(name, ()))
    return page.replace(SCRIPTS_HERE, "".join(needed), 1)


def _read(name: str) -> dict[str, Any]:
    """What the build says, or nothing where there was none."""
    file = DIST / name
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
