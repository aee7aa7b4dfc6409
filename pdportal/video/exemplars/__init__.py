"""Clips to learn from: offered by their owners to a school or the district, for a time."""
