"""Verification, access grants and the one gateway, account help, who looked."""
