"""Writing a work together: asked, joined, left, handed over (docs/decisions/0045)."""
