"""What the pages of modules read, and what other features ask of them: rows, not entities."""

from pdportal.modules.queries.figures import (
    assignments_of,
    my_modules,
    next_to_learn,
    progress_by_cohort,
)
from pdportal.modules.queries.library import Wish, library, library_page, skills
from pdportal.modules.queries.module import (
    assigned_here,
    changed_pages,
    module_opened,
    prerequisites,
    still_to_do,
    tasks_and_tryouts,
)
from pdportal.modules.queries.page import (
    Compiled,
    Opened,
    asset,
    blocks_on,
    compiled,
    opened,
    pages_of,
)

__all__ = [
    "Compiled",
    "Opened",
    "Wish",
    "asset",
    "assigned_here",
    "assignments_of",
    "blocks_on",
    "changed_pages",
    "compiled",
    "library",
    "library_page",
    "module_opened",
    "my_modules",
    "next_to_learn",
    "opened",
    "pages_of",
    "prerequisites",
    "progress_by_cohort",
    "skills",
    "still_to_do",
    "tasks_and_tryouts",
]
