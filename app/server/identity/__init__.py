"""People, devices, sessions and terminals' sign-in."""
