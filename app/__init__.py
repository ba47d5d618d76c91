"""K-Bean Wallet: wallet, counter, service and desk of a closed-loop e-wallet."""

__version__ = "0.1.0"
