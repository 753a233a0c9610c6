"""What Croissant's vocabulary for responsible AI asks of a dataset (croissant-rai-spec 1.0).

From the data statement, and from the tables: who annotated, how often, by which guidelines.
"""

from collections.abc import Iterator
from typing import Any

import polars as pl

from corpus.dataset.about import About
from corpus.dataset.published import Published
from corpus.dataset.released import singles
from corpus.schema import Schema
from corpus.tables import Tables

PLATFORM = "Label Studio"


def rai(tables: Tables, schema: Schema, about: About, made: Published) -> dict[str, Any]:
    """Return property -> what is said; empty where nothing is."""
    said = about.statement
    passes = _passes(tables, made)
    return {
        "rai:dataCollection": said.curation,
        "rai:dataPreprocessingProtocol": said.preprocessing,
        "rai:dataAnnotationProtocol": _protocol(schema, passes),
        "rai:dataAnnotationPlatform": [*_platform(tables, passes)],
        "rai:annotationsPerItem": _per_item(passes),
        "rai:annotatorDemographics": said.annotators,
        "rai:machineAnnotationTools": [*_machines(tables, made, passes)],
        "rai:dataBiases": said.biases,
        "rai:dataLimitations": said.limitations,
        "rai:dataUseCases": said.uses,
        "rai:dataSocialImpact": said.social_impact,
        "rai:personalSensitiveInformation": said.sensitive,
        "rai:dataReleaseMaintenancePlan": said.maintenance,
    }


def _passes(tables: Tables, made: Published) -> pl.DataFrame:
    """Return the annotations before adjudication of the documents that are published."""
    return (
        singles(tables)
        .filter(pl.col("doc_id").is_in(made.configs["documents"].frame["doc_id"].implode()))
        .collect()
    )


def _protocol(schema: Schema, passes: pl.DataFrame) -> str:
    versions = ", ".join(passes["guideline_version"].drop_nulls().unique().sort())
    by = f"the guidelines {versions}" if versions else "guidelines of no stated version"
    return f"Spans and relations of the schema {schema.name} {schema.version}, by {by}."


def _platform(tables: Tables, passes: pl.DataFrame) -> Iterator[str]:
    """Yield the platform: of people, and of what comes from its export. A model needs none."""
    people = {*tables.annotators.filter(kind="human").collect()["annotator"]}
    if passes["place"].is_not_null().any() or people & {*passes["annotator"]}:
        yield PLATFORM


def _per_item(passes: pl.DataFrame) -> str:
    """Return how many annotated a document before adjudication."""
    if passes.is_empty():
        return ""
    counts = sorted({*passes["doc_id"].value_counts()["count"]})
    return " to ".join(str(number) for number in dict.fromkeys((counts[0], counts[-1])))


def _machines(tables: Tables, made: Published, passes: pl.DataFrame) -> Iterator[str]:
    """Yield the models that annotated or decided, in the order of their names."""
    own = made.configs["documents"].frame.select("doc_id").lazy()
    decided = tables.decisions.join(own, on="doc_id", how="semi").collect()
    involved = {*passes["annotator"], *decided["adjudicator"]}
    models = tables.annotators.filter(kind="model").sort("annotator").collect()
    for name, said in models.select("annotator", "description").iter_rows():
        if name in involved:
            yield f"{name}: {said}"
