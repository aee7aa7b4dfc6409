"""Goals that are suggested to a cohort: each person makes one of their own, or does not."""
