"""Reads one stage of a protocol from its section."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pdportal.content.problems import Problems, did_you_mean
from pdportal.feedback.comments.answers import FEEDBACK, CommentKind
from pdportal.feedback.protocols.reading import Section, StageText, stage_text
from pdportal.feedback.protocols.stages import Leaves, Placing, Role, Stage, Way, left_by

SETTINGS = (
    "speaks", "silent", "minutes", "window", "kind", "leaves", "at_least", "place", "next_move",
    "only", "optional",
)  # fmt: skip
WRITERS = (Role.REVIEWERS, Role.EVERYONE)
MINUTES = re.compile(r"^(\d{1,3})(?:\s*\(\s*(\d{1,3})\s*(?:[-–]|to)\s*(\d{1,3})\s*\))?$")
YES_OR_NO = {"yes": True, "true": True, "no": False, "false": False}


class StageReader:
    """Reads one stage: each setting has a line, a value, or what holds without it."""

    def __init__(self, section: Section, problems: Problems) -> None:
        self.section = section
        self.problems = problems
        self.text: StageText = stage_text(section)

    def read(self) -> Stage:
        """The stage; what is wrong with it is noted, and stands in it as if it were not said."""
        self._check_names()
        name, key = self.section.stage or ("", "")
        speaks = Role(self._one_of("speaks", Role, Role.REVIEWERS))
        kinds = self._kinds() if speaks in WRITERS else ()
        usual, least, most = self._minutes()
        stage = Stage(
            key=key[:60],
            name=name,
            speaks=speaks,
            silent=Role(self._one_of("silent", Role, Role.NOBODY)),
            minutes=usual,
            window=self._count("window", 1, 60) if "window" in self.text.settings else None,
            kinds=kinds,
            at_least=self._count("at_least", 0, 10),
            place=Placing(self._one_of("place", Placing, Placing.OPTIONAL)),
            next_move=YES_OR_NO[self._one_of("next_move", YES_OR_NO, "no")],
            prompt=self.text.prompt,
            stems=tuple(self.text.stems),
            least=least,
            most=most,
            leaves=Leaves(self._one_of("leaves", Leaves, left_by(kinds))),
            ways=self._ways(speaks),
            optional=YES_OR_NO[self._one_of("optional", YES_OR_NO, "no")],
        )
        if not stage.prompt:
            problem = f"The stage “{name}” has no prompt."
            self.problems.error(self.section.line, problem, "Say what to do in it.")
        if stage.at_least and not kinds:
            line, _value = self._setting("at_least", "")
            problem = f"“{name}” asks for comments and takes none."
            self.problems.error(line, problem, "Give it a kind, or at_least: 0.")
        return stage

    def _check_names(self) -> None:
        for name, (line, _value) in self.text.settings.items():
            if name not in SETTINGS:
                hint = did_you_mean(name, SETTINGS, f"Known are {', '.join(SETTINGS)}.")
                self.problems.error(line, f"“{name}” is no setting of a stage.", hint)

    def _setting(self, name: str, otherwise: str) -> tuple[int, str]:
        return self.text.settings.get(name, (self.section.line, otherwise))

    def _count(self, name: str, least: int, most: int) -> int:
        line, value = self._setting(name, str(least))
        if not value.isdecimal() or not least <= int(value) <= most:
            problem = f"“{name}” should be a whole number from {least} to {most}."
            self.problems.error(line, problem)
            return least
        return int(value)

    def _minutes(self) -> tuple[int, int, int]:
        """How long: usually, at least and at most, as in `10 (5-15)`."""
        line, value = self._setting("minutes", "0")
        found = MINUTES.match(value)
        usual, least, most = (int(each or 0) for each in found.groups()) if found else (0, 0, 0)
        if found is None or usual > 600 or (found[2] and not least <= usual <= most):
            hint = "Write “minutes: 10”, or “minutes: 10 (5-15)”."
            self.problems.error(line, f"“{value}” is no length in minutes.", hint)
            return 0, 0, 0
        return usual, least, most

    def _ways(self, speaks: Role) -> tuple[Way, ...]:
        """Where it takes place: a facilitator's stage in meetings alone."""
        way = self._one_of("only", (*Way, "both"), "both")
        if way == "both":
            return (Way.LIVE,) if speaks is Role.FACILITATOR else tuple(Way)
        return (Way(way),)

    def _one_of(self, name: str, known: Iterable[str], otherwise: str) -> str:
        line, value = self._setting(name, otherwise)
        known = [str(each) for each in known]
        if value.lower() not in known:
            hint = did_you_mean(value, known, f"Use one of {', '.join(known)}.")
            self.problems.error(line, f"“{value}” does not fit “{name}”.", hint)
            return otherwise
        return value.lower()

    def _kinds(self) -> tuple[CommentKind, ...]:
        line, value = self._setting("kind", "none")
        known = [str(kind) for kind in FEEDBACK]
        kinds = [kind.strip().lower() for kind in re.split(r"[,|]", value) if kind.strip()]
        for kind in kinds:
            if kind not in (*known, "none"):
                hint = did_you_mean(kind, known, f"Use one of {', '.join(known)}, none.")
                self.problems.error(line, f"“{kind}” is no kind of comment.", hint)
        return tuple(CommentKind(kind) for kind in kinds if kind in known)
