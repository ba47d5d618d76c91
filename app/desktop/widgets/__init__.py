"""Widgets that know nothing of the wallet."""
