"""Practice notes: what somebody tried, shared with a cohort or a school and asking for nothing."""
