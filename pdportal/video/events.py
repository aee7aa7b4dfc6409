"""News of clips for the features above, sent in the same transaction."""

from __future__ import annotations

from blinker import signal

clip_added = signal("clip-added")
"""`send(clip, owner=person, earlier=clip)`: somebody uploaded a clip; it may answer another one."""

clip_changed = signal("clip-changed")
"""`send(clip)`: its owner calls it something else."""

share_ended = signal("share-ended")
"""`send(clip, person_id=…)`: somebody can see it no more."""

clip_processed = signal("clip-processed")
"""`send(clip)`: a worker is done with its file, whatever came of it."""

film_deleted = signal("film-deleted")
"""`send(owner_id, clip_id=…)`: a file that had somebody's film is deleted for good."""
