"""croissant.json: the dataset in Croissant 1.1, with what its RAI vocabulary asks for.

A file set and a record set for each config, a file object with its digest for each Parquet file, an
enumeration of the splits. Every column is a field; a list is an array, and a list of structs a
field with a sub-field for each part. Left out is what mlcroissant reads no records of: lists within
a list of structs (`attributes` of `spans` in `documents`), which stay in the Parquet files alone.
There is no date: only a publication has one. What nothing is said of is left out.

https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html and croissant-rai-spec.html
"""

import hashlib
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import polars as pl

from corpus.dataset.about import About, citation
from corpus.dataset.configs import Config
from corpus.dataset.parquet import data_file
from corpus.dataset.published import Published
from corpus.dataset.rai import rai
from corpus.schema import Schema
from corpus.tables import Tables

FILE = "croissant.json"
CONFORMS_TO = ["http://mlcommons.org/croissant/1.1", "http://mlcommons.org/croissant/RAI/1.0"]
PARQUET = "application/x-parquet"
LANGUAGE = {"@container": "@language"}
TERMS = (
    *("arrayShape", "citeAs", "column", "containedIn", "equivalentProperty", "extract", "field"),
    *("fileObject", "fileProperty", "fileSet", "format", "includes", "isArray", "isLiveDataset"),
    *("jsonPath", "key", "md5", "parentField", "path", "recordSet", "references", "regex"),
    *("repeated", "replace", "samplingRate", "separator", "source", "subField", "transform"),
)
CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "sc": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "dct": "http://purl.org/dc/terms/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
    "name": LANGUAGE,
    "description": LANGUAGE,
    **{term: f"cr:{term}" for term in TERMS},
}
TYPES = {pl.String(): "sc:Text", pl.Int64(): "cr:Int64", pl.Boolean(): "sc:Boolean"}
SPLITS = "splits"
SPLIT = "split"
LICENCES = {
    "CC0": "https://creativecommons.org/publicdomain/zero/1.0/",
    "CC BY 4.0": "https://creativecommons.org/licenses/by/4.0/",
    "CC BY-SA 4.0": "https://creativecommons.org/licenses/by-sa/4.0/",
}
"""A licence as schemas name it -> its address; another one is named as it is."""
Json = dict[str, Any]


def croissant(tables: Tables, schema: Schema, about: About, made: Published, folder: Path) -> bytes:
    """Return the file; folder: where the data files stand already."""
    whole = {
        "@context": CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": CONFORMS_TO,
        "name": schema.title,
        "description": about.description,
        "version": about.version,
        "url": about.homepage,
        "license": [*_licences(schema, made)],
        "creator": [_creator(name) for name in about.authors],
        "datePublished": about.date,
        "citeAs": citation(schema, about),
        "inLanguage": _languages(made),
        "keywords": [layer.plural for layer in schema.layers.values()],
        **rai(tables, schema, about, made),
        "distribution": [*_distribution(made, folder)],
        "recordSet": [_splits(made), *(_records(*one) for one in _shown(made))],
    }
    said = {key: value for key, value in whole.items() if value}
    return (json.dumps(said, ensure_ascii=False, indent=1) + "\n").encode()


def _licences(schema: Schema, made: Published) -> Iterator[str]:
    yield LICENCES.get(schema.licence, schema.licence)
    texts = made.configs["documents"].frame["licence"].unique().sort()
    yield from (f"Texts: {LICENCES.get(licence, licence)}" for licence in texts)


def _languages(made: Published) -> list[str]:
    found: list[str] = made.configs["documents"].frame["language"].unique().sort().to_list()
    return found


def _creator(name: str) -> Json:
    """Return an author; one that is called `The ...` is a group."""
    return {"@type": "sc:Organization" if name.startswith("The ") else "sc:Person", "name": name}


def _shown(made: Published) -> Iterator[tuple[str, Config]]:
    for name, parts in made.parts.items():
        yield name, next(iter(parts.values()))


def _distribution(made: Published, folder: Path) -> Iterator[Json]:
    for config, parts in made.parts.items():
        for split in parts:
            yield _file(folder, data_file(config, split))
        yield {
            "@type": "cr:FileSet",
            "@id": _files(config),
            "name": _files(config),
            "encodingFormat": PARQUET,
            "includes": f"data/{config}/*.parquet",
        }


def _file(folder: Path, path: str) -> Json:
    found = (folder / path).read_bytes()
    return {
        "@type": "cr:FileObject",
        "@id": path,
        "name": path.replace("/", "-"),
        "contentUrl": path,
        "contentSize": f"{len(found)} B",
        "encodingFormat": PARQUET,
        "sha256": hashlib.sha256(found).hexdigest(),
    }


def _files(config: str) -> str:
    return f"{config}-parquet"


def _splits(made: Published) -> Json:
    """Return the enumeration of the splits."""
    field = f"{SPLITS}/name"
    return {
        "@type": "cr:RecordSet",
        "@id": SPLITS,
        "name": SPLITS,
        "description": "The splits; no document is in two of them.",
        "dataType": "cr:Split",
        "key": {"@id": field},
        "field": [{"@type": "cr:Field", "@id": field, "name": "name", "dataType": "sc:Text"}],
        "data": [{field: split} for split in made.documents],
    }


def _records(name: str, config: Config) -> Json:
    return {
        "@type": "cr:RecordSet",
        "@id": name,
        "name": name,
        "description": f"A record is {config.row}.",
        "field": [_split(name), *_fields(name, config)],
    }


def _split(config: str) -> Json:
    """Return the field that tells the split of a row, which stands in the name of its file.

    mlcroissant cuts it out twice, the second time out of the name of the split.
    """
    return {
        "@type": "cr:Field",
        "@id": f"{config}/{SPLIT}",
        "name": SPLIT,
        "dataType": "sc:Text",
        "source": {
            "fileSet": {"@id": _files(config)},
            "extract": {"fileProperty": "fullpath"},
            "transform": {"regex": rf"^(?:data/{re.escape(config)}/)?(\w+)(?:-.*)?$"},
        },
        "references": {"field": {"@id": f"{SPLITS}/name"}},
    }


def _fields(config: str, made: Config) -> Iterator[Json]:
    for name, kind in made.frame.schema.items():
        source = {"fileSet": {"@id": _files(config)}, "extract": {"column": name}}
        yield _field(f"{config}/{name}", kind, source, made.labels.get(name))


def _field(path: str, kind: pl.DataType, source: Json, names: list[str] | None) -> Json:
    """Return the field of a column; names: of its classes, whose numbers it holds."""
    inner = kind.inner if isinstance(kind, pl.List) else kind
    field: Json = {"@type": "cr:Field", "@id": path, "name": path.rpartition("/")[2]}
    if isinstance(kind, pl.List):
        field |= {"isArray": True, "arrayShape": "-1"}
    if isinstance(inner, pl.Struct):
        return field | {"subField": [*_parts(path, inner, source)]}
    if names is None:
        return field | {"dataType": TYPES[inner], "source": source}  # type: ignore[index]
    classes = ", ".join(f"{number} {name}" for number, name in enumerate(names))
    said = {"description": f"Classes: {classes}.", "dataType": ["cr:Int64", "cr:Label"]}
    return field | said | {"source": source}


def _parts(path: str, kind: pl.Struct, source: Json) -> Iterator[Json]:
    for part in kind.fields:
        if part.dtype in TYPES:
            inside = source | {"transform": {"jsonPath": part.name}}
            yield _field(f"{path}/{part.name}", part.dtype, inside, None)  # type: ignore[arg-type]
