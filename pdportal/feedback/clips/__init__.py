"""Clips as works: each is one from the day it is uploaded, with a page to talk about it."""
