"""Support without a window: chat, outbox, transcript, consent, freeze (design/4)."""
