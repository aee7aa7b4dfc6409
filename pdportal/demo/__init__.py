"""A district to look around in: its people, their texts, and the term they have had."""
