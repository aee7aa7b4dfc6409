"""Who waits for feedback in a cohort, who was asked about whose work, and what helps."""
