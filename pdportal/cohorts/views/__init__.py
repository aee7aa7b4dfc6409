"""The pages of cohorts, by noun: cohorts, their people, joining and leaving, coaches."""

from pdportal.cohorts.views import coaches, cohorts, joining, people
from pdportal.cohorts.views.blueprint import bp

__all__ = ["bp", "coaches", "cohorts", "joining", "people"]
