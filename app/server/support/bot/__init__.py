"""The bot: knowledge base, retrieval, hard rules, actions, what it learns."""
