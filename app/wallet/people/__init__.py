"""Money between people: payees, transfers, requests, plans, pre-authorisations and limits."""
