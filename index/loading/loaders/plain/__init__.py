"""Plain text: what its lines are."""
