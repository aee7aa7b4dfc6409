"""A conversation is begun by a short message, which may be answered with “not now”."""
