"""Which addresses mail reaches, as those who send it find out.

What is known belongs to the address: whoever corrects theirs begins anew.
"""

from __future__ import annotations

from sqlalchemy import delete

from pdportal import clock
from pdportal.accounts.models import Person, Undelivered
from pdportal.db import db


def note_undelivered(address: str, reply: str, *, refused: bool) -> None:
    """Keep that a letter did not arrive, and why.

    `refused` is whether the address or its mail server said no; what was given up because no mail
    server answered is nothing against the address.
    """
    known = db.session.get(Undelivered, address, with_for_update=True)
    if known is None:
        known = Undelivered(address=address, times=0)
        db.session.add(known)
    known.times += refused
    known.said, known.at = reply, clock.now()


def try_again(address: str) -> None:
    """Forget what went wrong, as where somebody says that the address works."""
    db.session.execute(
        delete(Undelivered).where(Undelivered.address == address),
        execution_options={"synchronize_session": False},
    )


def undelivered_to(person: Person) -> Undelivered | None:
    """Why mail does not reach somebody at the address they have now; None: nothing is known."""
    return db.session.get(Undelivered, person.email)
