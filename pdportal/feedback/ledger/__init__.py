"""The ledger: every comment somebody received or gave, and what became of it."""
