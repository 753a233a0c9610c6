"""`lexicon.<language>.toml` beside a schema: lists of words that the guidelines' rules look for.

A list is words or phrases by what they are for; they are matched on word forms as they stand in
the text, whatever the case: there is no lemmatiser and no model behind it.
"""

import re
from pathlib import Path

from corpus.errors import SchemaError
from corpus.schema.language import Lexicon
from corpus.toml import convert, read_toml

NAME = re.compile(r"lexicon\.[a-z]{2,3}\.toml")


def is_lexicon(path: Path) -> bool:
    """Say whether a file beside a schema is meant as a lexicon."""
    return path.name.lower().startswith("lexicon")


def read_lexicons(folder: Path) -> dict[str, Lexicon]:
    """Return language -> word lists; SchemaError names the file and the list that is wrong."""
    paths = [path for path in sorted(folder.glob("*.toml")) if is_lexicon(path)]
    for path in paths:
        if not NAME.fullmatch(path.name):
            raise SchemaError(f"{path}: expected lexicon.LANGUAGE.toml, as in lexicon.en.toml")
    return {path.name.split(".")[1]: _lexicon(path) for path in paths}


def _lexicon(path: Path) -> Lexicon:
    """Return the lists that have words."""
    found: Lexicon = {}
    for name, raw in read_toml(path, SchemaError).items():
        words = convert(path, name, raw, tuple[str, ...], SchemaError)
        for word in words:
            if word != " ".join(word.split()).lower() or not word:
                raise SchemaError(f"{path}: {name}: {word!r}: expected lower case, single blanks")
        found |= {name: words} if words else {}
    return found
