"""Label Studio's JSON export -> tables.

Trust start and end, never `value.text`: Label Studio folds blanks and spells line breaks as
backslash and n in it. What comes back folded so is taken as equal; anything else is for a rule.
A task that the typed decoder refuses is decoded piece by piece: each bad piece is a fault.
"""

import hashlib
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Annotated, Literal, TypeVar

import msgspec

from corpus.faults import SPAN_ID, GuidelineVersion, Offset, Source, read_bytes, repeated, twice
from corpus.labelstudio.config import CONFLICTS, SPAN, TEXT, TO_THE_TEAM
from corpus.schema import Schema
from corpus.store import ANNOTATOR, status_of
from corpus.tables import Rows, file_name, folded, spans_of

NOBODY = "unknown"
"""Who made an annotation whose account was deleted (`completed_by` is null then)."""
T = TypeVar("T")


class Value(msgspec.Struct, gc=False):
    """`value` of a result, whatever its type."""

    start: Offset | None = None
    end: Offset | None = None
    text: str | list[str] | None = None
    labels: list[str] | None = None
    choices: list[str] | None = None


class Result(msgspec.Struct, gc=False):
    """One entry of `result`: a span, a value of an attribute, or a relation."""

    type: Literal["labels", "choices", "textarea", "relation"]
    id: str | None = None
    from_name: str | None = None
    to_name: str | None = None
    value: Value | None = None
    origin: str = "manual"
    direction: Literal["right", "left"] = "right"
    from_id: str | None = None
    to_id: str | None = None
    labels: list[str] | None = None


class Person(msgspec.Struct, gc=False):
    """An account, in an export that did not go through the tool."""

    id: int


Plain = Annotated[str, msgspec.Meta(pattern=SPAN_ID)]


class Named(msgspec.Struct, gc=False):
    """Of whatever could not be decoded: what finds it on the server."""

    id: int | Plain | None = None
    from_id: Plain | None = None
    to_id: Plain | None = None


class Prediction(msgspec.Struct, gc=False):
    """A pre-annotation; its score is a proportion."""

    score: Annotated[float, msgspec.Meta(ge=0, le=1)] | None = None


class Annotation(msgspec.Struct):
    """What one annotator made of one task; `completed_by` is a pseudonym or a user."""

    id: int
    result: list[msgspec.Raw]
    completed_by: str | int | Person | None = None
    was_cancelled: bool = False
    prediction: Prediction | None = None


class Draft(msgspec.Struct):
    """Work that was not submitted."""

    completed_by: str | int | Person | None = None


class Data(msgspec.Struct, rename={"pass_": "pass"}):
    """The text, in which pass, and under which schema and guidelines it was annotated."""

    doc_id: str
    text: str
    text_sha256: str | None = None
    schema_version: str | None = None
    guideline_version: GuidelineVersion | None = None
    pass_: Annotated[int, msgspec.Meta(ge=1, le=2**31 - 1)] = 1


class Task(msgspec.Struct):
    """One task of an export."""

    id: int
    data: Data
    annotations: list[msgspec.Raw]
    drafts: list[msgspec.Raw] = []
    predictions: list[int | Prediction] = []


NAMED = msgspec.json.Decoder(Named)
ANNOTATION = msgspec.json.Decoder(Annotation)
DRAFT = msgspec.json.Decoder(Draft)
TASK = msgspec.json.Decoder(Task)
RESULT = msgspec.json.Decoder(Result)
LOST = "relations are lost in it; export as JSON"


