"""The chat panel: help beside any page, with the page as its context (design/5 §Rooms)."""
