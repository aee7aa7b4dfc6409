"""The pages of rounds: sharing a work, its author's page, the next revision."""
