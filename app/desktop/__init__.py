"""The Qt face of the wallet."""
