"""Meetings: a protocol run live, with a clock, roles and silence kept by the server."""
