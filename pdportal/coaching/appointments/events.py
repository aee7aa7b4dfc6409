"""News of appointments for the rooms of coaching that made them."""

from __future__ import annotations

from blinker import Namespace

_signals = Namespace()

guest_left = _signals.signal("guest-left")
"""`send(appointment, person=…)`: somebody does not come after all, where it still takes place."""

appointment_canceled = _signals.signal("appointment-canceled")
"""`send(appointment)`: it does not take place."""
