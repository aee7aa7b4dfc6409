"""Single-point rubrics: criteria, and what is said of a work beside each; never a score."""
