"""Two colleagues change the reviews they owe, if both agree."""
