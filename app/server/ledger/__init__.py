"""Chart of accounts, journal, batch writer and invariants: the only place that moves money."""
