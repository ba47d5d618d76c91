"""Pre-authorisations: held by the payer, captured or released by the till, ended by the clock."""
