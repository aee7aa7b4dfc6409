"""What people do about accounts: their own, other people's, and bringing somebody in."""
