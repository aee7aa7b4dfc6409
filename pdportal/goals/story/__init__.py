"""How a goal came to be what it is: what changed, why, what prompted it; and a poster of it."""
