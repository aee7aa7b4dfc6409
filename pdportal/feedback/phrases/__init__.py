"""Sentences that somebody writes often: kept, and put into any box for a comment."""
