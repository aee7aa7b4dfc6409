"""Several people in one test, in a term long before the clips go."""

from __future__ import annotations

from tests.conftest import visit
from tests.video.conftest import in_october

__all__ = ["in_october", "visit"]
