"""Goals: written, changed for a reason, stepped towards, met or abandoned."""

from __future__ import annotations

from datetime import datetime, time
from typing import Any

from pdportal.accounts.models import Person
from pdportal.demo.district import Riverbend, Story
from pdportal.demo.telling import Entry, read
from pdportal.goals.evidence import services as evidence_verbs
from pdportal.goals.models import Goal, Outcome, Step
from pdportal.goals.partners.services import set_about
from pdportal.goals.services import goals as goal_verbs
from pdportal.goals.starts.services import suggest_goal
from pdportal.goals.steps import services as step_verbs
from pdportal.goals.story.services import name_cause
from pdportal.inbox.services import address


def plan(riverbend: Riverbend) -> None:
    """Every goal of the district on its days."""
    for entry in read("goals"):
        GoalStory(riverbend, entry).plan()
    for entry in read("suggested_goals"):
        # Not by `term.at`: one more draw there would move all that is planned after this.
        at_four = datetime.combine(riverbend.term.day(entry["day"]), time(16), riverbend.term.zone)
        riverbend.term.add(at_four, _suggest, riverbend, entry)


def _suggest(riverbend: Riverbend, entry: Entry) -> None:
    lead, cohort = riverbend.people[entry["by"]], riverbend.cohorts[entry["cohort"]]
    suggest_goal(lead, cohort, entry["words"], entry["steps"], entry["note"])


class GoalStory(Story):
    """One goal, from its first words to where it stands."""

    goal: Goal

    def plan(self) -> None:
        """Revisions, steps, evidence and the end, each on its day."""
        entry, term = self.entry, self.term
        self.owner: Person = self.people[entry["owner"]]
        self.steps: list[Step] = []
        begin = entry["revisions"][0]["day"]
        for revision in entry["revisions"]:
            first = revision["day"] == begin
            term.add(term.at(revision["day"], 15, 1), self._write, revision, first)
        for number, step in enumerate(entry["steps"]):
            moment = term.at(step.get("added", begin), 17 + number * 0.05, 0.01)
            term.add(moment, self._step, step)
        if partners := entry.get("partners"):
            term.add(term.at(begin + 1, 19), self._partners, partners)
        for evidence in entry["evidence"]:
            term.add(term.at(evidence["day"], 19), self._evidence, evidence)
        if closed := entry.get("closed"):
            term.add(term.at(closed["day"], 19), self._close, closed)

    def _write(self, entry: Entry, first: bool) -> None:
        fields = ("change", "why", "know", "now", "where", "others")
        content = {key: entry[key] for key in fields if key in entry}
        if first:
            self.goal = goal_verbs.begin_goal(self.owner, content)
            self.riverbend.works[f"goal {self.entry['title']}"] = self.goal.work
        why = entry.get("reason", "")
        revision = goal_verbs.keep_goal(self.owner, self.goal, content, why=why)
        if "cause" in entry:
            step = self.steps[entry["cause"] - 1]
            name_cause(self.owner, self.goal, revision, f"step-{step.id}")

    def _step(self, entry: Entry) -> None:
        due_on = self.term.day(entry["due"])
        if entry.get("kind") == "tryout":
            step = step_verbs.take_up_tryout(
                self.owner,
                title=entry["text"],
                plan=entry["plan"],
                prediction=entry["prediction"],
                due_on=due_on,
                goal=self.goal,
                after=self.steps[entry["after"] - 1] if "after" in entry else None,
            )
        else:
            source: dict[str, Any] = {}
            if "from" in entry:
                round_ = self.riverbend.rounds[entry["from"]]
                url = address("feedback.round_page", round_id=round_.id)
                source = {"from_title": round_.work.title, "from_url": url}
            step = step_verbs.add_step(
                self.owner, self.goal, entry["text"], due_on=due_on, **source
            )
        self.steps.append(step)
        if "done" in entry:
            self.term.add(self.term.at(entry["done"], 17.5), finish, self.owner, step, entry)

    def _partners(self, names: list[str]) -> None:
        set_about(
            self.owner,
            self.goal,
            until=self.term.day(self.entry.get("until", 100)),
            skills=[],
            partners=[self.people[name] for name in names],
            shows_all=False,
        )

    def _evidence(self, entry: Entry) -> None:
        step = self.steps[entry["step"] - 1] if "step" in entry else None
        evidence_verbs.add_evidence(self.owner, self.goal, text=entry["text"], step=step)

    def _close(self, entry: Entry) -> None:
        met = entry["how"] == "met"
        goal_verbs.close_goal(self.owner, self.goal, entry["words"], met=met)


def finish(owner: Person, step: Step, entry: Entry) -> None:
    """Do a step, or look back on a try-out."""
    if "outcome" in entry:
        outcome = Outcome(entry["outcome"])
        looked_back = {"happened": entry["happened"], "learned": entry.get("learned", "")}
        step_verbs.look_back(owner, step, **looked_back, outcome=outcome)
    else:
        step_verbs.finish_step(owner, step)
