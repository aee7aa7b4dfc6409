"""The loop: comment, decide, address in a revision, confirm or ask again."""
