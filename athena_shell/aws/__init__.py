"""Hardened AWS clients and the translation of their errors."""
