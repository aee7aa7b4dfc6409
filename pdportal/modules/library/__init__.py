"""What one can learn: cards, filters and search."""
