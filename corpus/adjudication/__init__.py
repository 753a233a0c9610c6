"""Several annotations of one text into one: what agrees, what conflicts, what was decided."""
