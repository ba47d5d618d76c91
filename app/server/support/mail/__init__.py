"""E-mail as a channel of the same conversation."""
