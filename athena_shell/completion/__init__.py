"""From text, cursor and names to suggestions; no terminal, no network."""
