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
    for said in read("goals"):
        GoalStory(riverbend, said).plan()
    for said in read("suggested_goals"):
        # Not by `term.at`: one more draw there would move all that is planned after this.
        at_four = datetime.combine(riverbend.term.day(said["day"]), time(16), riverbend.term.zone)
        riverbend.term.add(at_four, _suggest, riverbend, said)


def _suggest(riverbend: Riverbend, said: Entry) -> None:
    lead, cohort = riverbend.people[said["by"]], riverbend.cohorts[said["cohort"]]
    suggest_goal(lead, cohort, said["words"], said["steps"], said["note"])


class GoalStory(Story):
    """One goal, from its first words to where it stands."""

    goal: Goal

    def plan(self) -> None:
        """Revisions, steps, evidence and the end, each on its day."""
        said, term = self.said, self.term
        self.owner: Person = self.people[said["owner"]]
        self.steps: list[Step] = []
        begin = said["revisions"][0]["day"]
        for revision in said["revisions"]:
            first = revision["day"] == begin
            term.add(term.at(revision["day"], 15, 1), self._write, revision, first)
        for number, step in enumerate(said["steps"]):
            moment = term.at(step.get("added", begin), 17 + number * 0.05, 0.01)
            term.add(moment, self._step, step)
        if partners := said.get("partners"):
            term.add(term.at(begin + 1, 19), self._partners, partners)
        for evidence in said["evidence"]:
            term.add(term.at(evidence["day"], 19), self._evidence, evidence)
        if closed := said.get("closed"):
            term.add(term.at(closed["day"], 19), self._close, closed)

    def _write(self, said: Entry, first: bool) -> None:
        fields = ("change", "why", "know", "now", "where", "others")
        content = {key: said[key] for key in fields if key in said}
        if first:
            self.goal = goal_verbs.begin_goal(self.owner, content)
            self.riverbend.works[f"goal {self.said['title']}"] = self.goal.work
        why = said.get("reason", "")
        revision = goal_verbs.keep_goal(self.owner, self.goal, content, why=why)
        if "cause" in said:
            step = self.steps[said["cause"] - 1]
            name_cause(self.owner, self.goal, revision, f"step-{step.id}")

    def _step(self, said: Entry) -> None:
        due_on = self.term.day(said["due"])
        if said.get("kind") == "tryout":
            step = step_verbs.take_up_tryout(
                self.owner,
                title=said["text"],
                plan=said["plan"],
                prediction=said["prediction"],
                due_on=due_on,
                goal=self.goal,
                after=self.steps[said["after"] - 1] if "after" in said else None,
            )
        else:
            source: dict[str, Any] = {}
            if "from" in said:
                round_ = self.riverbend.rounds[said["from"]]
                url = address("feedback.round_page", round_id=round_.id)
                source = {"from_title": round_.work.title, "from_url": url}
            step = step_verbs.add_step(self.owner, self.goal, said["text"], due_on=due_on, **source)
        self.steps.append(step)
        if "done" in said:
            self.term.add(self.term.at(said["done"], 17.5), finish, self.owner, step, said)

    def _partners(self, names: list[str]) -> None:
        set_about(
            self.owner,
            self.goal,
            until=self.term.day(self.said.get("until", 100)),
            skills=[],
            partners=[self.people[name] for name in names],
            shows_all=False,
        )

    def _evidence(self, said: Entry) -> None:
        step = self.steps[said["step"] - 1] if "step" in said else None
        evidence_verbs.add_evidence(self.owner, self.goal, text=said["text"], step=step)

    def _close(self, said: Entry) -> None:
        met = said["how"] == "met"
        goal_verbs.close_goal(self.owner, self.goal, said["words"], met=met)


def finish(owner: Person, step: Step, said: Entry) -> None:
    """Do a step, or look back on a try-out."""
    if "outcome" in said:
        outcome = Outcome(said["outcome"])
        said_after = {"happened": said["happened"], "learned": said.get("learned", "")}
        step_verbs.look_back(owner, step, **said_after, outcome=outcome)
    else:
        step_verbs.finish_step(owner, step)
