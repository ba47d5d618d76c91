"""Codes that people scan: EMVCo merchant-presented and our own signed template."""
