"""News of appointments for the rooms of coaching that made them."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

appointment_moved = _signals.signal("appointment-moved")
"""`send(appointment)`: it has another time or place."""

guest_left = _signals.signal("guest-left")
"""`send(appointment)`: somebody does not come after all, and others do."""

appointment_canceled = _signals.signal("appointment-canceled")
"""`send(appointment)`: its host called it off, or nobody is left who comes."""
