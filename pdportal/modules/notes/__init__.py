"""Notes of one's own beside the passages of a module: nobody else reads, counts or finds them."""
