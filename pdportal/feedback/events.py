"""News of feedback for the features above, sent in the same transaction."""

from __future__ import annotations

from blinker import signal

revision_saved = signal("revision-saved")
"""`send(work, revision=…, ticks=…)`: a work has a new revision, which answers comments ticked."""

round_shared = signal("round-shared")
"""`send(round)`: a work was shared for feedback."""

review_given = signal("review-given")
"""`send(review_id, reviewer=…)`: a colleague gave a review."""

round_closed = signal("round-closed")
"""`send(round)`: its author closed it with a reflection."""

comment_removed = signal("comment-removed")
"""`send(comment)`: whoever wrote something in a talk takes it back; its row is still there."""

commented = signal("commented")
"""`send(comment, person=…)`: somebody commented in the talk about a work; not of replies."""
