"""What people do with goals, steps, try-outs and evidence; the one who does it comes first."""

from __future__ import annotations

from pdportal.goals.services.evidence import add_evidence, bring_evidence_back, remove_evidence
from pdportal.goals.services.goals import (
    begin_goal,
    drop_changes,
    keep_goal,
    let_go,
    meet,
    reopen,
    save_words,
)
from pdportal.goals.services.steps import (
    add_step,
    bring_back,
    change_step,
    finish_step,
    move_step,
    remove_step,
    undo_step,
)
from pdportal.goals.services.tryouts import (
    change_tryout,
    look_back,
    save_looking_back,
    take_up_tryout,
)

__all__ = [
    "add_evidence",
    "add_step",
    "begin_goal",
    "bring_back",
    "bring_evidence_back",
    "change_step",
    "change_tryout",
    "drop_changes",
    "finish_step",
    "keep_goal",
    "let_go",
    "look_back",
    "meet",
    "move_step",
    "remove_evidence",
    "remove_step",
    "reopen",
    "save_looking_back",
    "save_words",
    "take_up_tryout",
    "undo_step",
]
