"""F: rules about files and what is in them, before any meaning. Readers find most of them."""

import hashlib
from dataclasses import replace

import polars as pl

from corpus.faults import SPAN_ID
from corpus.rules.rule import FAULT, LAYER, SPAN_PLACE, rule, worded
from corpus.schema import Schema, numbers
from corpus.store import canonical
from corpus.tables import Tables


def _faults(t: Tables, name: str) -> pl.LazyFrame:
    columns = ("file", "line", "document", "annotator", "item", "message")
    return t.faults.filter(pl.col("rule") == name).select(*columns)


@rule("F101")
def json_invalid(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A file is well-formed JSON in UTF-8.

    Why:
        A file that was cut off or saved in another encoding lost labels, and nobody knows which.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass":
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```

    Fix:
        Export or pull again, or restore the file from version control.
    """
    return _faults(t, "json-invalid")


@rule("F102")
def unknown_field(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A file has no field that the format does not know.

    Why:
        A misspelt field is read by nobody: what it says is lost without a word.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 3, "text": "She", "x": "?"}],
         "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 3, "text": "She"}],
         "relations": []}
        ```

    Fix:
        Remove the field, or declare it in the schema as an attribute of the layer.
    """
    return _faults(t, "unknown-field")


@rule("F103")
def missing_field(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A file, and each item in it, has every field that it must have.

    Why:
        A span without an offset or an id cannot be placed, and relations to it lead nowhere.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"layer": "speaker", "start": 0, "end": 3, "text": "She"}], "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 3, "text": "She"}],
         "relations": []}
        ```

    Fix:
        Pull or export again. Tasks need `doc_id` and `text` in their data, as the tool makes them.
    """
    return _faults(t, "missing-field")


@rule("F104")
def bad_type(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A value is of its field's type; an offset is a whole number.

    Why:
        Label Studio takes 3.0, "3" and true for an offset; each tool after it reads another span.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0.0, "end": "3", "text": "She"}],
         "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 3, "text": "She"}],
         "relations": []}
        ```

    Fix:
        Correct what wrote the value: Label Studio's own page writes whole numbers.
    """
    return _faults(t, "bad-type")


@rule("F105")
def schema_version(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An annotation was made with this version of the schema, or an older compatible one.

    Why:
        A label means what its schema says; under another major version, or one that is not known
        here yet, it may mean something else.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "0.9.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```

    Fix:
        Check it against the schema that it was made with, or bring it to the new version with
        `corpus schema migrate`.
    """
    found = pl.col("schema_version")
    major, minor, patch = numbers(schema.version)
    parts = found.str.extract_groups(r"^(\d+)\.(\d+)\.(\d+)$")
    theirs = [parts.struct.field(str(n)).cast(pl.Int64, strict=False) for n in (1, 2, 3)]
    older = (theirs[1] < minor) | ((theirs[1] == minor) & (theirs[2] <= patch))
    fits = (theirs[0] == major) & older
    return t.annotations.filter(found.is_not_null(), ~fits.fill_null(value=False)).select(
        pl.col("row").alias("annotation"),
        message=worded(f"made with schema version {{}}; the schema is {schema.version}", found),
    )


@rule("F106")
def bad_id(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An id is short and plain, and a file's name says what the file holds.

    Why:
        An id ends up in file names, queries and addresses: blanks, slashes and quotes break them.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a/../b c", "layer": "speaker", "start": 0, "end": 3, "text": "She"}],
         "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 3, "text": "She"}],
         "relations": []}
        ```

    Fix:
        Rename: letters, digits and `_ . : # -` only, at most 100; a file stands at
        annotations/<document>/<annotator>.json.
    """
    plain = pl.col("span_id").str.contains(SPAN_ID)
    spans = t.spans.filter(~plain).select(
        *SPAN_PLACE, message=worded("'{}' is no plain id", pl.col("span_id").str.head(60))
    )
    return pl.concat([_faults(t, "bad-id"), spans], how="diagonal")


@rule("F107")
def duplicate_id(t: Tables, schema: Schema) -> pl.LazyFrame:
    """No two spans of an annotation have the same id, and what is said of one stands at its place.

    Why:
        Label Studio merges two regions of one id and loses one of them when it saves. In an export
        each value names the place of its span: at another place it is another span's.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 3, "text": "She"},
                   {"id": "a", "layer": "speaker", "start": 9, "end": 11, "text": "it"}],
         "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256",
         "spans": [{"id": "a", "layer": "speaker", "start": 0, "end": 3, "text": "She"},
                   {"id": "b", "layer": "speaker", "start": 9, "end": 11, "text": "it"}],
         "relations": []}
        ```

    Fix:
        Give one of them a new id; look whether its attributes and relations are the right ones'.
    """
    key = ("annotation", "span_id")
    again = pl.col("row") != pl.col("row").min().over(key)
    relabelled = pl.lit(value=True)
    for column in ("start", "end"):
        relabelled &= pl.col(column) == pl.col(column).first().over(key)
    relabelled &= pl.col("layer") != pl.col("layer").first().over(key)
    spans = t.spans.filter(again & ~relabelled.fill_null(value=False)).select(
        *SPAN_PLACE, message=worded("{} {} has an id that another span has", LAYER, "span_id")
    )
    return pl.concat([_faults(t, "duplicate-id"), spans], how="diagonal")


