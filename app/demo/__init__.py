"""The demo: an organisation with people, merchants and months of history, and a walk through it."""
