"""What is brought for feedback: works of every kind, their drafts and their revisions."""
