"""What both sides agree on: money, ids, errors, signatures, codes and messages.

Pure: no I/O, and nothing else of ``app`` is imported here.
"""
