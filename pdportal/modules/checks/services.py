"""Taking a check: begin a form, save it as it is typed, hand it in, use the plan it gives."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import timedelta

from flask_babel import gettext as _
from sqlalchemy import select
from werkzeug.exceptions import NotFound

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record, record_id
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import add_unless_there, db, find_or_add
from pdportal.goals.steps.services import add_step
from pdportal.modules import policy
from pdportal.modules.addresses import check_url
from pdportal.modules.checks import plan, queries
from pdportal.modules.checks.judging import Standing, form_of, is_met, next_form, standings
from pdportal.modules.checks.models import Check, CheckTry, PlanUse
from pdportal.modules.enrollments import services as enrollments
from pdportal.modules.models import Assignment, Edition, Module
from pdportal.modules.questions import sheet
from pdportal.modules.questions.sheet import Boxes, NotAnswered, Pairs, answered
from pdportal.skills.levels import last_position, levels_of
from pdportal.skills.models import Source
from pdportal.skills.queries import skills_named
from pdportal.skills.services import place
from pdportal.web.errors import Refused, one_or_404

USUAL_LEVEL = 2
"""The level that is shown by having a skill right, where the author says none."""


def begin(person: Person, module_id: int, key: str) -> CheckTry:
    """The open try at a check; if there is none, a new one on the form that comes next.

    Raises `Refused` where nothing was used of the plan of the last try, which was not met.
    """
    enrollment = enrollments.begin(person, module_id)
    check = one_or_404(
        select(Check).where(Check.edition_id == enrollment.edition_id, Check.key == key)
    )
    all_tries = queries.tries(person, module_id, key)
    before = of_line(all_tries, check.line)
    if before and before[-1].handed_in_at is None:
        return before[-1]
    if not may_begin(before):
        raise Refused(
            _("Use one thing from your plan first: read a page, or mark what you did. "
              "Then a fresh form is ready.")
        )  # fmt: skip
    seen = [each.form for each in before]
    count = len(check.forms)
    try_ = CheckTry(
        enrollment_id=enrollment.id,
        check_id=check.id,
        key=key,
        line=check.line,
        number=len(all_tries) + 1,
        form=next_form(seen, count) if seen else _first_form(person, module_id, check.line, count),
        cohort_id=before[0].cohort_id if before else _cohort_of(person, module_id),
    )
    if not add_unless_there(try_):  # another window began it
        return begin(person, module_id, key)
    record(person, "began", try_, module=module_id)
    return try_


def of_line(tries: Sequence[CheckTry], line: str) -> list[CheckTry]:
    """Those of some tries that are one record."""
    return [each for each in tries if each.line == line]


def may_begin(before: Sequence[CheckTry]) -> bool:
    """Whether a fresh form is ready: at once, or after help where the last one was not met."""
    last = before[-1] if before else None
    if last is None or last.is_met or not last.plan or last.handed_in_at is None:
        return True
    return bool(
        queries.uses_of([last.id]) or queries.pages_read(last.enrollment_id, last.handed_in_at)
    )


def _first_form(person: Person, module_id: int, line: str, count: int) -> int:
    """The form that fewest began with: among colleagues in one's cohorts, then among all."""
    begun = {row.form: (row.mine, row.all) for row in queries.first_forms(person, module_id, line)}
    return min(range(count), key=lambda form: begun.get(form, (0, 0)))


def _cohort_of(person: Person, module_id: int) -> int | None:
    """The cohort in whose figures it counts: the first that the module was assigned to."""
    return db.session.scalar(
        select(Assignment.cohort_id)
        .join(Cohort, Cohort.id == Assignment.cohort_id)
        .join(Member, Member.cohort_id == Cohort.id)
        .where(policy.is_assigned_to(person.id), Assignment.module_id == module_id)
        .order_by(Assignment.id)
        .limit(1)
    )


def save(
    person: Person, try_: CheckTry, boxes: Mapping[str, Boxes], *, version: int
) -> dict[str, Pairs]:
    """Store what is typed, question by question; gives what another window stored meanwhile.

    How two windows meet is said by `sheet.merged`.
    """
    _require_open(person, try_)
    return sheet.save(try_, form_of(try_.check, try_.form)["questions"], boxes, version)


