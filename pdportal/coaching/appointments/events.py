"""News of appointments for the rooms of coaching that made them."""

from __future__ import annotations

from blinker import Namespace

appointment_changed = Namespace().signal("appointment-changed")
"""`send(appointment)`: it was moved or canceled, or somebody does not come after all."""
