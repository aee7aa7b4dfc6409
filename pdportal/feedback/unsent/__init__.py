"""Words typed into something that had ended: kept for whoever wrote them, where they find them."""
