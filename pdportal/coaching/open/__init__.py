"""Open classrooms: colleagues offer a lesson to see, come, and say thanks; nothing else is kept.

Their times, seats and invitations are those of `booking`.
"""

from __future__ import annotations


def register() -> None:
    """Plug in the pages."""
    from pdportal.coaching.open import views as _views  # noqa: F401 — its routes
