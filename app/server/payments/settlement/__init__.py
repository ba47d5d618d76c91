"""After selling: shifts, daily bills, webhooks, sealed statements."""
