"""What people do with goals, steps, try-outs and evidence; the one who does it comes first."""

from __future__ import annotations

from pdportal.goals.services.evidence import add_evidence, remove_evidence, restore_evidence
from pdportal.goals.services.goals import (
    abandon_goal,
    begin_goal,
    drop_changes,
    goal_named,
    keep_goal,
    meet_goal,
    reopen_goal,
    save_words,
)
from pdportal.goals.services.steps import (
    add_step,
    change_step,
    finish_step,
    move_step,
    remove_step,
    restore_step,
    undo_step,
)
from pdportal.goals.services.tryouts import (
    change_tryout,
    look_back,
    save_looking_back,
    take_up_tryout,
)

__all__ = [
    "abandon_goal",
    "add_evidence",
    "add_step",
    "begin_goal",
    "change_step",
    "change_tryout",
    "drop_changes",
    "finish_step",
    "goal_named",
    "keep_goal",
    "look_back",
    "meet_goal",
    "move_step",
    "remove_evidence",
    "remove_step",
    "reopen_goal",
    "restore_evidence",
    "restore_step",
    "save_looking_back",
    "save_words",
    "take_up_tryout",
    "undo_step",
]
