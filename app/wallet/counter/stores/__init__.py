"""The stores of the counter's vault; each works on the vault's open database."""
