"""Conversations: numbered streams of messages, attachments and masks."""
