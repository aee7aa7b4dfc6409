"""What people fill in: to sign in, about themselves, about others."""
