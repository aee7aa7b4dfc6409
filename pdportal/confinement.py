"""Another program under limits: little memory, time and disk, last in line, gone with its parent.

Run as `python -I -m pdportal.confinement LIMITS PARENT PROGRAM WORDS…`; it imports no portal.
"""

from __future__ import annotations

import os
import signal
import sys
from contextlib import suppress


def limit(
    *, memory: int, cpu_seconds: int, largest_file: int, processes: int | None = None
) -> None:
    """Give this process so little of the machine, where the system can."""
    with suppress(ImportError):
        import resource

        bounds = [
            (resource.RLIMIT_CORE, 0),
            (resource.RLIMIT_CPU, cpu_seconds),
            (resource.RLIMIT_FSIZE, largest_file),
            (resource.RLIMIT_AS, memory),
        ]
        if processes is not None:
            bounds.append((resource.RLIMIT_NPROC, processes))
        for what, most in bounds:
            with suppress(ValueError, OSError):
                resource.setrlimit(what, (most, most))


def confined(command: list[str], *, memory: int, cpu_seconds: int, largest_file: int) -> list[str]:
    """The command that runs `command` under these limits."""
    limits = f"{memory},{cpu_seconds},{largest_file}"
    this = [sys.executable, "-I", "-m", "pdportal.confinement"]
    return [*this, limits, str(os.getpid()), *command]


def _die_with(parent: int) -> None:
    """Have Linux kill this process once its parent is gone; no other system can."""
    with suppress(ImportError, OSError, AttributeError):
        import ctypes

        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG, of <linux/prctl.h>
    if os.getppid() != parent:
        sys.exit(1)


def main() -> None:
    """Limit this process, and become the program."""
    memory, cpu_seconds, largest_file = map(int, sys.argv[1].split(","))
    _die_with(int(sys.argv[2]))
    with suppress(OSError, AttributeError):
        os.nice(10)
    limit(memory=memory, cpu_seconds=cpu_seconds, largest_file=largest_file)
    os.execv(sys.argv[3], sys.argv[3:])  # noqa: S606  # the caller's own command


if __name__ == "__main__":
    main()
