"""Payers' codes and charges: issued to wallets, charged by counters, confirmed, reversed."""
