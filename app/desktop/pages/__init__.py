"""Pages: they compose components and ask flows."""
