"""The names of blocks that authors may write after `:::`, and what each becomes."""

import re
from difflib import get_close_matches
from typing import Final

INTERACTIVE: Final = frozenset({"question", "reflection", "task", "tryout", "mirror", "together"})
"""What a learner answers, writes, does or takes to class; it is kept as data beside the page."""

NOTES: Final = frozenset({"instructor"})
"""What only facilitators read."""

HIDDEN: Final = frozenset({"solution", "spoiler", "hint"})
"""What stays closed until it is opened."""

PARTS: Final = frozenset({"field", "explanation", "help", "transcript", "option"})
"""What has a meaning inside an interactive block, a check, a video or a choice only."""

BOXES: Final = frozenset(
    {
        "callout", "tip", "warning", "note", "example", "evidence", "challenge", "objectives",
        "questions", "keypoints", "discussion", "checklist", "prereq", "testimonial", "glossary",
        "video", "choice", "tab", "group-tab", "figure", "caution",
    }
)  # fmt: skip
"""What stands apart from the running text."""

SILENT: Final = frozenset({"figure", "columns", "column", "center", "plain"})
"""What groups things without being shown as a box."""

UNTITLED: Final = frozenset({"group-tab"})
"""What has headings of equal rank in it, none of which is its title."""

KNOWN: Final = INTERACTIVE | NOTES | HIDDEN | PARTS | BOXES | SILENT

OTHER_NAMES: Final = {
    "callout-note": "note", "callout-tip": "tip", "callout-warning": "warning",
    "callout-important": "warning", "callout-caution": "caution", "important": "warning",
    "danger": "warning", "info": "note", "keypoint": "keypoints", "key-points": "keypoints",
    "objective": "objectives", "prerequisite": "prereq", "prerequisites": "prereq",
    "instructors": "instructor", "instructor-note": "instructor", "facilitator": "instructor",
    "facilitators": "instructor", "solutions": "solution", "answer": "solution",
    "hints": "hint", "exercise": "challenge", "challenges": "challenge", "tips": "tip",
    "try-out": "tryout", "for-students": "mirror", "handout": "mirror", "details": "spoiler",
    "group-tabs": "group-tab", "tabs": "group-tab",
    "checklists": "checklist", "quote": "testimonial", "admonition": "note",
    "instruction": "callout", "instructions": "callout",
}  # fmt: skip
"""Names used by other tools for the same things."""

ATTRIBUTES: Final = {
    "reflection": set[str](), "task": {"protocol", "rows", "makes"}, "help": {"skill"},
    "field": {"label", "rows", "from"}, "tryout": {"from"}, "mirror": {"grades"},
    "video": {"src", "captions", "poster"},
    "together": {"size"}, "choice": set[str](), "option": {"means", "minutes"},
}  # fmt: skip
"""What may stand in the braces of blocks that mean something by it, beside id, class and title.

A question's depends on its kind (`modules/questions/`).
"""

_NOTE_WORDS: Final = frozenset(
    {
        "instructor", "instructors", "facilitator", "facilitators", "facilitation", "coach",
        "coaches", "trainer", "trainers", "presenter", "presenters", "speaker", "speakers",
        "hidden",
    }
)  # fmt: skip
"""Words in the name of a block or a class that keep it from learners, whatever else it says."""

LABELS: Final[dict[str, dict[str, str]]] = {
    "en": {
        "objectives": "What you will be able to do", "questions": "Questions",
        "keypoints": "Key points", "solution": "Solution", "spoiler": "Show more",
        "hint": "Hint", "challenge": "Challenge", "discussion": "Discussion",
        "checklist": "Checklist", "prereq": "Before you start", "instructor": "For facilitators",
        "tip": "Tip", "warning": "Take care", "caution": "Take care", "note": "Note",
        "example": "Example", "evidence": "What we know", "explanation": "Explanation",
        "picture": "Picture", "video": "Video", "captions": "Captions",
        "transcript": "Transcript",
    },
    "de": {
        "objectives": "Was Sie danach können", "questions": "Fragen", "keypoints": "Das Wichtigste",
        "solution": "Lösung", "spoiler": "Mehr zeigen", "hint": "Hinweis",
        "challenge": "Aufgabe", "discussion": "Gespräch", "checklist": "Checkliste",
        "prereq": "Bevor Sie beginnen", "instructor": "Für die Leitung", "tip": "Tipp",
        "warning": "Achtung", "caution": "Achtung", "note": "Anmerkung", "example": "Beispiel",
        "evidence": "Was man weiß", "explanation": "Erklärung", "picture": "Bild",
        "video": "Video", "captions": "Untertitel", "transcript": "Transkript",
    },
    "es": {
        "objectives": "Lo que podrás hacer", "questions": "Preguntas",
        "keypoints": "Puntos clave", "solution": "Solución", "spoiler": "Mostrar más",
        "hint": "Pista", "challenge": "Ejercicio", "discussion": "Discusión",
        "checklist": "Lista de control", "prereq": "Antes de empezar",
        "instructor": "Para quien facilita", "tip": "Consejo", "warning": "Atención",
        "caution": "Atención", "note": "Nota", "example": "Ejemplo", "evidence": "Lo que sabemos",
        "explanation": "Explicación", "picture": "Imagen", "video": "Vídeo",
        "captions": "Subtítulos", "transcript": "Transcripción",
    },
    "fr": {
        "objectives": "Ce que vous saurez faire", "questions": "Questions",
        "keypoints": "À retenir", "solution": "Solution", "spoiler": "Voir plus",
        "hint": "Indice", "challenge": "Exercice", "discussion": "Discussion",
        "checklist": "Liste de contrôle", "prereq": "Avant de commencer",
        "instructor": "Pour l’animation", "tip": "Astuce", "warning": "Attention",
        "caution": "Attention", "note": "Remarque", "example": "Exemple",
        "evidence": "Ce que l’on sait", "explanation": "Explication", "picture": "Image",
        "video": "Vidéo", "captions": "Sous-titres", "transcript": "Transcription",
    },
}  # fmt: skip
"""The title of a block that has none of its own, in the language of the page."""


_NOTE_TITLE: Final = re.compile(
    r"(for-)?(the-)?(instructor|facilitator)s?(-(notes?|only|guide|view|tips?))?"
)


def is_note_title(title: str) -> bool:
    """Whether a title says no more than for whom its block is: `For facilitators`."""
    return bool(_NOTE_TITLE.fullmatch("-".join(re.findall(r"[a-z]+", title.lower()))))


def is_unseen(style: str) -> bool:
    """Whether the style of an element hides it from everybody."""
    return bool(re.search(r"display\s*:\s*none|visibility\s*:\s*hidden", style, re.IGNORECASE))


def is_for_facilitators(name: str) -> bool:
    """Whether the name of a block or class says that only facilitators read it; in doubt it does.

    `notes` are what a speaker sees in other tools.
    """
    name = name.lower()
    if name in KNOWN:
        return name in NOTES
    return name == "notes" or not _NOTE_WORDS.isdisjoint(re.split(r"[-_]", name))


def looks_for_facilitators(name: str) -> bool:
    """Whether an unknown name is near to one of theirs."""
    return bool(get_close_matches(name.lower()[:80], ("instructor", "facilitator"), cutoff=0.75))


def label(kind: str, language: str) -> str:
    """The title a kind of block has where its author gave none; empty for plain boxes."""
    words = LABELS.get(language.lower().replace("_", "-").split("-")[0], LABELS["en"])
    return words.get(kind, "")
