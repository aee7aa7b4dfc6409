"""Rounds: a request for feedback on one revision, who is asked, and how it ends."""
