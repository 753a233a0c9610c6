"""What a rule is: a query over the tables that returns the places that break it, and its page."""

import inspect
import re
from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from corpus.findings import Severity
from corpus.schema import Schema
from corpus.tables import Tables

Query = Callable[[Tables, Schema], pl.LazyFrame]
SECTIONS = ("Why", "Bad", "Good", "Fix")

SPAN_PLACE = ("annotation", pl.col("span_id").alias("item"), "line", "start", "end")
"""The place of a finding about a span, from `spans`."""
LAYER = pl.col("layer").fill_null("span")
"""How a span is called, which in an export may have no label."""
ATTRIBUTE_PLACE = ("annotation", pl.col("span_id").alias("item"), "line")
"""The place of a finding about an attribute, from `attributes`."""
RELATION = pl.format("{} {}>{}", pl.col("type").fill_null("relation"), "from_id", "to_id")
"""How a relation, which has no id, is called."""
RELATION_PLACE = ("annotation", RELATION.alias("item"), "line")
"""The place of a finding about a relation, from `relations`."""


@dataclass(frozen=True)
class Rule:
    """A rule: its code is given once and never reused, its name says the fault."""

    code: str
    name: str
    severity: Severity
    query: Query
    page: str
    schema: str

    @property
    def summary(self) -> str:
        """What must hold, in one line."""
        return self.page.partition("\n")[0]

    def section(self, name: str) -> str:
        """Return one of SECTIONS of the page; empty if the page has none."""
        pattern = rf"^{name}:\n(.*?)(?=^(?:{'|'.join(SECTIONS)}):\n|\Z)"
        found = re.search(pattern, self.page, re.DOTALL | re.MULTILINE)
        return inspect.cleandoc(found[1]) if found else ""


def rule(code: str, severity: Severity = "error", schema: str = "tiny") -> Callable[[Query], Rule]:
    """Make a rule of a query; its page is the docstring, `schema` what its examples are of."""

    def made(query: Query) -> Rule:
        name = query.__name__.replace("_", "-")
        return Rule(code, name, severity, query, inspect.getdoc(query) or "", schema)

    return made


def quoted(column: str, most: int = 60) -> pl.Expr:
    """Return a text column in single quotes, cut to `most` characters, ready for a message."""
    text = pl.col(column).fill_null("?")
    short = text.str.head(most)
    return pl.format(
        "'{}{}'", short, pl.when(text == short).then(pl.lit("")).otherwise(pl.lit("…"))
    )
