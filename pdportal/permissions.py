"""Permissions of the files that the portal keeps."""

from __future__ import annotations

import os
from pathlib import Path


def close_to_others(path: Path) -> Path:
    """Let a file or folder be read by its owner alone; a file is made empty where it is missing.

    SQLite gives the files that it puts beside a database the same permissions. What belongs to
    somebody else is left as it is. Raises `OSError` if it cannot be opened.
    """
    if not hasattr(os, "geteuid"):  # Windows: permissions come from the folder
        path.touch()
        return path
    handle = os.open(path, os.O_RDONLY | (0 if path.is_dir() else os.O_CREAT), 0o600)
    try:
        found = os.fstat(handle)
        if found.st_uid == os.geteuid() and found.st_mode & 0o077:
            os.fchmod(handle, found.st_mode & 0o700)
    finally:
        os.close(handle)
    return path
