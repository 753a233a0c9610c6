"""How far annotators agree: measures, their intervals, and what is compared with what."""
