"""How a teacher comes to another coach: asked for and claimed, handed over, covered for a while."""
