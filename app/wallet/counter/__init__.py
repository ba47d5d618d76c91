"""The counter without a window: sales, refunds, shifts and cashiers of one terminal (C1-C7).

Everything here runs on one asyncio loop; the vault belongs to its worker's thread. Start at
:mod:`app.wallet.counter.session`. This package imports nothing by itself.
"""
