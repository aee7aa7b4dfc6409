"""Checks: parallel forms before and after, testing out, mastery, and a plan as the result."""