@dataclass
class Reader:
    """An export being read: where to, and what the schema's labels and controls mean."""

    source: Source
    schema: Schema
    texts: dict[str, str]
    rows: Rows

    def __post_init__(self) -> None:
        self.layers = {layer.title: name for name, layer in self.schema.layers.items()}
        kinds = {name: attribute.kind for name, attribute in self.schema.shared().items()}
        self.flags = {name for name, kind in kinds.items() if kind == "flag"}
        self.types = {n: "textarea" if kind == "text" else "choices" for n, kind in kinds.items()}

    def once(self, piece: msgspec.Raw, task: Task) -> bool:
        """Tell whether each key of a task stands once in its object; if not, that is a fault."""
        if (key := repeated(piece)) is None:
            return True
        place = ", ".join([f"task {task.id}", *_repeating(task.annotations, "annotation")])
        at = replace(self.source, document=task.data.doc_id)
        at.fault("json-invalid", f"{place}: {twice(key)}", item=place)
        return False

    def task(self, task: Task) -> None:
        """Read the annotations of one task; drafts and skipped ones are counted, not read.

        A task that nobody has begun is a row too: its text may be another one already.
        """
        doc_id, text = task.data.doc_id, self.texts.get(task.data.doc_id, task.data.text)
        here = replace(self.source, document=doc_id, place=f"task {task.id}")
        given = _given_sha256(task.data, text)
        for annotation in _decoded(here, task.annotations, ANNOTATION.decode, "annotation"):
            person = _annotator(annotation.completed_by)
            place = f"task {task.id}, annotation {annotation.id}"
            at = replace(here, annotator=person, place=place)
            self.annotation(at, annotation, task.data, given, text)
        if not task.annotations and not task.drafts:
            self.head(here, task.data, given, "open")
        for draft in _decoded(here, task.drafts, DRAFT.decode, "draft"):
            person, place = _annotator(draft.completed_by), f"task {task.id}, draft"
            self.head(replace(here, annotator=person, place=place), task.data, given, "draft")

    def annotation(
        self, at: Source, annotation: Annotation, data: Data, given: str, text: str
    ) -> None:
        """Read one annotation; with any fault in it, none of it enters."""
        if annotation.was_cancelled:
            self.head(at, data, given, "skipped")
            return
        before = len(self.rows.faults)
        if at.annotator is None or not ANNOTATOR.fullmatch(at.annotator):
            at.fault("bad-id", f"completed_by {at.annotator!r} cannot be a file's name")
        results = list(_decoded(at, annotation.result, self.checked, "region"))
        at.covered(text, (_place(result) for result in results if result.type == "labels"))
        if len(self.rows.faults) == before:
            own = self.head(at, data, given, "submitted")
            self.in_place(at, results)
            for result in results:
                self.result(own, result, text)

    def head(self, at: Source, data: Data, given: str, state: str) -> int:
        """Add the row of an annotation and return its number.

        A task that was not made by the tool names no versions: it is taken as of these ones.
        """
        own = len(self.rows.annotations)
        key = (data.doc_id, at.annotator, data.pass_)
        said = (data.schema_version, data.guideline_version)
        ours = (self.schema.version, self.schema.guidelines)
        made = [here if there is None else there for there, here in zip(said, ours, strict=True)]
        status = status_of(at.annotator)
        place = (at.file, at.place, None)
        self.rows.annotations.append((own, *key, status, state, *made, given, *place))
        return own

    def checked(self, raw: msgspec.Raw) -> Result:
        """Decode one entry of `result` and hold it to what its type must have."""
        result = RESULT.decode(raw)
        for name, given in _needed(result).items():
            if given is None:
                raise msgspec.ValidationError(f"Object missing required field `{name}`")
        if result.type == "labels":
            _require(result.from_name, SPAN, "from_name")
            _require_one_text(result)
            self.require_no_name_of_a_layer(result)
        elif result.type != "relation":
            _require(result.type, self.types.get(result.from_name or "", result.type), "type")
        if result.type != "relation":
            _require(result.to_name, TEXT, "to_name")
        return result

    def in_place(self, at: Source, results: list[Result]) -> None:
        """Keep a fault for each region of which something is said at another place than its own.

        Label Studio writes the place of a span with each of its values. The annotation is read
        all the same: which of the places is wrong, the rules about text may tell.
        """
        spans = [result for result in results if result.type == "labels"]
        places = {span.id: _place(span) for span in reversed(spans)}
        values = [result for result in results if result.from_name in self.types]
        for value in values:
            own, there = _place(value), places.get(value.id)
            if there is not None and None not in own and own != there:
                del places[value.id]  # said once
                where = [f"{start}..{end}" for start, end in (there, own)]
                words = f"is at {where[0]}, but its {value.from_name} at {where[1]}"
                item = f"region {value.id}"
                at.fault("duplicate-id", f"{item} {words}: one id at two places", item=item)

    def require_no_name_of_a_layer(self, result: Result) -> None:
        """Refuse `claim` where the label is `Claim`: as a layer it would pass for known."""
        for label in (result.value or Value()).labels or []:
            if label in self.schema.layers and label not in self.layers:
                _require(label, self.schema.layers[label].title, "value.labels")

    def result(self, own: int, result: Result, text: str) -> None:
        """Add the rows of one entry of `result`; what is written to the team is no judgement."""
        if result.from_name in TO_THE_TEAM or result.from_name == CONFLICTS:
            return
        if result.type == "relation":
            self.relation(own, result)
        elif result.type == "labels":
            self.span(own, result, text)
        else:
            self.attribute(own, result)

    def span(self, own: int, result: Result, text: str) -> None:
        """Add a row a label: more than one, or none, is for a rule to say."""
        value = result.value or Value()
        start, end = value.start or 0, value.end or 0
        found = spans_of(text, start, end)
        given = _unfolded(value.text, found[0])
        labels: list[str | None] = [*(value.labels or [])]
        for label in labels or [None]:
            layer = None if label is None else self.layers.get(label, label)
            place = (own, len(self.rows.spans), result.id, layer, start, end)
            self.rows.spans.append((*place, *found, given, result.origin, 1))

    def attribute(self, own: int, result: Result) -> None:
        """Add a row a value."""
        value, name = result.value or Value(), result.from_name
        chosen = value.text if result.type == "textarea" else value.choices
        for position, given in enumerate([chosen] if isinstance(chosen, str) else chosen or []):
            said = "true" if name in self.flags and given == name else given
            row = (own, len(self.rows.attributes), result.id, name, position, said, False, 1)
            self.rows.attributes.append(row)

    def relation(self, own: int, result: Result) -> None:
        """Add a row a type, from the head on; one without a type stays visible as such."""
        ends = (result.from_id, result.to_id)
        ends = ends if result.direction == "right" else ends[::-1]
        kinds: list[str | None] = [*(result.labels or [])]
        for kind in kinds or [None]:
            self.rows.relations.append((own, len(self.rows.relations), kind, *ends, 1))


