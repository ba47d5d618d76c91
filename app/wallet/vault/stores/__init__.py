"""What the wallet keeps, one small class a table; all run on the vault's own thread."""
