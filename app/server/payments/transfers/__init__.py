"""Between people: who is found, transfers, requests for money, plans, own limits."""
