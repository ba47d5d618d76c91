"""Cases with their clocks, surveys, quality, feedback."""
