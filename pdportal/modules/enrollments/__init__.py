"""One person's way through a module: its own page, beginning, moving on, finishing."""
