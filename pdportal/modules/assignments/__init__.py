"""Modules given to cohorts, with a date and a why."""
