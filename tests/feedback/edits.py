"""Random lesson plans and random edits of them, in which every word knows where it comes from."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from itertools import count
from random import Random

from pdportal.feedback.comments.anchors import Passage, Place, carried
from pdportal.feedback.works.comparison import compare

WORDS = """
students pairs talk share read write page question answer card group minutes exit warm slip sentence
number line draw shape half third board teacher listens asks again then with and the a in on for of
to
""".split()  # noqa: SIM905 -- a list of quoted words would fill the page
SIGNS = "学生两人一组讨论五分钟我看数和图考试得都要"
LINES = (
    "Warm-up : 5 minutes", "Pair talk : 5 minutes", "Exit slip : N minutes", "Share in pairs",
    "Ask students to read page N and answer question N .", "Group work about W : N minutes",
    "Task N : read page N .", "The students W the W .", "W and W , then W .",
)  # fmt: skip


@dataclass(eq=False)
class Word:
    """A word, the line as which it was typed, and the word that stood in its place before."""

    text: str
    line: int
    instead: Word | None = None


Line = list[Word]
Fields = dict[str, list[Line]]


class Plan:
    """A lesson plan with a passage of it, and the same plan after some edits."""

    def __init__(self, seed: int) -> None:
        self.random = random = Random(seed)  # noqa: S311 -- no secret
        self.numbers = count()
        sizes = {"aim": 2, "plan": 9, "check": 3}
        self.old: Fields = {
            name: [self._line() for _nth in range(random.randint(1, most))]
            for name, most in sizes.items()
        }
        self.field = random.choice(list(sizes))
        self.line = random.choice(self.old[self.field])
        first, end = 0, len(self.line)
        if random.random() < 0.6:
            first = random.randrange(end)
            end = min(end, first + random.randint(1, 8))
        self.words = self.line[first:end]
        self.new = {name: [list(line) for line in lines] for name, lines in self.old.items()}
        if random.random() < 0.4:
            self.new[self.field].pop(self.old[self.field].index(self.line))
        for _nth in range(random.randint(1, 6)):
            self._edit()

    def edit(self) -> None:
        """Change it again, as a later version would."""
        for _nth in range(self.random.randint(1, 4)):
            self._edit()

    def carried(self) -> Place:
        """What the portal makes of it."""
        start = sum(len(word.text) for word in self._all(self.old)[: self._first()])
        end = start + sum(len(word.text) for word in self.words)
        return carried(Passage(self.field, start, end), compare(_text(self.old), _text(self.new)))

    def are_its_own(self, place: Place) -> bool:
        """Whether the words that are marked are those of the passage, all and no others."""
        return self.marked(place) == self.words

    def is_told_apart_by_nothing(self, place: Place, share: float = 0.6) -> bool:
        """Whether the marked words stand in a line that reads as theirs did, a word or two apart.

        Whoever only sees the two texts cannot know that the line was deleted and typed again. A
        line that was split since is read as one.
        """
        assert place.passage is not None
        lines = {word.line for word in self.marked(place)}
        there = self._all(self.new, place.passage.field)
        around = Counter(word.text for word in there if word.line in lines)
        return (around & Counter(word.text for word in self.line)).total() >= share * len(self.line)

    def is_at_its_place(self, place: Place) -> bool:
        """Whether one of its words, or what stands in the place of one, is among those marked."""
        marked = self.marked(place)
        own = any(word in self.words or word.instead in self.words for word in marked)
        return own or self.is_told_apart_by_nothing(place, 0.4)

    def marked(self, place: Place) -> Line:
        """The words that are marked."""
        assert place.passage is not None
        at, found = 0, []
        for word in self._all(self.new, place.passage.field):
            if at < place.passage.end and at + len(word.text) > place.passage.start:
                found.append(word)
            at += len(word.text)
        return found

    def _all(self, fields: Fields, name: str = "") -> Line:
        return [word for line in fields[name or self.field] for word in line]

    def _first(self) -> int:
        return self._all(self.old).index(self.words[0])

    def _line(self) -> Line:
        random = self.random
        kind = random.random()
        if kind < 0.55:
            words = random.choice(LINES).split()
        elif kind < 0.65:
            words = [*random.choices(SIGNS, k=random.randint(3, 9)), "。"]
        else:
            words = [*random.choices(WORDS, k=random.randint(3, 12)), "."]
            if random.random() < 0.4:
                words += [*random.choices(WORDS, k=random.randint(3, 9)), "."]
        number, other = str(random.randint(1, 12)), random.choice(WORDS)
        line = next(self.numbers)
        return [Word({"N": number, "W": other}.get(word, word), line) for word in words]

    def _typed_again(self, line: Line) -> Line:
        number = next(self.numbers)
        return [Word(word.text, number) for word in line]

    def _edit(self) -> None:
        random = self.random
        lines = self.new[random.choice(list(self.new))]
        act = random.choice(
            ("add", "drop", "drop", "swap", "move", "copy", "word", "word", "put", "cut", "split")
        )
        if act == "add" or not lines:
            lines.insert(random.randint(0, len(lines)), self._line())
            return
        number = random.randrange(len(lines))
        line = lines[number]
        at = random.randrange(len(line))
        if act == "drop":
            del lines[number]
        elif act == "swap":
            lines[number] = self._line()
        elif act == "move":
            there = self.new[random.choice(list(self.new))]
            there.insert(random.randint(0, len(there) - 1) if there else 0, lines.pop(number))
        elif act == "copy":
            lines.insert(random.randint(0, len(lines)), self._typed_again(line))
        elif act == "word":
            was = line[at]
            line[at] = Word(random.choice(WORDS), was.line, was.instead or was)
        elif act == "put":
            line.insert(at, Word(random.choice(WORDS), line[at].line))
        elif act == "cut":
            del line[at : at + random.randint(1, 4)]
            if not line:
                del lines[number]
        else:
            lines[number : number + 1] = [part for part in (line[:at], line[at:]) if part]


def _text(fields: Fields) -> dict[str, str]:
    return {
        name: "\n\n".join(" ".join(word.text for word in line) for line in lines)
        for name, lines in fields.items()
    }