def hand_in(
    person: Person,
    try_: CheckTry,
    boxes: Mapping[str, Boxes],
    *,
    version: int,
    anyway: bool = False,
) -> None:
    """Judge a form as a whole, store its plan, and finish what it finishes. Sent twice, once.

    Raises `NotAnswered` where answers are missing, unless `anyway`.
    """
    db.session.refresh(try_, with_for_update={"of": CheckTry})
    if try_.handed_in_at is not None and try_.enrollment.person_id == person.id:
        return
    save(person, try_, boxes, version=version)
    check, enrollment = try_.check, try_.enrollment
    form = form_of(check, try_.form)
    answers, mistakes = answered(form["questions"], try_.typed)
    if mistakes and not anyway:
        raise NotAnswered(form["questions"], mistakes)
    stands = standings(check, form, answers)
    try_.answers, try_.handed_in_at = answers, clock.now()
    try_.is_met = is_met(check, form, answers)
    before = of_line(queries.tries(person, enrollment.module_id, try_.key), try_.line)
    try_.is_before = try_ is before[0] and not queries.pages_read(enrollment.id)
    try_.plan = plan.lines_for(person, check, enrollment.module_id, form, answers, stands)
    db.session.flush()
    record(person, "handed_in", try_, module=enrollment.module_id, met=try_.is_met)
    _count(person, try_, stands)
    _place(person, try_, stands)
    if not _test_out(person, try_):
        enrollments.finish_if_done(person, enrollment)


def _count(person: Person, try_: CheckTry, stands: Mapping[str, Standing]) -> None:
    """Note for the figures of its cohort what a try adds: they are made of the log alone."""
    if try_.cohort_id is not None:
        known = [str(int(stands[skill] is Standing.KNOWN)) for skill in try_.check.skills]
        record_id(
            person.id,
            "checked",
            Cohort.__tablename__,
            try_.cohort_id,
            check=try_.check_id,
            number=try_.number,
            met=bool(try_.is_met),
            known="".join(known)[:40],
        )


def use(person: Person, try_: CheckTry, line: plan.PlanLine, how: str, url: str) -> None:
    """Mark a line of the plan `done`, or `undo` that; or make it a `step`."""
    if try_.handed_in_at is None:
        raise NotFound
    ids = {"try_id": try_.id, "line": line.key}
    if how == "undo" and db.session.get(PlanUse, ids) is None:
        return
    row, is_new = find_or_add(select(PlanUse).filter_by(**ids), lambda: PlanUse(**ids))
    if is_new:
        record(person, "used", try_, line=line.key)
    if how == "step":
        step = add_step(person, None, line.title, from_title=try_.check.title, from_url=url)
        row.step_id = step.id
    elif how == "done":
        row.done_at = row.done_at or clock.now()
    elif row.step_id is None:
        db.session.delete(row)
    else:
        row.done_at = None


def plan_recheck(person: Person, try_: CheckTry, url: str) -> None:
    """Make the re-check a step with its date."""
    if try_.handed_in_at is None:
        raise NotFound
    due_on = (try_.handed_in_at + timedelta(days=try_.check.again_days)).date()
    text = _("Check again: %(title)s", title=try_.check.title)
    add_step(person, None, text, due_on=due_on, from_title=try_.check.title, from_url=url)


def _require_open(person: Person, try_: CheckTry) -> None:
    """Lock a try; refused once it is handed in."""
    db.session.refresh(try_, with_for_update={"of": CheckTry})
    if try_.enrollment.person_id != person.id:
        raise NotFound
    if try_.handed_in_at is not None:
        raise Refused(_("This form is handed in already."))
    if not queries.is_asked(try_):
        raise Refused(_("The version you moved to does not have this check. What you saved stays."))


def _test_out(person: Person, try_: CheckTry) -> bool:
    """Finish a module by what its reader knew before reading; whether that is so."""
    enrollment = try_.enrollment
    if not (try_.is_before and try_.is_met and try_.check.exempts):
        return False
    if enrollment.finished_at is not None or not queries.may_test_out(enrollment):
        return False
    enrollments.finish(person, enrollment, tested_out=True)
    return True


def _place(person: Person, try_: CheckTry, stands: Mapping[str, Standing]) -> None:
    """Say where a check places somebody, on the skills that a framework has.

    Right is the level its author says, or the second; partly is half a step below, not yet a whole.
    """
    slug, title = db.session.execute(
        select(Module.slug, Edition.title)
        .join(Edition, Edition.module_id == Module.id)
        .where(Edition.id == try_.check.edition_id)
    ).one()
    below = {Standing.KNOWN: 0, Standing.PARTLY: 1, Standing.NOT_YET: 2}
    for name, skill in skills_named(person, stands).items():
        last = last_position(levels_of(skill))
        if not skill.takes_placement or last < 0:
            continue
        level = try_.check.levels.get(name, USUAL_LEVEL)
        position = min(last, max(0, 2 * (level - 1) - below[stands[name]]))
        place(
            person,
            skill,
            position,
            source=Source.CHECK,
            from_title=f"{title}: {try_.check.title}"[:200],
            from_url=check_url(slug, try_.key, try_.number),
            key=f"check:{try_.id}:{skill.id}",
        )
