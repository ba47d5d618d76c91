"""Money between people in the window: sending, receiving, requests, plans, holds and limits."""
