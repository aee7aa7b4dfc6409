"""What runs in a process of its own: reads one hostile file, within bounds, and says what it holds.

Nothing here imports the portal: it starts quickly, and has nothing to give away.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

from pdportal.confinement import limit
from pdportal.documents import office, pdf, pictures
from pdportal.documents.kinds import Unfit
from pdportal.documents.pictures import CannotRead, Job

MEMORY = 1_500_000_000
CPU_SECONDS = 60
LARGEST_FILE = 64_000_000


def main() -> None:
    """Read what the standard input names; answer on the standard output."""
    asked = json.load(sys.stdin)
    limit(memory=MEMORY, cpu_seconds=CPU_SECONDS, largest_file=LARGEST_FILE, processes=0)
    boxes = {int(number): each for number, each in asked["boxes"].items()}
    job = Job(asked["path"], asked["kind"], asked["most_pages"], boxes, asked["only"])
    found: dict[str, Any]
    try:
        found = _READERS.get(job.kind, pictures.read)(job)
    except CannotRead as error:
        found = {"unfit": error.unfit}
    except MemoryError:
        found = {"unfit": Unfit.TOO_BIG}
    except Exception:  # a library's own, about a file that is not as it should be
        found = {"unfit": Unfit.DAMAGED}
    json.dump(found, sys.stdout)


_READERS: dict[str, Callable[[Job], dict[str, Any]]] = {"pdf": pdf.read, "zip": office.read}

if __name__ == "__main__":
    main()
