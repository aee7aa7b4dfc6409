"""Several people in one test, in a term long before the clips go."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest

from pdportal import clock
from tests.conftest import visit

__all__ = ["visit"]

NOW = datetime(2026, 10, 5, 14, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def in_october() -> Iterator[None]:
    with clock.at(NOW):
        yield
