"""What people do with modules: publish, assign, read, answer, write, hand in."""

from pdportal.modules.services.assigning import assign, end_assignment
from pdportal.modules.services.learning import (
    answer,
    begin,
    hand_in,
    look_at,
    mark_read,
    move_on,
    note_hand_in,
    save_reflection,
    save_task,
    take_up,
)
from pdportal.modules.services.publishing import Published, publish, publish_all

__all__ = [
    "Published",
    "answer",
    "assign",
    "begin",
    "end_assignment",
    "hand_in",
    "look_at",
    "mark_read",
    "move_on",
    "note_hand_in",
    "publish",
    "publish_all",
    "save_reflection",
    "save_task",
    "take_up",
]
