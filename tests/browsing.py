"""The browsers of `conftest`, for tests that open them by themselves."""

from __future__ import annotations

from tests.conftest import Browser, visit

__all__ = ["Browser", "visit"]
