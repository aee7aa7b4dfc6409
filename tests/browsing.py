"""Kept until every test takes it from conftest."""

from tests.conftest import Browser, visit

__all__ = ["Browser", "visit"]
