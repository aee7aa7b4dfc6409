"""Notes of a coach about the work with one teacher: private, or shared with the pair."""
