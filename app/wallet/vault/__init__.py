"""The encrypted vault: everything the wallet keeps on this device (Part 5, A11).

Start at :class:`app.wallet.vault.worker.VaultWorker`; :mod:`app.wallet.vault.errors` has the table
of what can go wrong. This package imports nothing by itself, so that looking at the errors stays
cheap.
"""
