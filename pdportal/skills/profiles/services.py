"""What people do with their learner profile: write it, share parts of it, take that back."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flask_babel import gettext as _

from pdportal import clock
from pdportal.accounts.models import Person
from pdportal.activity.services import record
from pdportal.cohorts.models import Cohort
from pdportal.db import add_unless_there, db, find_or_add
from pdportal.inbox.services import address, notify, withdraw
from pdportal.skills.profiles import policy
from pdportal.skills.profiles.models import Part, ProfilePart, ProfileShare
from pdportal.skills.profiles.parts import ABOUT
from pdportal.web.autosave import replace_values
from pdportal.web.errors import Refused, forbidden
from pdportal.web.typed import trimmed

LONGEST = 8_000


def save_part(
    owner: Person,
    part: Part,
    words: str,
    scales: Mapping[str, int],
    *,
    suggests: bool,
    version: int | None,
) -> int:
    """Keep what is typed and chosen; gives the new version. Raises `ChangedElsewhere`."""
    words = trimmed(words)
    if len(words) > LONGEST:
        raise Refused(
            _("At most %(max)d characters, please.", max=LONGEST), status=422, field="words"
        )
    known = {scale.name: scale.steps for scale in ABOUT[part].scales}
    chosen = {name: at for name, at in scales.items() if 0 <= at < known.get(name, 0)}
    row = db.session.get(ProfilePart, (owner.id, part))
    if row is None:
        add_unless_there(ProfilePart(person_id=owner.id, part=part))
        row = db.session.get_one(ProfilePart, (owner.id, part))
    replace_values(row, {"words": words, "scales": chosen, "suggests": suggests}, version)
    db.session.flush()
    return row.version


def share(owner: Person, reader: Person | Cohort, parts: Sequence[Part]) -> ProfileShare:
    """Let a colleague, or the people of one's cohort, read some parts; again: these parts only."""
    if not parts:
        raise Refused(_("Choose at least one part."), status=422, field="parts")
    named = isinstance(reader, Person)
    if isinstance(reader, Person) and not policy.may_share_with(owner, reader):
        raise forbidden(_("You can share with the people of your district."))
    who = {"person_id" if named else "cohort_id": reader.id}
    share, is_new = find_or_add(
        policy.own_shares(owner).filter_by(**who),
        lambda: ProfileShare(owner_id=owner.id, parts=[], **who),
    )
    if is_new:
        record(owner, "shared_profile", share)
        if isinstance(reader, Person):
            url = address("skills.shared_profile", person_id=owner.id)
            notify(reader.id, "profile_shared", url, sender=owner, by=owner.name)
    share.parts = [part.value for part in parts]
    return share


def take_back(owner: Person, shared: ProfileShare) -> None:
    """Whoever it was shared with reads nothing of it any more."""
    shared.taken_back_at = clock.now()
    record(owner, "took_back_profile", shared)
    if shared.person_id is not None:
        withdraw(shared.person_id, address("skills.shared_profile", person_id=owner.id))