@rule("F108")
def export_kind(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An export from Label Studio is its full JSON export.

    Why:
        JSON_MIN, CSV and TSV lose relations, ids, and which attribute belongs to which span.

    Bad:
        ```json
        [{"id": 1, "doc_id": "example", "text": "She said it rained.", "span": []}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": []}]
        ```

    Fix:
        Export again and choose JSON.
    """
    return _faults(t, "export-kind")


@rule("F109", "warning")
def not_canonical(t: Tables, schema: Schema) -> pl.LazyFrame:
    """An annotation file is laid out as the tool writes it: one item a line, in the text's order.

    Why:
        Unchanged work is unchanged bytes, and a finding names its line, only if all write alike: a
        file that an editor laid out anew shows in version control as if every label had changed.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [], "relations": []}
        ```

    Good:
        ```json
        {
        "document": "example",
        "annotator": "ann",
        "pass": 1,
        "schema_version": "1.0.0",
        "guideline_version": "1.0.0",
        "text_sha256": "SHA256",
        "spans": [
        ],
        "relations": [
        ]
        }
        ```

    Fix:
        Lay it out so, with UTF-8 unescaped, items by their place and attributes in the order of the
        schema, several values in a list; or pull the annotation again. Exports are not asked, nor
        files of another version of the schema, which may have had another order.
    """
    rows = [
        {"annotation": annotation["row"], "message": "is not laid out as the tool writes it"}
        for annotation, data in canonical(_as_given(t, schema), schema)
        if hashlib.sha256(data).hexdigest() != annotation["sha256"]
    ]
    return pl.LazyFrame(rows, schema=FAULT)


def _as_given(t: Tables, schema: Schema) -> Tables:
    """Return the files of this version, with their words as given; none that repeats an id."""
    own = ("annotation", "span_id")
    again = t.spans.filter(pl.len().over(own) > 1)
    made = pl.col("schema_version") == schema.version
    files = t.annotations.filter(made & pl.col("sha256").is_not_null())
    rows = files.join(again, left_on="row", right_on="annotation", how="anti").collect()["row"]
    kept = t.of(rows)
    return replace(kept, spans=kept.spans.with_columns(text=pl.col("given_text")))


@rule("F110")
def bad_value(t: Tables, schema: Schema) -> pl.LazyFrame:
    """A field with a closed set of values has one of them.

    Why:
        Label Studio keeps a result of an unknown type or control until the next save, then loses
        it; a relation without a direction has no head.

    Bad:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": [
            {"id": "a", "type": "polygonlabels", "from_name": "span", "to_name": "text",
             "value": {"start": 0, "end": 3, "text": "She", "labels": ["Speaker"]}}]}]}]
        ```

    Good:
        ```json
        [{"id": 1, "data": {"doc_id": "example", "text": "She said it rained."}, "annotations": [
          {"id": 2, "completed_by": "ann", "result": [
            {"id": "a", "type": "labels", "from_name": "span", "to_name": "text",
             "value": {"start": 0, "end": 3, "text": "She", "labels": ["Speaker"]}}]}]}]
        ```

    Fix:
        Use a project made with `corpus schema config`; give a relation a direction, right or left.
    """
    return _faults(t, "bad-value")


@rule("F111")
def text_covered_too_often(t: Tables, schema: Schema) -> pl.LazyFrame:
    """The spans of an annotation cover its text a hundred times over at most.

    Why:
        No annotation looks like this; a file that was made by mistake, or to do harm, does, and the
        words of all its spans would fill the memory.

    Bad:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [
         101 times {"id": "a", "layer": "event", "start": 0, "end": 19, "text": "…"}
         ], "relations": []}
        ```

    Good:
        ```json
        {"document": "example", "annotator": "ann", "pass": 1, "schema_version": "1.0.0",
         "guideline_version": "1.0.0", "text_sha256": "SHA256", "spans": [
         {"id": "a", "layer": "event", "start": 0, "end": 18, "text": "She said it rained"}
         ], "relations": []}
        ```

    Fix:
        Look at what wrote the file; a file like this holds no annotation.
    """
    return _faults(t, "text-covered-too-often")
