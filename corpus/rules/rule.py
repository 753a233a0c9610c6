"""What a rule is: a query over the tables that returns the places that break it, and its page."""

import inspect
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

import polars as pl

from corpus.findings import Severity
from corpus.schema import Schema
from corpus.tables import Tables

Query = Callable[..., pl.LazyFrame]
"""Takes the tables, the schema and, by its own words, the parts that the schema names for it."""
PartKind = Literal["layers", "relation", "attribute", "value"]
VALUE: dict[str, PartKind] = {"attribute": "attribute", "value": "value"}
"""The parts of a rule that is about one value of an attribute."""
SECTIONS = ("Why", "Bad", "Good", "Fix")


def worded(template: str, *columns: str | pl.Expr) -> pl.Expr:
    """Return a text with a column in the place of each `{}`; null where one of them is null.

    pl.format panics on some frames (pola-rs/polars#25339).
    """
    texts = map(pl.lit, template.split("{}"))
    parts = [part for pair in zip(texts, [*columns, ""], strict=True) for part in pair]
    return pl.concat_str(parts[:-1])


SPAN_PLACE = ("annotation", pl.col("span_id").alias("item"), "line", "start", "end")
"""The place of a finding about a span, from `spans`."""
LAYER = pl.col("layer").fill_null("span")
"""How a span is called, which in an export may have no label."""
ATTRIBUTE_PLACE = ("annotation", pl.col("span_id").alias("item"), "line")
"""The place of a finding about an attribute, from `attributes`."""
RELATION = worded("{} {}>{}", pl.col("type").fill_null("relation"), "from_id", "to_id")
"""How a relation, which has no id, is called."""
RELATION_PLACE = ("annotation", RELATION.alias("item"), "line")
"""The place of a finding about a relation, from `relations`."""
WHO = pl.col("annotator").fill_null("an unnamed person")
"""How an annotator is called."""

FAULT = {
    "annotation": pl.UInt32,
    "file": pl.String,
    "document": pl.String,
    "item": pl.String,
    "line": pl.Int64,
    "start": pl.Int64,
    "end": pl.Int64,
    "severity": pl.String,
    "message": pl.String,
}
"""What a rule may return: a null column is not told, a null severity is that of the rule."""


@dataclass(frozen=True, eq=False)
class Rule:
    """A rule: its code is given once and never reused, its name says the fault.

    schema: of which its examples are. parts: what a schema names for it under [rules], the rule's
    own word -> of what kind; without them the rule is silent. lists: of the lexicon, that it reads.
    whole: it is asked only where all annotations of the corpus are read.
    """

    code: str
    name: str
    severity: Severity
    query: Query
    page: str
    schema: str
    parts: Mapping[str, PartKind] = field(default_factory=dict)
    lists: tuple[str, ...] = ()
    whole: bool = False

    @property
    def summary(self) -> str:
        """What must hold, in one line."""
        return self.page.partition("\n")[0]

    def section(self, name: str) -> str:
        """Return one of SECTIONS of the page; empty if the page has none."""
        pattern = rf"^{name}:\n(.*?)(?=^(?:{'|'.join(SECTIONS)}):\n|\Z)"
        found = re.search(pattern, self.page, re.DOTALL | re.MULTILINE)
        return inspect.cleandoc(found[1]) if found else ""

    @property
    def asked(self) -> str:
        """Of what it is asked, if the schema or a lexicon has to say so; else empty."""
        said = []
        if self.parts:
            quoted = {part: '["…"]' if k == "layers" else '"…"' for part, k in self.parts.items()}
            shown = ", ".join(f"{part} = {value}" for part, value in quoted.items())
            said.append(f"Asked where `[rules]` of the schema has `{self.name} = {{ {shown} }}`.")
        if self.lists:
            lists = " and ".join(f"`{name}`" for name in self.lists)
            said.append(f"It reads {lists} of the lexicon, and is silent in a language without.")
        return " ".join(said)

    @property
    def markdown(self) -> str:
        """The page in Markdown; of its sections those that it has."""
        parts = [f"# {self.code} {self.name}", f"*{self.severity.capitalize()}.* {self.summary}"]
        parts += [self.asked] if self.asked else []
        for name in SECTIONS:
            text = self.section(name)
            code = name in ("Bad", "Good") and not text.startswith("```")
            shown = f"```text\n{text}\n```" if code else text
            parts += [f"## {name}\n\n{shown}"] if text else []
        return "\n\n".join(parts) + "\n"

    def here(self, schema: Schema) -> Severity | Literal["off"] | None:
        """Return what the schema says that a breach of it is; None if it says nothing."""
        return schema.validate.get(self.name, schema.validate.get(self.code))

    def found(self, t: Tables, schema: Schema) -> pl.LazyFrame | None:
        """Return what breaks the rule; None if the schema or the tables leave nothing to ask."""
        if self.here(schema) == "off" or (self.whole and not t.whole):
            return None
        if not self.parts:
            return self.query(t, schema)
        named = schema.rules.get(self.name)
        return None if named is None else self.query(t, schema, **named)


def rule(
    code: str,
    severity: Severity = "error",
    schema: str = "tiny",
    *,
    parts: Mapping[str, PartKind] | None = None,
    lists: tuple[str, ...] = (),
    whole: bool = False,
) -> Callable[[Query], Rule]:
    """Make a rule of a query; its page is the docstring, the rest as in Rule."""

    def made(query: Query) -> Rule:
        name, page = query.__name__.replace("_", "-"), inspect.getdoc(query) or ""
        return Rule(code, name, severity, query, page, schema, parts or {}, lists, whole)

    return made


def submissions(t: Tables) -> pl.LazyFrame:
    """Return the submitted annotations, each with its row as `annotation`, as findings name it."""
    return t.annotations.filter(state="submitted").with_columns(annotation="row")


def in_text(document: Mapping[str, Any], start: int, end: int, message: str) -> dict[str, Any]:
    """Return a finding in a text, which is told by its row of `documents`."""
    line = document["text"].count("\n", 0, start) + 1
    place = {"file": document["file"], "document": document["doc_id"], "line": line}
    return place | {"start": start, "end": end, "message": message}


def quoted(column: str, most: int = 60) -> pl.Expr:
    """Return a text column in single quotes, cut to `most` characters, ready for a message."""
    text = pl.col(column).fill_null("?")
    short = text.str.head(most)
    return worded("'{}{}'", short, pl.when(text == short).then(pl.lit("")).otherwise(pl.lit("…")))
