"""Static pages that show what is in the tables, each one file that needs no other."""
