"""Typed messages of the HTTP API and the event stream: one module a domain, msgspec Structs.

Times are Unix milliseconds (UTC), amounts integers in minor units, ids UUIDv7 text, keys and
signatures base64url without padding.
"""
