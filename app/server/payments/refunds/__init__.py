"""Refunds of paid orders: money back, K-Beans back to where they were (design/1 C4, P4)."""
