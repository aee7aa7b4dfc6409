"""What flask-security wants to mail."""

from __future__ import annotations

from typing import Any

from flask import render_template
from flask_security import MailUtil

from pdportal.accounts import mail
from pdportal.accounts.services.invitations import invite_who_forgot


class Letters(MailUtil):
    """What flask-security wants to mail becomes a letter of ours."""

    def send_mail(
        self,
        template: str,
        subject: str,
        recipient: str | tuple[str, str],
        sender: str | tuple[str, str],
        body: str | None,
        html: str | None,
        **words: Any,
    ) -> None:
        """Write to `recipient`.

        A person without an id is a dummy for an address that has no account: whoever was invited
        there gets the invitation again, and for all others the same time is spent.
        """
        person: Any = words["user"]
        if template.endswith("reset_instructions"):
            reset = mail.link("security.reset_password", token=words["reset_token"])
            if person.id is None:
                if not invite_who_forgot(str(recipient)):
                    render_template("accounts/mail/reset.txt", person=person, link=reset)
            else:
                mail.write("reset", str(recipient), person, link=reset)
        elif template.endswith("reset_notice"):
            mail.notice(person, "password")
        else:
            raise LookupError(f"No letter for {template}.")
