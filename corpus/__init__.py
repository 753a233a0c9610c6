"""Make, validate and publish annotated corpora with Label Studio.

`from corpus import load` is for research; the rest is behind the command.
"""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from corpus.research import Corpus, load

__all__ = ["Corpus", "load"]


def __getattr__(name: str) -> Any:
    """Import what researchers use when they ask for it: the command needs none of it."""
    if name in __all__:
        from corpus import research

        return getattr(research, name)
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return [*globals(), *__all__]
