"""Configuration: profiles, parameters, settings and paths."""
