"""Arranging who gives feedback to whom."""

from __future__ import annotations

from collections.abc import Mapping

from flask_babel import gettext as _
from sqlalchemy import select

from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort, Member
from pdportal.db import add_unless_there, db
from pdportal.feedback.pairing import policy
from pdportal.feedback.pairing.models import Mix, Pairing, PairKind, PairRule
from pdportal.feedback.rounds import renewal
from pdportal.feedback.works.services import fitting
from pdportal.web.autosave import check_version
from pdportal.web.errors import Refused, require
from pdportal.web.typed import one_line

LONGEST_REASON = 500
LONGEST_GROUP = 40


def arrange(
    lead: Person,
    cohort: Cohort,
    numbers: Mapping[str, int],
    mixes: Mapping[str, Mix],
    groups: Mapping[int, str],
    *,
    version: int,
) -> None:
    """Say how a cohort shares feedback out; `groups` are the names of groups by members' ids.

    Raises `ChangedElsewhere` when another lead did so since the form was opened, groups too.
    """
    _arrange(lead, cohort)
    pairing = db.session.get(Pairing, cohort.id, populate_existing=True)
    if pairing is None:
        pairing = Pairing(cohort_id=cohort.id, version=0, **numbers, **mixes)
        db.session.add(pairing)
    members = db.session.scalars(
        select(Member)
        .where(Member.cohort_id == cohort.id, Member.is_current)
        .where(Member.person_id.in_(list(groups)))
        .execution_options(populate_existing=True)
    )
    new: list[tuple[object, str, object]] = [
        *((pairing, name, value) for name, value in {**numbers, **mixes}.items()),
        *((each, "group_name", _group(groups[each.person_id])) for each in members),
    ]
    new = [(row, name, value) for row, name, value in new if getattr(row, name) != value]
    if not new and pairing.version:
        return  # sent twice
    check_version(version, pairing.version, {name: getattr(pairing, name) for name in numbers})
    for row, name, value in new:
        setattr(row, name, value)
    pairing.version += 1
    record(lead, "arranged", cohort)


def set_pair(
    lead: Person, cohort: Cohort, kind: PairKind, person: Person, other: Person, reason: str
) -> None:
    """Let `other` always be asked about the work of `person`, or let the two never meet.

    What one of two who are kept apart has not begun for the other goes to somebody else at once,
    unless names are hidden there: then it would show who owed it to whom.
    """
    _arrange(lead, cohort)
    if person.id == other.id:
        raise Refused(_("Choose two different people."), status=422, field="other")
    reason = fitting(reason, "reason", LONGEST_REASON).strip()
    person_id, other_id = person.id, other.id
    either = (
        PairRule.person_id.in_([person_id, other_id]),
        PairRule.other_id.in_([person_id, other_id]),
    )
    here = select(PairRule).where(PairRule.cohort_id == cohort.id, *either)
    for rule in db.session.scalars(here):
        if rule.kind is not kind:
            raise Refused(
                _("There is a rule for these two that says the opposite. Remove it first."),
                status=422,
                field="other",
            )
        if kind is PairKind.APART or rule.person_id == person_id:
            return  # sent twice, or another lead did the same
    rule = PairRule(cohort_id=cohort.id, kind=kind, reason=reason, set_by_id=lead.id)
    rule.person_id, rule.other_id = person_id, other_id
    if add_unless_there(rule):
        record(lead, "paired", rule, kind=kind.value)
        if kind is PairKind.APART:
            renewal.kept_apart(person_id, other_id, cohort.id)


def remove_pair(lead: Person, cohort: Cohort, rule_id: int) -> None:
    """Let two people meet as chance has it; nothing happens if the rule is gone."""
    _arrange(lead, cohort)
    rule = db.session.get(PairRule, rule_id)
    if rule is not None and rule.cohort_id == cohort.id:
        record(lead, "unpaired", cohort, kind=rule.kind.value)
        db.session.delete(rule)


def wish_apart(person: Person, other: Person) -> None:
    """Rather not meet somebody: it counts in every cohort, for whoever is asked from now on.

    Nobody is told, and nothing that others see changes: what is asked already stays.
    """
    rule = PairRule(kind=PairKind.APART, set_by_id=person.id)
    if person.id != other.id:
        rule.person_id, rule.other_id = person.id, other.id
        add_unless_there(rule)


def end_wish(person: Person, rule_id: int) -> None:
    """Meet them again."""
    rule = db.session.get(PairRule, rule_id)
    if rule is not None and rule.cohort_id is None and rule.person_id == person.id:
        db.session.delete(rule)


def _group(name: str) -> str:
    return one_line(name)[:LONGEST_GROUP]


def _arrange(lead: Person, cohort: Cohort) -> None:
    """Of two leads at once, the second sees what the first did."""
    require(policy.may_arrange(lead, cohort))
    db.session.refresh(cohort, with_for_update={"of": Cohort})
