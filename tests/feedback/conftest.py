"""The protocol every story of feedback uses."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from flask import Flask

from pdportal.db import db
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.rounds.models import Round
from tests.conftest import visit
from tests.feedback import given
from tests.people import World

__all__ = ["visit"]


@pytest.fixture
def tag(world: World, tmp_path: Path) -> Protocol:
    """TAG, published."""
    protocol = given.tag(tmp_path)
    db.session.commit()
    return protocol


@pytest.fixture
def addresses(app: Flask) -> Iterator[Callable[[], None]]:
    """Verbs called outside a page can make addresses, too."""
    with app.test_request_context():
        yield lambda: None


@pytest.fixture
def round_(world: World, tag: Protocol) -> Round:
    """Ada's plan, shared with Ben and Dee."""
    made = given.shared(given.plan(world.ada), tag, named=[world.ben, world.dee])
    db.session.commit()
    return made
