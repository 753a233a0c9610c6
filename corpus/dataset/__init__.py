"""Tables -> a dataset folder: Parquet, and a card that is computed from them."""
