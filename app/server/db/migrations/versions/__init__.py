"""Schema steps: ``vNNNN_what.py``; ``revision`` is the four digits, each follows the one before."""
