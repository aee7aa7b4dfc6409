"""What two people do in a cycle: begin, write, tick, plan, move, choose a step, end."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, timedelta

from flask_babel import gettext as _
from sqlalchemy import func, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.coaching.cycles import policy
from pdportal.coaching.cycles.models import Cycle, CycleEntry, EntryKind
from pdportal.cohorts.models import Coaching
from pdportal.cohorts.policy import coaches_of
from pdportal.db import db, find_or_add
from pdportal.feedback.protocols.models import Protocol
from pdportal.feedback.protocols.phases import Phase, phases_of
from pdportal.goals.services.checks import LONGEST_TEXT, clean_text
from pdportal.goals.steps.services import add_step, focus_on
from pdportal.inbox.services import address, notify
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, forbidden, require

SITTING = timedelta(minutes=20)
"""What one person types within so long into one box is one entry."""
IDEA = "step:idea"
"""The box for a step that somebody suggests."""
PARTED = "parted"
"""What the last entry says where nobody ended the cycle."""


def begin_cycle(person: Person, other: Person, template: Protocol) -> Cycle:
    """Begin with one's coach or one's teacher; both are in it at once. Sent twice it is one."""
    if db.session.scalars(policy.partners_of(person).where(Person.id == other.id)).first() is None:
        raise forbidden()
    is_coached = other in db.session.scalars(coaches_of(person.id)).all()
    coach, teacher = (other, person) if is_coached else (person, other)
    phase = phases_of(template.data)[0].key
    values = {"teacher_id": teacher.id, "coach_id": coach.id, "template_id": template.id}
    cycle, is_new = find_or_add(
        select(Cycle).filter_by(**values, ended_at=None),
        lambda: Cycle(**values, phase=phase, started_by_id=person.id),
    )
    if not is_new:
        return cycle
    _add(person, cycle, EntryKind.PHASE, phase)
    record(person, "began", cycle, teacher=teacher.id, coach=coach.id)
    _tell(person, cycle, "cycle_began")
    return cycle


def write(person: Person, cycle: Cycle, key: str, text: str, *, version: int | None = None) -> int:
    """Write in one of the boxes that both share; what stood there before stays in the story.

    Gives the version of the box. Raises `ChangedElsewhere`.
    """
    _require_open(person, cycle)
    if key != IDEA and not any(key in {*each.boxes, each.plan} for each in _phases(cycle)):
        raise Refused(_("This cycle has no such box."), status=404)
    text = clean_text(text, "text", LONGEST_TEXT)
    last = _last(cycle, EntryKind.WORDS, key)
    if text == (last.text if last else ""):
        return last.version if last else 0
    check_version(version, last.version if last else 0, {"text": last.text if last else ""})
    if last and last.author_id == person.id and last.at > clock.now() - SITTING:
        last.text = text
        last.version += 1
        return last.version
    entry = _add(person, cycle, EntryKind.WORDS, key, text)
    entry.version = last.version + 1 if last else 1
    return entry.version


def plan_conference(person: Person, cycle: Cycle, key: str, chosen: Iterable[str]) -> None:
    """Put questions of a phase's bank at the end of its plan, each once, in their order."""
    phase = _phase(cycle, key)
    last = _last(cycle, EntryKind.WORDS, phase.plan)
    lines = last.text.split("\n") if last and last.text else []
    wanted = set(chosen)
    lines += [each for each in phase.questions if each in wanted and each not in lines]
    write(person, cycle, phase.plan, "\n".join(lines))


def tick(person: Person, cycle: Cycle, key: str, *, on: bool) -> None:
    """Tick an item of a checklist, or take the tick away."""
    _require_open(person, cycle)
    if not any(key in each.ticks for each in _phases(cycle)):
        raise Refused(_("This cycle has no such box."), status=404)
    last = _last(cycle, EntryKind.CHECK, key)
    if bool(last and last.text) != on:
        _add(person, cycle, EntryKind.CHECK, key, "1" if on else "")


