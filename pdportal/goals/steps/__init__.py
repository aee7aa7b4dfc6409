"""Steps and try-outs: one thing to do each, and one of them in focus."""
