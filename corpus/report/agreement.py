"""How far annotators agree and where they differ, as one page."""

from collections.abc import Iterator, Sequence

from corpus.adjudication.differences import Difference
from corpus.agreement.figures import LEAST, Comparison
from corpus.agreement.measures import MEASURES
from corpus.report.bars import Scale, bars, scale_of
from corpus.report.confusions import confusions
from corpus.report.differences import differences_section
from corpus.report.groups import groups
from corpus.report.markup import Html, element, folded, isolated, joined, names
from corpus.report.matrices import matrices
from corpus.report.numbers import several
from corpus.report.style import STYLE
from corpus.schema import Schema


def agreement_page(
    comparisons: Sequence[Comparison], differences: Sequence[Difference], schema: Schema
) -> str:
    """Return a page of HTML that needs no other file, script or font.

    Args:
        comparisons: each with its figures; a figure without a value stands there with its reason.
        differences: of all comparisons; of very many the first of each kind, and their number.
        schema: its layers give the colours.
    """
    scale = scale_of(f for c in comparisons for group in groups(c) for f in group.figures)
    sections = [_comparison(n, c, schema, scale) for n, c in enumerate(comparisons, start=1)]
    main = element(
        "main",
        element("h1", "Agreement"),
        element("p", f"{schema.title} (schema {schema.version})"),
        *([_contents(comparisons)] if sections else [element("p", "Nothing was compared.")]),
        *sections,
        differences_section(differences, schema),
        _glossary(),
    )
    page = element("html", _head(comparisons), element("body", main, style=scale.style), lang="en")
    return f"<!doctype html>\n{page}\n"


def _head(comparisons: Sequence[Comparison]) -> Html:
    compared = "; ".join(f"{c.title} ({c.words})" for c in comparisons)
    return joined(
        [
            Html('<head><meta charset="utf-8"/>'),
            Html('<meta name="viewport" content="width=device-width,initial-scale=1"/>'),
            Html('<meta name="color-scheme" content="light dark"/>'),
            element("title", f"Agreement: {compared}" if compared else "Agreement"),
            Html(f"<style>{STYLE}</style></head>"),
        ]
    )


def _contents(comparisons: Sequence[Comparison]) -> Html:
    links = [(f"comparison-{n}", c.title) for n, c in enumerate(comparisons, start=1)]
    links += [("differences", "where they differ"), ("glossary", "what the measures mean")]
    items = (element("li", element("a", text, href=f"#{anchor}")) for anchor, text in links)
    return element("nav", element("ul", *items), aria_label="On this page")


def _comparison(number: int, comparison: Comparison, schema: Schema, scale: Scale) -> Html:
    return element(
        "section",
        element("h2", isolated(comparison.title)),
        element("p", comparison.words, class_="words"),
        element("dl", *_facts(comparison), class_="facts"),
        matrices(comparison),
        *_groups(comparison, schema, scale),
        id=f"comparison-{number}",
    )


def _groups(comparison: Comparison, schema: Schema, scale: Scale) -> Iterator[Html]:
    """Yield the figures of all annotators together; if there are none, of each two, folded."""
    shown = {
        group.annotators: joined([bars(group.figures, schema, scale), confusions(group)])
        for group in groups(comparison)
    }
    if len(shown) < 2:
        yield from shown.values() or [element("p", "There are no figures.")]
        return
    yield element("h3", "Each two in full")
    for annotators, inside in shown.items():
        yield folded(names(annotators), inside)


def _facts(comparison: Comparison) -> Iterator[Html]:
    documents = comparison.documents
    told = isolated(documents[0]) if len(documents) == 1 else f"{len(documents):,}"
    facts: list[tuple[str, str]] = [
        ("annotators", names(comparison.annotators)),
        ("documents", told),
    ]
    if comparison.alone:
        facts.append(("annotated by one only, left out", f"{comparison.alone:,}"))
    facts.append(("95 % intervals", _drawn(comparison)))
    for term, said in facts:
        yield element("div", element("dt", term), element("dd", said))


def _drawn(comparison: Comparison) -> Html:
    """Return what the intervals were drawn from, and how far they reach."""
    if len(comparison.documents) != 1:
        return joined([f"drawn from {several(comparison.strata, 'document')}"])
    reach = element("strong", "within this text; it says nothing of other texts")
    return joined([f"drawn from {several(comparison.strata, 'sentence')} of one text: ", reach])


def _glossary() -> Html:
    terms = (
        element("div", element("dt", measure.title), element("dd", measure.meaning))
        for measure in MEASURES.values()
    )
    said = (
        "1 is perfect agreement; of alpha, kappa and gamma, 0 is chance. n: how many things were"
        f" judged. A figure of fewer than {LEAST} is withheld, and one that cannot be computed is"
        " undefined; neither is 0."
    )
    inside = folded("What the measures mean", element("p", said), element("dl", *terms))
    return element("section", inside, id="glossary", class_="glossary")
