"""The pages of cohorts, by noun: cohorts, their people, coaches."""

from pdportal.cohorts.views import coaches, cohorts, people
from pdportal.cohorts.views.blueprint import bp

__all__ = ["bp", "coaches", "cohorts", "people"]
