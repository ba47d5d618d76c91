"""Merchants, codes, orders, payments and activity."""
