"""Correcting together: each answers alone, then a few colleagues agree on a correction and why."""