def move(person: Person, cycle: Cycle, key: str) -> None:
    """Go on to a phase, or back to one."""
    _require_open(person, cycle)
    _phase(cycle, key)
    if cycle.phase != key:
        cycle.phase = key
        _add(person, cycle, EntryKind.PHASE, key)
        record(person, "moved", cycle)
        _tell(person, cycle, "cycle_moved")


def meet_on(person: Person, cycle: Cycle, day: date | None) -> None:
    """Say when the two look again."""
    _require_open(person, cycle)
    if cycle.meet_on != day:
        cycle.meet_on = day
        _add(person, cycle, EntryKind.MEET, "", day.isoformat() if day else "")


def choose_step(teacher: Person, cycle: Cycle, text: str, due_on: date | None) -> None:
    """The teacher makes it a step of their own, and what they work on now."""
    require(policy.may_choose_step(teacher, cycle))
    _require_open(teacher, cycle)
    chosen = select(func.count()).select_from(CycleEntry)
    before = db.session.scalar(chosen.filter_by(cycle_id=cycle.id, kind=EntryKind.STEP)) or 0
    page = f"{page_of(cycle)}?step={before + 1}"
    same = cycle.step and cycle.step.text == text.strip() and cycle.step.done_at is None
    if same:
        return  # sent twice
    title = cycle.template.name
    step = add_step(teacher, None, text, due_on=due_on, from_title=title, from_url=page)
    focus_on(teacher, step)
    cycle.step_id = step.id
    _add(teacher, cycle, EntryKind.STEP, str(step.id), step.text)
    _tell(teacher, cycle, "cycle_step")


def end_cycle(person: Person, cycle: Cycle) -> None:
    """Either may end it; both read it afterwards. Sent twice it ended once."""
    if cycle.ended_at is None:
        _require_open(person, cycle)
        _end(person, cycle)
        _tell(person, cycle, "cycle_ended")


def end_parted(_link: object = None, **_more: object) -> None:
    """End the cycles of those who no longer work together; that they parted they are told."""
    link = Coaching.coach_id == Cycle.coach_id, Coaching.teacher_id == Cycle.teacher_id
    together = select(Coaching.id).where(*link, Coaching.is_current)
    parted = select(Cycle).where(Cycle.is_open, ~together.exists())
    for cycle in db.session.scalars(parted.with_for_update(of=Cycle)).all():
        _end(cycle.coach, cycle, PARTED)


def page_of(cycle: Cycle) -> str:
    """The address of its page."""
    return address("coaching.cycle_page", cycle_id=cycle.id)


def _end(person: Person, cycle: Cycle, why: str = "") -> None:
    cycle.ended_at, cycle.ended_by_id = clock.now(), person.id
    _add(person, cycle, EntryKind.END, "", why)
    record(person, "ended", cycle)


def _require_open(person: Person, cycle: Cycle) -> None:
    """Lock the cycle: whoever of the two comes second sees what the first one did."""
    db.session.flush()
    db.session.refresh(cycle, with_for_update={"of": Cycle})
    if not policy.may_change(person, cycle):
        raise Refused(_("This cycle has ended. You can still read it."))


def _phases(cycle: Cycle) -> list[Phase]:
    return phases_of(cycle.template.data)


def _phase(cycle: Cycle, key: str) -> Phase:
    found = next((each for each in _phases(cycle) if each.key == key), None)
    if found is None:
        raise Refused(_("This cycle has no such phase."), status=404)
    return found


def _last(cycle: Cycle, kind: EntryKind, key: str) -> CycleEntry | None:
    entries = select(CycleEntry).filter_by(cycle_id=cycle.id, kind=kind, key=key)
    return db.session.scalars(entries.order_by(CycleEntry.id.desc()).limit(1)).first()


def _add(person: Person, cycle: Cycle, kind: EntryKind, key: str, text: str = "") -> CycleEntry:
    entry = CycleEntry(cycle_id=cycle.id, author_id=person.id, kind=kind, key=key, text=text)
    db.session.add(entry)
    db.session.flush()
    return entry


def _tell(person: Person, cycle: Cycle, kind: str) -> None:
    notify(cycle.other(person).id, kind, page_of(cycle), sender=person, by=person.name)
