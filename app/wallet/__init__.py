"""The wallet without a window: vault, flows, session and sync."""
