"""A whole module as one document, to print or to keep as PDF."""
