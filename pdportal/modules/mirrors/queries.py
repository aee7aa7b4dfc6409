"""One page for students, in the edition that a person began or else in the current one."""

from __future__ import annotations

from sqlalchemy import and_, bindparam, select

from pdportal.accounts.models import Person
from pdportal.db import fetch_one
from pdportal.modules.models import BlockKind
from pdportal.modules.parts import Line, block, edition, module, my_editions, page

_MIRROR = (
    select(
        block.c.data,
        page.c.section,
        page.c.slug.label("page_slug"),
        module.c.slug,
        edition.c.title,
        edition.c.language,
        edition.c.authors,
        edition.c.licence,
    )
    .select_from(
        my_editions()
        .join(
            block,
            and_(
                block.c.edition_id == edition.c.id,
                block.c.kind == BlockKind.MIRROR,
                block.c.key == bindparam("key"),
            ),
        )
        .join(page, page.c.id == block.c.page_id)
    )
    .where(module.c.slug == bindparam("slug"))
)


def mirror(person: Person, slug: str, key: str) -> Line | None:
    """The hand-out of a module with this key; None where there is none."""
    return fetch_one(_MIRROR, {"person_id": person.id, "slug": slug, "key": key})
