"""One place where annotators differ, as it is shown to people."""

import msgspec


class Difference(msgspec.Struct, frozen=True, order=True):
    """What somebody said otherwise.

    kind: missing span, boundary, layer, attribute, entity or relation. about: which layer,
    attribute or relation. before, text, after: the words, with some of those around them.
    versions: annotator -> what that one says.
    """

    kind: str
    about: str
    document: str
    start: int
    before: str
    text: str
    after: str
    versions: dict[str, str]
