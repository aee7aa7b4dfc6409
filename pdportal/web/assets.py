"""The built front end: content-hashed files that never change, served by whitenoise."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from flask import Flask
from whitenoise import WhiteNoise

DIST = Path(__file__).resolve().parent.parent / "static" / "dist"


class _BuiltFiles(WhiteNoise):
    """The files listed at the start; one that a new build has deleted since is passed on (404)."""

    def serve(self, static_file: Any, environ: Any, start_response: Any) -> Any:
        try:
            return super().serve(static_file, environ, start_response)
        except FileNotFoundError:
            return self.application(environ, start_response)


def register(app: Flask) -> None:
    """Serve `static/dist` at `/static/dist` and give templates `asset("main.css")`."""
    manifest_file = DIST / "manifest.json"
    manifest: dict[str, str] = (
        json.loads(manifest_file.read_text(encoding="utf-8")) if manifest_file.is_file() else {}
    )

    def asset(name: str) -> str:
        """The address of a built file by its plain name."""
        return f"/static/dist/{manifest.get(name, name)}"

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
