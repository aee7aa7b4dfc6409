"""The pages of cohorts, by noun: cohorts, their people, joining and leaving, coaches."""
