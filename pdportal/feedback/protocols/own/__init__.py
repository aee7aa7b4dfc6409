"""Protocols that leads and teachers write themselves, in the browser."""
