"""Answering alone, coming into a group, and agreeing on a correction. Sent twice counts once.

A group is locked before its people: whoever changes it finds it as it stands.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta

from flask import current_app
from flask_babel import gettext as _
from sqlalchemy import Executable, delete, select

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import add_unless_there, db
from pdportal.inbox.services import address, notify_all
from pdportal.modules.enrollments.services import begin, finish_if_done
from pdportal.modules.models import Edition, Module
from pdportal.modules.pages.services import read_if_done
from pdportal.modules.questions import sheet as sheets
from pdportal.modules.questions.sheet import Boxes, NotAnswered, Pairs, answered, is_blank, merged
from pdportal.modules.together import policy, queries
from pdportal.modules.together.models import Group, Sheet
from pdportal.modules.together.queries import Place
from pdportal.web.errors import Refused, one_or_404


def lease() -> timedelta:
    """How long nobody has to do anything, as with reviews."""
    return timedelta(days=current_app.config["PDPORTAL"]["LEASE_DAYS"])


def save(
    person: Person, place: Place, boxes: Mapping[str, Boxes], *, version: int
) -> tuple[Sheet, dict[str, Pairs]]:
    """Store what is typed; the first time begins a sheet. Gives what another window stored."""
    sheet = _own_sheet(person, place)
    if sheet.handed_in_at is not None:
        raise Refused(_("Your answers are handed in already."))
    return sheet, sheets.save(sheet, place.block.data["questions"], boxes, version)


def hand_in(
    person: Person, place: Place, boxes: Mapping[str, Boxes], *, version: int, cohort_id: int | None
) -> Sheet:
    """Hand in all answers and come into a group of a cohort; with None, finish alone.

    Raises `NotAnswered` where answers are missing, `Refused` for a cohort one does not learn in.
    """
    sheet = _own_sheet(person, place)
    if sheet.handed_in_at is not None:
        return sheet
    save(person, place, boxes, version=version)
    asked = place.block.data["questions"]
    answers, mistakes = answered(asked, sheet.typed)
    if mistakes:
        raise NotAnswered(asked, mistakes)
    allowed = {cohort.id for cohort in queries.cohorts_for(person, place.module_id)}
    if cohort_id is not None and cohort_id not in allowed:
        raise Refused(_("Choose one of your groups."), status=422, field="cohort")
    sheet.answers, sheet.handed_in_at = answers, clock.now()
    record_id(person.id, "answered", "block", place.block.id, module=place.module_id)
    if cohort_id is None:
        _put_alone(sheet, place.module_id)
    else:
        _join(person, sheet, place, cohort_id)
    return sheet


def _own_sheet(person: Person, place: Place) -> Sheet:
    """One's own sheet, locked; a new one the first time."""
    if place.sheet is None:
        enrollment = begin(person, place.module_id)
        if enrollment.edition_id != place.block.edition_id:
            raise Refused(_("A newer version was just published. Reload the page."))
        ids = (enrollment.id, place.block.id)
        if db.session.get(Sheet, ids) is None:  # or the other tab was quicker by a moment
            add_unless_there(Sheet(enrollment_id=ids[0], block_id=ids[1]))
        sheet = db.session.get_one(Sheet, ids)
    else:
        sheet = place.sheet
    db.session.refresh(sheet, with_for_update={"of": Sheet})
    return sheet


def _join(person: Person, sheet: Sheet, place: Place, cohort_id: int) -> None:
    """Put a sheet into the group that gathers, or a new one; a full group starts."""
    # Whoever comes at the same time waits here, so that no seat is taken twice.
    db.session.scalars(
        select(Cohort).where(Cohort.id == cohort_id).with_for_update(key_share=True)
    ).one()
    digest = queries.digest_of(place.block.data)
    group = db.session.scalars(
        queries.gathering(cohort_id, place.block, place.module_id, digest)
    ).one_or_none()
    if group is None:
        group = _new_group(sheet, place.module_id)
        group.cohort_id, group.size = cohort_id, place.block.data["size"]
    sheet.group = group
    db.session.flush()
    people = queries.sheets_in(group.id)
    if len(people) >= group.size:
        _start(group, people, by=person)
    elif len(people) > 1:
        _notify(group, people, "together_came", by=person)


def _new_group(sheet: Sheet, module_id: int) -> Group:
    before = sheet.group
    block = before.block if before is not None else sheet.block
    group = Group(
        module_id=module_id,
        block_id=block.id,
        key=block.key,
        digest=queries.digest_of(block.data),
        size=1,
        lease_until=clock.now() + lease(),
    )
    db.session.add(group)
    return group


def _put_alone(sheet: Sheet, module_id: int) -> None:
    group = _new_group(sheet, module_id)
    group.started_at, group.done_at = clock.now(), sheet.done_at
    sheet.group, sheet.agreed, sheet.passed_over_at = group, None, None
    db.session.flush()


def start(person: Person, group_id: int) -> None:
    """Start with those who have answered so far."""
    group = _locked(person, group_id)
    people = queries.sheets_in(group.id)
    if policy.may_start(group, len(people)):
        _start(group, people, by=person)
    elif group.started_at is None:
        raise Refused(_("Nobody else has answered yet. You can finish alone."))


def _start(group: Group, people: Iterable[Sheet], by: Person | None = None) -> None:
    group.started_at = clock.now()
    db.session.flush()
    record(by, "began_together", group, module=group.module_id)
    _notify(group, people, "together_started", by=by)


def go_alone(person: Person, group_id: int) -> None:
    """Leave the group, and finish alone; one's answers go along, the correction stays with it."""
    group = _locked(person, group_id)
    sheet = _of(person, queries.sheets_in(group.id))
    if group.cohort_id is not None and group.done_at is None:
        _leave(sheet, group)


