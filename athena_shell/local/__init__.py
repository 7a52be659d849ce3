"""The embedded Athena endpoint, a house of its own."""
