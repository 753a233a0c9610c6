"""Pieces of HTML: what is no HTML yet is escaped, and whatever would steer a reader written out."""

from collections.abc import Iterable
from html import escape

from corpus.findings import printable


class Html(str):
    """A piece of a page, which is not escaped again."""


def shown(text: str) -> Html:
    """Return a text as a page shows it; controls of direction and the like can be read."""
    return text if isinstance(text, Html) else Html(escape(printable(text)))


def element(name: str, *inside: str, **attributes: str | None) -> Html:
    """Return an element; an attribute that is None is left out, `class_` is `class`."""
    said = "".join(
        f' {key.strip("_").replace("_", "-")}="{shown(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{said}>{joined(inside)}</{name}>")


def joined(pieces: Iterable[str]) -> Html:
    """Return the pieces one after the other."""
    return Html("".join(map(shown, pieces)))


def isolated(text: str) -> Html:
    """Return a text whose direction does not touch that of its neighbours."""
    return element("bdi", text)


def names(annotators: Iterable[str]) -> Html:
    """Return a list of annotators on one line."""
    return Html(", ".join(map(isolated, annotators)))


def scrolled(table: Html, label: str) -> Html:
    """Return a table that scrolls by itself where it is wider than the page; keys reach it."""
    return element("div", table, class_="scroll", role="region", aria_label=label, tabindex="0")


def folded(title: str, *inside: str, class_: str | None = None) -> Html:
    """Return what is shown only when asked for."""
    return element("details", element("summary", title), *inside, class_=class_)
