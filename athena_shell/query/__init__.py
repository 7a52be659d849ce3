"""One statement's life, from intent to terminal state."""
