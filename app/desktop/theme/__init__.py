"""Colours, type, spaces and motion as tokens (design/5); nothing else carries a hex value."""
