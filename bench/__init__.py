"""Measures the hot pages beside the least that Flask can cost: `python -m bench`."""
