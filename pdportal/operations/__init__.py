"""What runs the portal: the command line, the server, jobs, and the doctor."""

from __future__ import annotations

import click


class CannotRun(click.ClickException):
    """What was asked of the program was understood and cannot be done; the message is one line."""

    exit_code = 1

    def show(self, file: object = None) -> None:
        click.echo(f"pdportal: {self.format_message()}", err=True)


class PortTaken(CannotRun):
    """Somebody else listens on this port."""
