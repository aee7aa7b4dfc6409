"""Modules saved, put aside, recommended by colleagues, and suggested with a reason."""
