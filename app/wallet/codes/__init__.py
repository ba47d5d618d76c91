"""Payers' codes and what becomes of them: shown, used, confirmed (design/3 §Payer's code)."""
