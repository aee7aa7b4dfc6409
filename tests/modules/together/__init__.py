"""Correcting together."""
