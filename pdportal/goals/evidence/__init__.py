"""What shows how a goal goes: gathered by its owner, for the goal or for one of its steps."""
