"""Two editions of a module: what changed, what moves on with its reader, and what is kept."""
