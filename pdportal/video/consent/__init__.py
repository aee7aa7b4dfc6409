"""What was agreed with those on a clip, and whether it may still be watched."""
