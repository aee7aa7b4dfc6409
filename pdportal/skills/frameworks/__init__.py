"""Frameworks: trees of skills, our own in Markdown and others' as CASE packages."""
