"""A simulated market day: tills, wallets, a bad line and a service that dies (issue 4)."""
