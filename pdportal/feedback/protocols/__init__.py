"""Protocols: Markdown files that say how to look at a work, stage by stage."""
