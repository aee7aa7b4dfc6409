"""Get a browser for the tests: the one on PATH, else playwright's own, else Debian's by apt.

python -m tests.browser.install
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def find_browser() -> str | None:
    """A Chromium that is there already: on PATH, or brought by playwright."""
    for name in NAMES:
        if found := shutil.which(name):
            return found
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        own = play.chromium.executable_path
    return own if Path(own).exists() else None


def main() -> int:
    """Install one if none is there; 1 if that cannot be done."""
    if find_browser():
        return 0
    print("· getting a browser for the tests", flush=True)
    commands = [[sys.executable, "-m", "playwright", "install", "chromium"]]
    if shutil.which("apt-get"):
        prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
        commands += [
            [*prefix, "apt-get", "update", "-qq"],
            [*prefix, "apt-get", "install", "-y", "-qq", "--no-install-recommends", "chromium"],
        ]
    for command in commands:
        print("  " + " ".join(command[-4:]), flush=True)
        subprocess.run(command, check=False, stdout=subprocess.DEVNULL, timeout=540)  # noqa: S603
        if find_browser():
            return 0
    print("No browser could be installed: put chromium on PATH and try again.", file=sys.stderr)
    return 1


if __name__ == "__main__":
    sys.exit(main())
