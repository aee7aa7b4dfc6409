"""Folders of Markdown become immutable editions."""
