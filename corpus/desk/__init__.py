"""The annotators' desk: texts and labels to Label Studio and back, at any moment."""
