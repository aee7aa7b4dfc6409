"""News of cohorts for the features above, sent in the same transaction."""

from __future__ import annotations

from blinker import signal

member_joined = signal("member-joined")
"""`member_joined.send(member, actor=person)`: somebody is in a cohort from now on."""

member_left = signal("member-left")
"""`member_left.send(member)`: somebody is no longer in a cohort; their history there stays."""

asked_to_join = signal("asked-to-join")
"""`asked_to_join.send(request, actor=person)`: somebody is asked to join a cohort."""

request_withdrawn = signal("request-withdrawn")
"""`request_withdrawn.send(request)`: they are no longer asked."""

coach_linked = signal("coach-linked")
"""`coach_linked.send(coaching, actor=person)`: a coach and a teacher work together from now on."""

coach_unlinked = signal("coach-unlinked")
"""`coach_unlinked.send(coaching, actor=person)`: they no longer do."""
