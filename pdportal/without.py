"""Libraries that others import wherever they find them, and that we do not use."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager


@contextmanager
def without(*packages: str) -> Iterator[None]:
    """Import something as if these were not installed: each costs every process some memory."""
    absent = dict.fromkeys(package for package in packages if package not in sys.modules)
    sys.modules.update(absent)  # type: ignore[arg-type]  # None: an ImportError, by the language
    try:
        yield
    finally:
        for package in absent:
            del sys.modules[package]
