"""One interface for each difference between systems, with an implementation that does nothing."""
