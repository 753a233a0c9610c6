"""Make, validate and publish annotated corpora with Label Studio."""
