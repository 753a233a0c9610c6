"""The rows of a corpus folder, made as a build makes them."""

from pathlib import Path

from corpus.dataset.configs import configs
from corpus.dataset.derived import check_derived
from corpus.dataset.published import Published
from corpus.dataset.splits import splits
from corpus.reading import read_corpus
from corpus.research.lazy import Lazy
from corpus.research.rows import DOCUMENTS, WHAT, Tables, table_of
from corpus.schema import Schema
from corpus.tables import Tables as Annotated
from corpus.validation import refuse_errors, validate


def of_corpus(root: Path) -> Tables:
    """Return what a corpus folder holds; CorpusError if its labels break a rule."""
    tables, schema = read_corpus(root)
    refuse_errors(validate(tables, schema), "mend them first (`corpus validate` lists them)")
    check_derived(schema)
    return made_of(tables, schema)


def made_of(tables: Annotated, schema: Schema) -> Tables:
    """Return what a build would write of these labels, with the words that it would withhold."""
    made = configs(tables, schema)
    own = splits(tables, [*{*made[DOCUMENTS].frame["doc_id"]}])
    found = {
        name: table_of({split: config.frame for split, config in parts.items()}, made[name].labels)
        for name, parts in Published(made, own).parts.items()
    }
    return Lazy(sorted(found), found.__getitem__, WHAT)
