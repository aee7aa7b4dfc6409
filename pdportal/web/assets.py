"""The built front end: content-hashed files that never change, served by whitenoise."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import Any

from flask import Flask, Response
from whitenoise import WhiteNoise

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"
_CONTROLLERS = re.compile(rb'data-controller="([^"]+)"')


class _BuiltFiles(WhiteNoise):
    """The files listed at the start; one that a new build has deleted since is passed on (404)."""

    def serve(self, static_file: Any, environ: Any, start_response: Any) -> Any:
        try:
            return super().serve(static_file, environ, start_response)
        except FileNotFoundError:
            return self.application(environ, start_response)


def register(app: Flask) -> None:
    """Serve `static/dist` at `/static/dist` and give templates `asset("main.css")`.

    Scripts that only some behaviours need are named in the head of the pages that have these.
    """
    manifest: dict[str, str] = _read("manifest.json")
    scripts = {
        name.encode(): [
            f'<script type="module" src="/static/dist/{file}"></script>' for file in files
        ]
        for name, files in _read("controllers.json").items()
    }

    def asset(name: str) -> str:
        """The address of a built file by its plain name."""
        return f"/static/dist/{manifest.get(name, name)}"

    @app.after_request
    def name_scripts(page: Response) -> Response:
        if page.mimetype == "text/html" and page.is_sequence:
            html = page.get_data()
            names = b" ".join(_CONTROLLERS.findall(html)).split()
            needed = dict.fromkeys(tag for name in names for tag in scripts.get(name, ()))
            if needed:
                tags = "".join(needed).encode()
                page.set_data(html.replace(b"</head>", tags + b"</head>", 1))
        return page

    app.jinja_env.globals["asset"] = asset
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


def _read(name: str) -> dict[str, Any]:
    """What the build says, or nothing where there was none."""
    file = DIST / name
    return json.loads(file.read_text(encoding="utf-8")) if file.is_file() else {}
