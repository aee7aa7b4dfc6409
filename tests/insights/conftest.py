"""Several people in one test."""

from __future__ import annotations

from tests.browsing import visit

__all__ = ["visit"]
