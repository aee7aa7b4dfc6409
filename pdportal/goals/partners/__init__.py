"""By when a goal is for, which skills it is about, who is a partner for it, and who reads it."""
