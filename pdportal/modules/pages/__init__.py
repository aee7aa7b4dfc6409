"""A page of a module as one person reads it, and the files it shows."""
