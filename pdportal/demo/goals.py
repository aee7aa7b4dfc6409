"""Goals: written, changed for a reason, stepped towards, met or let go."""

from __future__ import annotations

from functools import partial

from pdportal.accounts.models import Person
from pdportal.demo.district import Riverbend
from pdportal.demo.reading import Entry, read
from pdportal.goals import services
from pdportal.goals.models import Goal, Outcome, Step
from pdportal.inbox.services import address


def plan(riverbend: Riverbend) -> None:
    """Every goal of the district on its days."""
    for said in read("goals"):
        GoalStory(riverbend, said).plan()


class GoalStory:
    """One goal, from its first words to where it stands."""

    goal: Goal

    def __init__(self, riverbend: Riverbend, said: Entry) -> None:
        self.riverbend = riverbend
        self.said = said
        self.steps: list[Step] = []

    @property
    def owner(self) -> Person:
        return self.riverbend.people[self.said["owner"]]

    def plan(self) -> None:
        """Revisions, steps, evidence and the end, each on its day."""
        term, add = self.riverbend.term, self.riverbend.timeline.add
        begin = self.said["revisions"][0]["day"]
        for number, said in enumerate(self.said["revisions"]):
            add(
                term.at(said["day"], hour=15, spread=1),
                partial(self._write, said, first=not number),
            )
        for number, said in enumerate(self.said["steps"]):
            moment = term.at(said.get("added", begin), hour=17 + number * 0.05, spread=0.01)
            add(moment, partial(self._step, said))
        for said in self.said["evidence"]:
            add(term.at(said["day"], hour=19), partial(self._evidence, said))
        if closed := self.said.get("closed"):
            add(term.at(closed["day"], hour=19), partial(self._close, closed))

    def _write(self, said: Entry, *, first: bool) -> None:
        content = {key: said[key] for key in ("change", "why", "know")}
        if first:
            self.goal = services.begin_goal(self.owner, content)
            self.riverbend.works[f"goal {self.said['title']}"] = self.goal.work
        services.keep_goal(self.owner, self.goal, content, why=said.get("reason", ""))

    def _step(self, said: Entry) -> None:
        term = self.riverbend.term
        due_on = term.day(said["due"])
        if said.get("kind") == "tryout":
            step = services.take_up_tryout(
                self.owner,
                title=said["text"],
                plan=said["plan"],
                prediction=said["prediction"],
                due_on=due_on,
                goal=self.goal,
            )
        else:
            title, url = self._source(said)
            step = services.add_step(
                self.owner, self.goal, said["text"], due_on=due_on, from_title=title, from_url=url
            )
        self.steps.append(step)
        if "done" in said:
            moment = term.at(said["done"], hour=17.5)
            self.riverbend.timeline.add(moment, partial(self._finish, step, said))

    def _finish(self, step: Step, said: Entry) -> None:
        if "outcome" in said:
            services.look_back(
                self.owner, step, happened=said["happened"], outcome=Outcome(said["outcome"])
            )
        else:
            services.finish_step(self.owner, step)

    def _source(self, said: Entry) -> tuple[str, str]:
        if "from" not in said:
            return "", ""
        round_ = self.riverbend.rounds[said["from"]]
        return round_.work.title, address("feedback.round_page", round_id=round_.id)

    def _evidence(self, said: Entry) -> None:
        step = self.steps[said["step"] - 1] if "step" in said else None
        services.add_evidence(self.owner, self.goal, text=said["text"], step=step)

    def _close(self, said: Entry) -> None:
        end = services.meet_goal if said["how"] == "met" else services.abandon_goal
        end(self.owner, self.goal, said["words"])
