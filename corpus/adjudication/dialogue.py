"""The open conflicts, one after the other: shown in their context, answered with a key.

The record is written after each answer, so that an interruption loses nothing.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from itertools import chain

import msgspec
from rich.text import Text

from corpus.adjudication.case import Case, decided, recorded
from corpus.adjudication.conflicts import Conflict, items_of
from corpus.adjudication.record import BOTH, OVERRIDE, Entry
from corpus.adjudication.words import CLOSING, OPENING, shown
from corpus.errors import CorpusError

END = "q"
ASKED = {
    "span": "In gold? true or false",
    "relation": "In gold? true or false",
    "layer": "Which layer",
    "boundary": "Which words, or start and end",
    "attribute": "Which value (several with commas)",
}


@dataclass
class Dialogue:
    """What is asked of whom, and what was answered so far.

    key: asks for one key. line: asks for one line. Both give END when nothing more comes.
    """

    cases: dict[str, Case]
    by: str
    date: str
    key: Callable[[str], str]
    line: Callable[[str], str]
    show: Callable[[Text], None]
    skipped: set[tuple[str, str]] = field(default_factory=set)
    past: list[tuple[str, str, Entry | None]] = field(default_factory=list)

    def run(self) -> None:
        """Ask until nothing is left, or the answer is END."""
        while (found := self.next()) is not None:
            doc_id, conflict = found
            for part in question(self.cases[doc_id], conflict):
                self.show(part)
            key = self.key(choice(conflict))
            if key == END:
                return
            try:
                self.answer(doc_id, conflict, key)
            except CorpusError as error:
                self.show(Text(str(error), style="red"))

    def next(self) -> tuple[str, Conflict] | None:
        """Return the next conflict; after the open ones those that only a majority decided."""
        cases = self.cases.items()
        open_ = ((doc_id, conflict) for doc_id, case in cases for conflict in case.open)
        voted = ((doc_id, conflict) for doc_id, case in cases for conflict in case.voted)
        left = (pair for pair in chain(open_, voted) if (pair[0], pair[1].id) not in self.skipped)
        return next(left, None)

    def answer(self, doc_id: str, conflict: Conflict, key: str) -> None:
        """Do what a key asks for."""
        if key == "s":
            self.skipped.add((doc_id, conflict.id))
            self.past.append((doc_id, conflict.id, None))
        elif key == "u":
            self.undo()
        elif key == "b":
            self.decide(doc_id, conflict, BOTH)
        elif key == "o":
            value = typed(self.cases[doc_id], conflict, self.line(ASKED[conflict.aspect[0]]))
            self.decide(doc_id, conflict, OVERRIDE, value)
        elif key in conflict.choices:
            self.decide(doc_id, conflict, key)
        else:
            self.show(Text(f"{key!r} is no answer here", style="red"))

    def decide(self, doc_id: str, conflict: Conflict, decision: str, value: object = None) -> None:
        """Ask for the reason, and write the decision."""
        before = self.cases[doc_id].entries[conflict.id]
        reason = self.line(f"{decision}: why")
        made = msgspec.structs.replace(
            before, decision=decision, value=value, reason=reason, by=self.by, date=self.date
        )
        self.cases[doc_id] = recorded(decided(self.cases[doc_id], made))
        self.past.append((doc_id, conflict.id, before))

    def undo(self) -> None:
        """Take the last answer back."""
        if not self.past:
            self.show(Text("Nothing to undo", style="red"))
            return
        doc_id, conflict_id, before = self.past.pop()
        self.skipped.discard((doc_id, conflict_id))
        if before is not None:
            self.cases[doc_id] = recorded(decided(self.cases[doc_id], before))


def question(case: Case, conflict: Conflict) -> list[Text]:
    """Return a conflict in its context: what it is about, the words, and what each letter says."""
    left = len(case.open)
    head = Text(f"\n{case.comparison.doc_id}, {left} open. ", style="dim")
    head.append(f"{conflict.kind}: {conflict.about}", style="bold not dim")
    lines = [head, highlighted(conflict.text, colour(case, conflict))]
    entry = case.entries[conflict.id]
    for letter in conflict.says:
        lines.append(Text(f"  {letter}  ").append(version(case, conflict, letter)))
    if entry.by:
        lines.append(Text(f"  decided: {entry.decision}, by {entry.by}", style="dim"))
    return lines


def choice(conflict: Conflict) -> str:
    """Return the keys that answer a conflict."""
    return f"{' '.join(conflict.choices)}, b both valid, o override, s skip, u undo, q quit"


def colour(case: Case, conflict: Conflict) -> str:
    """Return the colour of the layer of what a conflict is about."""
    item = items_of(case.comparison, conflict.aspect)[0]
    return case.comparison.schema.layers[item.spans[min(item.spans)].layer].colour


def highlighted(text: str, shade: str) -> Text:
    """Return a context with what stands between its marks in a colour."""
    made, depth = Text(), 0
    for character in text:
        depth -= character == CLOSING
        made.append(character, style=f"bold white on {shade}" if depth > 0 else "")
        depth += character == OPENING
    return made


def version(case: Case, conflict: Conflict, letter: str) -> Text:
    """Return what a letter says, with that in bold in which it is like no other or like some."""
    if letter not in conflict.choices:
        return Text(conflict.says[letter], style="dim")
    if conflict.aspect[0] != "boundary":
        return Text(conflict.says[letter], style="bold")
    edges = [v for v in conflict.choices.values() if isinstance(v, tuple)]
    first, last = max(int(e[0]) for e in edges), min(int(e[1]) for e in edges)
    start, end = (int(edge) for edge in edges[[*conflict.choices].index(letter)])
    text = case.comparison.text
    made = Text("[").append(shown(text[start : max(start, min(first, end))]), style="bold")
    made.append(shown(text[max(start, min(first, end)) : max(first, min(last, end))]))
    made.append(shown(text[max(first, min(last, end), start) : end]), style="bold")
    return made.append(f"] {start}..{end}")


def typed(case: Case, conflict: Conflict, said: str) -> object:
    """Return the value that somebody typed for an override."""
    kind, words = conflict.aspect[0], said.strip()
    if kind in ("span", "relation"):
        return {"true": True, "y": True, "false": False, "n": False}.get(words.lower(), words)
    if kind == "boundary":
        return [
            *edges_of(
                case.comparison.text, words, items_of(case.comparison, conflict.aspect)[0].place
            )
        ]
    if kind == "attribute":
        declared = case.comparison.schema.layers[conflict.aspect[2]].attributes[conflict.aspect[3]]
        if declared.kind == "flag":
            return {"true": True, "y": True, "false": False, "n": False}.get(words.lower(), words)
        return [value.strip() for value in words.split(",") if value.strip()]
    return words


def edges_of(text: str, words: str, near: tuple[int, int]) -> Sequence[int]:
    """Return start and end, as two numbers or as the nearest place where the words stand."""
    parts = words.replace(",", " ").split()
    if len(parts) == 2 and all(part.isdecimal() for part in parts):
        return [int(part) for part in parts]
    found, at = list[int](), text.find(words) if words else -1
    while at >= 0:
        found.append(at)
        at = text.find(words, at + 1)
    if not found:
        raise CorpusError(f"{words!r} stands nowhere in the text")
    start = min(found, key=lambda place: (abs(place - near[0]), place))
    return [start, start + len(words)]
