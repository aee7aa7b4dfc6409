"""What changed since somebody began or finished, moving on, and what was kept from before."""

from __future__ import annotations

from collections import defaultdict
from itertools import groupby
from typing import Any

from flask import flash, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from flask_babel import gettext as _
from flask_babel import ngettext

from pdportal.accounts import me
from pdportal.modules.blueprint import bp
from pdportal.modules.checks.changes import check_changes
from pdportal.modules.checks.queries import tries_left_behind
from pdportal.modules.editions import queries, services
from pdportal.modules.editions.changes import Editions, shown_question
from pdportal.modules.editions.matching import asked_in, name_of
from pdportal.modules.enrollments.queries import module_opened
from pdportal.modules.models import Answer, BlockKind, Chosen, HandIn, Reflection, TakenUp
from pdportal.modules.parts import Line
from pdportal.modules.questions.kind import Tries


@bp.get("/learn/<slug>/version/changes")
def edition_changes(slug: str) -> ResponseReturnValue:
    """What changed since one began or finished, by word, and what moving on would do."""
    module = module_opened(me(), slug, begun=True)
    if module.current_id in {None, module.edition_id}:
        return redirect(url_for(".module_page", slug=slug))
    editions = Editions(module.edition_id, module.current_id, module.enrollment_id)
    only = request.args.get("page", "")
    changes = editions.changes(only)
    blocks = list(editions.blocks.values())
    move = services.plan_move(module.enrollment_id, *editions.ids, blocks)
    return render_template(
        "modules/changes.html",
        module=module,
        newest=editions.newer.number,
        changes=changes,
        checks=check_changes(editions.checks, *editions.ids),
        can_compare=editions.may_be_compared,
        only=only,
        move=move,
        name_of=name_of,
        new_parts=_new_parts(move),
        minutes=sum(each.minutes for each in changes if not each.is_gone),
    )


def _new_parts(move: services.Move) -> str:
    questions = sum(block.kind == BlockKind.QUESTION for block in move.new)
    tasks = len(move.new) - questions
    sentences = [
        ngettext("%(num)s question is new.", "%(num)s questions are new.", questions),
        ngettext("%(num)s task is new.", "%(num)s tasks are new.", tasks),
    ]
    return " ".join(text for text, many in zip(sentences, (questions, tasks), strict=True) if many)


@bp.post("/learn/<slug>/move-on")
def move_on(slug: str) -> ResponseReturnValue:
    """Move to the current edition."""
    module = module_opened(me(), slug, begun=True)
    move = services.move_on(me(), module.id)
    flash(_("You are in the new version now. Your work came with you."), "success")
    if move.again:
        flash(
            ngettext(
                "%(num)s question changed and is asked again. Your earlier answer is kept.",
                "%(num)s questions changed and are asked again. Your earlier answers are kept.",
                len(move.again),
            )
        )
    return redirect(url_for(".module_page", slug=slug))


@bp.get("/learn/<slug>/version/kept")
def kept(slug: str) -> ResponseReturnValue:
    """What one did in earlier editions and has no place in the one read now."""
    module = module_opened(me(), slug, begun=True)
    blocks = queries.blocks_left_behind(module.enrollment_id, module.edition_id)
    versions: dict[int, list[dict[str, Any]]] = defaultdict(list)
    done = {
        table: {row.block_id: row for row in queries.done_in_blocks(table, module.enrollment_id)}
        for table in (Reflection, HandIn, TakenUp, Chosen)
    }
    tries: dict[int, list[Answer]] = defaultdict(list)
    for answer in queries.done_in_blocks(Answer, module.enrollment_id):
        tries[answer.block_id].append(answer)
    for block in blocks:
        versions[block.number].append(
            {
                "kind": block.kind.value,
                "page": block.page_title,
                "title": block.data.get("title") or "",
                "prompt": asked_in(block.data),
                "answered": _answered(block, tries[block.id]) if tries[block.id] else None,
                "text": getattr(done[Reflection].get(block.id), "text", "")
                or getattr(done[Chosen].get(block.id), "why", ""),
                "work_id": getattr(done[HandIn].get(block.id), "work_id", None),
                "step": getattr(done[TakenUp].get(block.id), "step", None),
            }
        )
    gone = tries_left_behind(module.enrollment_id)
    for (number, _line), same in groupby(gone, lambda row: (row.check.edition.number, row.line)):
        versions[number].append({"check": list(same)})
    newest_first = dict(sorted(versions.items(), reverse=True))
    return render_template("modules/kept.html", module=module, versions=newest_first)


def _answered(block: Line, tries: list[Answer]) -> str:
    """A question as it was answered last, or right, in its edition."""
    solved = [answer for answer in tries if answer.verdict]
    last = (solved or tries)[-1].answer
    key = f"{block.key}-{block.number}"
    return shown_question(block.data, key, Tries(len(tries), last, bool(solved)))
