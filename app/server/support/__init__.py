"""Support: conversations, the people and the bot who answer, consent, cases (design/4)."""