def _leave(sheet: Sheet, group: Group) -> None:
    _put_alone(sheet, group.module_id)
    left = queries.sheets_in(group.id)
    if left:
        _finish_if_agreed(group, left)
    else:
        db.session.execute(empty_groups())


def correct(
    person: Person, group_id: int, boxes: Mapping[str, Boxes], *, version: int
) -> tuple[Group, dict[str, Pairs]]:
    """Store the group's correction as it is typed; whoever agreed before is asked anew.

    Gives what others stored meanwhile. Two who change the same text: `ChangedElsewhere`.
    """
    group = _locked(person, group_id)
    if not policy.may_see_answers(group):
        raise Refused(_("This has not started yet."))
    if group.done_at is not None:
        raise Refused(_("This is finished, so it cannot be changed."))
    asked = group.block.data["questions"]
    texts, elsewhere = merged(asked, group.texts, boxes, seen=version, version=group.version)
    if texts != group.texts:
        people = queries.sheets_in(group.id)
        agreed = [each for each in people if group.version and each.agreed == group.version]
        group.texts, group.version, group.changed_at = texts, group.version + 1, clock.now()
        db.session.flush()
        _notify(group, agreed, "together_changed", by=person)
    return group, elsewhere


def agree(person: Person, group_id: int, boxes: Mapping[str, Boxes], *, version: int) -> Group:
    """Agree to the correction as the form has it; done when everybody has."""
    group = _locked(person, group_id)
    if group.done_at is not None:
        return group
    group, elsewhere = correct(person, group_id, boxes, version=version)
    if elsewhere:
        raise Refused(_("A colleague has just changed this. Read it again before you agree."))
    asked = group.block.data["questions"]
    if any(is_blank(group.texts.get(each["key"], [])) for each in asked):
        raise Refused(_("Write for each question what you agree on, and why."), status=422)
    people = queries.sheets_in(group.id)
    _of(person, people).agreed = group.version
    _finish_if_agreed(group, people)
    return group


def pass_over(person: Person, group_id: int) -> None:
    """Finish without those who said nothing within the lease."""
    group = _locked(person, group_id)
    people = queries.sheets_in(group.id)
    if group.done_at is not None:
        return
    if not policy.may_pass_over(group, _of(person, people), clock.now(), lease()):
        raise Refused(_("Your colleagues still have time. Agree yourself first, then wait."))
    for sheet in waited_for(group, people):
        sheet.passed_over_at = clock.now()
    _finish_if_agreed(group, people)


def waited_for(group: Group, people: Iterable[Sheet]) -> list[Sheet]:
    """Those who have not agreed to the correction as it stands."""
    return [each for each in people if each.agreed != group.version or not group.version]


def _finish_if_agreed(group: Group, people: list[Sheet]) -> None:
    open_ = [each for each in waited_for(group, people) if each.passed_over_at is None]
    if group.started_at is None or group.done_at is not None or open_:
        return
    group.done_at = clock.now()
    record(None, "corrected", group, module=group.module_id)
    for sheet in people:
        sheet.done_at = sheet.done_at or group.done_at
    db.session.flush()
    for sheet in people:
        way = sheet.enrollment
        if sheet.block.edition_id == way.edition_id:
            read_if_done(way.person, way, sheet.block.page_id)
        else:  # they moved on to a version without it
            finish_if_done(way.person, way)
    _notify(group, people, "together_done")


def _locked(person: Person, group_id: int) -> Group:
    """A group one is in, locked; others find nothing there."""
    return one_or_404(
        policy.groups_of(person)
        .where(Group.id == group_id)
        .with_for_update(of=Group)
        .execution_options(populate_existing=True)
    )


def _of(person: Person, people: Iterable[Sheet]) -> Sheet:
    return next(each for each in people if each.enrollment.person_id == person.id)


def _notify(group: Group, people: Iterable[Sheet], kind: str, by: Person | None = None) -> None:
    """Tell the others; with the title of the module, and nothing of what was written."""
    slug, title = db.session.execute(
        select(Module.slug, Edition.title)
        .join(Edition, Edition.module_id == Module.id)
        .where(Edition.id == group.block.edition_id)
    ).one()
    words: dict[str, str | int | Person] = {"module": title}
    if by is not None:
        words["by"] = by
    ids = [each.enrollment.person_id for each in people]
    url = address("modules.together_page", slug=slug, key=group.key)
    notify_all(ids, kind, url, sender=by, **words)


# By itself


def renew_groups() -> None:
    """Every hour: two whose lease is over start, and whoever is alone is told so once."""
    for group in db.session.scalars(queries.waited_long()).all():
        people = queries.sheets_in(group.id)
        if len(people) > 1:
            _start(group, people)
        elif group.told_at is None:
            group.told_at = clock.now()
            _notify(group, people, "together_alone")


def note_left(member: Member, **_news: object) -> None:
    """Somebody left a cohort."""
    take_out(member.person_id, member.cohort_id)


def note_deactivated(_app: object, person: Person, **_news: object) -> None:
    """Somebody left for good."""
    take_out(person.id)


def take_out(person_id: int, cohort_id: int | None = None) -> None:
    """Somebody left a cohort, or all of them: their answers go with them, the correction stays."""
    for sheet in queries.sheets_with(person_id, cohort_id):
        group = sheet.group
        assert group is not None  # noqa: S101  # they were found by it
        db.session.refresh(group, with_for_update={"of": Group})
        _leave(sheet, group)


def empty_groups() -> Executable:
    """What deletes the groups that nobody is in any more."""
    members = select(Sheet.enrollment_id).where(Sheet.group_id == Group.id)
    empty = delete(Group).where(~members.correlate(Group).exists())
    return empty.execution_options(synchronize_session=False)
