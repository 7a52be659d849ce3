"""The interactive program; the terminal library lives here alone."""
