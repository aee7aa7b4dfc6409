"""Who gives feedback to whom in a cohort: numbers, schools, groups and pairs."""
