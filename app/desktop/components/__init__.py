"""Pieces that know one thing of the wallet each."""
