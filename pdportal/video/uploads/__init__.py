"""Videos on their way in: their bytes in pieces, over any line, and what is typed meanwhile."""
