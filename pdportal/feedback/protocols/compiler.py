"""Check a protocol's file like a program, and make it the row that is stored.

A template of coaching cycles is read by `phases`. Of all others `Protocol.data` holds, as JSON:

    purpose, family, origin, licence    plain words
    group                               {"min", "max"} people
    trust                               1 to 3
    roles                               names of `stages.Role`, beside author and reviewers
    artifact                            "needed", "optional" or "none": whether a work is looked at
    ways                                names of `stages.Way`
    after                               what follows it (`facts.AFTER`)
    suits                               as `suggesting.read_suits` gives it, or None
    stages                              as `stages.Stage` stores them
    rubric                              as `content.criteria` gives it, or None
    practice                            as `practice.read_practice` gives it, or None
    students                            as `students.HandOut` stores them
"""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import asdict
from pathlib import Path
from typing import Any

from pdportal.content.criteria import Criterion, criteria_of
from pdportal.content.problems import Problem, Problems, did_you_mean
from pdportal.content.source import Source, read_source
from pdportal.feedback.protocols.facts import read_facts
from pdportal.feedback.protocols.models import OWN, Protocol
from pdportal.feedback.protocols.phases import read_cycle
from pdportal.feedback.protocols.practice import read_practice
from pdportal.feedback.protocols.reading import Section, sections_of
from pdportal.feedback.protocols.stage_reader import StageReader
from pdportal.feedback.protocols.stages import Role, Stage, Way, rubric_stage, stages_of
from pdportal.feedback.protocols.students import grades_in, read_hand_out
from pdportal.feedback.rubrics.cells import MOST_CRITERIA


def compile_protocol(path: Path) -> tuple[Protocol | None, list[Problem]]:
    """Read one file as an edition that is in no session yet; None with an error in it."""
    source, faults = read_source(path)
    problems = Problems(source.path)
    if not re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", path.stem) or len(path.stem) > 80:
        problems.error(
            1,
            "The file's name becomes an address and cannot.",
            "Use small letters, digits and hyphens.",
        )
    if path.stem.startswith(OWN):
        hint = "Such addresses are for protocols written in the browser."
        problems.error(1, f"The file's name begins with {OWN}.", hint)
    problems.found += faults
    protocol, everything = compile_source(path.stem, source, problems)
    if protocol is not None:
        protocol.source = "\n".join(path.read_text("utf-8-sig").splitlines()) + "\n"
    return protocol, everything


def compile_source(
    slug: str, source: Source, problems: Problems
) -> tuple[Protocol | None, list[Problem]]:
    """The same for what was read already; `problems` has what was wrong with it so far."""
    protocol = compile_draft(slug, source, problems)
    everything = sorted(set(problems.found))
    broken = any(problem.is_error for problem in everything)
    return (None if broken else protocol), everything


def compile_draft(slug: str, source: Source, problems: Problems) -> Protocol:
    """The same whatever is wrong: noted in `problems`, and left out of it."""
    protocol = Protocol(slug=slug, is_current=True)
    if source.meta.get("kind") == "cycle":
        read_cycle(source, protocol, problems)
    else:
        _read_protocol(source, protocol, problems)
    protocol.content_hash = _hash(protocol)
    return protocol


def _read_protocol(source: Source, protocol: Protocol, problems: Problems) -> None:
    read_facts(source, protocol, problems)
    _read_sections(sections_of(source, problems), protocol.data, problems)
    _check_whole(source, protocol.data, problems)
    if protocol.data["practice"] is None:
        problems.warning(1, "There is no practice.", "Add a section “## Practice”.")


def _hash(protocol: Protocol) -> str:
    """Of what was compiled, so that a compiler that makes something else of a file is a change."""
    compiled = [protocol.name, protocol.summary, protocol.minutes, protocol.data]
    return hashlib.sha256(json.dumps(compiled, sort_keys=True).encode()).hexdigest()


def _read_sections(sections: list[Section], data: dict[str, Any], problems: Problems) -> None:
    lines: dict[str, int] = {}
    stages: list[Stage] = []
    rubric = [section for section in sections if section.title.lower() == "rubric"]
    data["rubric"] = _read_rubric(rubric[0], problems) if rubric else None
    keys = dict(section.stage for section in sections if section.stage)
    for section in sections:
        if section.stage:
            stage = StageReader(section, problems).read()
            stages.append(stage)
            if stage.key in lines:
                problem = f"The id “{stage.key}” is used twice."
                problems.error(section.line, problem, "Change {#…} of one.")
            lines[stage.key] = section.line
        elif section.title.lower() == "practice":
            data["practice"] = read_practice(section, keys, data["rubric"], problems)
        elif section in rubric[:1]:
            continue
        elif (grades := grades_in(section.title)) is not None:
            data["students"].append(asdict(read_hand_out(section, grades, problems)))
        else:
            known = ("Stage: …", "Rubric", "Practice", "For students")
            hint = did_you_mean(section.title, known, f"Write one of {', '.join(known)}.")
            problems.error(section.line, f"“{section.title}” is no section of a protocol.", hint)
    data["stages"] = [stage.stored() for stage in stages]


def _read_rubric(section: Section, problems: Problems) -> list[Criterion]:
    """The criteria: a list, and nothing else."""
    listing = section.body.find("ul")
    criteria = criteria_of(section.document, listing, problems, section.line)
    if len(section.body) > 1 or not 0 < len(criteria) <= MOST_CRITERIA:
        problem = f"A rubric is one list of 1 to {MOST_CRITERIA} criteria, and nothing else."
        problems.error(section.line, problem, "Write each as “- [ ] …”, and more in a quotation.")
    return criteria


def _check_rubric(data: dict[str, Any], problems: Problems) -> None:
    """That criteria, the stage that asks for them and the model answer belong together."""
    stage = rubric_stage(data)
    if data["rubric"] and stage is None:
        problems.warning(
            1, "No stage in writing uses the rubric.", "Write “leaves: criterion” in one of them."
        )
    practice = data["practice"]
    if stage and practice and not any(":" in key for key in practice["by_stage"]):
        problem = f"The model answer says nothing by criterion, for “{stage.name}”."
        problems.warning(1, problem, "Begin its items with “**Met, 1:**”, “**To work on, 2:**”, …")


def _check_whole(source: Source, data: dict[str, Any], problems: Problems) -> None:
    """What the parts of a protocol ask of one another."""
    if not data["students"]:
        problems.error(1, "There is no version for students.", "Add a section “## For students”.")
    bands = [students["grades"] for students in data["students"]]
    for grades in {each for each in bands if bands.count(each) > 1}:
        named = f"for grades {grades}" if grades else "for students"
        problems.error(1, f"Two versions are {named}.", "Say the grades: For students, grades K-5.")
    _check_rubric(data, problems)
    stages = stages_of(data)
    in_writing = [stage for stage in stages if Way.WRITING in stage.ways]
    if Way.WRITING in data["ways"] and not any(stage.kinds for stage in in_writing):
        problems.error(1, "No stage takes comments.", "Add “## Stage: …” with a kind.")
    if Way.LIVE in data["ways"] and not any(Way.LIVE in stage.ways for stage in stages):
        problems.error(1, "No stage is for a meeting.", "Leave out “only: writing” of some.")
    leads = any(stage.speaks is Role.FACILITATOR for stage in stages)
    if leads and Role.FACILITATOR not in data["roles"]:
        problems.error(
            source.line_of("roles"), "A facilitator speaks, and is not among the roles.",
            "Write “roles: [facilitator]”.",
        )  # fmt: skip
