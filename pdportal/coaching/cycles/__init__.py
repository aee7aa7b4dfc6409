"""Coaching cycles: a coach and a teacher go through the phases of a template, and nothing written
is ever overwritten."""
