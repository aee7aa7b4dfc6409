"""Results of courses elsewhere, read from the lists that their providers export."""
