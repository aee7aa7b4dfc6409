"""Published modules for the stories."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from pdportal.db import db
from pdportal.modules.models import Edition
from tests.conftest import visit
from tests.modules.given import publish_one, write_module
from tests.people import World

__all__ = ["publish", "visit", "wait"]

Publish = Callable[..., Edition]


@pytest.fixture
def publish(world: World, tmp_path: Path) -> Publish:
    """Publish a small module; what is wrong with it fails the test."""

    def _publish(slug: str = "wait", **given: Any) -> Edition:
        done = publish_one(write_module(tmp_path, slug, **given))
        assert done.edition is not None, done.problems
        db.session.commit()
        return done.edition

    return _publish


@pytest.fixture
def wait(publish: Publish) -> Edition:
    """The module of two pages with one of everything on them."""
    return publish()
