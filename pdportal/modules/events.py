"""News for features above, sent in the same transaction."""

from __future__ import annotations

from blinker import signal

module_finished = signal("module-finished")
"""`module_finished.send(person, module_id=…, edition_id=…, enrollment_id=…)`, once for each way."""