def read_export(path: Path, texts: dict[str, str], schema: Schema, rows: Rows) -> None:
    """Read a Label Studio JSON export; what is broken becomes a fault."""
    source = Source(rows, file_name(path))
    data = read_bytes(source, path)
    reader = Reader(source, schema, texts, rows)
    pieces = _tasks(source, data) if data is not None else []
    for piece, task in _decoded(source, pieces, _with_piece, "task"):
        if reader.once(piece, task):
            reader.task(task)


def _tasks(source: Source, data: bytes) -> list[msgspec.Raw]:
    """Return the tasks, undecoded; if this is not the JSON export at all, say what it is."""
    head = data[:4096].lstrip()
    if head.startswith(b"{"):
        source.fault(
            "export-kind", "is one object; expected the array of Label Studio's JSON export"
        )
    elif re.match(rb"-DOCSTART-|[^\n{\[]*[,\t][^\n]*\n", head):
        source.fault("export-kind", f"looks like CSV, TSV or CONLL: {LOST}")
    else:
        found = source.whole(data, list[msgspec.Raw]) or []
        if not found or b'"annotations"' in data or not bytes(found[0]).lstrip().startswith(b"{"):
            return found
        words = "has no 'annotations': it is JSON_MIN, or the tasks that go in, not what comes out"
        source.fault("export-kind", f"{words}; export as JSON")
    return []


def _decoded(
    at: Source, pieces: Iterable[msgspec.Raw], decode: Callable[[msgspec.Raw], T], what: str
) -> Iterator[T]:
    """Decode piece by piece; one that fails is a fault, named by its id on the server."""
    for number, piece in enumerate(pieces, 1):
        try:
            yield decode(piece)
        except (msgspec.DecodeError, RecursionError) as error:
            at.refused(msgspec.DecodeError(str(error)), item=_called(piece, what, number))


def _with_piece(piece: msgspec.Raw) -> tuple[msgspec.Raw, Task]:
    return piece, TASK.decode(piece)


def _repeating(pieces: Iterable[msgspec.Raw], what: str) -> Iterator[str]:
    """Yield how the first piece is called in which a key stands twice, and the region in it."""
    for number, piece in enumerate(pieces, 1):
        if repeated(piece) is not None:
            yield _called(piece, what, number)
            with suppress(msgspec.DecodeError, RecursionError):
                yield from _repeating(ANNOTATION.decode(piece).result, "region")
            return


def _called(piece: msgspec.Raw, what: str, number: int) -> str:
    named = Named()
    with suppress(msgspec.DecodeError, RecursionError):
        named = NAMED.decode(piece)
    if named.id is not None:
        return f"{what} {named.id}"
    if named.from_id and named.to_id:
        return f"relation {named.from_id}>{named.to_id}"
    return f"{what} without a plain id (number {number} in its list)"


def _needed(result: Result) -> dict[str, object]:
    """Return what an entry of this type must have, by name."""
    value = result.value or Value()
    if result.type == "relation":
        return {"from_id": result.from_id or None, "to_id": result.to_id or None}
    own_id = {"id": result.id or None}
    if result.type == "labels":
        return own_id | {"value.start": value.start, "value.end": value.end}
    given = value.text if result.type == "textarea" else value.choices
    return own_id | {"from_name": result.from_name, "value": given}


def _place(result: Result) -> tuple[int | None, int | None]:
    value = result.value or Value()
    return value.start, value.end


def _require_one_text(result: Result) -> None:
    if result.value is not None and isinstance(result.value.text, list):
        raise msgspec.ValidationError("Expected `str`, got `array` - at `$.value.text`")


def _require(given: object, expected: object, place: str) -> None:
    if given != expected:
        words = f"Invalid enum value {given!r}, expected {expected!r}"
        raise msgspec.ValidationError(f"{words} - at `$.{place}`")


def _annotator(completed_by: str | int | Person | None) -> str:
    """Return the pseudonym; a bare user number says nothing outside its server, and shows so."""
    if isinstance(completed_by, Person):
        return f"user-{completed_by.id}"
    if completed_by is None:
        return NOBODY
    return f"user-{completed_by}" if isinstance(completed_by, int) else completed_by


def _given_sha256(data: Data, text: str) -> str:
    """Return the digest of what the annotator saw.

    A text that was exchanged under its annotations still has the digest that it came with.
    """
    digest = hashlib.sha256(data.text.encode("utf-8", "surrogatepass")).hexdigest()
    return digest if data.text != text else data.text_sha256 or digest


def _unfolded(given: str | list[str] | None, text: str | None) -> str | None:
    if not isinstance(given, str) or given == text or text is None:
        return given if isinstance(given, str) else None
    return text if folded(given) == folded(text) else given
