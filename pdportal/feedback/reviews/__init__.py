"""Reviews: one colleague's part in a round, from being asked to having given."""
