"""Captions of clips: read, stored by language, put right line by line, and handed out."""
